//! Self-checks of the demonstration: the institution whose head has an account, and a few others of Hongkou whose heads
//! nobody can be. Recorded through the use case of the page; what is left out is overdue, so that there is something to
//! do on the first day.

use super::frame::HONGKOU;
use super::hand::{head, office, refused, unknown_password};
use super::write::Head;
use crate::{Done, Stop, house::House};
use duty::{By, Every, Found, Mended};
use identity::Login;
use kernel::kinds::{AccountId, FacilityId, UnitId};
use kernel::{Day, Instant};
use registry::History;
use registry::store::list::{self, Filter, Within};
use std::collections::BTreeMap;

/// Other institutions of Hongkou that record.
const OTHERS: i64 = 5;

/// What is found: by how many institutions after the first, at which duty and point, in which words, and how it was
/// mended.
const FOUND: [(usize, &str, &str, &str, Option<&str>); 4] = [
    (0, "guard", "alarm", "一键报警试拨没有接通", None),
    (0, "publicity", "fees", "公示栏的收费表还是上学期的", Some("已换成现行收费表，拍照存档")),
    (1, "video", "running", "活动室一路画面黑屏", None),
    (3, "certified", "roster", "新来的保育人员没有写进名单", Some("已补登并核对原件")),
];

/// What nobody looked at lately: by how many institutions after the first, and duty.
const LATE: [(usize, &str); 4] = [(0, "fire"), (2, "fire"), (2, "health_watch"), (4, "guard")];

struct Recorder {
    facility: FacilityId,
    account: AccountId,
    unit: UnitId,
}

/// Records them, if self-checks are asked for by then.
pub async fn record(house: &House, today: Day, head: Option<&Head>) -> Done {
    let Some(head) = head.filter(|_| house.duties.since < today) else { return Ok(()) };
    let mut all = vec![Recorder {
        facility: head.facility.clone(),
        account: account(house, "yuanzhang").await?,
        unit: UnitId::new(format!("office-{}", head.facility)),
    }];
    all.extend(others(house, today, head).await?);
    for (nr, by) in all.iter().enumerate() {
        one(house, today, nr, by).await?;
    }
    Ok(())
}

async fn account(house: &House, login: &str) -> Done<AccountId> {
    let lacks = || Stop::Refused(format!("demo: duties: no account {login}"));
    let login = Login::parse(login).ok_or_else(lacks)?;
    Ok(identity::account(&mut house.db.read().await?, &login).await?.ok_or_else(lacks)?.id)
}

/// Heads of a few others, each with an office; their password is known to nobody.
async fn others(house: &House, today: Day, own: &Head) -> Done<Vec<Recorder>> {
    let password = unknown_password(house).await?;
    let mut tx = house.db.begin().await?;
    let Some(hongkou) = places::by_code(&mut tx, HONGKOU, today).await? else { return Ok(Vec::new()) };
    let mut filter = Filter::new(Within::Place(hongkou.id), today);
    filter.kind = Some(registry::codes::FacilityKind::Institution);
    filter.state = Some(registry::codes::State::Operating);
    let found = list::page(&mut tx, &filter, ("", ""), OTHERS + 1).await?;
    let now = Instant::start_of(today).plus_seconds(9 * 3600);
    let mut out = Vec::new();
    for (nr, item) in found.into_iter().filter(|f| f.facility != own.facility).take(OTHERS as usize).enumerate() {
        let place = list::place_on(&mut tx, &item.facility, today).await?;
        let office = office(&item.facility, &item.name, &place.ok_or_else(|| refused("no place"))?);
        let who = (format!("yuanzhang.{}", nr + 2), house.duties.since);
        let account = head(house, &mut tx, &office, who, &password).await?;
        audit(house, &mut tx, now, "demo.accounts", "account", account.to_string(), None).await?;
        out.push(Recorder { facility: item.facility, account, unit: office.id });
    }
    tx.commit().await?;
    Ok(out)
}

/// The days of the last periods on which a duty was looked at, the oldest first: before today, on weekdays.
fn days(every: Every, since: Day, today: Day) -> Vec<Day> {
    let (times, step) = match every {
        Every::Day => (7, 1),
        Every::Week => (4, 7),
        Every::Month => (3, 30),
        Every::Year => (1, 40),
    };
    let back = |n: i64| today.plus(-n * step);
    let all = (1..=times).rev().map(back).map(|day| day.plus(-i64::from((day.weekday() - 5).max(0))));
    let mut all: Vec<Day> = all.filter(|day| *day >= since).collect();
    all.dedup();
    all
}

async fn one(house: &House, today: Day, nr: usize, by: &Recorder) -> Done {
    let mut tx = house.db.begin().await?;
    let history = registry::store::file::history(&mut tx, &by.facility).await?;
    let h = history.ok_or_else(|| Stop::Refused("demo: duties: no file".to_owned()))?;
    let since = house.duties.since.max(h.opened().unwrap_or(house.duties.since));
    for duty in house.duties.of(h.facility.kind, today) {
        let mut days = days(duty.every, since, today);
        if LATE.contains(&(nr, duty.id.as_str())) {
            days.truncate(1);
        }
        for (n, day) in days.iter().enumerate() {
            let found = FOUND.iter().find(|f| f.0 == nr && f.1 == duty.id && n + 1 == days.len());
            check(house, &mut tx, &h, by, duty, *day, found).await?;
        }
    }
    let now = Instant::start_of(today).plus_seconds(9 * 3600);
    audit(house, &mut tx, now, "duty.record", "facility", by.facility.to_string(), Some(by)).await?;
    tx.commit().await?;
    Ok(())
}

type Bad = (usize, &'static str, &'static str, &'static str, Option<&'static str>);

async fn check(
    house: &House,
    tx: &mut db::Tx,
    h: &History,
    by: &Recorder,
    duty: &duty::Duty,
    day: Day,
    bad: Option<&Bad>,
) -> Done {
    let at = Instant::start_of(day).plus_seconds(16 * 3600);
    let of = |point: &duty::Point| match bad {
        Some(bad) if bad.2 == point.id => (point.id.clone(), Found::Deficient),
        _ => (point.id.clone(), Found::Fine),
    };
    let words: BTreeMap<String, String> = bad.iter().map(|bad| (bad.2.to_owned(), bad.3.to_owned())).collect();
    let points = duty.points.iter().map(of).collect();
    let new = duty::New { duty: &duty.id, day, points, words, note: String::new() };
    let who = By { account: &by.account, unit: &by.unit, at };
    duty::record(tx, &house.ids, h, new, who, &[]).await.map_err(refused)?;
    let Some(how) = bad.and_then(|bad| bad.4) else { return Ok(()) };
    let key = (h.facility.home.as_str(), &h.facility.id);
    let open = duty::store::deficiencies(tx, key, Some(&duty.id), 1).await?;
    let Some(open) = open.first() else { return Ok(()) };
    let mended = Mended { day, words: how.to_owned(), account: by.account.clone(), at };
    duty::mend(tx, open, &mended, &[]).await.map_err(refused)
}

async fn audit(
    house: &House,
    tx: &mut db::Tx,
    at: Instant,
    action: &str,
    kind: &str,
    object: String,
    by: Option<&Recorder>,
) -> Done {
    tx.audit(db::AuditEntry {
        id: house.ids.new_id(at),
        home: String::new(),
        at,
        account: by.map(|by| by.account.clone()),
        post: None,
        unit: by.map(|by| by.unit.clone()),
        action: action.to_owned(),
        object_kind: kind.to_owned(),
        object,
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}
