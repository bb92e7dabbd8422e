//! What full-day care costs in the places below one, inclusive and other, beside places and the support of a year: how
//! far it is affordable, and what each place costs those who support it.

use super::{Cell, Content, Select, Table, chosen, csv, draw, look};
use crate::codes::{FacilityKind, Mode, Per};
use crate::said;
use crate::store::ledger::{self, FeeOf};
use axum::response::Response;
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

struct Told {
    rows: BTreeMap<String, Below>,
    look: super::Look,
}

async fn told(cx: &Cx, read: &mut db::Read) -> Result<Told> {
    let look = look(cx, read).await?;
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
        let fees: Vec<FeeOf> = ledger::fees(read, &place, look.day, Mode::FullDay, Per::Month).await?;
        for (code, name, of, inclusive, fen) in fees {
            if kind.is_none_or(|k| k == of) {
                let row = rows.entry(code).or_default();
                row.name = name;
                if inclusive { &mut row.inclusive } else { &mut row.others }.push(fen);
            }
        }
    }
    Ok(Told { rows, look })
}

/// GET /ledgers/fees
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let Told { rows, look } = told(&cx, &mut read).await?;
    let care: Vec<FacilityKind> = FacilityKind::ALL.iter().copied().filter(|k| k.gives_care()).collect();
    let kinds = care.iter().map(|k| crate::list::Choice {
        value: k.to_string(),
        label: crate::words::kind(cx.words(), *k).to_owned(),
        chosen: cx.query("kind") == Some(k.as_str()),
    });
    let filters = vec![Select {
        name: "kind",
        label: cx.t("registry.list.kind"),
        all: Some(cx.t("registry.list.all")),
        choices: kinds.collect(),
    }];
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
        exports: &["/ledgers/fees.csv"],
        why: None,
        next: None,
    };
    draw(&cx, look, content)
}

/// GET /ledgers/fees.csv
pub async fn export(cx: Cx) -> Result<Response> {
    let mut read = cx.app.db.snapshot().await?;
    let Told { rows, look } = told(&cx, &mut read).await?;
    let fen = |f: Option<Fen>| f.map(|f| f.to_string()).unwrap_or_default();
    let line = |(code, b): (&String, &Below)| {
        vec![
            code.clone(),
            b.name.clone(),
            b.inclusive.len().to_string(),
            fen(b.inclusive.first().copied()),
            fen(middle(&b.inclusive)),
            fen(b.inclusive.last().copied()),
            b.others.len().to_string(),
            fen(b.others.first().copied()),
            fen(middle(&b.others)),
            fen(b.others.last().copied()),
            b.places.to_string(),
            Fen(b.support).to_string(),
        ]
    };
    let (inclusive, others) = (cx.t("registry.list.inclusive"), cx.t("registry.list.not_inclusive"));
    let [n, low, mid, high] = ["count", "low", "middle", "high"].map(|k| cx.t(&format!("registry.ledger.fees.{k}")));
    let of = |group: &str, what: &str| format!("{group} {what}");
    let heads = [of(inclusive, n), of(inclusive, low), of(inclusive, mid), of(inclusive, high)];
    let more = [of(others, n), of(others, low), of(others, mid), of(others, high)];
    let mut all = vec![cx.t("registry.ledger.fees.code"), cx.t("registry.list.region")];
    all.extend(heads.iter().chain(&more).map(String::as_str));
    all.extend([cx.t("registry.list.places"), cx.t("registry.ledger.fees.support")]);
    Ok(csv("fees", look.day, &all, &rows.iter().map(line).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_none_one_two_and_three() {
        let of = |list: &[i64]| middle(&list.iter().map(|n| Fen(*n)).collect::<Vec<_>>()).map(|f| f.0);
        assert_eq!([of(&[]), of(&[7]), of(&[7, 9]), of(&[1, 2, 9])], [None, Some(7), Some(7), Some(2)]);
    }
}
