//! The lines in words: a place with its counts and money, an inclusive facility with its year, and how each figure is
//! made.

use super::{Deciding, One, Row, facet};
use crate::codes::FacilityKind;
use crate::ledger::{Cell, Table, Used, Why, file_href};
use crate::operating::{Figure, Lacks, Missing, Street};
use crate::words;
use db::Read;
use kernel::{Day, Fen};
use web::parts::{decimal, whole};
use web::{Cx, Result};

/// 12.3: money in units of ten thousand yuan.
fn wan(fen: Fen) -> String {
    decimal(fen.0 as f64 / 1_000_000.0, 1)
}

pub(super) fn missing(cx: &Cx, lacks: &Lacks) -> String {
    let one = |(what, n): (&Missing, &i64)| {
        let name = cx.t(&format!("registry.operating.missing.{}", what.as_str()));
        if what.of_a_file() { cx.tf("registry.operating.of_files", &[&name, &whole(*n)]) } else { name.to_owned() }
    };
    let all: Vec<String> = lacks.iter().map(one).collect();
    cx.tf("registry.operating.lacks", &[&all.join(cx.t("registry.operating.and"))])
}

/// A figure, or what it lacks with where to see of whom.
fn cell<T: Copy>(cx: &Cx, figure: &Figure<T>, say: impl Fn(T) -> String, href: Option<&str>) -> Cell {
    match figure {
        Ok(value) => Cell::new(say(*value)),
        Err(lacks) => {
            let href = href.filter(|_| lacks.keys().any(|what| what.of_a_file())).map(str::to_owned);
            Cell::new("—").line(missing(cx, lacks), href)
        }
    }
}

/// What is over or lacks: the sign stands as a word.
fn signed(cx: &Cx, figure: &Figure<i64>, keys: [&str; 2], say: impl Fn(i64) -> String, href: Option<&str>) -> Cell {
    let small = match figure {
        Ok(n) if *n > 0 => cx.t(keys[0]),
        Ok(n) if *n < 0 => cx.t(keys[1]),
        _ => "",
    };
    cell(cx, figure, |n: i64| say(n.abs()), href).small(small)
}

pub(super) fn by_place(cx: &Cx, rows: &[Row], day: Day) -> Table {
    let mut lines: Vec<Vec<Cell>> = rows.iter().map(|row| line(cx, row, day)).collect();
    if rows.len() > 1 {
        lines.push(total(cx, rows));
    }
    let head = |key: &str, number| (cx.t(key), number);
    Table {
        title: String::new(),
        note: cx.t("registry.ledger.operating.note").to_owned(),
        heads: vec![
            head("registry.list.region", false),
            head("registry.list.places", true),
            head("registry.operating.children", true),
            head("registry.operating.demand", true),
            head("registry.operating.gap", true),
            head("registry.operating.inclusive", true),
            head("registry.operating.cost", true),
            head("registry.operating.income", true),
            head("registry.operating.support", true),
            head("registry.operating.given", true),
            head("registry.operating.difference", true),
        ],
        rows: lines,
    }
}

fn line(cx: &Cx, row: &Row, day: Day) -> Vec<Cell> {
    let (code, s) = (&row.place.code, &row.street);
    let here = format!("{}{}", cx.path(), cx.query_with("region", Some(code)));
    let list = |more: &str| format!("/facilities?region={code}&state=operating&as_of={day}{more}");
    let inner = Some(here.as_str());
    let n = |n: i64| whole(n);
    let mut places = cell(cx, &s.places, n, None);
    for (kind, facilities, of) in &row.kinds {
        let text =
            cx.tf("registry.operating.kind", &[&words::kind(cx.words(), *kind), &whole(*of), &whole(*facilities)]);
        let integrated = if *kind == FacilityKind::Kindergarten { "&integrated=yes" } else { "" };
        places = places.line(text, Some(list(&format!("&kind={kind}{integrated}"))));
    }
    let given = format!("/ledgers/support?region={code}&year={}&as_of={day}", day.year());
    vec![
        Cell::new(row.place.name.clone()).to(here.clone()),
        places,
        cell(cx, &s.children, n, None),
        cell(cx, &s.demand, n, None),
        signed(cx, &s.gap, GAP, n, None),
        Cell::new(whole(row.inclusive)).to(list("&inclusive=yes")),
        cell(cx, &s.cost, wan, inner),
        cell(cx, &s.income, wan, inner),
        cell(cx, &s.support, wan, inner),
        Cell::new(wan(s.given)).to(given),
        signed(cx, &s.difference.clone().map(|f| f.0), DIFFERENCE, |fen| wan(Fen(fen)), inner),
    ]
}

const GAP: [&str; 2] = ["registry.operating.lacking", "registry.operating.to_spare"];
const DIFFERENCE: [&str; 2] = ["registry.operating.over", "registry.operating.short"];

