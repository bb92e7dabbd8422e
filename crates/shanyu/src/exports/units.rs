//! Units, by the filters of their list.

use errand::{List, Pen};
use identity::{Level, Listed, Selection};
use kernel::kinds::PlaceId;
use sheet::{Column, Format, Value};
use web::{Cx, Error, Result};

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

/// The place of `?region=`.
async fn under(cx: &Cx, read: &mut db::Read) -> Result<Option<PlaceId>> {
    let Some(code) = cx.query("region") else { return Ok(None) };
    Ok(Some(places::by_code(read, code, cx.today()).await?.ok_or(Error::NotFound)?.id))
}

fn selection<'a>(cx: &'a Cx, under: Option<&'a PlaceId>) -> Result<Selection<'a>> {
    let level = cx.query("level").map(|l| Level::parse(l).ok_or_else(|| Error::bad("form.choice", "level")));
    let (level, day) = (level.transpose()?, cx.today());
    Ok(Selection { day, under, level, kind: cx.query("kind"), text: cx.query("q") })
}

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let under = under(&cx, &mut read).await?;
    Ok(read.one(identity::count_units(&selection(&cx, under.as_ref())?)).await?)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (words, day) = (cx.words(), cx.today());
    let mut read = cx.app.db.snapshot().await?;
    let under = under(&cx, &mut read).await?;
    let top = match &under {
        Some(id) => places::get(&mut read, id, day).await?,
        None => places::root(&mut read, day).await?,
    };
    let people = pen.format() == Format::Xlsx;
    let columns = COLUMNS.map(|(code, key, width)| Column::new(if people { words.t(key) } else { code }, width));
    pen.begin(&cx, day, &top.map(|p| p.name).unwrap_or_default(), &columns)?;
    let mut after = (String::new(), String::new());
    loop {
        let query = identity::select_units(&selection(&cx, under.as_ref())?, (&after.0, &after.1), PAGE);
        let rows: Vec<Listed> = read.all(query).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.unit.place.to_string(), last.unit.id.to_string());
        for Listed { unit, place_name } in rows {
            let code = places::get(&mut read, &unit.place, day).await?.map(|p| p.code);
            let kind = words.find(&format!("unit.kind.{}", unit.kind)).unwrap_or(&unit.kind).to_owned();
            pen.row([
                unit.id.to_string().into(),
                unit.name_zh.into(),
                unit.name_en.into(),
                unit.aliases.join("、").into(),
                words.t(&format!("unit.level.{}", unit.level.as_str())).into(),
                place_name.into(),
                code.into(),
                kind.into(),
                unit.is_group.then(|| words.t("app.yes")).into(),
                unit.ended.map_or(Value::Empty, |on| Value::Day(on.to_string().into())),
            ])
            .await?;
        }
    }
}
