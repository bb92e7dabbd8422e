//! What care costs in the places below one, in each mode and unit of the fee, inclusive and other, beside places and the
//! support of a year: how far it is affordable, and what each place costs those who support it.

use super::{Cell, Column, Content, Look, Select, Table, begin, choices, chosen, draw, look, yuan_cell};
use crate::codes::{FacilityKind, Mode, Per};
use crate::store::ledger::{self, FeeOf};
use crate::{policy, said};
use ::sheet::Value;
use axum::response::Response;
use errand::Pen;
use kernel::Fen;
use std::collections::BTreeMap;
use web::parts::whole;
use web::{Cx, Result};

/// One place below: how many charge, the lowest, the middle and the highest fee; of inclusive ones and of others.
#[derive(Default)]
struct Below {
    name: String,
    inclusive: Vec<Fen>,
    others: Vec<Fen>,
    facilities: i64,
    places: i64,
    support: i64,
}

/// The middle one of a sorted list; of two middle ones the lower.
fn middle(sorted: &[Fen]) -> Option<Fen> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

/// How fees are counted: the mode, and what a fee is for.
type Counted = (Mode, Per);

/// What the address asks for: full days by the month, and hours by the hour, where it does not say.
fn counted(cx: &Cx) -> Result<Counted> {
    let mode = chosen(cx, "mode", Mode::parse)?.unwrap_or(Mode::FullDay);
    let usual = if mode == Mode::Hourly { Per::Hour } else { Per::Month };
    Ok((mode, chosen(cx, "per", Per::parse)?.unwrap_or(usual)))
}

async fn told(cx: &Cx, read: &mut db::Read, look: &Look, (mode, per): Counted) -> Result<BTreeMap<String, Below>> {
    let kind = chosen(cx, "kind", FacilityKind::parse)?;
    let mut rows: BTreeMap<String, Below> = BTreeMap::new();
    if let Some(place) = look.place().cloned() {
        for (code, name, n, places) in ledger::places_below(read, &place, look.day, kind).await? {
            rows.insert(code, Below { name, facilities: n, places, ..Below::default() });
        }
        let year = (look.day.plus_months(-12), look.day.next());
        for (code, name, _, _, fen) in ledger::support_sums(read, &place, look.day, year, kind).await? {
            let row = rows.entry(code).or_default();
            (row.name, row.support) = (name, row.support + fen.0);
        }
        let fees: Vec<FeeOf> = ledger::fees(read, &place, look.day, mode, per).await?;
        for (code, name, of, inclusive, fen) in fees {
            if kind.is_none_or(|k| k == of) {
                let row = rows.entry(code).or_default();
                row.name = name;
                if inclusive { &mut row.inclusive } else { &mut row.others }.push(fen);
            }
        }
    }
    Ok(rows)
}

