//! GET /matters: what waits for the own unit, what it is asked about, what it brought, what lies in its place. One
//! list over all kinds, the most late first.

use crate::kinds::Kinds;
use crate::model::Matter;
use crate::policy::{BRING, OVERSEE, VIEW, reachable};
use crate::store::list::{self, Cut, Within};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use desk::Names;
use errand::Pen;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging, parts::Markup};

/// Which matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tab {
    /// The own unit has to act.
    Turn,
    /// The own unit is asked for its opinion.
    Asked,
    /// The own unit brought it, or it is about the own institution.
    Own,
    /// It is decided in the own place.
    Place,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Turn, Tab::Asked, Tab::Own, Tab::Place];

    fn as_str(self) -> &'static str {
        match self {
            Tab::Turn => "turn",
            Tab::Asked => "asked",
            Tab::Own => "own",
            Tab::Place => "place",
        }
    }

    /// `?tab=`; for the API `?mine=true` is the own turns, and without either everything that is seen.
    fn of(cx: &Cx) -> Result<Tab> {
        let wide = if cx.may(&OVERSEE) { Tab::Place } else { Tab::Own };
        match (cx.query("tab"), cx.query("mine"), cx.api) {
            (Some(text), _, _) => {
                let tab = Tab::ALL.into_iter().find(|tab| tab.as_str() == text);
                let tab = tab.ok_or_else(|| Error::bad("form.choice", "tab"))?;
                if tab == Tab::Place && !cx.may(&OVERSEE) { Err(Error::Forbidden) } else { Ok(tab) }
            }
            (None, Some("true" | "1"), _) => Ok(Tab::Turn),
            (None, Some("false" | "0") | None, true) => Ok(wide),
            (None, Some(_), true) => Err(Error::bad("form.choice", "mine")),
            (None, _, false) => Ok(Tab::Turn),
        }
    }
}

/// The rows of a tab and the cursor of the next page.
pub(crate) async fn rows(cx: &Cx, read: &mut Read) -> Result<(Tab, Vec<Matter>, Option<String>)> {
    let (tab, actor) = (Tab::of(cx)?, cx.actor()?);
    let cut = Cut { kind: cx.query("kind"), state: cx.query("state") };
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let after = (cursor.key.as_str(), cursor.id.as_str());
    let before = match cursor.key.as_str() {
        "" => (i64::MAX, ""),
        key => (key.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?, cursor.id.as_str()),
    };
    let urgent = matches!(tab, Tab::Turn | Tab::Asked);
    let query = match tab {
        Tab::Turn => list::turn(&actor.unit, cut, after, limit + 1),
        Tab::Asked => list::asked(&actor.unit, cut, after, limit + 1),
        Tab::Own => {
            let within = actor
                .facility
                .as_ref()
                .map_or(Within::Unit(&actor.unit), |own| Within::Facility(own, Some(&actor.unit)));
            list::all(within, cut, before, limit + 1)
        }
        Tab::Place => {
            let reach = reachable(cx, read).await?;
            list::all(reach.within(actor, cx.today()), cut, before, limit + 1)
        }
    };
    let rows: Vec<Matter> = read.all(query).await?;
    let (rows, next) = paging::cut(rows, limit, |m| {
        let key = if urgent { m.due.to_string() } else { m.changed.0.to_string() };
        Cursor { key, id: m.id.to_string() }
    });
    Ok((tab, rows, next))
}

#[derive(Template)]
#[template(path = "matter/list.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<(&'static str, String, bool)>,
    tab: &'static str,
    kinds: Vec<(&'static str, &'static str, bool)>,
    brings: bool,
    rows: Vec<Line>,
    none: &'static str,
    none_help: &'static str,
    count: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
}

