//! GET /publications/{id}: what the public will see or sees, with the reply of the institution, what it objected to, and
//! what may be done now.

use crate::publication::document::{Basic, Content};
use crate::publication::{Objection, Publication, PublicationId, State};
use crate::sources::Check;
use crate::{CHECK, PUBLICATIONS, PUBLISH, REPLY, store};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::FieldError;
use registry::Seen;
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::{Markup, light};
use web::{Crumb, Cx, Error, Form, Result, Shell, Words};

#[derive(Template)]
#[template(path = "disclosure/publication.html")]
struct OnePage {
    shell: Shell,
    name: String,
    facility_href: String,
    state: Markup,
    facts: Vec<String>,
    errors: Markup,
    hidden: Markup,
    shown: Sheet,
    objections: Vec<Objected>,
    /// Forms that may be sent now.
    forms: Vec<Act>,
    public_href: Option<String>,
    check_href: Option<String>,
    /// Results that wait to be mended and were entered here: id and what they are.
    open_checks: Vec<(String, String)>,
}

struct Act {
    action: String,
    heading: &'static str,
    help: String,
    fields: Vec<Markup>,
    button: &'static str,
}

/// The parts of a document as both pages show them.
pub(crate) struct Sheet {
    pub basics: Vec<(String, String)>,
    pub checks: Vec<CheckLine>,
    pub reply: Option<(String, String)>,
}

pub(crate) struct CheckLine {
    pub day: String,
    pub what: String,
    pub office: String,
    pub result: Markup,
    pub note: String,
}

pub(crate) struct Objected {
    pub day: String,
    pub text: String,
    pub decision: Option<(Markup, String, String)>,
}

impl Sheet {
    pub fn of(words: Words, content: &Content, reply: Option<(String, String)>) -> Sheet {
        let basic = |b: &Basic| (words.pick(&b.label_zh, &b.label_en).to_owned(), words.pick(&b.zh, &b.en).to_owned());
        let check = |c: &Check| CheckLine {
            day: c.day.to_string(),
            what: words.pick(&c.what_zh, &c.what_en).to_owned(),
            office: c.office.clone(),
            result: light(c.result.light(), words.t(&format!("publication.found.{}", c.result.as_str()))),
            note: c.note.clone(),
        };
        Sheet {
            basics: content.basics.iter().map(basic).collect(),
            checks: content.checks.iter().map(check).collect(),
            reply,
        }
    }
}

pub(crate) fn objected(words: Words, o: &Objection) -> Objected {
    let decided = |decision: &str, at: kernel::Instant| {
        let class = if decision == "upheld" { "met" } else { "tracked" };
        let said = light(class, words.t(&format!("publication.decision.{decision}")));
        (said, o.words.clone(), at.day().to_string())
    };
    Objected {
        day: o.at.day().to_string(),
        text: o.text.clone(),
        decision: o.decision.as_deref().zip(o.decided).map(|(decision, at)| decided(decision, at)),
    }
}

/// A publication that the post may see, and the name of its institution.
///
/// Errors: [`Error::NotFound`] for one outside the post.
pub(crate) async fn seen(cx: &Cx, read: &mut Read, id: &str, action: &kernel::Action) -> Result<(Publication, String)> {
    let id = PublicationId::parse(id).ok_or(Error::NotFound)?;
    let p = store::by_id(read, &id).await?.ok_or(Error::NotFound)?;
    let Seen { h, day } = registry::seen(cx, read, p.facility.as_str(), action).await?;
    let name = registry::rules::on(&h.profile, day).or(h.profile.last()).map(|p| p.value.name.clone());
    Ok((p, name.unwrap_or_default()))
}

pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, name) = seen(&cx, &mut read, &id, &PUBLICATIONS).await?;
    draw(&cx, &mut read, &p, name, &Form::default(), &[]).await
}