/// GET /ledgers/fees
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (mode, per) = counted(&cx)?;
    let rows = told(&cx, &mut read, &look, (mode, per)).await?;
    let modes: Vec<_> = Mode::ALL.iter().map(|m| (m.as_str(), m.key())).collect();
    let units: Vec<_> = Per::ALL.iter().map(|p| (p.as_str(), p.key())).collect();
    let care: Vec<FacilityKind> = FacilityKind::ALL.iter().copied().filter(|k| k.gives_care()).collect();
    let kinds = care.iter().map(|k| crate::list::Choice {
        value: k.to_string(),
        label: crate::words::kind(cx.words(), *k).to_owned(),
        chosen: cx.query("kind") == Some(k.as_str()),
    });
    let mark = |of: Vec<crate::list::Choice>, code: &str| {
        of.into_iter().map(|c| crate::list::Choice { chosen: c.value == code, ..c }).collect()
    };
    let filters = vec![
        Select {
            name: "kind",
            label: cx.t("registry.list.kind"),
            all: Some(cx.t("registry.list.all")),
            choices: kinds.collect(),
        },
        Select {
            name: "mode",
            label: cx.t("registry.field.mode"),
            all: None,
            choices: mark(choices(&cx, "mode", &modes), mode.as_str()),
        },
        Select {
            name: "per",
            label: cx.t("registry.field.per"),
            all: None,
            choices: mark(choices(&cx, "per", &units), per.as_str()),
        },
    ];
    let line = |(code, b): (&String, &Below)| {
        let fee = |list: &[Fen]| match middle(list) {
            None => Cell::new("—"),
            Some(mid) => {
                let range = [list.first(), list.last()].map(|f| f.map(|f| whole(f.0 / 100)).unwrap_or_default());
                let small = cx.tf("registry.ledger.fees.range", &[&range[0], &range[1], &list.len()]);
                Cell::new(whole(mid.0 / 100)).small(small)
            }
        };
        let each = (b.places > 0 && b.support > 0).then(|| said::grouped(Fen(b.support / b.places)));
        vec![
            Cell::new(b.name.clone()).to(format!("{}{}", cx.path(), cx.query_with("region", Some(code)))),
            fee(&b.inclusive),
            fee(&b.others),
            Cell::new(whole(b.places)).small(cx.tf("registry.ledger.facilities_n", &[&whole(b.facilities)])),
            Cell::new(if b.support == 0 { "—".to_owned() } else { said::grouped(Fen(b.support)) }),
            Cell::new(each.unwrap_or_else(|| "—".to_owned())),
        ]
    };
    let table = Table {
        title: String::new(),
        note: cx.t("registry.ledger.fees.note").to_owned(),
        heads: vec![
            (cx.t("registry.list.region"), false),
            (cx.t("registry.ledger.fees.inclusive"), true),
            (cx.t("registry.ledger.fees.others"), true),
            (cx.t("registry.list.places"), true),
            (cx.t("registry.ledger.fees.support"), true),
            (cx.t("registry.ledger.fees.each"), true),
        ],
        rows: rows.iter().map(line).collect(),
    };
    let foot = cx.tf("registry.ledger.fees.foot", &[&rows.len()]);
    let content = Content {
        id: "fees",
        filters,
        search: None,
        tables: vec![table],
        foot,
        exports: &["/ledgers/fees.xlsx", "/ledgers/fees.csv"],
        why: None,
        next: None,
    };
    draw(&cx, look, content)
}

/// The same as a sheet: every mode and unit in which somebody charges.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.fees",
    action: &policy::VIEW,
    title: "registry.ledger.fees.title",
    name: "fees",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 14] = [
    ("code", "registry.ledger.fees.code", 14),
    ("name", "registry.list.region", 28),
    ("mode", "registry.field.mode", 12),
    ("per", "registry.field.per", 10),
    ("inclusive_count", "registry.ledger.fees.inclusive_count", 12),
    ("inclusive_low", "registry.ledger.fees.inclusive_low", 12),
    ("inclusive_middle", "registry.ledger.fees.inclusive_middle", 12),
    ("inclusive_high", "registry.ledger.fees.inclusive_high", 12),
    ("others_count", "registry.ledger.fees.others_count", 12),
    ("others_low", "registry.ledger.fees.others_low", 12),
    ("others_middle", "registry.ledger.fees.others_middle", 12),
    ("others_high", "registry.ledger.fees.others_high", 12),
    ("places", "registry.list.places", 12),
    ("support", "registry.ledger.fees.support", 16),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    Ok(told(&cx, &mut read, &look, counted(&cx)?).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let first = counted(&cx)?;
    // What the page shows comes first, then the other modes and units as far as somebody charges in them.
    let others = Mode::ALL.iter().flat_map(|mode| Per::ALL.iter().map(|per| (*mode, *per)));
    let all: Vec<Counted> = std::iter::once(first).chain(others.filter(|of| *of != first)).collect();
    for of in all {
        for (code, b) in told(&cx, &mut read, &look, of).await? {
            if of != first && b.inclusive.is_empty() && b.others.is_empty() {
                continue;
            }
            let mut row: Vec<Value<'_>> =
                vec![code.into(), b.name.into(), cx.t(of.0.key()).into(), cx.t(of.1.key()).into()];
            row.extend(cells(&b.inclusive));
            row.extend(cells(&b.others));
            // Places and support are those of all modes: said once, so that they can be added up.
            row.extend(match of == first {
                true => [b.places.into(), yuan_cell(Some(Fen(b.support)))],
                false => [Value::Empty, Value::Empty],
            });
            pen.row(row).await?;
        }
    }
    Ok(pen)
}

/// How many charge, the lowest, the middle and the highest fee.
fn cells(list: &[Fen]) -> [Value<'static>; 4] {
    let n = list.len() as i64;
    [n.into(), yuan_cell(list.first().copied()), yuan_cell(middle(list)), yuan_cell(list.last().copied())]
}
