//! `shanyu export institutions|indicators|audit`: rows on standard output.

use crate::{
    Done, Stop,
    cli::{ExportKind, Format},
    config::Config,
    house::{House, Made},
};
use kernel::{Clock, Day};
use registry::{
    sheet,
    store::list::{Filter, Within},
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

fn print(text: &str) -> Done {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Stop::Wrong(format!("standard output: {e}")))
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
    let filter = Filter { care: Some(true), ..Filter::new(Within::Place(place.id), day) };
    let mut read = house.db.snapshot().await?;
    if format == Format::Csv {
        return print(&transfer::export_csv(&mut read, &filter).await?);
    }
    let mut items = Vec::new();
    transfer::export(&mut read, &filter, |cells| {
        let row: Map<String, Value> =
            sheet::COLUMNS.iter().zip(cells).map(|((code, _), cell)| ((*code).to_owned(), json!(cell))).collect();
        items.push(Value::Object(row));
    })
    .await?;
    print(&format!("{}\n", json!({"region": place.code, "as_of": day, "items": items})))
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
        return print(&format!("{}\n", json!({"region": place.code, "as_of": day, "items": rows})));
    }
    let mut out = String::from("\u{feff}");
    const COLUMNS: [&str; 8] = ["id", "name_zh", "region", "as_of", "value", "numerator", "denominator", "unit"];
    sheet::csv_line(&mut out, &COLUMNS.map(str::to_owned));
    for row in rows {
        let cells = COLUMNS.map(|c| match &row[c] {
            Value::String(s) => s.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        });
        sheet::csv_line(&mut out, &cells);
    }
    print(&out)
}

async fn audit(house: &House, format: Format) -> Done {
    let mut read = house.db.snapshot().await?;
    let mut out = String::new();
    const COLUMNS: [&str; 9] = ["at", "home", "account", "post", "unit", "action", "object_kind", "object", "purpose"];
    if format == Format::Csv {
        out.push('\u{feff}');
        sheet::csv_line(&mut out, &COLUMNS.map(str::to_owned));
    }
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
        match format {
            Format::Csv => sheet::csv_line(&mut out, &cells),
            Format::Json => {
                items.push(Value::Object(COLUMNS.iter().zip(cells).map(|(k, v)| ((*k).to_owned(), json!(v))).collect()))
            }
        }
    })
    .await?;
    if format == Format::Json {
        out = format!("{}\n", json!({"items": items}));
    }
    print(&out)
}
