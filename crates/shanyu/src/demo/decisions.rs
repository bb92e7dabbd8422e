//! What waits for somebody in the demo city: a norm that Pudong wants to change, and values that Jing'an states of
//! targets without records. All of it goes through the use cases, by the accounts of the demonstration.

use super::frame::day;
use crate::{Done, Stop, house::House};
use identity::{Account, Login};
use kernel::{Day, Instant, Span, kinds::ClauseId};
use places::norm_change::{self, Proposal};
use plans::{declared, store::DeclaredValue};

/// Who acts: login, account, name of the unit.
pub(super) struct Person {
    pub account: Account,
    pub post: kernel::kinds::PostId,
    pub unit: kernel::kinds::UnitId,
    unit_name: String,
}

pub(super) async fn person(house: &House, login: &str, today: Day) -> Done<Person> {
    let refused = || Stop::Refused(format!("demo: no account {login}"));
    let mut read = house.db.read().await?;
    let login = Login::parse(login).ok_or_else(refused)?;
    let account = identity::account(&mut read, &login).await?.ok_or_else(refused)?;
    let post = identity::posts(&mut read, &account.id, today).await?.into_iter().next().ok_or_else(refused)?;
    Ok(Person { account, post: post.id, unit: post.unit, unit_name: post.unit_name_zh })
}

/// Adds them; nothing before the first year of the plans that they speak of.
pub async fn add(house: &House, today: Day) -> Done {
    if today < day(2021, 2, 1) {
        return Ok(());
    }
    let now = Instant::start_of(today).plus_seconds(8 * 3600 + 1200);
    let (pudong, jingan) = (person(house, "pudong", today).await?, person(house, "jingan", today).await?);
    let city = person(house, "city", today).await?;
    norm(house, &pudong, today, now).await?;
    let last = today.first_of_month().plus(-1);
    state(house, &jingan, "JA-13", 2.0, last, now, None).await?;
    state(house, &jingan, "JA-18", 11.0, last, now, Some(&city)).await
}

/// Pudong wants community points not to count as inclusive for a while, from the month after next.
async fn norm(house: &House, by: &Person, today: Day, now: Instant) -> Done {
    let mut tx = house.db.begin().await?;
    let place = places::by_code(&mut tx, "310115", today).await?;
    let from = today.first_of_month().plus_months(2);
    let proposal = Proposal {
        key: "inclusive.counts".to_owned(),
        facet: "kind=community_point".to_owned(),
        place: place.map(|p| p.id),
        span: Span::since(from),
        value: "0".to_owned(),
        clause: ClauseId::new("shanyu-design.inclusive"),
        mark: "K".to_owned(),
        note: String::new(),
        reason: "社区托育点正在重新认定，认定以前先不计入。".to_owned(),
    };
    let who = norm_change::By {
        account: by.account.id.clone(),
        name: by.account.name.clone(),
        unit: by.unit_name.clone(),
        at: now,
    };
    let refused = |e: places::change::ChangeError| Stop::Refused(format!("demo: norm: {e}"));
    let change = norm_change::propose(&mut tx, &house.ids.new_id(now), &proposal, &who).await.map_err(refused)?;
    audit(house, &mut tx, by, "places.norms_propose", "norm_change", change.id.as_str(), now).await?;
    tx.commit().await?;
    Ok(())
}

/// A value of a target of Jing'an with a one-page PDF; confirmed when somebody is named for it.
async fn state(
    house: &House,
    by: &Person,
    target: &str,
    value: f64,
    on: Day,
    now: Instant,
    confirmed: Option<&Person>,
) -> Done {
    let refused = |e: web::Error| Stop::Refused(format!("demo: declared: {e:?}"));
    let plan = house.plans.plan("jingan-2021-2023").ok_or_else(|| Stop::Refused("demo: no plan of Jing'an".into()))?;
    let Some(asked) = plan.target(target).filter(|_| plan.span.contains(on)) else { return Ok(()) };
    let kind = house.plans.catalogue.get(&asked.indicator).map_or("", |d| d.period.as_str());
    let stored = house.blobs.store(EVIDENCE.as_bytes().to_vec()).await?;
    let mut tx = house.db.begin().await?;
    let Some(place) = places::by_code(&mut tx, &plan.place, on).await? else { return Ok(()) };
    let span = declared::period(kind, plan.span, on);
    let stated = DeclaredValue {
        home: place.home.clone(),
        id: house.ids.new_id(now),
        plan: plan.id.clone(),
        target: target.to_owned(),
        indicator: asked.indicator.clone(),
        place: place.id,
        from_day: span.from,
        until_day: span.until,
        value,
        note: "演示数据".to_owned(),
        evidence: house.ids.new_id(now),
        state: "reported".to_owned(),
        unit: by.unit.clone(),
        unit_name: by.unit_name.clone(),
        account: by.account.id.clone(),
        name: by.account.name.clone(),
        at: now,
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
    };
    let blob = db::NewBlob {
        home: place.home,
        id: stated.evidence.clone(),
        media_type: "application/pdf".to_owned(),
        name: "台账.pdf".to_owned(),
        person: None,
        at: now,
    };
    stored.record(&mut tx, blob).await?;
    declared::report(&mut tx, stated.clone()).await.map_err(refused)?;
    audit(house, &mut tx, by, "plans.declare", "declared", stated.id.as_str(), now).await?;
    if let Some(city) = confirmed {
        let who = declared::By {
            account: city.account.id.clone(),
            name: city.account.name.clone(),
            unit: city.unit_name.clone(),
            at: now.plus_seconds(600),
        };
        let id = stated.id.clone();
        declared::decide(&mut tx, stated, declared::Decision::Confirm, &who, "").await.map_err(refused)?;
        audit(house, &mut tx, city, "plans.confirm", "declared", id.as_str(), who.at).await?;
    }
    tx.commit().await?;
    Ok(())
}

pub(super) async fn audit(
    house: &House,
    tx: &mut db::Tx,
    by: &Person,
    action: &str,
    kind: &str,
    object: &str,
    at: Instant,
) -> Done {
    tx.audit(db::AuditEntry {
        id: house.ids.new_id(at),
        home: String::new(),
        at,
        account: Some(by.account.id.clone()),
        post: Some(by.post.clone()),
        unit: Some(by.unit.clone()),
        action: action.to_owned(),
        object_kind: kind.to_owned(),
        object: object.to_owned(),
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}

/// A page with one line.
pub const EVIDENCE: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>endobj\n\
4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n5 0 obj<</Length 58>>stream\n\
BT /F 14 Tf 72 760 Td (Demonstration data: evidence) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n";
