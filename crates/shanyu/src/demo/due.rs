//! What waits on the desks of the demonstration, so that whoever enters finds something to do: asked by the people of
//! the demonstration of one another, through the use case that pages use. Dates lie around the last day.

use super::write::Head;
use crate::{Done, Stop, house::House};
use db::AuditEntry;
use desk::Ask;
use identity::Login;
use kernel::kinds::UnitId;
use kernel::{Actor, Day, Instant};

/// Who asks (login), of which unit, about what, with which page, in both languages, and days until it is due.
struct Line {
    from: &'static str,
    unit: &'static str,
    about: &'static str,
    href: &'static str,
    zh: &'static str,
    en: &'static str,
    days: i64,
}

const LINES: [Line; 7] = [
    Line {
        from: "city",
        unit: "pd_education",
        about: "pudong-2021-2023/PD-02",
        href: "/plans/pudong-2021-2023/targets/PD-02",
        zh: "请说明还没有普惠性托育资源的街镇，什么时候补上。",
        en: "Say when the streets without an inclusive place will have one.",
        days: -2,
    },
    Line {
        from: "city",
        unit: "ja_childcare_guidance_centre",
        about: "jingan-2021-2023/JA-21",
        href: "/plans/jingan-2021-2023/targets/JA-21",
        zh: "请核对游戏观察室、亲子指导室还缺哪些街镇，报补建的时间。",
        en: "Check which streets still lack a play or guidance room, and report when they will have one.",
        days: 10,
    },
    Line {
        from: "city",
        unit: "hk_childcare_guidance_centre",
        about: "hongkou-demonstration/HK-02",
        href: "/plans/hongkou-demonstration/targets/HK-02",
        zh: "请核对每千人口托位数由哪些档案算出，缺录的机构补进档案。",
        en: "Check which files the places per thousand residents come from, and enter the institutions that are missing.",
        days: 7,
    },
    Line {
        from: "hongkou",
        unit: "hk_quyang",
        about: "facilities/310109010",
        href: "/facilities",
        zh: "请核对本街道的机构名单，新开、关停的告诉区托育中心。",
        en: "Check the institutions of your street and tell the centre which opened or closed.",
        days: 3,
    },
    Line {
        from: "jingan",
        unit: "ja_health",
        about: "jingan-2021-2023/tasks",
        href: "/plans/jingan-2021-2023/tasks?unit=ja_health",
        zh: "请核对本单位牵头的任务和它们的目标，说明落后项目的下一步。",
        en: "Check the tasks your unit leads and say what comes next for those that lag.",
        days: 5,
    },
    Line {
        from: "jingan",
        unit: "ja_market",
        about: "facilities/310106",
        href: "/facilities?kind=institution&state=operating",
        zh: "请抽查托育机构的营业执照和食品经营许可证是否在有效期内。",
        en: "Spot-check whether business and food licences of institutions are still valid.",
        days: 5,
    },
    Line {
        from: "jingan",
        unit: "ja_finance",
        about: "facilities/310106/inclusive",
        href: "/facilities?inclusive=yes",
        zh: "请核对普惠性机构的收费和核定托位，作为奖补测算的依据。",
        en: "Check fees and approved places of inclusive institutions, as the basis of subsidies.",
        days: 12,
    },
];

/// Puts everything on its desk.
pub async fn ask(house: &House, today: Day, head: Option<&Head>) -> Done {
    let inner = |e: web::Error| Stop::Refused(format!("demo: desks: {e:?}"));
    let at = Instant::start_of(today).plus_seconds(10 * 3600);
    let mut tx = house.db.begin().await?;
    for line in &LINES {
        let from = actor(&mut tx, line.from, today).await?;
        let ask = Ask {
            unit: &UnitId::new(line.unit),
            kind: "shanyu.asked",
            about: line.about,
            subject: line.about,
            href: line.href,
            text_zh: line.zh,
            text_en: line.en,
            due: Some(today.plus(line.days)),
            from: Some(&from),
            words: "",
            at,
        };
        desk::ask(&mut tx, &house.ids, ask).await.map_err(inner)?;
    }
    if let Some(head) = head {
        let from = actor(&mut tx, "hongkou", today).await?;
        let href = format!("/facilities/{}", head.facility);
        let ask = Ask {
            unit: &UnitId::new(format!("office-{}", head.facility)),
            kind: "shanyu.asked",
            about: &href,
            subject: &href,
            href: &href,
            text_zh: "请核对本机构档案，缺的项目补齐，证照快到期的先换证。",
            text_en: "Check your file, complete what is missing, and renew papers that run out.",
            due: Some(today.plus(14)),
            from: Some(&from),
            words: "",
            at,
        };
        desk::ask(&mut tx, &house.ids, ask).await.map_err(inner)?;
    }
    tx.audit(AuditEntry {
        id: house.ids.new_id(at),
        home: String::new(),
        at,
        account: None,
        post: None,
        unit: None,
        action: "demo.desks".to_owned(),
        object_kind: "desk".to_owned(),
        object: String::new(),
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn actor(tx: &mut db::Tx, login: &str, today: Day) -> Done<Actor> {
    let missing = || Stop::Refused(format!("demo: nobody is called {login}"));
    let login = Login::parse(login).ok_or_else(missing)?;
    let account = identity::account(tx, &login).await?.ok_or_else(missing)?;
    let posts = identity::posts(tx, &account.id, today).await?;
    Ok(posts.first().ok_or_else(missing)?.actor(&account.name))
}
