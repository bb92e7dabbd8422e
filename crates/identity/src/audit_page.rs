//! The audit as the auditor reads it: who looked at what, who changed what; narrowed, paged, exported, each row with
//! its details (ids only). Reading it is itself in the audit. Whoever works here sees who looked at their own account
//! or institution.

use crate::store::people;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::audit::search::{self, About, Deed, Search};
use db::{AuditRow, Read};
use kernel::kinds::{AccountId, FacilityId, UnitId};
use kernel::{Actor, Day, Instant};
use std::collections::BTreeMap;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

/// Kinds of things that the list can be narrowed to, and the pages that show one.
const KINDS: [(&str, &[&str]); 5] = [
    ("facility", &["/facilities", "/api/v1/facilities", "/api/v1/institutions"]),
    ("unit", &["/units"]),
    ("account", &["/accounts"]),
    ("setting", &["/settings"]),
    ("approval", &["/approvals"]),
];

/// What `?kind=` and `?object=` say; without a kind the object is a path of a page.
fn about(kind: Option<&str>, object: Option<&str>) -> Result<Option<About>> {
    let Some(object) = object else { return Ok(None) };
    let Some(kind) = kind else {
        let path = object.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        return if path.starts_with('/') {
            Ok(Some(About::Page(path.to_owned())))
        } else {
            Err(Error::bad("audit.object", "object"))
        };
    };
    let (kind, pages) = KINDS.iter().find(|(k, _)| *k == kind).ok_or_else(|| Error::bad("form.choice", "kind"))?;
    let pages = pages.iter().map(|page| format!("{page}/{object}")).collect();
    Ok(Some(About::Object { kind: (*kind).to_owned(), id: object.to_owned(), pages }))
}

fn day(cx: &Cx, name: &str) -> Result<Option<Day>> {
    let parse = |text: &str| text.parse::<Day>().map_err(|_| Error::bad("date.invalid", name));
    cx.query(name).map(parse).transpose()
}

/// What the address narrows the audit to: `account`, `unit`, `action`, `kind` and `object`, `deed`, `from`, `until`.
///
/// Errors: a value that is none of its parameter.
pub async fn wanted(cx: &Cx, read: &mut Read) -> Result<Search> {
    let account = match cx.query("account") {
        None => None,
        // A login, or an id as the rows have it; one that nobody has finds nothing.
        Some(text) => {
            let known = match crate::Login::parse(text) {
                Some(login) => people::by_login(read, &login).await?.map(|known| known.account.id),
                None => None,
            };
            Some(known.or_else(|| AccountId::parse(text)).ok_or_else(|| Error::bad("audit.account", "account"))?)
        }
    };
    let deed = match cx.query("deed") {
        None => None,
        Some("look") => Some(Deed::Look),
        Some("change") => Some(Deed::Change),
        Some(_) => return Err(Error::bad("form.choice", "deed")),
    };
    Ok(Search {
        account,
        unit: cx
            .query("unit")
            .map(|u| UnitId::parse(u).ok_or_else(|| Error::bad("form.choice", "unit")))
            .transpose()?,
        action: cx.query("action").map(str::to_owned),
        about: about(cx.query("kind"), cx.query("object"))?,
        deed,
        from: day(cx, "from")?.map(Instant::start_of),
        until: day(cx, "until")?.map(|d| Instant::start_of(d.next())),
    })
}

struct Line {
    at: String,
    href: String,
    who: String,
    unit: String,
    action: String,
    what: String,
    look: bool,
    why: String,
}

/// Names of accounts and units as the audit says them, each asked for once; empty where nobody was signed in.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// `林晓（lin.xiao）`; the id of an account that is no more.
    pub async fn account(&mut self, read: &mut Read, id: Option<&AccountId>) -> Result<String> {
        let Some(id) = id else { return Ok(String::new()) };
        if let Some(name) = self.0.get(id.as_str()) {
            return Ok(name.clone());
        }
        let name =
            people::who(read, id).await?.map_or_else(|| id.to_string(), |(login, name)| format!("{name}（{login}）"));
        self.0.insert(id.to_string(), name.clone());
        Ok(name)
    }

    /// The id of a unit that is no more.
    pub async fn unit(&mut self, cx: &Cx, read: &mut Read, id: Option<&UnitId>) -> Result<String> {
        let Some(id) = id else { return Ok(String::new()) };
        let key = format!("unit {id}");
        if let Some(name) = self.0.get(&key) {
            return Ok(name.clone());
        }
        let unit = crate::unit(read, id).await?;
        let name = unit.map_or_else(|| id.to_string(), |u| cx.words().pick(&u.name_zh, &u.name_en).to_owned());
        self.0.insert(key, name.clone());
        Ok(name)
    }
}

