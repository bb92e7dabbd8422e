//! Proposing another version of a norm: the form, and before anything is kept the list of lights that would change.

use crate::{
    Plans,
    preview::{Moved, Preview, preview, to_json, turns},
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use kernel::{Day, FieldError, RuleViolation, Scope, Span, kinds::ClauseId};
use places::{
    Place, Supposed,
    norm_change::{self, By, Proposal},
    words,
};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{
    Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Words,
    api::{Doc, object},
    form::{Field, Input, hidden, summary},
    parts::Markup,
};

type State = Extension<Arc<Plans>>;

#[derive(Template)]
#[template(path = "plans/norm_form.html")]
struct FormPage {
    shell: Shell,
    name: String,
    key: String,
    action: String,
    back: String,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
    preview: Option<PreviewView>,
    /// What the preview was made of.
    seen: String,
}

/// What a preview says, for the form and for the page of a change.
pub struct PreviewView {
    /// What was looked at: `按2022年11月15日的记录，比对了 97 盏灯`.
    pub lede: String,
    pub turns: Vec<(Markup, Markup, usize)>,
    pub rows: Vec<Row>,
    /// Rows that are not shown.
    pub more: Option<String>,
}

pub struct Row {
    pub name: String,
    pub href: String,
    pub plan: String,
    pub place: String,
    pub before: (Markup, String),
    pub after: (Markup, String),
}

/// Rows of a preview that a page shows; the counts above them are of all.
const SHOWN: usize = 100;

/// GET /library/norms/{key}/change
pub async fn page(cx: Cx, Path(key): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let norms = places::norms(&mut read, &key).await?;
    if norms.is_empty() {
        return Err(Error::NotFound);
    }
    let facet = cx.query("facet").unwrap_or(norms[0].facet.as_str()).to_owned();
    let region = cx.query("region").unwrap_or_default().to_owned();
    let now = norms.iter().find(|n| n.facet == facet && n.span.contains(cx.today()));
    let filled = Form::filled(&[
        ("facet", if facet.is_empty() { NO_FACET } else { &facet }),
        ("region", &region),
        ("value", now.map_or("", |n| n.value.as_str())),
        ("clause", now.map_or("", |n| n.clause.as_str())),
        ("mark", "K"),
        ("from", &cx.today().to_string()),
    ]);
    web::page(&draw(&cx, &mut read, &key, &filled, &[], None).await?)
}

/// POST /library/norms/{key}/change: `act` is `preview` or `propose`.
pub async fn post(cx: Cx, Extension(plans): State, Path(key): Path<String>, form: Form) -> Result<Response> {
    match form.text("act") {
        // Only what was looked at is proposed; after a change the preview comes first.
        "propose" if form.text("seen") == seen(&form) => propose(&cx, &key, &form).await,
        _ => look(&cx, &plans, &key, &form).await,
    }
}

/// What a preview was made of, in one line.
fn seen(form: &Form) -> String {
    ["facet", "region", "value", "from", "until", "clause"].map(|name| form.text(name)).join("|")
}

/// The preview; nothing is kept.
async fn look(cx: &Cx, plans: &Plans, key: &str, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let id = cx.app.ids.new_id(cx.app.clock.now());
    let supposed = match parse(cx, &mut read, key, form).await {
        Ok(proposal) => norm_change::suppose(&mut read, &id, &proposal).await.map_err(Error::from),
        Err(e) => Err(e),
    };
    match supposed {
        Ok(supposed) => {
            let day = day_of(form, cx.today())?;
            let seen = preview(plans, &mut read, &supposed, day).await?;
            let view = view(cx.words(), plans, &seen);
            web::page(&draw(cx, &mut read, key, form, &[], Some(view)).await?)
        }
        Err(e) => again(cx, &mut read, key, form, e).await,
    }
}

async fn propose(cx: &Cx, key: &str, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let proposal = match parse(cx, &mut read, key, form).await {
        Ok(proposal) => proposal,
        Err(e) => return again(cx, &mut read, key, form, e).await,
    };
    let home = home_of(&mut read, &proposal).await?;
    drop(read);
    let id = cx.app.ids.new_id(cx.app.clock.now());
    let by = by(cx)?;
    let mut writing = cx.write(form).await?;
    match norm_change::propose(&mut writing, &id, &proposal, &by).await {
        Ok(change) => {
            let mut entry = Entry::new(&home, "norm_change", &change.id).why(format!("{key} proposed"));
            entry.span_from = Some(change.from_day);
            let reply = match cx.api {
                true => Reply::json(StatusCode::CREATED, &json!({"id": change.id, "state": change.state})),
                false => Reply::To(format!("/library/changes/{}?done=norm_proposed", change.id)),
            };
            cx.commit(writing, entry, reply).await
        }
        Err(e) => {
            drop(writing);
            let mut read = cx.read().await?;
            again(cx, &mut read, key, form, e.into()).await
        }
    }
}

/// The home in whose chain the audit of a change stands.
pub async fn home_of(read: &mut Read, proposal: &Proposal) -> Result<String> {
    Ok(match &proposal.place {
        Some(place) => places::get(read, place, proposal.span.from).await?.map_or_else(String::new, |p| p.home),
        None => String::new(),
    })
}

/// Who acts, with the moment.
pub fn by(cx: &Cx) -> Result<By> {
    let actor = cx.actor()?;
    Ok(By {
        account: actor.account.clone(),
        name: actor.name.clone(),
        unit: actor.unit_name.clone(),
        at: cx.app.clock.now(),
    })
}

/// The day of a preview: the first day of the version or today, whichever is later, unless another one is asked for.
fn day_of(form: &Form, today: Day) -> Result<Day> {
    let first = || form.text("from").parse().unwrap_or(today).max(today);
    match form.text("day") {
        "" => Ok(first()),
        text => text.parse().map_err(|_| RuleViolation::field("day", "date.invalid").into()),
    }
}

/// What stands for no facet in a list of choices, whose empty value means that nothing was chosen.
const NO_FACET: &str = "-";
/// What stands for everywhere.
const EVERYWHERE: &str = "all";

/// Characters of a value: a list of all that a file may be asked for fits.
const LONGEST: usize = 600;

/// The words of a list are read by the registry, which refuses whole files for one that it does not know: such a word is
/// named here, before anybody decides on it.
fn known_words(key: &str, value: &str) -> Result<()> {
    if key != "file.required" {
        return Ok(());
    }
    let list: Vec<String> = value.split(';').map(|part| part.trim().to_owned()).collect();
    registry::complete::Required::parse(&list, 0).map(drop).map_err(|word| {
        let mut rule = RuleViolation::field("value", "plans.unknown_word");
        rule.fields.iter_mut().for_each(|field| field.values = vec![word.clone()]);
        rule.into()
    })
}

async fn parse(cx: &Cx, read: &mut Read, key: &str, form: &Form) -> Result<Proposal> {
    let norms = places::norms(read, key).await?;
    if norms.is_empty() {
        return Err(Error::NotFound);
    }
    let mut invalid = Invalid::default();
    let facet = match form.text("facet") {
        NO_FACET => String::new(),
        text => text.to_owned(),
    };
    let value = invalid.required(form, "value", LONGEST);
    let from = invalid.day(form, "from");
    let until = match form.text("until") {
        "" => Some(Day::OPEN),
        _ => invalid.day(form, "until").map(Day::next),
    };
    let span = from.zip(until).and_then(|(from, until)| Span::new(from, until));
    if span.is_none() && from.is_some() && until.is_some() {
        invalid.add("until", "plans.change.until");
    }
    let clause = invalid.required(form, "clause", 64);
    let mark = invalid.choice(form, "mark", &["V", "V2", "K"]).unwrap_or_default().to_owned();
    let reason = invalid.required(form, "reason", 500);
    if form.text("note").chars().count() > 500 {
        invalid.add("note", "form.too_long");
    }
    if !form.text("day").is_empty() && form.text("day").parse::<Day>().is_err() {
        invalid.add("day", "date.invalid");
    }
    let region = invalid.required(form, "region", 20);
    let place = match region.as_str() {
        "" | EVERYWHERE => None,
        code => {
            let found = places::by_code(read, code, from.unwrap_or(cx.today())).await?;
            if found.is_none() {
                invalid.add("region", "places.norm_change.no_place");
            }
            found.map(|p| p.id)
        }
    };
    if !region.is_empty() && !reaches(cx, read, place.as_ref()).await? {
        invalid.add("region", "plans.change.region");
    }
    invalid.check()?;
    known_words(key, &value)?;
    let span = span.ok_or_else(|| RuleViolation::field("from", "form.required"))?;
    let note = form.text("note").to_owned();
    Ok(Proposal { key: key.to_owned(), facet, place, span, value, clause: ClauseId::new(clause), mark, note, reason })
}

/// Whether the action of this request reaches a norm of a place; one that holds everywhere is reached from the top.
pub async fn reaches(cx: &Cx, read: &mut Read, place: Option<&kernel::kinds::PlaceId>) -> Result<bool> {
    let today = cx.today();
    let place = match place {
        Some(place) => place.clone(),
        None => places::root(read, today).await?.ok_or(Error::NotFound)?.id,
    };
    Ok(places::covers(read, &cx.scope(), &place, today).await?)
}

/// The form once more, with what was wrong; the API gets the problem itself.
async fn again(cx: &Cx, read: &mut Read, key: &str, form: &Form, error: Error) -> Result<Response> {
    match error {
        Error::Rule(rule) if !rule.fields.is_empty() && !cx.api => {
            let page = draw(cx, read, key, form, &rule.fields, None).await?;
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        other => Err(other),
    }
}

async fn draw(
    cx: &Cx,
    read: &mut Read,
    key: &str,
    form: &Form,
    errors: &[FieldError],
    preview: Option<PreviewView>,
) -> Result<FormPage> {
    let words = cx.words();
    let choices = Choices::load(cx, read, key).await?;
    let name = words::norm_name(words, key);
    let back = format!("/library/norms/{key}");
    let title = cx.t("library.propose");
    let crumbs = vec![Crumb::to(cx.t("nav.library"), "/library"), Crumb::to(&name, &back), Crumb::here(title)];
    Ok(FormPage {
        shell: Shell::new(cx, format!("{title} · {name}"), crumbs),
        fields: choices.fields(cx, form, errors),
        errors: summary(errors, words),
        hidden: hidden(cx),
        action: format!("/library/norms/{key}/change"),
        key: key.to_owned(),
        seen: seen(form),
        back,
        name,
        preview,
    })
}

/// What the lists of the form hold.
struct Choices {
    facets: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    clauses: Vec<(String, String)>,
    unit: String,
    now: String,
}

impl Choices {
    async fn load(cx: &Cx, read: &mut Read, key: &str) -> Result<Choices> {
        let words = cx.words();
        let norms = places::norms(read, key).await?;
        let first = norms.first().ok_or(Error::NotFound)?;
        let mut facets: Vec<(String, String)> = Vec::new();
        for norm in &norms {
            let value = if norm.facet.is_empty() { NO_FACET.to_owned() } else { norm.facet.clone() };
            if !facets.iter().any(|(f, _)| *f == value) {
                let label = match norm.facet.as_str() {
                    "" => cx.t("library.no_facet").to_owned(),
                    facet => words::facet_name(words, facet),
                };
                facets.push((value, label));
            }
        }
        let mut clauses = Vec::new();
        for found in places::all_clauses(read).await? {
            let title = words.pick(&found.title_zh, &found.title_en).to_owned();
            clauses.push((found.clause.id.to_string(), words.tf("library.cite", &[&title, &found.clause.label])));
        }
        let said = |n: &places::Norm| {
            let facet = words::facet_name(words, &n.facet);
            if facet.is_empty() { words::said(words, n) } else { format!("{facet} {}", words::said(words, n)) }
        };
        let mut now: Vec<String> = norms.iter().filter(|n| n.span.contains(cx.today())).map(said).collect();
        now.dedup();
        Ok(Choices {
            facets,
            regions: regions(cx, read).await?,
            clauses,
            unit: words.find(&format!("norm_unit.{}", first.unit)).unwrap_or(&first.unit).to_owned(),
            now: now.join(words.t("library.between")),
        })
    }

    fn fields(&self, cx: &Cx, form: &Form, errors: &[FieldError]) -> Vec<Markup> {
        let words = cx.words();
        let mut names: Vec<&'static str> = vec!["region", "value", "from", "until", "clause", "mark", "note", "reason"];
        if self.facets.len() > 1 || self.facets.iter().any(|(f, _)| f != NO_FACET) {
            names.insert(0, "facet");
        }
        names.push("day");
        names.into_iter().map(|name| self.field(words, name).html(form, errors, words)).collect()
    }

    fn field(&self, words: Words, name: &'static str) -> Field<'_> {
        let help = match name {
            "value" => Some(match self.unit.is_empty() {
                true => words.tf("plans.change.help.value_plain", &[&self.now]),
                false => words.tf("plans.change.help.value", &[&self.unit, &self.now]),
            }),
            _ => words.find(&format!("plans.change.help.{name}")).map(str::to_owned),
        };
        Field {
            name,
            label: words.t(&format!("plans.change.field.{name}")).to_owned(),
            help,
            clause: Vec::new(),
            required: !matches!(name, "until" | "note" | "day"),
            input: match name {
                "facet" => Input::Select(borrowed(&self.facets)),
                "region" => Input::Select(borrowed(&self.regions)),
                "clause" => Input::Select(borrowed(&self.clauses)),
                "mark" => Input::Select(["V", "V2", "K"].map(|m| (m, words.t(&format!("mark.{m}")).to_owned())).into()),
                "from" | "until" | "day" => Input::Day,
                "note" | "reason" => Input::Area,
                _ => Input::Text,
            },
        }
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, String)> {
    pairs.iter().map(|(value, label)| (value.as_str(), label.clone())).collect()
}

/// Places for which this post may propose: everywhere and the districts from the top, otherwise its own and below.
async fn regions(cx: &Cx, read: &mut Read) -> Result<Vec<(String, String)>> {
    let today = cx.today();
    let top: Place = match cx.scope() {
        Scope::Place(place) => places::get(read, &place, today).await?,
        _ => places::root(read, today).await?,
    }
    .ok_or(Error::NotFound)?;
    let mut out = Vec::new();
    if top.parent.is_none() {
        out.push((EVERYWHERE.to_owned(), cx.t("library.everywhere").to_owned()));
    }
    out.push((top.code.clone(), top.name.clone()));
    for child in places::children(read, &top.id, today).await? {
        out.push((child.code, child.name));
    }
    Ok(out)
}

/// A preview as a page shows it.
pub fn view(words: Words, plans: &Plans, seen: &Preview) -> PreviewView {
    let day = if words.0 == kernel::Lang::Zh { seen.day.zh() } else { seen.day.to_string() };
    let light = |l| crate::cockpit::light(l, words);
    let lede = match (seen.lights, seen.moved.is_empty()) {
        (false, _) => words.t("plans.change.decisions_only").to_owned(),
        (true, true) => words.tf("plans.change.nothing_moves", &[&day, &seen.checked]),
        (true, false) => words.tf(
            "plans.change.moves",
            &[&day, &seen.checked, &seen.moved.iter().filter(|m| m.turns()).count(), &seen.moved.len()],
        ),
    };
    PreviewView {
        lede,
        turns: turns(&seen.moved).into_iter().map(|(a, b, n)| (light(a), light(b), n)).collect(),
        rows: seen.moved.iter().take(SHOWN).filter_map(|m| row(words, plans, m, seen.day)).collect(),
        more: (seen.moved.len() > SHOWN).then(|| words.tf("plans.change.more", &[&(seen.moved.len() - SHOWN)])),
    }
}

fn row(words: Words, plans: &Plans, moved: &Moved, day: Day) -> Option<Row> {
    let plan = plans.plan(&moved.plan)?;
    let target = plan.target(&moved.target)?;
    let described = plans.catalogue.get(&target.indicator)?;
    let fold = plans.declared.get(target.indicator.as_str()).map(|d| d.fold);
    let side = |j: &crate::Judged| {
        let value = crate::format::figure(&j.figure, fold, described, words);
        let parts = crate::format::parts_of(&j.figure, fold);
        let value = if parts.is_empty() { value } else { format!("{value}（{parts}）") };
        (crate::cockpit::light(j.verdict.light, words), value)
    };
    Some(Row {
        name: format!("{} {}", target.id, words.pick(&target.name_zh, &target.name_en)),
        href: format!("/plans/{}/targets/{}?region={}&as_of={day}", plan.id, target.id, moved.place.code),
        plan: words.pick(&plan.title_zh, &plan.title_en).to_owned(),
        place: moved.place.name.clone(),
        before: side(&moved.before),
        after: side(&moved.after),
    })
}

/// What a form field is called in JSON, and what it means.
fn body() -> Value {
    let fields = ["facet", "region", "value", "from", "until", "clause", "mark", "note", "reason"];
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|f| ((*f).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "properties": properties, "required": ["region", "value", "from", "clause", "mark", "reason"]})
}

pub const PROPOSE: Doc = Doc::new(
    "Proposes another version of a norm; `region` is a code or `all`, `facet` is `-` for none, `until` the last day",
    &[],
    || object(&[("id", "string"), ("state", "string")]),
)
.body(body)
.status(201);

/// POST /api/v1/norms/{key}/changes
pub async fn propose_api(cx: Cx, Path(key): Path<String>, form: Form) -> Result<Response> {
    propose(&cx, &key, &form).await
}

pub const PREVIEW: Doc = Doc::new(
    "The lights that a version of a norm would change; nothing is kept",
    &[
        ("facet", "`-` for none"),
        ("region", "a code, or `all`"),
        ("value", "as in a proposal"),
        ("from", "first day"),
        ("until", "last day; open when absent"),
        ("clause", "id of a clause; that of the version in force when absent"),
        ("day", "the day that is looked at"),
    ],
    || object(&[("day", "string"), ("checked", "integer"), ("lights", "boolean"), ("moved", "[]object")]),
);

/// GET /api/v1/norms/{key}/preview
pub async fn preview_api(cx: Cx, Extension(plans): State, Path(key): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let norms = places::norms(&mut read, &key).await?;
    let held = norms.iter().find(|n| n.span.contains(cx.today())).or(norms.first()).ok_or(Error::NotFound)?;
    let get = |name: &str, or: &str| cx.query(name).unwrap_or(or).to_owned();
    let filled = [
        ("facet", get("facet", NO_FACET)),
        ("region", get("region", EVERYWHERE)),
        ("value", get("value", "")),
        ("from", get("from", &cx.today().to_string())),
        ("until", get("until", "")),
        ("clause", get("clause", held.clause.as_str())),
        ("mark", "K".to_owned()),
        ("reason", "preview".to_owned()),
        ("day", get("day", "")),
    ];
    let pairs: Vec<(&str, &str)> = filled.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let form = Form::filled(&pairs);
    let proposal = parse(&cx, &mut read, &key, &form).await?;
    let id = cx.app.ids.new_id(cx.app.clock.now());
    let supposed: Supposed = norm_change::suppose(&mut read, &id, &proposal).await?;
    let seen = preview(&plans, &mut read, &supposed, day_of(&form, cx.today())?).await?;
    Ok(web::api::reply(&to_json(&seen)))
}
