//! Procedures of preferential policies (优惠政策实施办法): which of them somebody can use, what they give and how to
//! apply, and entering and revising them.

use super::{crumbs, span};
use crate::store::benefits;
pub use crate::store::benefits::{Benefit, one, past};
use crate::{policy, store, tree};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::{ClauseId, PlaceId};
use kernel::{Day, FieldError, RuleViolation, Scope, Span};
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Words};

/// Whom a policy can serve: kinds of facility, those who work there, families. The words are `serves.<name>`.
pub const SERVES: [&str; 10] = [
    "institution",
    "community_point",
    "employer_point",
    "park_point",
    "baby_house",
    "home_point",
    "nursery",
    "kindergarten",
    "worker",
    "family",
];

/// Whose institutions a policy may be limited to. The words are `benefit.ownership.<name>`.
pub const OWNERSHIPS: [&str; 3] = ["public", "private", "mixed"];

/// Kinds of units that give something. The words are `unit.kind.<name>`.
pub const OFFICES: [&str; 14] = [
    "education",
    "guidance_centre",
    "sub_district",
    "finance",
    "taxation",
    "human_resources",
    "civil_affairs",
    "market_regulation",
    "health",
    "fire",
    "housing",
    "planning_resources",
    "development_reform",
    "trade_union",
];

impl Benefit {
    /// It serves a kind of facility, those who work there, or families.
    pub fn is_for(&self, kind: &str) -> bool {
        self.serves.contains(&format!(";{kind};"))
    }

    /// Whom it serves, each with its word.
    pub fn served(&self, words: Words) -> Vec<String> {
        let named = |s: &str| words.find(&format!("serves.{s}")).unwrap_or(s).to_owned();
        self.serves.split(';').filter(|s| !s.is_empty()).map(named).collect()
    }
}

/// Every procedure that can be used at a place on a day: its own and those of the places above, by id.
pub async fn at(read: &mut Read, place: &PlaceId, day: Day) -> db::Result<Vec<Benefit>> {
    let mut out = Vec::new();
    for benefit in benefits::all(read).await? {
        if usable(&benefit, "", None, day) && holds_at(read, &benefit, place, day).await? {
            out.push(benefit);
        }
    }
    Ok(out)
}

/// The clause that a procedure rests on, as it is cited.
pub async fn cited(read: &mut Read, words: Words, benefit: &Benefit) -> Result<String> {
    let clause = store::rules::clause(read, &benefit.clause).await?.ok_or(Error::NotFound)?;
    let document = store::rules::document(read, &clause.document).await?.ok_or(Error::NotFound)?;
    Ok(words.tf("library.cite", &[&words.pick(&document.title_zh, &document.title_en), &clause.label]))
}

/// The kind of office that gives it; empty where the text does not say.
pub fn office(words: Words, benefit: &Benefit) -> String {
    words.find(&format!("unit.kind.{}", benefit.office)).unwrap_or(&benefit.office).to_owned()
}

#[derive(Template)]
#[template(path = "places/benefits.html")]
struct BenefitsPage {
    shell: Shell,
    serves: Vec<(&'static str, &'static str, bool)>,
    regions: Vec<(String, String, bool)>,
    inclusive: Vec<(&'static str, &'static str, bool)>,
    cards: Vec<Card>,
    filtered: bool,
    may_edit: bool,
    lede: String,
}

struct Card {
    title: String,
    serves: String,
    /// Limited to these; empty for any.
    ownership: &'static str,
    office: String,
    inclusive: bool,
    place: String,
    span: String,
    conditions: String,
    gives: String,
    steps: String,
    note: String,
    mark: &'static str,
    clause: String,
    clause_href: String,
    revised: String,
    edit: Option<String>,
}

/// Whether a policy can be used by somebody: of a kind, with or without the inclusive status, on a day.
pub fn usable(benefit: &Benefit, kind: &str, inclusive: Option<bool>, day: Day) -> bool {
    let span = Span { from: benefit.from_day, until: benefit.until_day };
    let kind = kind.is_empty() || benefit.is_for(kind);
    span.contains(day) && kind && (inclusive != Some(false) || !benefit.inclusive)
}

