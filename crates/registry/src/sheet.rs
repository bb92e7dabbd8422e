//! The sheet of institutions: its columns, how a cell is read, and how a file is written into a row. Export and import
//! have the same columns, so what one house gives out another can take in. Codes and Chinese words are both taken; an
//! empty cell of a known file changes nothing.

mod plain;

use crate::codes::{Band, FacilityKind, Gained, LegalForm, Measure, Mode, Ownership, State};
use crate::import::Columns;
use crate::model::{Capacity, Fee, History};
use crate::rules::on;
use ::sheet::{Cell, Line, Value, text};
use kernel::kinds::FacilityId;
use kernel::{CreditCode, Day, Id, Lang, Span};
use plain::{Classes, Places};
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

/// Columns that people have and the registry takes in, but does not give out: it has them in other columns.
pub const INWARD: [(&str, &str); 2] = [("district", "所在区"), ("inclusive", "是否普惠")];

/// Every column that is taken in.
pub fn taken() -> impl Iterator<Item = (&'static str, &'static str)> {
    COLUMNS.into_iter().chain(INWARD)
}

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
    /// Its code or its name, as typed.
    pub region: Option<String>,
    /// The district's name: tells two streets of one name apart.
    pub district: Option<String>,
    pub address: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub state: Option<State>,
    pub opened: Option<Day>,
    pub changed_on: Option<Day>,
    pub inclusive: Option<(Span, String)>,
    /// Yes or no, where nothing more is said.
    pub is_inclusive: Option<bool>,
    pub notice: Option<Notice>,
    pub classes: Vec<ClassCell>,
    /// How many classes, of a kind where it is said: `托大班2个`, `3个班`.
    pub class_counts: Vec<(Option<Band>, i64)>,
    pub places: Vec<Capacity>,
    /// Places as a number alone: `60`.
    pub place_count: Option<i64>,
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

/// Rows that one sheet may have.
pub const MOST: usize = 50_000;

/// How much of a file is taken: some lines more than rows, for titles and the heading.
pub fn limits() -> ::sheet::Limits {
    ::sheet::Limits { lines: MOST + 100, ..::sheet::Limits::default() }
}

/// Reads a row; what is wrong is added to `faults`, and none stops the reading of the rest.
pub fn row(line: &Line, columns: &Columns, faults: &mut Vec<Fault>) -> SheetRow {
    Cells { line, columns, faults }.row()
}

/// The cells of one line.
struct Cells<'a> {
    line: &'a Line,
    columns: &'a Columns,
    faults: &'a mut Vec<Fault>,
}

impl Cells<'_> {
    fn at(&self) -> usize {
        self.line.number as usize
    }

    /// `None` when the column is not there or the cell is empty.
    fn cell(&self, column: &str) -> Option<&Cell> {
        self.line.cell(self.columns.at(column)?)
    }

    /// The text of a cell, without the apostrophe that export puts before what a spreadsheet would run.
    fn text(&self, column: &str) -> Option<String> {
        let cell = text::unguarded(&self.cell(column)?.text).trim().to_owned();
        (!cell.is_empty()).then_some(cell)
    }

    /// A name or an address.
    fn name(&self, column: &str) -> Option<String> {
        self.text(column).map(|t| text::name(&t)).filter(|t| !t.is_empty())
    }

    fn wrong(&mut self, column: &str, code: &'static str) {
        let value = self.text(column).unwrap_or_default();
        self.faults.push(Fault::new(self.at(), column, code).with(value));
    }

    fn parsed<T>(&mut self, column: &str, code: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong(column, code);
        }
        value
    }

    fn day(&mut self, column: &str) -> Option<Day> {
        let cell = self.cell(column)?;
        let day = cell.day().and_then(|d| d.parse::<Day>().ok()).filter(|d| *d >= Day::new(1900, 1, 1).unwrap_or(*d));
        if day.is_none() {
            self.wrong(column, "registry.sheet.day");
        }
        day
    }

    fn list<T>(&mut self, column: &str, code: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let all = |text: &str| -> Option<Vec<T>> {
            let text = text.replace('／', "/").replace('＝', "=");
            // Where no part has parts of its own, any sign of a list parts them.
            let more: &[char] = if text.contains('/') { &[] } else { &['、', '，'] };
            let ends = |c: char| matches!(c, ';' | '；' | '\n') || more.contains(&c);
            text.split(ends).map(str::trim).filter(|t| !t.is_empty()).map(&parse).collect()
        };
        self.parsed(column, code, all).unwrap_or_default()
    }

    fn row(mut self) -> SheetRow {
        let (classes, class_counts) = self.classes();
        let (places, place_count) = self.places();
        let is_inclusive = self.parsed("inclusive", "registry.sheet.yes_no", plain::inclusive);
        SheetRow {
            line: self.at(),
            id: self.parsed("id", "registry.sheet.id", |t| Id::parse(&text::tight(t))),
            credit_code: self.credit_code(),
            name: self.name("name"),
            kind: self.parsed("kind", "registry.sheet.value", plain::kind),
            ownership: self
                .parsed("ownership", "registry.sheet.value", |t| word(t, Ownership::ALL, |v| (v.as_str(), v.key()))),
            legal_form: self
                .parsed("legal_form", "registry.sheet.value", |t| word(t, LegalForm::ALL, |v| (v.as_str(), v.key()))),
            operator: self.name("operator"),
            phone: self.text("phone").map(|t| text::half(&t)),
            region: self.text("region").map(|t| text::tight(&t)),
            district: self.text("district").map(|t| text::tight(&t)),
            address: self.name("address"),
            lon: self.parsed("lon", "registry.sheet.number", text::decimal),
            lat: self.parsed("lat", "registry.sheet.number", text::decimal),
            state: self.parsed("state", "registry.sheet.value", plain::state),
            opened: self.day("opened"),
            changed_on: self.day("changed_on"),
            inclusive: self.inclusive(),
            is_inclusive,
            notice: self.notice(),
            classes,
            class_counts,
            places,
            place_count,
            fees: self.list("fees", "registry.sheet.fees", plain::fee),
        }
    }

    fn classes(&mut self) -> (Vec<ClassCell>, Vec<(Option<Band>, i64)>) {
        let (mut whole, mut counts) = (Vec::new(), Vec::new());
        for part in self.list("classes", "registry.sheet.classes", plain::classes) {
            match part {
                Classes::One(class) => whole.push(class),
                Classes::Count(band, n) => counts.push((band, n)),
            }
        }
        (whole, counts)
    }

    /// A number alone stands alone: beside others nobody knows whether it is their sum.
    fn places(&mut self) -> (Vec<Capacity>, Option<i64>) {
        let mut of = Vec::new();
        match self.list("places", "registry.sheet.places", plain::places).as_slice() {
            [Places::Count(n)] => return (of, Some(*n)),
            parts => {
                for part in parts {
                    match part {
                        Places::Of(capacity) => of.push(capacity.clone()),
                        Places::Count(_) => self.wrong("places", "registry.sheet.places"),
                    }
                }
            }
        }
        (of, None)
    }

    fn credit_code(&mut self) -> Option<String> {
        let damaged = self.cell("credit_code").is_some_and(Cell::lost_digits);
        let code = text::tight(&self.text("credit_code")?);
        if damaged {
            self.wrong("credit_code", "registry.sheet.lost_digits");
            return None;
        }
        match CreditCode::parse(&code) {
            Ok(code) => Some(code.as_str().to_owned()),
            Err(rule) => {
                let column = "credit_code".to_owned();
                self.faults.push(Fault { line: self.at(), column, code: rule.code, values: rule.values });
                None
            }
        }
    }

    /// `until` columns name the last day.
    fn span(&mut self, from: &str, until: &str) -> Option<Span> {
        let start = self.day(from)?;
        let end = match self.text(until) {
            Some(_) => self.day(until)?.next(),
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
        let by = self.name("inclusive_by");
        if by.is_none() {
            self.wrong("inclusive_by", "form.required");
        }
        Some((span, by?))
    }

    fn notice(&mut self) -> Option<Notice> {
        let number = self.name("notice_number")?;
        if self.text("notice_from").is_none() {
            self.wrong("notice_from", "form.required");
        }
        let span = self.span("notice_from", "notice_until")?;
        let places = self.parsed("notice_places", "registry.sheet.number", |t| text::whole(t).filter(|n| *n >= 0));
        Some(Notice { number, span, places })
    }
}