struct Line {
    href: String,
    title: String,
    kind: &'static str,
    number: String,
    applicant: String,
    turn: String,
    due: Markup,
    state: Markup,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let (kinds, mut read) = (Kinds::of(&cx.app)?, cx.read().await?);
    let (tab, matters, next) = rows(&cx, &mut read).await?;
    let mut names = Names::new(cx.words(), cx.today());
    let mut lines = Vec::with_capacity(matters.len());
    for matter in &matters {
        lines.push(line(&cx, &mut read, &kinds, matter, &mut names).await?);
    }
    let may = |tab: &Tab| *tab != Tab::Place || cx.may(&OVERSEE);
    let tabs = Tab::ALL
        .into_iter()
        .filter(may)
        .map(|t| (cx.t(&format!("matter.tab.{}", t.as_str())), format!("/matters?tab={}", t.as_str()), t == tab));
    let asked = cx.query("kind");
    let choices = kinds.all().iter().map(|k| (k.id, words::title(cx.words(), k.id), asked == Some(k.id)));
    let title = cx.t("matter.title");
    web::page(&ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        tabs: tabs.collect(),
        tab: tab.as_str(),
        kinds: choices.collect(),
        brings: cx.may(&BRING),
        none: cx.t(&format!("matter.none.{}", tab.as_str())),
        none_help: cx.t(&format!("matter.none_help.{}", tab.as_str())),
        count: cx.tf("matter.count", &[&lines.len()]),
        sheets: errand::sheets(&cx, "/matters/export"),
        links: PageLinks::new(&cx, next.as_deref()),
        rows: lines,
    })
}

async fn line(cx: &Cx, read: &mut Read, kinds: &Kinds, matter: &Matter, names: &mut Names) -> Result<Line> {
    let bound = kinds.of_matter(matter)?;
    let turn = match &matter.turn {
        Some(unit) => names.unit(read, unit).await?,
        None => "—".to_owned(),
    };
    Ok(Line {
        href: format!("/matters/{}", matter.id),
        title: matter.title.clone(),
        kind: words::title(cx.words(), &matter.kind),
        number: matter.number.clone(),
        applicant: names.unit(read, &matter.applicant).await?,
        turn,
        due: words::due(cx.words(), matter, cx.today(), bound.calendar),
        state: words::light(cx.words(), bound.kind, matter, cx.today()),
    })
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "matter.export",
    action: &VIEW,
    title: "matter.title",
    name: "matters",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 8] = [
    ("number", "matter.sheet.number", 26),
    ("title", "matter.what", 40),
    ("kind", "matter.kind", 18),
    ("applicant", "matter.applicant", 30),
    ("turn", "matter.turn", 30),
    ("due", "matter.due", 12),
    ("state", "matter.state_head", 14),
    ("changed", "matter.sheet.changed", 12),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let (mut n, mut next) = (0, None);
    loop {
        let (_, page, more) = rows(&cx.turned(next.as_deref()), &mut read).await?;
        n += page.len() as i64;
        next = more;
        if next.is_none() || n > most {
            return Ok(n);
        }
    }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let kinds = Kinds::of(&cx.app)?;
    let mut read = cx.app.db.snapshot().await?;
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, cx.today(), &cx.actor()?.unit_name.clone(), &columns)?;
    let (mut next, mut names) = (None, Names::new(cx.words(), cx.today()));
    let day = |day: kernel::Day| sheet::Value::Day(day.to_string().into());
    loop {
        let (_, page, more) = rows(&cx.turned(next.as_deref()), &mut read).await?;
        for m in &page {
            let kind = kinds.of_matter(m)?.kind;
            let turn = match &m.turn {
                Some(unit) => names.unit(&mut read, unit).await?,
                None => String::new(),
            };
            let due = if m.open() && m.due != kernel::Day::OPEN { day(m.due) } else { sheet::Value::Empty };
            pen.row([
                m.number.as_str().into(),
                m.title.as_str().into(),
                words::title(cx.words(), &m.kind).into(),
                names.unit(&mut read, &m.applicant).await?.into(),
                turn.into(),
                due,
                words::state(cx.words(), kind, &m.state).into(),
                day(m.changed.day()),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