/// GET /library/policies?serves&inclusive&region
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let words = cx.words();
    let (kind, inclusive) = asked(&cx)?;
    let mut read = cx.read().await?;
    let today = cx.today();
    let root = tree::root(&mut read, today).await?.ok_or(Error::NotFound)?;
    let at = match cx.query("region") {
        Some(code) => Some(tree::by_code(&mut read, code, today).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    let mut cards = Vec::new();
    for benefit in benefits::all(&mut read).await? {
        if !usable(&benefit, kind, inclusive, today) {
            continue;
        }
        if let Some(at) = &at
            && !holds_at(&mut read, &benefit, &at.id, today).await?
        {
            continue;
        }
        cards.push(card(&cx, &mut read, benefit).await?);
    }
    let mut regions = Vec::new();
    for place in tree::children(&mut read, &root.id, today).await? {
        let chosen = at.as_ref().is_some_and(|a| a.id == place.id);
        regions.push((place.code, place.name, chosen));
    }
    let title = cx.t("benefit.title");
    let lede = words.tf("benefit.lede", &[&cards.len()]);
    web::page(&BenefitsPage {
        shell: Shell::new(&cx, title, crumbs(&cx, vec![Crumb::here(title)])),
        serves: SERVES.map(|s| (s, words.t(&format!("serves.{s}")), s == kind)).into(),
        inclusive: vec![
            ("yes", cx.t("benefit.inclusive_yes"), inclusive == Some(true)),
            ("no", cx.t("benefit.inclusive_no"), inclusive == Some(false)),
        ],
        filtered: !kind.is_empty() || inclusive.is_some() || at.is_some(),
        may_edit: cx.may(&policy::POLICIES),
        regions,
        cards,
        lede,
    })
}

fn asked(cx: &Cx) -> Result<(&str, Option<bool>)> {
    let kind = cx.query("serves").unwrap_or_default();
    if !kind.is_empty() && !SERVES.contains(&kind) {
        return Err(Error::bad("form.choice", "serves"));
    }
    let inclusive = match cx.query("inclusive") {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) => return Err(Error::bad("form.choice", "inclusive")),
    };
    Ok((kind, inclusive))
}

async fn holds_at(read: &mut Read, benefit: &Benefit, place: &PlaceId, day: Day) -> db::Result<bool> {
    if benefit.place.is_empty() {
        return Ok(true);
    }
    tree::within(read, &PlaceId::new(benefit.place.as_str()), place, day).await
}

async fn card(cx: &Cx, read: &mut Read, b: Benefit) -> Result<Card> {
    let words = cx.words();
    let clause = store::rules::clause(read, &b.clause).await?.ok_or(Error::NotFound)?;
    let document = store::rules::document(read, &clause.document).await?.ok_or(Error::NotFound)?;
    let place = match b.place.as_str() {
        "" => words.t("library.everywhere").to_owned(),
        id => tree::get(read, &PlaceId::new(id), cx.today()).await?.map_or_else(|| id.to_owned(), |p| p.name),
    };
    let edit = cx.may(&policy::POLICIES) && reaches(cx, read, &b.place).await?;
    Ok(Card {
        title: words.pick(&b.title_zh, &b.title_en).to_owned(),
        serves: b.served(words).join(words.t("library.between")),
        ownership: words.find(&format!("benefit.ownership.{}", b.ownership)).unwrap_or_default(),
        office: office(words, &b),
        inclusive: b.inclusive,
        span: span(words, Span { from: b.from_day, until: b.until_day }),
        conditions: words.pick(&b.conditions_zh, &b.conditions_en).to_owned(),
        gives: words.pick(&b.gives_zh, &b.gives_en).to_owned(),
        steps: words.pick(&b.steps_zh, &b.steps_en).to_owned(),
        mark: words.t(&format!("mark.{}", b.mark)),
        clause: words.tf("library.cite", &[&words.pick(&document.title_zh, &document.title_en), &clause.label]),
        clause_href: format!("/library/clauses/{}", b.clause),
        revised: if b.account.is_empty() { String::new() } else { format!("{} {}", b.name, b.at.minute()) },
        edit: edit.then(|| format!("/library/policies/{}/edit", b.id)),
        note: b.note,
        place,
    })
}

/// Whether this post reaches the place of a policy; one for everywhere is reached from the top.
async fn reaches(cx: &Cx, read: &mut Read, place: &str) -> Result<bool> {
    let today = cx.today();
    let place = match place {
        "" => tree::root(read, today).await?.ok_or(Error::NotFound)?.id,
        id => PlaceId::new(id),
    };
    Ok(tree::covers(read, &cx.scope_of(&policy::POLICIES), &place, today).await?)
}

#[derive(Template)]
#[template(path = "places/benefit_form.html")]
struct FormPage {
    shell: Shell,
    title: &'static str,
    action: String,
    version: i64,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
    serves: Vec<(&'static str, &'static str, bool)>,
    serves_error: Option<String>,
    inclusive: bool,
}

