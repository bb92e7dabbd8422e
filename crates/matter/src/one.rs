//! GET /matters/{id}: what is asked of me on top with the buttons that I may press; then facts, what was filled in,
//! opinions side by side, remarks, timeline.

use crate::declaration::Need;
use crate::fill::open_fields;
use crate::one_parts::{self, OpinionLine, RemarkLine, SectionPart, StepLine, Tests};
use crate::seen::{Seen, seen};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use desk::Names;
use kernel::{Day, FieldError};
use web::form::{Field, Input, escape, hidden, summary};
use web::parts::{Markup, light};
use web::{Crumb, Cx, Form, Result, Shell};

#[derive(Template)]
#[template(path = "matter/one.html")]
struct OnePage {
    shell: Shell,
    id: String,
    title: String,
    kind: &'static str,
    number: String,
    light: Markup,
    facts: Vec<(&'static str, Markup)>,
    errors: Markup,
    /// A rule that said no.
    refused: Option<String>,
    hidden: Markup,
    seen: String,
    /// Sections that this actor may fill in now: name, address, how it stands.
    tasks: Vec<(String, String, Markup)>,
    words: Option<Markup>,
    moves: Vec<MoveLine>,
    asked: Option<AskedForm>,
    clock: Option<ClockForm>,
    rating: Option<RatingPart>,
    remarks: Vec<RemarkLine>,
    remark_form: Option<[Markup; 2]>,
    tests: Tests,
    /// How many passed; they are folded away.
    tests_passed: Option<String>,
    /// Tests that wait for a number.
    tests_open: Option<String>,
    opinions: Vec<OpinionLine>,
    sections: Vec<SectionPart>,
    /// Only what changed is shown; the address of everything.
    whole: Option<String>,
    steps: Vec<StepLine>,
}

struct MoveLine {
    id: &'static str,
    label: &'static str,
    /// What must be there before it.
    unmet: Option<String>,
    /// Against what was asked for, or away from it.
    away: bool,
}

/// The rating of the applicant, given or still to be given.
struct RatingPart {
    given: Option<String>,
    fields: Vec<Markup>,
}

/// The three buttons of a department.
struct AskedForm {
    words: Markup,
    due: String,
    file_error: Option<String>,
}

struct ClockForm {
    words: Markup,
    pause: bool,
    resume: bool,
    extend: bool,
}

pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[], None).await
}

