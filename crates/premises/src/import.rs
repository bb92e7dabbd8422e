//! Bringing in a sheet of premises. It is looked at without writing, with every fault named by its line; when it has
//! none, it is written whole, by a job, once its owner has said so. Rooms that are known are let on to whoever the sheet
//! names; a row that the records have already changes nothing.

use crate::form::{self, LEASE, ROOMS};
use crate::model::{LESSORS, PURPOSES, SOURCES, WHAT};
use crate::put::{self, Lease, Rooms, Stamp, above};
use crate::store::rooms;
use crate::{address, watch};
use db::Read;
use errand::{Outcome, Task};
use kernel::kinds::PlaceId;
use kernel::{Lang, RuleViolation};
use matter::Kinds;
use serde::{Deserialize, Serialize};
use sheet::{Grid, Head, Limits, Line, text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use web::{Cx, Entry, Error, Form, Invalid, Result, Words};

/// The kind of its errand.
pub const KIND: &str = "premises.import";

/// Rows of one sheet.
const MOST: usize = 5_000;

/// What else people write above a column.
const CALLED: &[(&str, &[&str])] = &[
    ("region", &["街镇", "街道", "所属街镇", "所在街镇", "街道镇", "乡镇街道"]),
    ("address", &["地址", "详细地址", "场地地址", "坐落"]),
    ("what", &["场所类型", "房屋类型", "房屋性质", "用房类型"]),
    ("area", &["面积", "建筑面积", "面积平方米", "租赁面积"]),
    ("floor", &["楼层", "所在楼层"]),
    ("source", &["来源", "线索来源", "登记来源"]),
    ("source_ref", &["来源编号", "编号"]),
    ("operator", &["使用方", "承租方", "承租人", "租户", "借用方"]),
    ("credit_code", &["统一社会信用代码", "信用代码"]),
    ("purpose", &["用途", "租赁用途", "经营内容"]),
    ("lessor_kind", &["出租方类型", "出借方类型"]),
    ("lessor", &["出租方", "出租人", "产权方", "出借方", "业主单位"]),
    ("contact", &["联系方式", "出租方联系方式", "联系人"]),
    ("from", &["起始日期", "起租日期", "租赁开始", "开始日期"]),
    ("until", &["截止日期", "到期日期", "租赁结束", "结束日期"]),
    ("lon", &["经度"]),
    ("lat", &["纬度"]),
    ("note", &["备注", "说明"]),
];

fn code_of(heading: &str) -> Option<&'static str> {
    let fits = |(code, names): &&(&'static str, &[&str])| {
        *code == heading || names.iter().any(|n| text::heading(n) == heading)
    };
    CALLED.iter().find(fits).map(|(code, _)| *code)
}

/// A sheet whose heading was found.
pub struct Opened {
    grid: Grid,
    head: Head,
    columns: BTreeMap<&'static str, u32>,
    /// Columns that say nothing to this list.
    pub left_out: Vec<String>,
}

/// Opens a file.
///
/// Errors: the codes of the sheets of institutions; `premises.columns` with what is missing.
pub fn open(bytes: &[u8]) -> Result<Opened, RuleViolation> {
    let grids = sheet::read(bytes, &Limits { lines: MOST + 100, ..Limits::default() }).map_err(|e| {
        RuleViolation::new(match e {
            sheet::Error::Empty => "registry.sheet.empty",
            sheet::Error::Encoding => "registry.sheet.encoding",
            sheet::Error::Old => "registry.sheet.old",
            sheet::Error::Locked => "registry.sheet.locked",
            sheet::Error::TooLarge(_) => "registry.sheet.too_large",
            sheet::Error::Broken(_) | sheet::Error::Write(_) => "registry.sheet.broken",
        })
    })?;
    let known = |name: &str| code_of(name).is_some();
    let heads =
        grids.into_iter().filter_map(|grid| Head::find(&grid, known).map(|head| (head.score(known), grid, head)));
    let best = heads.reduce(|best, other| if other.0 > best.0 { other } else { best });
    let (_, grid, head) = best.ok_or_else(|| RuleViolation::new("registry.sheet.empty"))?;
    let (mut columns, mut left_out) = (BTreeMap::new(), Vec::new());
    for (column, heading) in &head.columns {
        match code_of(heading).filter(|code| !columns.contains_key(code)) {
            Some(code) => drop(columns.insert(code, *column)),
            None => left_out.push(heading.clone()),
        }
    }
    let needed = ["region", "address", "operator", "purpose", "from"];
    let missing: Vec<&str> = needed.into_iter().filter(|code| !columns.contains_key(code)).collect();
    if !missing.is_empty() {
        let names = missing.iter().map(|code| Words(Lang::Zh).t(&format!("premises.field.{code}")));
        return Err(RuleViolation::new("premises.columns").with(names.collect::<Vec<_>>().join("、")));
    }
    Ok(Opened { grid, head, columns, left_out })
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub line: u32,
    pub field: String,
    pub code: String,
    pub values: Vec<String>,
}

