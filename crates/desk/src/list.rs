//! GET /desk: what waits for the own unit, what it has done, what it asked of others, and what waits below.

use crate::model::{Entry, State};
use crate::names::Names;
use crate::policy::{OVERSEE, VIEW};
use crate::store;
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::{Day, Scope};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, Words, paging, parts, parts::Markup};

/// Which entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    Mine,
    Done,
    Asked,
    Below,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Mine, Tab::Done, Tab::Asked, Tab::Below];

    fn as_str(self) -> &'static str {
        match self {
            Tab::Mine => "mine",
            Tab::Done => "done",
            Tab::Asked => "asked",
            Tab::Below => "below",
        }
    }

    /// `?tab=`, the own open entries when absent.
    pub fn of(cx: &Cx) -> Result<Tab> {
        let Some(text) = cx.query("tab") else { return Ok(Tab::Mine) };
        let tab = Tab::ALL.into_iter().find(|t| t.as_str() == text).ok_or_else(|| Error::bad("form.choice", "tab"))?;
        if tab == Tab::Below && cx.scope_of(&OVERSEE) == Scope::Nothing { Err(Error::Forbidden) } else { Ok(tab) }
    }
}

#[derive(Template)]
#[template(path = "desk/list.html")]
struct DeskPage {
    shell: Shell,
    unit: String,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Line>,
    /// The column of units: who asks, or who is asked.
    other: &'static str,
    none: &'static str,
    none_help: &'static str,
    count: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
}

struct Line {
    href: String,
    text: String,
    kind: &'static str,
    other: String,
    asked: String,
    due: Markup,
    state: Markup,
}

/// The rows of a tab and the cursor of the next page.
pub async fn rows(cx: &Cx, read: &mut Read, tab: Tab) -> Result<(Vec<Entry>, Option<String>)> {
    let unit = &cx.actor()?.unit;
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let after = (cursor.key.as_str(), cursor.id.as_str());
    let before = || -> Result<(i64, &str)> {
        if cursor.key.is_empty() {
            return Ok((i64::MAX, ""));
        }
        Ok((cursor.key.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?, cursor.id.as_str()))
    };
    let query = match tab {
        Tab::Mine => store::mine(unit, after, limit + 1),
        Tab::Done => store::done(unit, before()?, limit + 1),
        Tab::Asked => store::asked_by(unit, before()?, limit + 1),
        Tab::Below => match places::narrow(read, &cx.scope_of(&OVERSEE), None, cx.today()).await? {
            Some(place) => store::below(&place, cx.today(), after, limit + 1),
            None => return Ok((Vec::new(), None)),
        },
    };
    let rows: Vec<Entry> = read.all(query).await?;
    Ok(paging::cut(rows, limit, |e| match tab {
        Tab::Mine | Tab::Below => Cursor { key: e.due.unwrap_or(Day::OPEN).to_string(), id: e.id.to_string() },
        Tab::Done | Tab::Asked => Cursor { key: e.changed.0.to_string(), id: e.id.to_string() },
    }))
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let tab = Tab::of(&cx)?;
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let (entries, next) = rows(&cx, &mut read, tab).await?;
    let waiting = store::waiting(&mut read, &cx.actor()?.unit).await?;
    let mut names = Names::new(words, today);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in &entries {
        let other = match tab {
            Tab::Mine | Tab::Done => {
                names.who(&mut read, entry.from_unit.as_ref(), entry.from_account.as_ref()).await?
            }
            Tab::Asked | Tab::Below => names.unit(&mut read, &entry.unit).await?,
        };
        lines.push(line(entry, other, words, today));
    }
    let unit = names.unit(&mut read, &cx.actor()?.unit).await?;
    let may = |t: &Tab| *t != Tab::Below || cx.may(&OVERSEE);
    let tabs = Tab::ALL.into_iter().filter(may).map(|t| {
        let label = cx.t(&format!("desk.tab.{}", t.as_str()));
        let label = if t == Tab::Mine && waiting > 0 { format!("{label} {waiting}") } else { label.to_owned() };
        (label, format!("/desk?tab={}", t.as_str()), t == tab)
    });
    let title = cx.t("desk.title");
    web::page(&DeskPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        tabs: tabs.collect(),
        other: cx.t(if matches!(tab, Tab::Mine | Tab::Done) { "desk.from" } else { "desk.unit" }),
        none: cx.t(&format!("desk.none.{}", tab.as_str())),
        none_help: cx.t(&format!("desk.none_help.{}", tab.as_str())),
        count: cx.tf("desk.count", &[&lines.len()]),
        sheets: errand::sheets(&cx, "/desk/export"),
        links: PageLinks::new(&cx, next.as_deref()),
        rows: lines,
        unit,
    })
}

