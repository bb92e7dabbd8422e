//! The sheet of institutions: its columns, how a cell is read, and how a file is written into a row. Export and import
//! have the same columns, so what one house gives out another can take in. Codes and Chinese words are both taken; an
//! empty cell of a known file changes nothing.

use crate::codes::{Band, FacilityKind, Gained, LegalForm, Measure, Mode, Ownership, Per, State};
use crate::model::{Capacity, Fee, History};
use crate::rules::on;
use kernel::kinds::FacilityId;
use kernel::{CreditCode, Day, Fen, Id, Lang, Span};
use std::collections::BTreeMap;
use web::Words;

/// Column and its heading in Chinese; both are taken as heading.
pub const COLUMNS: [(&str, &str); 25] = [
    ("id", "档案编号"),
    ("credit_code", "统一社会信用代码"),
    ("name", "名称"),
    ("kind", "类别"),
    ("ownership", "举办性质"),
    ("legal_form", "登记形式"),
    ("operator", "举办者"),
    ("phone", "电话"),
    ("region", "街镇代码"),
    ("address", "地址"),
    ("lon", "经度"),
    ("lat", "纬度"),
    ("state", "状态"),
    ("opened", "开办日期"),
    ("changed_on", "变更日期"),
    ("inclusive_from", "普惠起始日"),
    ("inclusive_until", "普惠截止日"),
    ("inclusive_by", "普惠认定单位"),
    ("notice_number", "告知书编号"),
    ("notice_from", "告知书起始日"),
    ("notice_until", "告知书截止日"),
    ("notice_places", "告知书托位"),
    ("classes", "班级"),
    ("places", "批准托位"),
    ("fees", "收费"),
];

/// Something wrong in a sheet: the line in the file (the heading is line 1), the column, and a rule's code.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    pub line: usize,
    pub column: String,
    pub code: &'static str,
    pub values: Vec<String>,
}

impl Fault {
    pub fn new(line: usize, column: &str, code: &'static str) -> Fault {
        Fault { line, column: column.to_owned(), code, values: Vec::new() }
    }

    pub fn with(mut self, value: impl ToString) -> Fault {
        self.values.push(value.to_string());
        self
    }
}

/// One row, parsed. `None` where the cell is empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SheetRow {
    pub line: usize,
    pub id: Option<FacilityId>,
    pub credit_code: Option<String>,
    pub name: Option<String>,
    pub kind: Option<FacilityKind>,
    pub ownership: Option<Ownership>,
    pub legal_form: Option<LegalForm>,
    pub operator: Option<String>,
    pub phone: Option<String>,
    pub region: Option<String>,
    pub address: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub state: Option<State>,
    pub opened: Option<Day>,
    pub changed_on: Option<Day>,
    pub inclusive: Option<(Span, String)>,
    pub notice: Option<Notice>,
    pub classes: Vec<ClassCell>,
    pub places: Vec<Capacity>,
    pub fees: Vec<Fee>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    pub number: String,
    pub span: Span,
    pub places: Option<i64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ClassCell {
    pub name: String,
    pub kind: Band,
    pub mode: Mode,
    pub gained: Gained,
    pub from: Day,
}

/// A parsed sheet, with the lines as they were for giving rejected ones back.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub heading: Vec<String>,
    pub raw: BTreeMap<usize, Vec<String>>,
    pub rows: Vec<SheetRow>,
    pub faults: Vec<Fault>,
}

/// Rows that one sheet may have.
pub const MOST: usize = 50_000;

/// The text of a file: UTF-8 with or without a mark, or GB 18030 as spreadsheets on Chinese systems write it. Ends of
/// lines become one character, so that lines are counted as an editor counts them.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.replace("\r\n", "\n"));
    }
    let (text, _, wrong) = encoding_rs::GB18030.decode(bytes);
    (!wrong).then(|| text.replace("\r\n", "\n"))
}