fn action_word(cx: &Cx, id: &str) -> String {
    cx.words().find(&format!("action.{id}")).map_or_else(|| id.to_owned(), str::to_owned)
}

async fn line(cx: &Cx, read: &mut Read, names: &mut Names, row: &AuditRow) -> Result<Line> {
    let look = row.object_kind == "page";
    Ok(Line {
        at: row.at.to_string().replace('T', " ").trim_end_matches("+08:00").to_owned(),
        href: format!("/audit/rows/{}/{}", row.at.0, row.id),
        who: names.account(read, row.account.as_ref()).await?,
        unit: names.unit(cx, read, row.unit.as_ref()).await?,
        action: action_word(cx, &row.action),
        what: if look { row.object.clone() } else { format!("{} {}", row.object_kind, row.object) },
        look,
        why: crate::purpose::said(cx.words(), &row.purpose),
    })
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/audit.html")]
struct AuditPage {
    shell: Shell,
    /// Of one thing that is one's own: no filters, no export.
    own: bool,
    account: String,
    object: String,
    from: String,
    until: String,
    deeds: Vec<Choice>,
    kinds: Vec<Choice>,
    actions: Vec<Choice>,
    units: Vec<Choice>,
    filtered: bool,
    lines: Vec<Line>,
    links: PageLinks,
    xlsx: String,
    csv: String,
    standing: String,
}

fn choice(cx: &Cx, name: &str, value: &str, label: String) -> Choice {
    Choice { chosen: cx.query(name) == Some(value), value: value.to_owned(), label }
}

/// GET /audit
pub(crate) async fn list(cx: Cx, all: Option<axum::Extension<crate::AllActions>>) -> Result<Response> {
    let mut read = cx.read().await?;
    let wanted = wanted(&cx, &mut read).await?;
    let mut actions: Vec<&str> = all.iter().flat_map(|all| all.0.0.iter().map(|action| action.id)).collect();
    actions.sort_unstable();
    actions.dedup();
    let actions = actions.into_iter().map(|id| choice(&cx, "action", id, action_word(&cx, id))).collect();
    draw(&cx, read, &wanted, actions, cx.t("audit.title").to_owned(), false).await
}

async fn draw(
    cx: &Cx,
    mut read: Read,
    wanted: &Search,
    actions: Vec<Choice>,
    title: String,
    own: bool,
) -> Result<Response> {
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let below = Instant(if cursor.key.is_empty() { i64::MAX } else { cursor.key.parse().unwrap_or(i64::MAX) });
    let below_id = if cursor.id.is_empty() { "~" } else { cursor.id.as_str() };
    let rows: Vec<AuditRow> = read.all(search::search(wanted, (below, below_id), limit + 1)).await?;
    let (rows, next) = paging::cut(rows, limit, |row| Cursor { key: row.at.0.to_string(), id: row.id.to_string() });
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        lines.push(line(cx, &mut read, &mut names, row).await?);
    }
    let standing = search::standing(&mut read).await?;
    let kinds = KINDS.iter().map(|(kind, _)| choice(cx, "kind", kind, cx.t(&format!("audit.kind.{kind}")).to_owned()));
    let deeds = ["look", "change"].map(|d| choice(cx, "deed", d, cx.t(&format!("audit.deed.{d}")).to_owned()));
    let text = |name: &str| cx.query(name).unwrap_or_default().to_owned();
    let unit = cx.query("unit").map(UnitId::new);
    let units = match &unit {
        Some(id) => vec![choice(cx, "unit", id.as_str(), names.unit(cx, &mut read, Some(id)).await?)],
        None => Vec::new(),
    };
    let fields = ["account", "unit", "action", "kind", "object", "deed", "from", "until"];
    let page = AuditPage {
        shell: Shell::new(cx, &*title, vec![Crumb::here(&*title)]),
        own,
        account: text("account"),
        object: text("object"),
        from: text("from"),
        until: text("until"),
        deeds: deeds.into(),
        kinds: kinds.collect(),
        actions,
        units,
        filtered: fields.iter().any(|name| cx.query(name).is_some()),
        lines,
        links: PageLinks::new(cx, next.as_deref()),
        xlsx: format!("/audit/export.xlsx{}", cx.query_with("lang", None)),
        csv: format!("/audit/export.csv{}", cx.query_with("lang", None)),
        standing: match standing.sealed_at {
            Some(at) => cx.tf("audit.sealed", &[&web::parts::whole(standing.rows), &at.minute()]),
            None => cx.t("audit.unsealed").to_owned(),
        },
    };
    web::page(&page)
}