fn line(entry: &Entry, other: String, words: Words, today: Day) -> Line {
    Line {
        href: if entry.there { entry.href.clone() } else { format!("/desk/{}", entry.id) },
        text: words.pick(&entry.text_zh, &entry.text_en).to_owned(),
        kind: kind(entry, words),
        other,
        asked: entry.asked.day().to_string(),
        due: due(entry, words, today),
        state: light(entry, words, today),
    }
}

/// The word of an entry's kind.
pub fn kind(entry: &Entry, words: Words) -> &'static str {
    words.t(&format!("todo.{}", entry.kind))
}

/// The state as shape, colour and word; what is late says so.
pub fn light(entry: &Entry, words: Words, today: Day) -> Markup {
    let (class, key) = stands(entry, today);
    parts::light(class, words.t(key))
}

/// The same as class of the light and key of the word.
fn stands(entry: &Entry, today: Day) -> (&'static str, &'static str) {
    match entry.state {
        State::Open if entry.late(today) => ("missed", "desk.state.late"),
        State::Open => ("risk", "desk.state.open"),
        State::Answered => ("course", "desk.state.answered"),
        State::Closed => ("met", "desk.state.closed"),
    }
}

/// The day by which it is due, and how far that is.
pub fn due(entry: &Entry, words: Words, today: Day) -> Markup {
    let Some(due) = entry.due else { return Markup("—".to_owned()) };
    let note = match entry.state {
        State::Open if due < today => words.tf("desk.days_late", &[&due.until(today)]),
        State::Open => words.tf("desk.days_left", &[&today.until(due)]),
        _ => String::new(),
    };
    Markup(if note.is_empty() { due.to_string() } else { format!("{due}<small class=\"unit\">{note}</small>") })
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "desk.export",
    action: &VIEW,
    title: "desk.title",
    name: "desk",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 7] = [
    ("what", "desk.what", 60),
    ("kind", "desk.sheet.kind", 24),
    ("unit", "desk.unit", 30),
    ("from", "desk.from", 30),
    ("asked", "desk.asked", 12),
    ("due", "desk.due", 12),
    ("state", "desk.state_head", 12),
];

async fn count(cx: Cx) -> Result<i64> {
    let tab = Tab::of(&cx)?;
    let mut read = cx.read().await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let (mut n, mut next) = (0, None);
    loop {
        let (page, more) = rows(&cx.turned(next.as_deref()), &mut read, tab).await?;
        n += page.len() as i64;
        next = more;
        if next.is_none() || n > most {
            return Ok(n);
        }
    }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let tab = Tab::of(&cx)?;
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.app.db.snapshot().await?;
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, today, &cx.actor()?.unit_name.clone(), &columns)?;
    let (mut next, mut names) = (None, Names::new(words, today));
    let day = |day: Day| sheet::Value::Day(day.to_string().into());
    loop {
        let (page, more) = rows(&cx.turned(next.as_deref()), &mut read, tab).await?;
        for e in &page {
            pen.row([
                words.pick(&e.text_zh, &e.text_en).to_owned().into(),
                kind(e, words).into(),
                names.unit(&mut read, &e.unit).await?.into(),
                names.who(&mut read, e.from_unit.as_ref(), e.from_account.as_ref()).await?.into(),
                day(e.asked.day()),
                e.due.map_or(sheet::Value::Empty, day),
                words.t(stands(e, today).1).into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