/// GET /library/policies/new
pub(crate) async fn new(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let form = Form::filled(&[("from", &cx.today().to_string()), ("mark", "K"), ("version", "0")]);
    web::page(&draw(&cx, &mut read, None, &form, &[]).await?)
}

/// GET /library/policies/{id}/edit
pub(crate) async fn edit(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let b = load(&cx, &mut read, &id).await?;
    let region = region_of(&mut read, &b, cx.today()).await?;
    let until = if b.until_day.is_open() { String::new() } else { b.until_day.plus(-1).to_string() };
    let mut filled: Vec<(&str, String)> = vec![
        ("title_zh", b.title_zh.clone()),
        ("title_en", b.title_en.clone()),
        ("clause", b.clause.to_string()),
        ("region", region),
        ("from", b.from_day.to_string()),
        ("until", until),
        ("conditions_zh", b.conditions_zh.clone()),
        ("conditions_en", b.conditions_en.clone()),
        ("gives_zh", b.gives_zh.clone()),
        ("gives_en", b.gives_en.clone()),
        ("steps_zh", b.steps_zh.clone()),
        ("steps_en", b.steps_en.clone()),
        ("ownership", b.ownership.clone()),
        ("office", b.office.clone()),
        ("mark", b.mark.clone()),
        ("note", b.note.clone()),
        ("version", b.version.to_string()),
    ];
    filled.extend(b.serves.split(';').filter(|s| !s.is_empty()).map(|s| ("serves", s.to_owned())));
    if b.inclusive {
        filled.push(("inclusive", "1".to_owned()));
    }
    let pairs: Vec<(&str, &str)> = filled.iter().map(|(k, v)| (*k, v.as_str())).collect();
    web::page(&draw(&cx, &mut read, Some(&b.id), &Form::filled(&pairs), &[]).await?)
}

async fn region_of(read: &mut Read, b: &Benefit, day: Day) -> Result<String> {
    Ok(match b.place.as_str() {
        "" => "all".to_owned(),
        id => tree::get(read, &PlaceId::new(id), day).await?.map_or_else(String::new, |p| p.code),
    })
}

async fn load(cx: &Cx, read: &mut Read, id: &str) -> Result<Benefit> {
    let benefit = benefits::one(read, id).await?.ok_or(Error::NotFound)?;
    if reaches(cx, read, &benefit.place).await? { Ok(benefit) } else { Err(Error::NotFound) }
}

/// POST /library/policies/new
pub(crate) async fn create(cx: Cx, form: Form) -> Result<Response> {
    save(cx, None, form).await
}

/// POST /library/policies/{id}/edit
pub(crate) async fn revise(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    save(cx, Some(id), form).await
}

