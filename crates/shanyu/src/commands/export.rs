//! `shanyu export institutions|indicators|audit`: rows on standard output.

use crate::{
    Done, Stop,
    cli::{ExportKind, Format},
    config::Config,
    house::{House, Made},
};
use kernel::{Clock, Day};
use registry::{
    sheet::COLUMNS,
    store::list::{Care, Filter, Within},
    transfer,
};
use serde_json::{Map, Value, json};
use std::io::Write;

pub async fn run(config: Config, what: ExportKind, format: Format, region: Option<&str>, as_of: Option<Day>) -> Done {
    let last = Made::read(&config.data)?.and_then(|m| m.today);
    let house = super::open(&config).await?;
    let day = as_of.or(last).unwrap_or_else(|| Clock::System.today());
    let done = match what {
        ExportKind::Institutions => institutions(&house, format, region, day).await,
        ExportKind::Indicators => indicators(&house, format, region, day).await,
        ExportKind::Audit => audit(&house, format).await,
    };
    house.db.close().await;
    done
}

fn print(bytes: impl AsRef<[u8]>) -> Done {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes.as_ref()).and_then(|()| out.flush()).map_err(|e| Stop::Wrong(format!("standard output: {e}")))
}

async fn place(house: &House, region: Option<&str>, day: Day) -> Done<places::Place> {
    let mut read = house.db.read().await?;
    let found = match region {
        Some(code) => places::by_code(&mut read, code, day).await?,
        None => places::root(&mut read, day).await?,
    };
    found
        .ok_or_else(|| Stop::Wrong(format!("--region {}: no place has this code on {day}", region.unwrap_or_default())))
}

async fn institutions(house: &House, format: Format, region: Option<&str>, day: Day) -> Done {
    let place = place(house, region, day).await?;
    let filter = Filter { care: Some(Care::May), ..Filter::new(Within::Place(place.id), day) };
    let mut read = house.db.snapshot().await?;
    if let Some(format) = sheet_format(format) {
        let made = transfer::sheet_of(&mut read, &filter, format).await;
        return print(made.map_err(|e| Stop::Wrong(format!("{e:?}")))?);
    }
    let mut items = Vec::new();
    transfer::export(&mut read, &filter, |cells| {
        let row: Map<String, Value> =
            COLUMNS.iter().zip(cells).map(|((code, _), cell)| ((*code).to_owned(), json!(cell))).collect();
        items.push(Value::Object(row));
    })
    .await?;
    print(format!("{}\n", json!({"region": place.code, "as_of": day, "items": items})))
}

async fn indicators(house: &House, format: Format, region: Option<&str>, day: Day) -> Done {
    let place = place(house, region, day).await?;
    let mut read = house.db.snapshot().await?;
    let mut rows = Vec::new();
    for described in house.plans.catalogue.list() {
        let inner = |e: web::Error| Stop::Refused(format!("{e:?}"));
        let mut one =
            plans::api::indicator_json(&house.plans, &mut read, &described.id, &place, day).await.map_err(inner)?;
        one["name_zh"] = json!(described.name_zh);
        one["unit"] = json!(described.unit);
        rows.push(one);
    }
    if format == Format::Json {
        return print(format!("{}\n", json!({"region": place.code, "as_of": day, "items": rows})));
    }
    const COLUMNS: [&str; 8] = ["id", "name_zh", "region", "as_of", "value", "numerator", "denominator", "unit"];
    let mut out = writer(format, "indicators", &COLUMNS)?;
    for row in rows {
        let cells = COLUMNS.map(|c| match &row[c] {
            Value::String(s) => sheet::Value::from(s.clone()),
            Value::Number(n) => n.as_f64().map_or(sheet::Value::Empty, sheet::Value::Real),
            _ => sheet::Value::Empty,
        });
        out.row(cells).map_err(unwritten)?;
    }
    print(out.finish().map_err(unwritten)?)
}

/// The format of a sheet; JSON is none.
fn sheet_format(format: Format) -> Option<sheet::Format> {
    match format {
        Format::Json => None,
        Format::Csv => Some(sheet::Format::Csv),
        Format::Xlsx => Some(sheet::Format::Xlsx),
    }
}

/// A sheet with these headings.
fn writer(format: Format, name: &str, columns: &[&str]) -> Done<sheet::Writer> {
    let columns: Vec<_> = columns.iter().map(|c| sheet::Column::new(*c, 24)).collect();
    let format = sheet_format(format).unwrap_or(sheet::Format::Csv);
    sheet::Writer::new(format, name, &sheet::Preface::default(), &columns).map_err(unwritten)
}

fn unwritten(e: sheet::Error) -> Stop {
    Stop::Wrong(e.to_string())
}

async fn audit(house: &House, format: Format) -> Done {
    let mut read = house.db.snapshot().await?;
    const COLUMNS: [&str; 9] = ["at", "home", "account", "post", "unit", "action", "object_kind", "object", "purpose"];
    let mut out = writer(format, "audit", &COLUMNS)?;
    let mut problem = Ok(());
    let mut items = Vec::new();
    db::audit::each_row(&mut read, |row| {
        let id = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let cells = [
            row.at.to_string(),
            row.home.clone(),
            id(row.account.as_ref().map(|i| i.as_str())),
            id(row.post.as_ref().map(|i| i.as_str())),
            id(row.unit.as_ref().map(|i| i.as_str())),
            row.action.clone(),
            row.object_kind.clone(),
            row.object.clone(),
            row.purpose.clone(),
        ];
        if format == Format::Json {
            items.push(Value::Object(COLUMNS.iter().zip(cells).map(|(k, v)| ((*k).to_owned(), json!(v))).collect()));
        } else if problem.is_ok() {
            problem = out.row(cells.map(sheet::Value::from));
        }
    })
    .await?;
    problem.map_err(unwritten)?;
    if format == Format::Json {
        return print(format!("{}\n", json!({"items": items})));
    }
    print(out.finish().map_err(unwritten)?)
}
