//! The tables of a file's page.

use crate::codes::{Band, Mode};
use crate::file_parts::{Table, cell};
use crate::model::Credential;
use crate::view::{self, File};
use crate::{said, words};
use std::collections::BTreeMap;
use web::Words;
use web::parts::{Markup, light, whole};

/// Rows of cells under their heads.
fn table(heads: Vec<(&'static str, bool)>, rows: Vec<Vec<String>>) -> Table {
    let row = |cells: Vec<String>| cells.into_iter().zip(&heads).map(|(text, head)| cell(head, text)).collect();
    let rows = rows.into_iter().map(row).collect();
    Table { heads, rows }
}

pub fn classes(words: Words, file: &File) -> Table {
    let heads = vec![
        (words.t("registry.field.class"), false),
        (words.t("registry.field.band"), false),
        (words.t("registry.field.mode"), false),
        (words.t("registry.field.gained"), false),
    ];
    let row = |c: &view::OpenClass| {
        vec![
            cell(&heads[0], c.class.name.clone()).small(&words::span(words, c.span)),
            cell(&heads[1], words.t(c.class.kind.key())).small(&words::months(words, c.class.kind)),
            cell(&heads[2], words.t(c.mode.key())),
            cell(&heads[3], format!("{} {}", words.t(c.class.gained.key()), &c.since.to_string()[..7])),
        ]
    };
    let rows = file.classes.iter().map(row).collect();
    Table { heads, rows }
}

/// Kind of class, mode, approved, operational, enrolled.
pub fn capacity(words: Words, file: &File) -> Table {
    let mut numbers: BTreeMap<(Band, Mode), [Option<i64>; 3]> = BTreeMap::new();
    for c in file.capacity.iter().map(|c| &c.value) {
        numbers.entry((c.band, c.mode)).or_default()[c.measure as usize] = Some(c.places);
    }
    let number = |n: Option<i64>| n.map_or_else(|| "—".to_owned(), whole);
    let row = |((band, mode), [a, o, e]): ((Band, Mode), [Option<i64>; 3])| {
        vec![words.t(band.key()).to_owned(), words.t(mode.key()).to_owned(), number(a), number(o), number(e)]
    };
    let heads = vec![
        (words.t("registry.places_of"), false),
        (words.t("registry.field.mode"), false),
        (words.t("registry.measure.approved"), true),
        (words.t("registry.measure.operational"), true),
        (words.t("registry.measure.enrolled"), true),
    ];
    table(heads, numbers.into_iter().map(row).collect())
}

/// Places meant to be added or freed, by year.
pub fn releases(words: Words, file: &File) -> Table {
    let heads = vec![
        (words.t("registry.extra.release"), false),
        (words.t("registry.field.way"), false),
        (words.t("registry.field.places"), true),
        (words.t("registry.field.met"), false),
    ];
    let row = |r: &crate::rules::Held<crate::extra::Release>| {
        let r = &r.value;
        let met = words.t(if r.met { "registry.release.met" } else { "registry.release.not_met" });
        vec![
            cell(&heads[0], r.year.to_string()).small(&r.note),
            cell(&heads[1], words.t(r.way.key())),
            cell(&heads[2], whole(r.places)),
            cell(&heads[3], met),
        ]
    };
    let rows = file.releases.iter().map(row).collect();
    Table { heads, rows }
}

pub fn credentials(words: Words, file: &File, soon: i64) -> Table {
    let heads = vec![
        (words.t("registry.field.credential"), false),
        (words.t("registry.valid"), false),
        (words.t("registry.field.places"), true),
    ];
    let row = |c: &Credential| {
        let number = crate::timeline::joined(words, &[&c.number, &c.issuer]);
        vec![
            cell(&heads[0], words.t(c.kind.key())).small(&number),
            cell(&heads[1], words::span(words, c.span()))
                .small(words.t(c.verified.key()))
                .lit(Some(ending_light(words, c, file.day, soon))),
            cell(&heads[2], c.places.map_or_else(|| "—".to_owned(), whole)),
        ]
    };
    let rows = file.credentials.iter().chain(&file.lapsed).map(row).collect();
    Table { heads, rows }
}

/// 有效, 将到期, 已到期
fn ending_light(words: Words, c: &Credential, day: kernel::Day, soon: i64) -> Markup {
    let (class, key) = match c.until_day {
        until if until <= day => ("missed", "registry.credential_state.ended"),
        until if until <= day.plus(soon) => ("risk", "registry.credential_state.ending"),
        _ => ("met", "registry.credential_state.valid"),
    };
    light(class, words.t(key))
}

pub fn fees(words: Words, file: &File) -> Table {
    let row = |f: &crate::rules::Held<crate::model::Fee>| {
        let fee = words.tf("registry.fee", &[&f.value.fen, &words.t(f.value.per.key())]);
        vec![words.t(f.value.mode.key()).to_owned(), fee, words::span(words, f.span)]
    };
    let heads = vec![
        (words.t("registry.field.mode"), false),
        (words.t("registry.field.fen"), true),
        (words.t("registry.held"), false),
    ];
    table(heads, file.fees.iter().map(row).collect())
}

pub fn support(words: Words, file: &File) -> Table {
    let heads = vec![
        (words.t("registry.field.support_kind"), false),
        (words.t("registry.field.source"), false),
        (words.t("registry.field.amount"), true),
        (words.t("registry.support_period"), false),
    ];
    let row = |s: &crate::extra::Support| {
        let note = crate::timeline::joined(words, &[&s.document, &s.note]);
        vec![
            cell(&heads[0], words.t(s.kind.key())).small(&note),
            cell(&heads[1], s.source.clone()),
            cell(&heads[2], s.fen.map_or_else(|| "—".to_owned(), said::grouped)),
            cell(&heads[3], words::span(words, s.span())),
        ]
    };
    let rows = file.support.iter().map(row).collect();
    Table { heads, rows }
}

pub fn services(words: Words, file: &File) -> Table {
    let heads = vec![
        (words.t("registry.field.service"), false),
        (words.t("registry.field.style"), false),
        (words.t("registry.field.ages"), false),
        (words.t("registry.field.mode"), false),
        (words.t("registry.field.fen"), true),
    ];
    let row = |s: &crate::extra::Service| {
        let price = said::price(words, s);
        vec![
            cell(&heads[0], s.name.clone()).small(&s.note),
            cell(&heads[1], words.t(s.style.key())),
            cell(&heads[2], said::ages(words, s)),
            cell(&heads[3], words.t(s.mode.key())),
            cell(&heads[4], if price.is_empty() { "—".to_owned() } else { price }),
        ]
    };
    let rows = file.services.iter().map(row).collect();
    Table { heads, rows }
}

/// Trait, value, reason, span.
pub fn traits(words: Words, file: &File) -> Table {
    let row = |f: &crate::rules::Held<crate::model::FlagSpan>| {
        let value = words::flag_value(words, f.value.flag, &f.value.value).to_owned();
        vec![words.t(f.value.flag.key()).to_owned(), value, f.value.reason.clone(), words::span(words, f.span)]
    };
    let heads = vec![
        (words.t("registry.field.flag"), false),
        (words.t("registry.field.value"), false),
        (words.t("registry.field.reason"), false),
        (words.t("registry.held"), false),
    ];
    table(heads, file.flags.iter().map(row).collect())
}