/// The sum of the lines that have a figure, saying how many have none.
fn total(cx: &Cx, rows: &[Row]) -> Vec<Cell> {
    let sum = |of: &dyn Fn(&Street) -> Option<i64>, signs: Option<[&str; 2]>, say: &dyn Fn(i64) -> String| {
        let known: Vec<i64> = rows.iter().filter_map(|row| of(&row.street)).collect();
        let dark = rows.len() - known.len();
        let cell = match (known.is_empty(), signs) {
            (true, _) => Cell::new("—"),
            (false, None) => Cell::new(say(known.iter().sum())),
            (false, Some(signs)) => signed(cx, &Ok(known.iter().sum()), signs, say, None),
        };
        if dark == 0 { cell } else { cell.line(cx.tf("registry.operating.without", &[&dark]), None) }
    };
    let n = |n: i64| whole(n);
    let money = |fen: i64| wan(Fen(fen));
    vec![
        Cell::new(cx.t("registry.ledger.all")),
        sum(&|s| s.places.as_ref().ok().copied(), None, &n),
        sum(&|s| s.children.as_ref().ok().copied(), None, &n),
        sum(&|s| s.demand.as_ref().ok().copied(), None, &n),
        sum(&|s| s.gap.as_ref().ok().copied(), Some(GAP), &n),
        Cell::new(whole(rows.iter().map(|row| row.inclusive).sum())),
        sum(&|s| s.cost.as_ref().ok().map(|f| f.0), None, &money),
        sum(&|s| s.income.as_ref().ok().map(|f| f.0), None, &money),
        sum(&|s| s.support.as_ref().ok().map(|f| f.0), None, &money),
        Cell::new(wan(Fen(rows.iter().map(|row| row.street.given.0).sum()))),
        sum(&|s| s.difference.as_ref().ok().map(|f| f.0), Some(DIFFERENCE), &money),
    ]
}

pub(super) fn by_facility(cx: &Cx, ones: &[One], day: Day) -> Table {
    let line = |one: &One| {
        let file = file_href(cx, &one.of.facility, day);
        let kind = words::kind(cx.words(), one.of.kind);
        let mut places = Cell::default();
        let mut fees = Cell::default();
        for m in &one.modes {
            let mode = cx.t(m.mode.key());
            let (of, enrolled) = (m.places.map_or_else(unknown, whole), m.enrolled.map_or_else(unknown, whole));
            places = places.line(cx.tf("registry.operating.mode", &[&mode, &of, &enrolled]), None);
            let fee = m.fee.map(|(fen, per)| cx.tf("registry.fee", &[&fen, &cx.t(per.key())]));
            fees = fees.line(format!("{mode} {}", fee.unwrap_or_else(unknown)), None);
        }
        let difference = one.difference.clone().map(|f| f.0);
        vec![
            Cell::new(one.of.name.clone()).to(file.clone()).small(format!("{kind} · {}", cx.t(one.of.ownership.key()))),
            places,
            fees,
            cell(cx, &one.worked.cost, wan, Some(&file)),
            cell(cx, &one.worked.income, wan, Some(&file)),
            cell(cx, &one.worked.support, wan, Some(&file)),
            Cell::new(wan(one.given)).to(format!("{file}#support")),
            signed(cx, &difference, DIFFERENCE, |fen| wan(Fen(fen)), None),
        ]
    };
    let head = |key: &str, number| (cx.t(key), number);
    Table {
        title: String::new(),
        note: cx.t("registry.ledger.operating.note").to_owned(),
        heads: vec![
            head("registry.list.name", false),
            head("registry.operating.places", false),
            head("registry.operating.fees", false),
            head("registry.operating.cost", true),
            head("registry.operating.income", true),
            head("registry.operating.support", true),
            head("registry.operating.given", true),
            head("registry.operating.difference", true),
        ],
        rows: ones.iter().map(line).collect(),
    }
}

fn unknown() -> String {
    "—".to_owned()
}

/// The formulas in words, and each norm with its value, the place that set it and its clause.
pub(super) async fn why(cx: &Cx, read: &mut Read, by: Option<&Deciding>, day: Day) -> Result<Why> {
    let words = cx.words();
    let how = ["demand", "cost", "income", "support", "given"].map(|k| cx.t(&format!("registry.operating.how.{k}")));
    let mut used = Vec::new();
    if let Some(Deciding { place, path, norms }) = by {
        for (key, norm) in norms {
            let facet = facet(key);
            let address = facet.replace('=', "%3D");
            let mut line = Used {
                name: places::words::title(words, key.0, &facet),
                href: format!("/library/norms/{}?region={}&date={day}&facet={address}", key.0, place.code),
                value: cx.t("registry.operating.not_set").to_owned(),
                place: place.name.clone(),
                cite: String::new(),
                cite_href: None,
                mark: "",
            };
            if let Some(norm) = norm {
                let (clause, document) = places::cite(read, norm).await?;
                line.value = places::words::said(words, norm);
                line.place = match &norm.place {
                    Some(of) => path.iter().find(|p| p.id == *of).map_or_else(String::new, |p| p.name.clone()),
                    None => cx.t("registry.ledger.everywhere").to_owned(),
                };
                line.cite = format!("{} {}", words.pick(&document.title_zh, &document.title_en), clause.label);
                line.cite_href = Some(format!("/library/clauses/{}", clause.id));
                line.mark = cx.t(&format!("mark.{}", norm.mark));
            }
            used.push(line);
        }
    }
    Ok(Why { how: how.to_vec(), norms: used })
}