/// Reads a sheet; faults name line and column, and none stops the reading of the rest.
pub fn parse(text: &str) -> Sheet {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut out = Sheet::default();
    let mut index: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (n, record) in reader.records().enumerate() {
        let Ok(record) = record else {
            out.faults.push(Fault::new(n + 1, "", "registry.sheet.broken"));
            break;
        };
        let line = record.position().map_or(n + 1, |p| p.line() as usize);
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        if out.heading.is_empty() {
            out.heading = record.iter().map(|c| c.trim().to_owned()).collect();
            index = heading(&out.heading, &mut out.faults);
            continue;
        }
        if out.raw.len() == MOST {
            out.faults.push(Fault::new(line, "", "registry.sheet.too_long").with(MOST));
            break;
        }
        out.raw.insert(line, record.iter().map(str::to_owned).collect());
        if record.len() != out.heading.len() {
            out.faults.push(Fault::new(line, "", "registry.sheet.columns").with(out.heading.len()).with(record.len()));
            continue;
        }
        let row = Cells { line, record: &record, index: &index, faults: &mut out.faults }.row();
        out.rows.push(row);
    }
    if out.heading.is_empty() {
        out.faults.push(Fault::new(1, "", "registry.sheet.empty"));
    }
    out
}

fn heading(cells: &[String], faults: &mut Vec<Fault>) -> BTreeMap<&'static str, usize> {
    let mut index = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        match COLUMNS.iter().find(|(code, zh)| cell == code || cell == zh) {
            Some((code, _)) => {
                if index.insert(*code, at).is_some() {
                    faults.push(Fault::new(1, cell, "registry.sheet.twice"));
                }
            }
            None => faults.push(Fault::new(1, cell, "registry.sheet.unknown_column")),
        }
    }
    if !index.contains_key("credit_code") && !index.contains_key("id") {
        faults.push(Fault::new(1, "credit_code", "registry.sheet.no_key"));
    }
    index
}

/// The cells of one line.
struct Cells<'a> {
    line: usize,
    record: &'a csv::StringRecord,
    index: &'a BTreeMap<&'static str, usize>,
    faults: &'a mut Vec<Fault>,
}