#[derive(askama::Template)]
#[template(path = "identity/audit_row.html")]
struct RowPage {
    shell: Shell,
    action: String,
    /// Label, value, address.
    facts: Vec<(&'static str, String, String)>,
}

/// GET /audit/rows/{at}/{id}
pub(crate) async fn row(cx: Cx, Path((at, id)): Path<(String, String)>) -> Result<Response> {
    let at = Instant(at.parse().map_err(|_| Error::NotFound)?);
    let id = db::AuditId::parse(&id).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let row = search::row(&mut read, at, &id).await?.ok_or(Error::NotFound)?;
    let mut names = Names::default();
    let who = names.account(&mut read, row.account.as_ref()).await?;
    let unit = names.unit(&cx, &mut read, row.unit.as_ref()).await?;
    let mut why = crate::purpose::said(cx.words(), &row.purpose);
    if why != row.purpose {
        // The digest is over the phrase as it was written.
        why = format!("{why} · {}", row.purpose);
    }
    let filter = |name: &str, id: &str| format!("/audit?{name}={id}");
    let mut facts = vec![
        (cx.t("audit.at"), row.at.to_string(), String::new()),
        (cx.t("audit.who"), who, row.account.as_ref().map(|a| filter("account", a.as_str())).unwrap_or_default()),
        (cx.t("audit.post"), row.post.as_ref().map(|p| p.to_string()).unwrap_or_default(), String::new()),
        (cx.t("audit.unit"), unit, row.unit.as_ref().map(|u| filter("unit", u.as_str())).unwrap_or_default()),
        (
            cx.t("audit.action"),
            format!("{} {}", action_word(&cx, &row.action), row.action),
            filter("action", &row.action),
        ),
        (cx.t("audit.object"), format!("{} {}", row.object_kind, row.object), String::new()),
        (cx.t("audit.why"), why, String::new()),
        (cx.t("audit.persons"), row.persons.replace(',', ", "), String::new()),
        (cx.t("audit.span_from"), row.span_from.map(|d| d.to_string()).unwrap_or_default(), String::new()),
        (cx.t("audit.home"), row.home.clone(), String::new()),
        (cx.t("audit.chain"), format!("{} / {} / {}", row.epoch, row.tx, row.id), String::new()),
        (cx.t("audit.digest"), hex(&row.digest), String::new()),
    ];
    facts.retain(|(_, value, _)| !value.trim().is_empty());
    let action = action_word(&cx, &row.action);
    let crumbs = vec![Crumb::to(cx.t("audit.title"), "/audit"), Crumb::here(&*action)];
    web::page(&RowPage { shell: Shell::new(&cx, &*action, crumbs), action, facts })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// GET /audit/of/{kind}/{id}: who looked at or changed one thing. The auditor is led to the list; everybody else sees
/// their own account, the head of an institution its file.
pub(crate) async fn of(cx: Cx, Path((kind, id)): Path<(String, String)>) -> Result<Response> {
    let actor = cx.actor()?;
    if cx.may(&crate::policy::AUDIT) {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("kind", &kind)
            .append_pair("object", &id)
            .finish();
        return Ok(web::Reply::To(format!("/audit?{query}")).into_response());
    }
    if !own(actor, &kind, &id) {
        return Err(Error::NotFound);
    }
    let search = Search { about: about(Some(&kind), Some(&id))?, ..Search::default() };
    let read = cx.read().await?;
    draw(&cx, read, &search, Vec::new(), cx.t(&format!("audit.own.{kind}")).to_owned(), true).await
}

/// One's own account, or the file of one's own institution.
fn own(actor: &Actor, kind: &str, id: &str) -> bool {
    match kind {
        "account" => actor.account.as_str() == id,
        "facility" => actor.facility.as_ref().map(FacilityId::as_str) == Some(id),
        _ => false,
    }
}

/// The page of who looked at or changed one thing, for those to whom it is shown: the auditor, and whoever the thing
/// belongs to.
pub fn audit_of(cx: &Cx, kind: &str, id: &str) -> Option<String> {
    let shown = cx.may(&crate::policy::AUDIT)
        || (cx.may(&crate::policy::AUDIT_OF_OWN) && cx.signed_in().is_some_and(|actor| own(actor, kind, id)));
    shown.then(|| format!("/audit/of/{kind}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_filters_mean() {
        assert_eq!(about(None, None).unwrap(), None);
        assert_eq!(about(None, Some("/plans/x/?a=1")).unwrap(), Some(About::Page("/plans/x".into())));
        assert!(about(None, Some("f1")).is_err() && about(Some("nothing"), Some("f1")).is_err());
        let Some(About::Object { pages, .. }) = about(Some("facility"), Some("f1")).unwrap() else { panic!() };
        assert_eq!(pages, ["/facilities/f1", "/api/v1/facilities/f1", "/api/v1/institutions/f1"]);
    }
}