async fn save(cx: Cx, id: Option<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let old = match &id {
        Some(id) => Some(load(&cx, &mut read, id).await?),
        None => None,
    };
    let new = match parse(&cx, &mut read, old.as_ref(), &form).await {
        Ok(new) => new,
        Err(Error::Rule(rule)) => {
            let page = draw(&cx, &mut read, id.as_deref(), &form, &rule.fields).await?;
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(e) => return Err(e),
    };
    drop(read);
    let mut writing = cx.write(&form).await?;
    let entry = Entry::new("", "benefit", &new.id).why(format!("version {}", new.version));
    match &old {
        None => benefits::insert(&mut writing, new).await?,
        Some(old) => {
            let content = serde_json::to_string(old).map_err(|e| Error::Internal(e.to_string()))?;
            if new.version != old.version + 1 || !benefits::replace(&mut writing, new, old, content).await? {
                return Err(Error::Conflict("conflict.changed"));
            }
        }
    }
    cx.commit(writing, entry, Reply::To("/library/policies?done=benefit".to_owned())).await
}

async fn parse(cx: &Cx, read: &mut Read, old: Option<&Benefit>, form: &Form) -> Result<Benefit> {
    let mut invalid = Invalid::default();
    let title_zh = invalid.required(form, "title_zh", 80);
    let mut long = |name: &str| invalid.required(form, name, 1000);
    let (conditions_zh, gives_zh, steps_zh) = (long("conditions_zh"), long("gives_zh"), long("steps_zh"));
    let clause = invalid.required(form, "clause", 64);
    if !clause.is_empty() && store::rules::clause(read, &ClauseId::new(clause.as_str())).await?.is_none() {
        invalid.add("clause", "form.choice");
    }
    let mut one_of = |name: &str, of: &'static [&'static str]| {
        let chosen = if form.has(name) { invalid.choice(form, name, of) } else { None };
        chosen.unwrap_or_default().to_owned()
    };
    let (ownership, office) = (one_of("ownership", &OWNERSHIPS), one_of("office", &OFFICES));
    let mark = invalid.choice(form, "mark", &["V", "V2", "K"]).unwrap_or_default().to_owned();
    let from = invalid.day(form, "from");
    let until = match form.text("until") {
        "" => Some(Day::OPEN),
        _ => invalid.day(form, "until").map(Day::next),
    };
    let span = from.zip(until).and_then(|(from, until)| Span::new(from, until));
    if span.is_none() && from.is_some() && until.is_some() {
        invalid.add("until", "places.benefit.until");
    }
    let serves: Vec<&str> = SERVES.into_iter().filter(|s| form.all("serves").any(|v| v == *s)).collect();
    if serves.is_empty() {
        invalid.add("serves", "form.required");
    }
    let region = invalid.required(form, "region", 20);
    let place = match region.as_str() {
        "" | "all" => String::new(),
        code => match tree::by_code(read, code, cx.today()).await? {
            Some(place) => place.id.to_string(),
            None => {
                invalid.add("region", "form.choice");
                String::new()
            }
        },
    };
    if !region.is_empty() && !reaches(cx, read, &place).await? {
        invalid.add("region", "places.benefit.region");
    }
    for name in ["title_en", "conditions_en", "gives_en", "steps_en", "note"] {
        if form.text(name).chars().count() > 1000 {
            invalid.add(name, "form.too_long");
        }
    }
    invalid.check()?;
    let span = span.ok_or_else(|| RuleViolation::field("from", "form.required"))?;
    let (actor, now) = (cx.actor()?, cx.app.clock.now());
    let text = |name: &str| form.text(name).to_owned();
    let fresh = || cx.app.ids.new_id::<kernel::kinds::Document>(now).into_string();
    Ok(Benefit {
        id: old.map_or_else(fresh, |b| b.id.clone()),
        title_zh,
        title_en: text("title_en"),
        clause: ClauseId::new(clause),
        place,
        from_day: span.from,
        until_day: span.until,
        serves: format!(";{};", serves.join(";")),
        inclusive: form.has("inclusive"),
        conditions_zh,
        conditions_en: text("conditions_en"),
        gives_zh,
        gives_en: text("gives_en"),
        steps_zh,
        steps_en: text("steps_en"),
        mark,
        note: text("note"),
        version: form.text("version").parse::<i64>().unwrap_or(0) + 1,
        account: actor.account.to_string(),
        name: format!("{} {}", actor.unit_name, actor.name),
        at: now,
        ownership,
        office,
    })
}

async fn draw(cx: &Cx, read: &mut Read, id: Option<&str>, form: &Form, errors: &[FieldError]) -> Result<FormPage> {
    let words = cx.words();
    let title = cx.t(if id.is_some() { "benefit.edit" } else { "benefit.new" });
    let regions = regions(cx, read).await?;
    let mut clauses = Vec::new();
    for found in store::library::all_clauses(read).await? {
        let of = words.pick(&found.title_zh, &found.title_en).to_owned();
        clauses.push((found.clause.id.to_string(), words.tf("library.cite", &[&of, &found.clause.label])));
    }
    let names = [
        "title_zh",
        "title_en",
        "region",
        "from",
        "until",
        "clause",
        "conditions_zh",
        "conditions_en",
        "gives_zh",
        "gives_en",
        "steps_zh",
        "steps_en",
        "ownership",
        "office",
        "mark",
        "note",
    ];
    let field = |name: &'static str| field(words, name, &regions, &clauses).html(form, errors, words);
    let crumb = Crumb::to(cx.t("benefit.title"), "/library/policies");
    Ok(FormPage {
        shell: Shell::new(cx, title, crumbs(cx, vec![crumb, Crumb::here(title)])),
        action: id.map_or_else(|| "/library/policies/new".to_owned(), |id| format!("/library/policies/{id}/edit")),
        version: form.text("version").parse().unwrap_or(0),
        hidden: hidden(cx),
        errors: summary(errors, words),
        fields: names.into_iter().map(field).collect(),
        serves: SERVES.map(|s| (s, words.t(&format!("serves.{s}")), form.all("serves").any(|v| v == s))).into(),
        serves_error: errors.iter().find(|e| e.field == "serves").map(|e| words.rule(e.code, &e.values)),
        inclusive: form.has("inclusive"),
        title,
    })
}