/// What is to be done for a row.
enum Job {
    Enter(Rooms, Lease),
    LetOn(crate::model::Premises, Lease),
}

/// A sheet that was looked at.
#[derive(Default)]
pub struct Examined {
    jobs: Vec<Job>,
    pub counts: Counts,
    pub faults: Vec<Fault>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub rows: usize,
    pub entered: usize,
    pub changed: usize,
    pub same: usize,
}

/// Looks at every row.
pub async fn examine(cx: &Cx, read: &mut Read, opened: &Opened) -> Result<Examined> {
    let mut out = Examined::default();
    let mut streets: BTreeMap<String, Option<PlaceId>> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for line in opened.head.rows(&opened.grid) {
        out.counts.rows += 1;
        if out.counts.rows > MOST {
            return Err(RuleViolation::new("registry.sheet.too_long").with(MOST).into());
        }
        let form = row(opened, line);
        let typed = form.text("region").to_owned();
        if !streets.contains_key(&typed) {
            let place = form::street(read, &typed, &cx.scope(), cx.today()).await?;
            let mut within = None;
            if let Some(place) = place
                && places::covers(read, &cx.scope(), &place.id, cx.today()).await?
            {
                within = Some(place.id);
            }
            streets.insert(typed.clone(), within);
        }
        let mut bad = Invalid::default();
        let rooms = form::rooms(&form, streets[&typed].clone(), &mut bad);
        let lease = form::lease(&form, &mut bad);
        if let (Some(rooms), Some(lease), true) = (rooms, lease, bad.is_empty()) {
            let key = address::key(&rooms.address, &above(read, &rooms.place, cx.today()).await?);
            if !twice.insert((rooms.place.to_string(), key.clone())) {
                bad.add("address", "premises.twice");
            } else if let Some(code) = judge(read, &mut out, rooms, lease, &key).await? {
                bad.add("from", code);
            }
        }
        out.faults.extend(bad.0.into_iter().map(|f| Fault {
            line: line.number,
            field: f.field,
            code: f.code.to_owned(),
            values: f.values,
        }));
    }
    Ok(out)
}

/// New rooms, the next letting, or what is known; the code of a fault.
async fn judge(
    read: &mut Read,
    out: &mut Examined,
    new: Rooms,
    lease: Lease,
    key: &str,
) -> Result<Option<&'static str>> {
    let Some(known) = rooms::at(read, &new.place, key).await? else {
        out.counts.entered += 1;
        out.jobs.push(Job::Enter(new, lease));
        return Ok(None);
    };
    let all = rooms::lettings(read, &known).await?;
    let same = |l: &crate::model::Letting| {
        l.from_day == lease.from && l.operator == lease.operator && l.purpose == lease.purpose
    };
    if all.iter().any(same) {
        out.counts.same += 1;
    } else if all.iter().any(|l| l.from_day >= lease.from) {
        return Ok(Some("premises.before"));
    } else {
        out.counts.changed += 1;
        out.jobs.push(Job::LetOn(known, lease));
    }
    Ok(None)
}

