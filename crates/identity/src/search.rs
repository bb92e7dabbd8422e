//! Units for the box on top of every page.

use crate::policy::UNITS;
use crate::store::units::{Listed, Selection, select};
use db::Read;
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
        let selection = Selection { day: cx.today(), under: None, level: None, kind: None, text: Some(typed) };
        let listed: Vec<Listed> = read.all(select(&selection, ("", ""), most as i64)).await?;
        let one = |listed: Listed| Found {
            title: cx.words().pick(&listed.unit.name_zh, &listed.unit.name_en).to_owned(),
            note: listed.place_name,
            href: format!("/units/{}", listed.unit.id),
            exact: listed.unit.name_zh == typed,
        };
        Ok(listed.into_iter().map(one).collect())
    })
}
