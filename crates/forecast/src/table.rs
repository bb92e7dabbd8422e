//! The births file: `year,births` for one place, or `street,year,births` with what else is known of a street.
//!
//! Column names are fixed, their order is not, others are ignored. Births may stand in ten thousands (`births_wan`,
//! `resident_births_10k`). Everything that is not used is said in a warning; a negative count refuses the file.

use crate::ForecastError;
use crate::district::{District, Street};
use std::collections::BTreeMap;

/// A read file.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The district; a plain series is a district of one street named `all`.
    pub district: District,
    /// Whether the file named streets.
    pub by_street: bool,
    /// What was left out or taken as approximate.
    pub warnings: Vec<String>,
}

/// Columns found in the header.
struct Columns {
    street: Option<usize>,
    year: usize,
    births: usize,
    unit: f64,
    status: Option<usize>,
    population: Option<usize>,
    ages: [Option<usize>; 3],
    enrolled: Option<usize>,
}

#[derive(Default)]
struct Row {
    births: u32,
    population: Option<f64>,
    stock: Option<[u32; 3]>,
    enrolled: Option<u32>,
}

/// Reads the text of a births file.
///
/// Errors: [`ForecastError::Table`] with the line, [`ForecastError::Births`] for a negative count, [`ForecastError::Year`] for
/// a year given twice or, between streets, missing.
pub fn read(text: &str) -> Result<Table, ForecastError> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let columns = columns(reader.headers().map_err(|error| refuse(1, &error.to_string()))?)?;
    let mut rows: BTreeMap<String, BTreeMap<i32, Row>> = BTreeMap::new();
    let mut order = Vec::new();
    let mut warnings = Vec::new();
    for record in reader.records() {
        let record =
            record.map_err(|error| refuse(error.position().map_or(0, csv::Position::line), &error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or("");
        let place = columns.street.map_or("all", cell);
        if place.is_empty() {
            return Err(refuse(line, "the street is empty"));
        }
        let year: i32 =
            cell(columns.year).parse().map_err(|_| refuse(line, &format!("`{}` is not a year", cell(columns.year))))?;
        if !(1900..=2200).contains(&year) {
            return Err(refuse(line, &format!("{year} is not a year of births")));
        }
        let status = columns.status.map_or("", cell);
        if status.starts_with("forecast") || cell(columns.births).is_empty() {
            let reason = if cell(columns.births).is_empty() { "no count" } else { "a forecast, not a count" };
            warnings.push(format!("{place}, {year}: {reason}, left out"));
            continue;
        }
        let row = row(&record, &columns, line, place, year, &mut warnings)?;
        if !rows.contains_key(place) {
            order.push(place.to_owned());
        }
        if rows.entry(place.to_owned()).or_default().insert(year, row).is_some() {
            return Err(ForecastError::Year { place: place.to_owned(), year, fault: "given twice" });
        }
    }
    let (first, last) = shared_years(&rows, &mut warnings)?;
    let streets: Result<Vec<Street>, ForecastError> =
        order.iter().map(|place| street(place, &rows[place], first, last)).collect();
    Ok(Table { district: District::new(first, streets?)?, by_street: columns.street.is_some(), warnings })
}

fn refuse(line: u64, reason: &str) -> ForecastError {
    ForecastError::Table { line, reason: reason.to_owned() }
}

fn columns(header: &csv::StringRecord) -> Result<Columns, ForecastError> {
    let find = |names: &[&str]| header.iter().position(|name| names.contains(&name.to_ascii_lowercase().as_str()));
    let year = find(&["year"]).ok_or_else(|| refuse(1, "no column `year`"))?;
    let (births, unit) = match (find(&["births"]), find(&["births_wan", "resident_births_10k"])) {
        (Some(at), _) => (at, 1.0),
        (None, Some(at)) => (at, 10_000.0),
        _ => return Err(refuse(1, "no column `births` (or `births_wan`, in ten thousands)")),
    };
    Ok(Columns {
        street: find(&["street", "street_code", "code", "region"]),
        year,
        births,
        unit,
        status: find(&["status"]),
        population: find(&["population"]),
        ages: [find(&["age_0"]), find(&["age_1"]), find(&["age_2"])],
        enrolled: find(&["enrolled"]),
    })
}

fn row(
    record: &csv::StringRecord,
    columns: &Columns,
    line: u64,
    place: &str,
    year: i32,
    warnings: &mut Vec<String>,
) -> Result<Row, ForecastError> {
    let text = record.get(columns.births).unwrap_or("");
    if text.starts_with('~') {
        warnings.push(format!("{place}, {year}: approximate count {text}"));
    }
    let number = |text: &str, what: &str| {
        text.trim_start_matches('~')
            .parse::<f64>()
            .map_err(|_| refuse(line, &format!("`{text}` is not a number ({what})")))
    };
    let count = |value: f64| {
        let fits = (0.0..=1e9).contains(&value);
        if fits {
            Ok(value.round() as u32)
        } else {
            Err(ForecastError::Births { place: place.to_owned(), year, value })
        }
    };
    let births = count(number(text, "births")? * columns.unit)?;
    let optional = |at: Option<usize>, what: &str| {
        let text = at.and_then(|at| record.get(at)).filter(|text| !text.is_empty());
        text.map(|text| number(text, what)).transpose()
    };
    let ages = [0, 1, 2].map(|age| optional(columns.ages[age], "children of an age"));
    let mut stock = Some([0; 3]);
    for (age, children) in ages.into_iter().enumerate() {
        match children? {
            Some(value) => {
                let children = count(value)?;
                stock = stock.map(|mut all| {
                    all[age] = children;
                    all
                });
            }
            None => stock = None,
        }
    }
    let enrolled = optional(columns.enrolled, "enrolled")?.map(count).transpose()?;
    Ok(Row { births, population: optional(columns.population, "population")?, stock, enrolled })
}

/// The last run of years without a gap that the first place has; every other place must have all of them.
fn shared_years(
    rows: &BTreeMap<String, BTreeMap<i32, Row>>,
    warnings: &mut Vec<String>,
) -> Result<(i32, i32), ForecastError> {
    let years = rows.values().next().ok_or_else(|| refuse(2, "no row with a count"))?;
    let last = rows.values().filter_map(|years| years.keys().next_back()).max().copied().unwrap_or(0);
    let mut first = last;
    while years.contains_key(&(first - 1)) {
        first -= 1;
    }
    let before = rows.values().flat_map(|years| years.keys()).filter(|year| **year < first);
    let mut left_out: Vec<i32> = before.copied().collect();
    left_out.sort_unstable();
    left_out.dedup();
    if !left_out.is_empty() {
        let list: Vec<String> = left_out.iter().map(i32::to_string).collect();
        warnings.push(format!("years before a gap are left out: {}", list.join(", ")));
    }
    Ok((first, last))
}

fn street(place: &str, rows: &BTreeMap<i32, Row>, first: i32, last: i32) -> Result<Street, ForecastError> {
    let mut street = Street::of_births(place, Vec::new());
    for year in first..=last {
        let row =
            rows.get(&year).ok_or_else(|| ForecastError::Year { place: place.to_owned(), year, fault: "missing" })?;
        street.births.push(row.births);
        street.stock.push(row.stock);
        street.population = row.population.or(street.population);
        street.enrolled = row.enrolled;
    }
    Ok(street)
}