impl Cells<'_> {
    /// `None` when the column is not there or the cell is empty.
    fn text(&self, column: &str) -> Option<String> {
        let cell = self.record.get(*self.index.get(column)?)?.trim();
        // Export puts an apostrophe before what a spreadsheet would run as a formula.
        let cell = match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(FORMULA) => rest,
            _ => cell,
        };
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    fn wrong(&mut self, column: &str, code: &'static str) {
        let value = self.text(column).unwrap_or_default();
        self.faults.push(Fault::new(self.line, column, code).with(value));
    }

    fn parsed<T>(&mut self, column: &str, code: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong(column, code);
        }
        value
    }

    fn list<T>(&mut self, column: &str, code: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let all = |text: &str| -> Option<Vec<T>> {
            text.split([';', '；']).map(str::trim).filter(|t| !t.is_empty()).map(&parse).collect()
        };
        self.parsed(column, code, all).unwrap_or_default()
    }

    fn row(mut self) -> SheetRow {
        let number = |text: &str| text.parse::<f64>().ok().filter(|n| n.is_finite());
        SheetRow {
            line: self.line,
            id: self.parsed("id", "registry.sheet.id", Id::parse),
            credit_code: self.credit_code(),
            name: self.text("name"),
            kind: self.parsed("kind", "registry.sheet.value", kind),
            ownership: self
                .parsed("ownership", "registry.sheet.value", |t| word(t, Ownership::ALL, |v| (v.as_str(), v.key()))),
            legal_form: self
                .parsed("legal_form", "registry.sheet.value", |t| word(t, LegalForm::ALL, |v| (v.as_str(), v.key()))),
            operator: self.text("operator"),
            phone: self.text("phone"),
            region: self.text("region"),
            address: self.text("address"),
            lon: self.parsed("lon", "registry.sheet.number", number),
            lat: self.parsed("lat", "registry.sheet.number", number),
            state: self.parsed("state", "registry.sheet.value", |t| word(t, State::ALL, |v| (v.as_str(), v.key()))),
            opened: self.parsed("opened", "registry.sheet.day", day),
            changed_on: self.parsed("changed_on", "registry.sheet.day", day),
            inclusive: self.inclusive(),
            notice: self.notice(),
            classes: self.list("classes", "registry.sheet.classes", class_cell),
            places: self.list("places", "registry.sheet.places", capacity_cell),
            fees: self.list("fees", "registry.sheet.fees", fee_cell),
        }
    }

    fn credit_code(&mut self) -> Option<String> {
        let text = self.text("credit_code")?;
        match CreditCode::parse(&text) {
            Ok(code) => Some(code.as_str().to_owned()),
            Err(rule) => {
                let (line, values) = (self.line, rule.values);
                self.faults.push(Fault { line, column: "credit_code".to_owned(), code: rule.code, values });
                None
            }
        }
    }

    /// `until` columns name the last day.
    fn span(&mut self, from: &str, until: &str) -> Option<Span> {
        let start = self.parsed(from, "registry.sheet.day", day)?;
        let end = match self.text(until) {
            Some(_) => self.parsed(until, "registry.sheet.day", day)?.next(),
            None => Day::OPEN,
        };
        let span = Span::new(start, end);
        if span.is_none() {
            self.wrong(until, "registry.date.order");
        }
        span
    }

    fn inclusive(&mut self) -> Option<(Span, String)> {
        let span = self.span("inclusive_from", "inclusive_until")?;
        let by = self.text("inclusive_by");
        if by.is_none() {
            self.wrong("inclusive_by", "form.required");
        }
        Some((span, by?))
    }

    fn notice(&mut self) -> Option<Notice> {
        let number = self.text("notice_number")?;
        if self.text("notice_from").is_none() {
            self.wrong("notice_from", "form.required");
        }
        let span = self.span("notice_from", "notice_until")?;
        let places = self.parsed("notice_places", "registry.sheet.number", |t| t.parse().ok());
        Some(Notice { number, span, places })
    }
}

const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn kind(text: &str) -> Option<FacilityKind> {
    FacilityKind::ALL.iter().copied().find(|k| k.as_str() == text || k.names().0 == text)
}

/// A code, or its Chinese word.
fn word<T: Copy>(text: &str, all: &[T], of: impl Fn(T) -> (&'static str, &'static str)) -> Option<T> {
    all.iter().copied().find(|v| {
        let (code, key) = of(*v);
        code == text || Words(Lang::Zh).find(key) == Some(text)
    })
}

/// `2022-11-15`, `2022/11/15`, `2022.1.5`, `2022年11月15日`.
fn day(text: &str) -> Option<Day> {
    let parts: Vec<&str> = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = parts[..] else { return None };
    Day::new(year.parse().ok().filter(|y| *y >= 1900)?, month.parse().ok()?, day.parse().ok()?)
}

/// `托大一班/senior/full_day/new/2021-09-01`
fn class_cell(text: &str) -> Option<ClassCell> {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let [name, kind, mode, gained, from] = parts[..] else { return None };
    (!name.is_empty()).then_some(())?;
    Some(ClassCell {
        name: name.to_owned(),
        kind: word(kind, Band::ALL, |v| (v.as_str(), v.key()))?,
        mode: word(mode, Mode::ALL, |v| (v.as_str(), v.key()))?,
        gained: word(gained, Gained::ALL, |v| (v.as_str(), v.key()))?,
        from: day(from)?,
    })
}

/// `full_day/senior=20`: approved places of a mode and a kind of class.
fn capacity_cell(text: &str) -> Option<Capacity> {
    let (of, places) = text.split_once('=')?;
    let (mode, band) = of.split_once('/')?;
    Some(Capacity {
        measure: Measure::Approved,
        mode: word(mode.trim(), Mode::ALL, |v| (v.as_str(), v.key()))?,
        band: word(band.trim(), Band::ALL, |v| (v.as_str(), v.key()))?,
        places: places.trim().parse().ok().filter(|n| *n >= 0)?,
    })
}

