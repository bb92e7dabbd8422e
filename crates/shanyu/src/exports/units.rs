//! Units, by the filters of their list.

use errand::{List, Pen};
use identity::Listed;
use sheet::Value;
use web::{Cx, Result};

pub static LIST: List = List {
    kind: "identity.units",
    action: &identity::UNITS,
    title: "units.title",
    name: "units",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

/// Code, message key, width.
const COLUMNS: [(&str, &str, u16); 10] = [
    ("id", "exports.unit_id", 28),
    ("name_zh", "exports.name_zh", 40),
    ("name_en", "exports.name_en", 50),
    ("aliases", "unit.aliases", 30),
    ("level", "units.level", 10),
    ("place", "units.place", 16),
    ("region", "unit.code", 14),
    ("kind", "units.kind", 20),
    ("group", "units.group", 10),
    ("ended", "exports.ended", 12),
];

/// Units that are read at once.
const PAGE: i64 = 500;

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let wanted = identity::unit_search(&cx, &mut read).await?;
    Ok(read.one(identity::count_units(&wanted)).await?)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (words, day) = (cx.words(), cx.today());
    let mut read = cx.app.db.snapshot().await?;
    let wanted = identity::unit_search(&cx, &mut read).await?;
    let top = match &wanted.under {
        Some(id) => places::get(&mut read, id, day).await?,
        None => places::root(&mut read, day).await?,
    };
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, day, &top.map(|p| p.name).unwrap_or_default(), &columns)?;
    let mut after = (String::new(), String::new());
    loop {
        let rows: Vec<Listed> = read.all(identity::select_units(&wanted, (&after.0, &after.1), PAGE)).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.unit.place.to_string(), last.unit.id.to_string());
        for Listed { unit, place_name, place_code } in rows {
            let kind = words.find(&format!("unit.kind.{}", unit.kind)).unwrap_or(&unit.kind).to_owned();
            pen.row([
                unit.id.to_string().into(),
                unit.name_zh.into(),
                unit.name_en.into(),
                unit.aliases.join("、").into(),
                words.t(&format!("unit.level.{}", unit.level.as_str())).into(),
                place_name.into(),
                place_code.into(),
                kind.into(),
                unit.is_group.then(|| words.t("app.yes")).into(),
                unit.ended.map_or(Value::Empty, |on| Value::Day(on.to_string().into())),
            ])
            .await?;
        }
    }
}