/// A row as the form that somebody would fill in.
fn row(opened: &Opened, line: &Line) -> Form {
    let cell = |code: &str| {
        let column = opened.columns.get(code);
        column.and_then(|c| line.cell(*c)).map(|cell| text::half(cell.text.trim())).unwrap_or_default()
    };
    let mut fields: Vec<(&str, String)> = Vec::new();
    for code in ROOMS.iter().chain(&LEASE) {
        let typed = cell(code);
        let value = match *code {
            "what" => coded("what", &WHAT, &typed, "other"),
            "source" => coded("source", &SOURCES, &typed, "other"),
            "purpose" => coded("purpose", &PURPOSES, &typed, ""),
            "lessor_kind" => coded("lessor", &LESSORS, &typed, "company"),
            "from" | "until" => text::day(&typed).unwrap_or(typed),
            "credit_code" => text::tight(&typed).to_uppercase(),
            _ => typed,
        };
        fields.push((code, value));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Form::filled(&fields)
}

/// The code of a word in either language; `none` for an empty cell, and what was typed where it is no word.
fn coded(list: &str, codes: &[&str], typed: &str, none: &str) -> String {
    if typed.is_empty() {
        return none.to_owned();
    }
    let key = |code: &&str| format!("premises.{list}.{code}");
    let is = |code: &&&str| {
        **code == typed
            || Words(Lang::Zh).t(&key(code)) == typed
            || Words(Lang::En).t(&key(code)).eq_ignore_ascii_case(typed)
    };
    codes.iter().find(is).map_or_else(|| typed.to_owned(), |code| (*code).to_owned())
}

/// Opens a file away from the threads that answer requests.
pub(crate) async fn opened(content: Vec<u8>) -> Result<Opened> {
    let opened = tokio::task::spawn_blocking(move || open(&content)).await;
    Ok(opened.map_err(|e| Error::Internal(e.to_string()))??)
}

/// The errand: looks once more, and writes all of it in one transaction.
pub(crate) async fn write(task: Task) -> Result<()> {
    let cx = task.cx.clone();
    let opened = opened(task.input().await?.content).await?;
    let examined = examine(&cx, &mut cx.read().await?, &opened).await?;
    if !examined.faults.is_empty() {
        return Err(RuleViolation::new("premises.import_moved").into());
    }
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let stamp = Stamp::of(&cx)?;
    let (total, counts) = (examined.jobs.len(), examined.counts);
    let mut tx = cx.app.db.begin().await?;
    let mut touched = BTreeMap::new();
    for (n, job) in examined.jobs.into_iter().enumerate() {
        task.at(n, total)?;
        let p = match job {
            Job::Enter(rooms, lease) => put::enter(&mut tx, &stamp, rooms, lease).await?,
            Job::LetOn(p, lease) => put::let_on(&mut tx, &stamp, &p, lease).await?,
        };
        let district = watch::district_of(&mut tx, &p.place, cx.today()).await?;
        touched.insert(district.id.to_string(), district);
    }
    for district in touched.values() {
        watch::run(&mut tx, &stamp, &kinds.calendar, district).await?;
    }
    let rows = counts.entered + counts.changed;
    let told = serde_json::to_value(counts).map_err(|e| Error::Internal(e.to_string()))?;
    cx.audit(&mut tx, Entry::new("", "import", &task.errand.id).why(format!("{rows} rows"))).await?;
    task.end(&mut tx, rows, Outcome { told, files: Vec::new() }).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_means_one_column_of_the_form() {
        let mut seen = BTreeSet::new();
        for (code, names) in CALLED {
            assert!(ROOMS.contains(code) || LEASE.contains(code), "{code}");
            for name in *names {
                assert!(seen.insert(text::heading(name)), "{name} stands twice");
            }
        }
        assert!(ROOMS.iter().chain(&LEASE).all(|code| CALLED.iter().any(|(c, _)| c == code)));
    }
}