fn field<'a>(
    words: Words,
    name: &'static str,
    regions: &'a [(String, String)],
    clauses: &'a [(String, String)],
) -> Field<'a> {
    let list = |pairs: &'a [(String, String)]| {
        Input::Select(pairs.iter().map(|(value, label)| (value.as_str(), label.clone())).collect())
    };
    Field {
        name,
        label: words.t(&format!("benefit.field.{name}")).to_owned(),
        help: words.find(&format!("benefit.help.{name}")).map(str::to_owned),
        clause: Vec::new(),
        required: !matches!(
            name,
            "title_en" | "until" | "conditions_en" | "gives_en" | "steps_en" | "ownership" | "office" | "note"
        ),
        input: match name {
            "region" => list(regions),
            "clause" => list(clauses),
            "mark" => Input::Select(["V", "V2", "K"].map(|m| (m, words.t(&format!("mark.{m}")).to_owned())).into()),
            "ownership" => {
                Input::Select(OWNERSHIPS.map(|o| (o, words.t(&format!("benefit.ownership.{o}")).to_owned())).into())
            }
            "office" => Input::Select(
                OFFICES.map(|o| (o, words.find(&format!("unit.kind.{o}")).unwrap_or(o).to_owned())).into(),
            ),
            "from" | "until" => Input::Day,
            "title_zh" | "title_en" => Input::Text,
            _ => Input::Area,
        },
    }
}

/// Places for which this post may enter a policy.
async fn regions(cx: &Cx, read: &mut Read) -> Result<Vec<(String, String)>> {
    let today = cx.today();
    let top = match cx.scope_of(&policy::POLICIES) {
        Scope::Place(place) => tree::get(read, &place, today).await?,
        _ => tree::root(read, today).await?,
    };
    let top = top.ok_or(Error::NotFound)?;
    let mut out = Vec::new();
    if top.parent.is_none() {
        out.push(("all".to_owned(), cx.t("library.everywhere").to_owned()));
    }
    out.push((top.code.clone(), top.name.clone()));
    out.extend(tree::children(read, &top.id, today).await?.into_iter().map(|p| (p.code, p.name)));
    Ok(out)
}

pub(crate) const POLICIES: Doc = Doc::new(
    "Procedures of preferential policies that somebody can use today",
    &[
        ("serves", "a kind of facility, `worker` or `family`"),
        ("inclusive", "yes or no"),
        ("region", "code of a place"),
    ],
    shape,
);

/// Procedures in JSON, see [`item`].
pub fn shape() -> Value {
    list_of(object(&[
        ("id", "string"),
        ("version", "integer"),
        ("title_zh", "string"),
        ("title_en", "string"),
        ("clause", "string"),
        ("serves", "[]string"),
        ("inclusive", "boolean"),
        ("ownership", "string?"),
        ("office", "string?"),
        ("conditions_zh", "string"),
        ("gives_zh", "string"),
        ("steps_zh", "string"),
        ("valid_from", "string"),
        ("valid_until", "string?"),
        ("mark", "string"),
    ]))
}

/// GET /api/v1/policies
pub(crate) async fn list_api(cx: Cx) -> Result<Response> {
    let (kind, inclusive) = asked(&cx)?;
    let mut read = cx.read().await?;
    let today = cx.today();
    let at = match cx.query("region") {
        Some(code) => Some(tree::by_code(&mut read, code, today).await?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    let mut items: Vec<Value> = Vec::new();
    for b in benefits::all(&mut read).await? {
        let here = match &at {
            Some(at) => holds_at(&mut read, &b, at, today).await?,
            None => true,
        };
        if here && usable(&b, kind, inclusive, today) {
            items.push(item(&b));
        }
    }
    Ok(web::api::list(&items, None))
}

/// A procedure in JSON.
pub fn item(b: &Benefit) -> Value {
    let serves: Vec<&str> = b.serves.split(';').filter(|s| !s.is_empty()).collect();
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    json!({
        "id": b.id, "version": b.version, "title_zh": b.title_zh, "title_en": b.title_en, "clause": b.clause,
        "serves": serves, "inclusive": b.inclusive, "ownership": some(&b.ownership), "office": some(&b.office),
        "conditions_zh": b.conditions_zh, "gives_zh": b.gives_zh, "steps_zh": b.steps_zh, "valid_from": b.from_day,
        "valid_until": (!b.until_day.is_open()).then_some(b.until_day), "mark": b.mark,
    })
}