/// The page, also after a form that was refused.
pub(crate) async fn draw(
    cx: &Cx,
    read: &mut Read,
    p: &Publication,
    name: String,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response> {
    let (words, today) = (cx.words(), cx.today());
    let state = p.state(today);
    let objections = store::objections(read, p).await?;
    let title = words.tf("publication.of_year", &[&p.year]);
    let content = p.content()?;
    let reply = p.reply.clone().zip(p.replied).map(|(text, at)| (at.day().to_string(), text));
    let first = |year: i64| format!("{year:04}-01-01").parse().map_err(|_| Error::NotFound);
    let (from, until) = (first(p.year)?, first(p.year + 1)?);
    let results = store::check_results(read, &p.home, &p.facility, from, until).await?;
    let open = |c: &crate::publication::CheckResult| {
        let kind = words.t(&format!("publication.check_kind.{}", c.kind));
        (c.id.clone(), format!("{} {kind} {}", c.day, c.note))
    };
    let page = OnePage {
        shell: Shell::new(
            cx,
            format!("{title} · {name}"),
            vec![
                Crumb::to(cx.t("publication.title"), format!("/publications?year={}", p.year)),
                Crumb::here(name.clone()),
            ],
        ),
        facility_href: format!("/facilities/{}", p.facility),
        state: light(state.light(), words.t(&format!("publication.state.{}", state.as_str()))),
        facts: facts(words, p),
        errors: summary(errors, words),
        hidden: hidden(cx),
        shown: Sheet::of(words, &content, reply),
        forms: forms(cx, p, state, &objections, form, errors),
        objections: objections.iter().map(|o| objected(words, o)).collect(),
        public_href: p.published.map(|_| format!("/public/publications/{}", p.id)),
        check_href: cx.may(&CHECK).then(|| format!("/publications/checks/new?facility={}", p.facility)),
        open_checks: match cx.may(&CHECK) {
            true => results.iter().filter(|c| c.result == "to_mend").map(open).collect(),
            false => Vec::new(),
        },
        name,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn facts(words: Words, p: &Publication) -> Vec<String> {
    let mut out = vec![words.tf("publication.year_n", &[&p.year]), words.tf("publication.no_n", &[&p.no])];
    out.push(words.tf("publication.as_of", &[&p.as_of]));
    match (p.published, p.valid_until) {
        (Some(at), Some(until)) => {
            out.push(words.tf("publication.published_on", &[&at.minute()]));
            out.push(words.tf("publication.valid_until", &[&until.plus(-1)]));
        }
        _ => out.push(words.tf("publication.reply_until", &[&p.reply_until.plus(-1)])),
    }
    if !p.reason.is_empty() {
        out.push(words.tf("publication.corrects", &[&p.reason]));
    }
    out
}

/// What may be done now, by whom looks.
fn forms(
    cx: &Cx,
    p: &Publication,
    state: State,
    objections: &[Objection],
    form: &Form,
    errors: &[FieldError],
) -> Vec<Act> {
    let words = cx.words();
    let area = |name: &'static str, label: &'static str, required: bool| {
        let label = words.t(label).to_owned();
        Field { name, label, help: None, clause: Vec::new(), required, input: Input::Area }.html(form, errors, words)
    };
    let act = |what: &str, heading, help: String, fields, button| Act {
        action: format!("/publications/{}/{what}", p.id),
        heading: words.t(heading),
        help,
        fields,
        button: words.t(button),
    };
    let mut out = Vec::new();
    let waiting = objections.iter().any(|o| o.decision.is_none());
    if cx.may(&REPLY) {
        if state == State::Shown {
            let help = words.tf("publication.reply_help", &[&p.reply_until.plus(-1)]);
            let fields = vec![area("reply", "publication.reply", true)];
            out.push(act("reply", "publication.reply_heading", help, fields, "publication.reply_send"));
        }
        if p.published.is_some() && p.superseded_by.is_none() && !waiting {
            let help = words.t("publication.object_help").to_owned();
            let fields = vec![area("objection", "publication.objection", true)];
            out.push(act("object", "publication.object_heading", help, fields, "publication.object_send"));
        }
    }
    if !cx.may(&PUBLISH) {
        return out;
    }
    if waiting {
        let choices = ["upheld", "rejected"].map(|d| (d, words.t(&format!("publication.decision.{d}")).to_owned()));
        let label = words.t("publication.decide").to_owned();
        let choice = Field {
            name: "decision",
            label,
            help: None,
            clause: Vec::new(),
            required: true,
            input: Input::Select(choices.to_vec()),
        };
        let fields = vec![choice.html(form, errors, words), area("words", "publication.decide_reason", true)];
        let help = words.t("publication.decide_help").to_owned();
        out.push(act("decide", "publication.decide_heading", help, fields, "publication.decide_send"));
    }
    match state {
        State::Ready => {
            let help = words.t("publication.publish_help").to_owned();
            out.push(act("publish", "publication.publish_heading", help, Vec::new(), "publication.publish_send"));
        }
        State::Public if p.superseded_by.is_none() => {
            let help = words.t("publication.correct_help").to_owned();
            let fields = vec![area("reason", "publication.reason", true)];
            out.push(act("correct", "publication.correct_heading", help, fields, "publication.correct_send"));
        }
        _ => {}
    }
    if p.published.is_none() {
        let help = words.t("publication.again_help").to_owned();
        out.push(act("prepare", "publication.again_heading", help, Vec::new(), "publication.again_send"));
    }
    out
}

pub(crate) const DOC: Doc =
    Doc::new("A publication of one's place, public or not, with reply and objections", &[], || {
        object(&[
            ("id", "string"),
            ("facility", "string"),
            ("year", "integer"),
            ("no", "integer"),
            ("state", "string"),
            ("as_of", "string"),
            ("reply_until", "string"),
            ("reply", "string?"),
            ("published", "string?"),
            ("valid_until", "string?"),
            ("digest", "string?"),
            ("supersedes", "string?"),
            ("superseded_by", "string?"),
            ("reason", "string"),
            ("content", "object"),
            ("objections", "[]object"),
        ])
    });

/// GET /api/v1/publications/{id}
pub(crate) async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, _) = seen(&cx, &mut read, &id, &PUBLICATIONS).await?;
    let objection = |o: Objection| json!({"at": o.at, "text": o.text, "decision": o.decision, "words": o.words, "decided": o.decided});
    let objections: Vec<Value> = store::objections(&mut read, &p).await?.into_iter().map(objection).collect();
    Ok(web::api::reply(&json!({
        "id": p.id, "facility": p.facility, "year": p.year, "no": p.no, "state": p.state(cx.today()).as_str(), "as_of": p.as_of,
        "reply_until": p.reply_until.plus(-1), "reply": p.reply, "published": p.published, "valid_until": p.valid_until,
        "digest": p.digest, "supersedes": p.supersedes, "superseded_by": p.superseded_by, "reason": p.reason,
        "content": p.content()?, "objections": objections,
    })))
}