/// `full_day=3000.00/month`, in yuan.
fn fee_cell(text: &str) -> Option<Fee> {
    let (mode, amount) = text.split_once('=')?;
    let (yuan, per) = amount.split_once('/')?;
    Some(Fee {
        mode: word(mode.trim(), Mode::ALL, |v| (v.as_str(), v.key()))?,
        fen: Fen::parse_yuan(yuan).filter(|f| f.0 >= 0)?,
        per: word(per.trim(), Per::ALL, |v| (v.as_str(), v.key()))?,
    })
}

/// The cells of a file as of a day, in the order of [`COLUMNS`]; `region` is the code of its place on the day.
pub fn cells(h: &History, day: Day, region: &str) -> [String; 25] {
    let last = |span: Span| if span.is_open() { String::new() } else { span.until.plus(-1).to_string() };
    let text = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
    let profile = on(&h.profile, day).map(|p| &p.value);
    let site = on(&h.site, day).map(|s| &s.value);
    let inclusive = on(&h.inclusive, day);
    let notice = h
        .credentials
        .iter()
        .find(|c| c.kind == crate::codes::CredentialKind::OperationNotice && c.span().contains(day));
    let classes = h.classes_on(day).map(|(c, mode)| {
        let since = h.class_spans.iter().filter(|s| s.value.class == c.id).map(|s| s.span.from).min();
        format!("{}/{}/{}/{}/{}", c.name.replace(['/', ';'], " "), c.kind, mode, c.gained, text(since))
    });
    let approved = h.capacity.iter().filter(|c| c.value.measure == Measure::Approved && c.span.contains(day));
    let approved = approved.map(|c| format!("{}/{}={}", c.value.mode, c.value.band, c.value.places));
    let fees = h.fee.iter().filter(|f| f.span.contains(day));
    let fees = fees.map(|f| format!("{}={}/{}", f.value.mode, f.value.fen, f.value.per));
    let join = |list: &mut dyn Iterator<Item = String>| list.collect::<Vec<_>>().join(";");
    let of = |get: &dyn Fn(&crate::model::Profile) -> String| profile.map(get).unwrap_or_default();
    [
        h.facility.id.to_string(),
        of(&|p| p.credit_code.clone().unwrap_or_default()),
        of(&|p| safe(&p.name)),
        h.facility.kind.to_string(),
        of(&|p| p.ownership.to_string()),
        of(&|p| p.legal_form.to_string()),
        of(&|p| safe(&p.operator)),
        of(&|p| safe(&p.phone)),
        region.to_owned(),
        site.map(|s| safe(&s.address)).unwrap_or_default(),
        site.and_then(|s| s.lon).map(|n| n.to_string()).unwrap_or_default(),
        site.and_then(|s| s.lat).map(|n| n.to_string()).unwrap_or_default(),
        h.state_on(day).map(|s| s.to_string()).unwrap_or_default(),
        text(h.opened().or_else(|| h.state.first().map(|s| s.span.from))),
        String::new(),
        text(inclusive.map(|i| i.span.from)),
        inclusive.map(|i| last(i.span)).unwrap_or_default(),
        inclusive.map(|i| safe(&i.value.confirmed_by)).unwrap_or_default(),
        notice.map(|n| safe(&n.number)).unwrap_or_default(),
        text(notice.map(|n| n.from_day)),
        notice.map(|n| last(n.span())).unwrap_or_default(),
        notice.and_then(|n| n.places).map(|n| n.to_string()).unwrap_or_default(),
        join(&mut classes.into_iter()),
        join(&mut approved.into_iter()),
        join(&mut fees.into_iter()),
    ]
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
fn safe(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// A line of CSV.
pub fn csv_line(out: &mut String, cells: &[String]) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
