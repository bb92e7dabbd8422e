//! Units for the box on top of every page.

mod store;

use crate::policy::UNITS;
use db::Read;
use store::{Named, holding};
use web::Cx;
use web::find::{Finder, Finding, Found};

/// What this slice finds.
pub fn finder() -> Finder {
    Finder {
        group: "units.title",
        action: &UNITS,
        find: Box::new(|cx, read, typed, most| answer(cx, read, typed, most)),
    }
}

fn answer<'a>(cx: &'a Cx, read: &'a mut Read, typed: &'a str, most: usize) -> Finding<'a> {
    Box::pin(async move {
        // A unit has no number, and one character stands in most names.
        if typed.chars().count() < 2 || typed.chars().all(|c| !c.is_alphabetic()) {
            return Ok(Vec::new());
        }
        let one = |unit: Named| Found {
            title: cx.words().pick(&unit.name_zh, &unit.name_en).to_owned(),
            note: unit.place_name,
            href: format!("/units/{}", unit.id),
            exact: unit.name_zh == typed,
        };
        Ok(holding(read, typed, cx.today(), most as i64).await?.into_iter().map(one).collect())
    })
}