/// A code, or its Chinese word.
fn word<T: Copy>(text: &str, all: &[T], of: impl Fn(T) -> (&'static str, &'static str)) -> Option<T> {
    let text = text::tight(text);
    all.iter().copied().find(|v| {
        let (code, key) = of(*v);
        code == text || Words(Lang::Zh).find(key) == Some(text.as_str())
    })
}

fn day(text: &str) -> Option<Day> {
    text::day(text)?.parse().ok()
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
        of(&|p| p.name.clone()),
        h.facility.kind.to_string(),
        of(&|p| p.ownership.to_string()),
        of(&|p| p.legal_form.to_string()),
        of(&|p| p.operator.clone()),
        of(&|p| p.phone.clone()),
        region.to_owned(),
        site.map(|s| s.address.clone()).unwrap_or_default(),
        site.and_then(|s| s.lon).map(|n| n.to_string()).unwrap_or_default(),
        site.and_then(|s| s.lat).map(|n| n.to_string()).unwrap_or_default(),
        h.state_on(day).map(|s| s.to_string()).unwrap_or_default(),
        text(h.opened().or_else(|| h.state.first().map(|s| s.span.from))),
        String::new(),
        text(inclusive.map(|i| i.span.from)),
        inclusive.map(|i| last(i.span)).unwrap_or_default(),
        inclusive.map(|i| i.value.confirmed_by.clone()).unwrap_or_default(),
        notice.map(|n| n.number.clone()).unwrap_or_default(),
        text(notice.map(|n| n.from_day)),
        notice.map(|n| last(n.span())).unwrap_or_default(),
        notice.and_then(|n| n.places).map(|n| n.to_string()).unwrap_or_default(),
        join(&mut classes.into_iter()),
        join(&mut approved.into_iter()),
        join(&mut fees.into_iter()),
    ]
}

/// A cell of [`cells`] as what it is: numbers and days sort as such.
pub fn typed(column: usize, cell: String) -> Value<'static> {
    match COLUMNS[column].0 {
        _ if cell.is_empty() => Value::Empty,
        "lon" | "lat" => cell.parse().map_or(Value::Text(cell.into()), Value::Real),
        "notice_places" => cell.parse().map_or(Value::Text(cell.into()), Value::Whole),
        "opened" | "inclusive_from" | "inclusive_until" | "notice_from" | "notice_until" => Value::Day(cell.into()),
        _ => Value::Text(cell.into()),
    }
}

/// Width of a column, in characters.
pub fn width(column: &str) -> u16 {
    match column {
        "id" => 28,
        "credit_code" | "notice_number" | "operator" | "inclusive_by" => 22,
        "name" | "address" | "classes" | "places" | "fees" => 32,
        _ => 13,
    }
}