/// The page, also as it comes back with what was typed and why it was refused.
pub(crate) async fn draw(
    cx: &Cx,
    id: &str,
    form: &Form,
    errors: &[FieldError],
    refused: Option<String>,
) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(cx, &mut read, id).await?;
    let status = match (errors.is_empty(), &refused) {
        (true, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = build(cx, &mut read, &met, form, errors, refused).await?;
    web::page_with(status, &page)
}

async fn build(
    cx: &Cx,
    read: &mut Read,
    met: &Seen,
    form: &Form,
    errors: &[FieldError],
    refused: Option<String>,
) -> Result<OnePage> {
    let (matter, bound, w) = (&met.whole.matter, met.bound()?, cx.words());
    let mut names = Names::new(w, cx.today());
    let moves = moves(cx, met)?;
    let wants = moves.iter().any(|line| line.unmet.is_none());
    let needs_words = met.moves(cx.today())?.iter().any(|(step, _)| step.needs.contains(&Need::Words));
    let kind = words::title(w, &matter.kind);
    let tests = one_parts::tests(cx, met);
    let shows_all = cx.query("all").is_some() || matter.round == 0 || met.fills()?;
    Ok(OnePage {
        shell: Shell::new(cx, &*matter.title, vec![Crumb::to(cx.t("matter.title"), "/matters"), Crumb::here(kind)]),
        id: matter.id.to_string(),
        title: matter.title.clone(),
        kind,
        number: matter.number.clone(),
        light: words::light(w, bound.kind, matter, cx.today()),
        facts: facts(cx, read, met, &mut names).await?,
        errors: summary(errors, w),
        refused,
        hidden: hidden(cx),
        seen: matter.changed.0.to_string(),
        tasks: tasks(cx, met)?,
        words: (!moves.is_empty() && wants).then(|| words_field(cx, form, errors, needs_words)),
        moves,
        asked: asked(cx, met, form, errors)?,
        clock: clock(cx, met, form, errors)?,
        rating: rating(cx, met, form, errors),
        remarks: one_parts::remarks(cx, read, met, &mut names).await?,
        remark_form: met.reviews()?.then(|| one_parts::remark_form(cx, met, form, errors)).transpose()?,
        tests_open: (tests.open > 0 && matter.open()).then(|| cx.tf("matter.tests_open", &[&tests.open])),
        tests_passed: (!tests.passed.is_empty()).then(|| cx.tf("matter.tests_passed", &[&tests.passed.len()])),
        tests,
        opinions: one_parts::opinions(cx, read, met, &mut names).await?,
        sections: one_parts::sections(cx, met, shows_all)?,
        whole: (!shows_all).then(|| format!("/matters/{}?all=1", matter.id)),
        steps: one_parts::steps(cx, read, met, &mut names).await?,
    })
}

async fn facts(cx: &Cx, read: &mut Read, met: &Seen, names: &mut Names) -> Result<Vec<(&'static str, Markup)>> {
    let (matter, bound) = (&met.whole.matter, met.bound()?);
    let plain = |text: &str| Markup(escape(text));
    let applicant = names.unit(read, &matter.applicant).await?;
    let turn = match &matter.turn {
        Some(unit) => names.unit(read, unit).await?,
        None => cx.t("matter.nobody").to_owned(),
    };
    let place = places::get(read, &matter.place, cx.today()).await?.map(|p| p.name).unwrap_or_default();
    let form = format!("{}（{}）", bound.sheet.name.of(cx.lang), cx.tf("matter.version", &[&bound.sheet.from]));
    let mut facts = vec![
        (cx.t("matter.applicant"), plain(&applicant)),
        (cx.t("matter.place"), plain(&place)),
        (cx.t("matter.form"), plain(&form)),
        (cx.t("matter.turn"), plain(&turn)),
        (cx.t("matter.due"), words::due(cx.words(), matter, cx.today(), bound.calendar)),
        (cx.t("matter.opened"), plain(&matter.opened.minute())),
    ];
    for link in &met.whole.links {
        let drawn = format!("<a href=\"{}\">{}</a>", escape(&link.href), escape(&link.words));
        facts.push((cx.t(&format!("matter.link.{}", link.kind)), Markup(drawn)));
    }
    if let Some(facility) = &matter.facility {
        let link = format!("<a href=\"/facilities/{facility}\">{}</a>", escape(cx.t("matter.to_file")));
        facts.push((cx.t("matter.facility"), Markup(link)));
    }
    Ok(facts)
}

fn moves(cx: &Cx, met: &Seen) -> Result<Vec<MoveLine>> {
    let (w, kind) = (cx.words(), met.bound()?.kind);
    let line = |(step, unmet): (&'static crate::declaration::Move, Option<kernel::RuleViolation>)| MoveLine {
        id: step.id,
        label: words::step(w, kind, step.id),
        unmet: unmet.map(|rule| w.rule(rule.code, &rule.values)),
        away: step.to.end().is_some_and(|end| end != crate::declaration::End::Granted),
    };
    Ok(met.moves(cx.today())?.into_iter().map(line).collect())
}

fn words_field(cx: &Cx, form: &Form, errors: &[FieldError], needed: bool) -> Markup {
    let help = if needed { "matter.words_needed" } else { "matter.words_help" };
    let field = Field {
        name: "words",
        label: cx.t("matter.words").to_owned(),
        help: Some(cx.t(help).to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    field.html(form, errors, cx.words())
}

/// What this actor may fill in now, section by section.
fn tasks(cx: &Cx, met: &Seen) -> Result<Vec<(String, String, Markup)>> {
    let mut out = Vec::new();
    for section in &met.bound()?.sheet.sections {
        if open_fields(met, section)?.is_empty() {
            continue;
        }
        let missing = section.faults(&met.now).len();
        let state = match missing {
            _ if section.untouched(&met.now) => light("none", cx.t("matter.untouched")),
            0 => light("met", cx.t("matter.complete")),
            n => light("risk", &cx.tf("matter.missing", &[&n])),
        };
        let href = format!("/matters/{}/fill/{}", met.whole.matter.id, section.id);
        out.push((section.name.of(cx.lang).to_owned(), href, state));
    }
    Ok(out)
}

/// For a department that is asked and has not answered.
fn asked(cx: &Cx, met: &Seen, form: &Form, errors: &[FieldError]) -> Result<Option<AskedForm>> {
    let unit = &cx.actor()?.unit;
    let open = met.whole.matter.open();
    let mut waiting = met.whole.opinions_now().filter(|o| o.unit == *unit && o.verdict.is_none() && open);
    let Some(opinion) = waiting.next() else { return Ok(None) };
    let field = Field {
        name: "words",
        label: cx.t("matter.opinion_words").to_owned(),
        help: Some(cx.t("matter.opinion_help").to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    let file_error = errors.iter().find(|e| e.field == "files").map(|e| cx.words().rule(e.code, &e.values));
    Ok(Some(AskedForm { words: field.html(form, errors, cx.words()), due: opinion.due.to_string(), file_error }))
}

fn clock(cx: &Cx, met: &Seen, form: &Form, errors: &[FieldError]) -> Result<Option<ClockForm>> {
    let Some(clock) = met.clock()? else { return Ok(None) };
    let still = met.whole.pauses.iter().any(|pause| pause.until == Day::OPEN);
    let (pause, extend) = (clock.pauses && !still, clock.extension.is_some() && met.whole.matter.more == 0);
    if !pause && !still && !extend {
        return Ok(None);
    }
    let typed = Form::filled(&[("clock_words", form.text("words"))]);
    let field = Field {
        name: "clock_words",
        label: cx.t("matter.clock_words").to_owned(),
        help: Some(cx.t("matter.clock_help").to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    // The field is called `words` where it is sent.
    let html = field.html(&typed, errors, cx.words()).0.replacen("name=\"clock_words\"", "name=\"words\"", 1);
    Ok(Some(ClockForm { words: Markup(html), pause, resume: still, extend }))
}

/// After the end: what the applicant gave, or the form for it.
fn rating(cx: &Cx, met: &Seen, form: &Form, errors: &[FieldError]) -> Option<RatingPart> {
    if let Some(rating) = &met.whole.rating {
        let stars = cx.t(&format!("matter.stars.{}", rating.stars));
        let given = if rating.words.is_empty() { stars.to_owned() } else { format!("{stars}：{}", rating.words) };
        return Some(RatingPart { given: Some(given), fields: Vec::new() });
    }
    if !met.may_rate() {
        return None;
    }
    let choices = ["5", "4", "3", "2", "1"].map(|s| (s, cx.t(&format!("matter.stars.{s}")).to_owned()));
    let field = |name, label: &str, required, input| Field {
        name,
        label: cx.t(label).to_owned(),
        help: None,
        clause: Vec::new(),
        required,
        input,
    };
    let stars = field("stars", "matter.rating", true, Input::Select(choices.into())).html(form, errors, cx.words());
    let words = field("rating_words", "matter.rating_words", false, Input::Area);
    let words = words.html(&Form::filled(&[("rating_words", form.text("words"))]), errors, cx.words());
    let words = Markup(words.0.replacen("name=\"rating_words\"", "name=\"words\"", 1));
    Some(RatingPart { given: None, fields: vec![stars, words] })
}
