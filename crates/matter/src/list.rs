//! GET /matters: what waits for the own unit, what it is asked about, what it brought, what lies in its place. One
//! list over all kinds, the most late first.

use crate::kinds::Kinds;
use crate::model::Matter;
use crate::policy::{BRING, OVERSEE, reachable};
use crate::store::list::{self, Cut, Within};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use desk::Names;
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
