//! The list of proposed and decided changes of norms.

use super::{crumbs, span};
use crate::store::norm_changes::{self, NormChange};
use crate::{tree, words};
use askama::Template;
use axum::response::Response;
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Instant, Span};
use web::parts::{Markup, light};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, Words, paging};

/// What may become of a proposal.
pub const STATES: [&str; 4] = ["proposed", "approved", "refused", "withdrawn"];

/// A change as a row.
pub struct ChangeLine {
    pub href: String,
    pub title: String,
    pub place: String,
    pub value: String,
    pub span: String,
    pub state: Markup,
    pub who: String,
    pub at: String,
    pub decided: String,
}

#[derive(Template)]
#[template(path = "places/changes.html")]
struct ChangesPage {
    shell: Shell,
    tabs: Vec<(&'static str, String, bool)>,
    changes: Vec<ChangeLine>,
    links: PageLinks,
}

/// A state as a light.
pub fn state_light(words: Words, state: &str) -> Markup {
    let class = match state {
        "approved" => "met",
        "proposed" => "on_course",
        "refused" => "missed",
        _ => "none",
    };
    light(class, words.t(&format!("library.state.{state}")))
}

/// GET /library/changes
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let state = cx.query("state").unwrap_or_default();
    if !state.is_empty() && !STATES.contains(&state) {
        return Err(Error::bad("form.choice", "state"));
    }
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let before = match cursor.key.as_str() {
        "" => Instant(i64::MAX),
        text => Instant(text.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?),
    };
    let mut read = cx.read().await?;
    let rows = norm_changes::list(&mut read, state, (before, &cursor.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |c| Cursor { key: c.at.0.to_string(), id: c.id.to_string() });
    let tab = |state_of: &'static str, key: &'static str| {
        let href = format!("/library/changes{}", cx.query_with("state", Some(state_of).filter(|s| !s.is_empty())));
        (cx.t(key), href, state_of == state)
    };
    let title = cx.t("library.changes");
    web::page(&ChangesPage {
        shell: Shell::new(&cx, title, crumbs(&cx, vec![Crumb::here(title)])),
        tabs: vec![
            tab("", "library.state.all"),
            tab("proposed", "library.state.proposed"),
            tab("approved", "library.state.approved"),
            tab("refused", "library.state.refused"),
            tab("withdrawn", "library.state.withdrawn"),
        ],
        links: PageLinks::new(&cx, next.as_deref()),
        changes: lines(&cx, &mut read, rows).await?,
    })
}

/// Changes as rows.
pub async fn lines(cx: &Cx, read: &mut Read, changes: Vec<NormChange>) -> Result<Vec<ChangeLine>> {
    let words = cx.words();
    let mut out = Vec::with_capacity(changes.len());
    for c in changes {
        out.push(ChangeLine {
            href: format!("/library/changes/{}", c.id),
            title: words::title(words, &c.key, &c.facet),
            place: place_name(words, read, &c).await?,
            value: words::value_text(words, &c.value, &c.unit),
            span: span(words, Span { from: c.from_day, until: c.until_day }),
            state: state_light(words, &c.state),
            who: words::who(&c.unit_name, &c.name),
            at: c.at.minute(),
            decided: match (&c.decider, c.decided) {
                (Some(_), Some(at)) if c.state != "withdrawn" => {
                    format!("{} {}", words::who(&c.decider_unit, &c.decider_name), at.minute())
                }
                _ => String::new(),
            },
        });
    }
    Ok(out)
}

/// Where a proposed version shall hold.
pub async fn place_name(words: Words, read: &mut Read, change: &NormChange) -> Result<String> {
    if change.place.is_empty() {
        return Ok(words.t("library.everywhere").to_owned());
    }
    let place = tree::get(read, &PlaceId::new(change.place.as_str()), change.from_day).await?;
    Ok(place.map_or_else(|| change.place.clone(), |p| p.name))
}
