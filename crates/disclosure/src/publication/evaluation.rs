//! 行业评价信息公示 (on trial): what a professional evaluation said of an institution, entered from its report and
//! published with the year, where packs/disclosure.toml lets the public see it (浦东计划 三(四)3). The scheme gives the
//! result its words; no grades of our own.

use crate::publication::check_page::about;
use crate::store;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Read, Tx};
use kernel::kinds::FacilityId;
use kernel::{Day, FieldError, Ids, Instant};
use serde::{Deserialize, Serialize};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

db::record! {
    /// An evaluation, entered from its report.
    #[derive(Clone, PartialEq, Debug)]
    pub struct EvaluationRow in "evaluation" {
        home: String,
        id: String,
        facility: FacilityId,
        day: Day,
        scheme: String,
        evaluator: String,
        result: String,
        note: String,
        document: String,
        entered: Instant,
        account: String,
    }
}

/// What an evaluation said, as the publication shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evaluation {
    /// The day of its result.
    pub day: Day,
    /// By what standard or scheme.
    pub scheme: String,
    /// Who evaluated.
    pub evaluator: String,
    /// The result in the words of the scheme.
    pub result: String,
    /// May be empty.
    pub note: String,
}

/// Enters what an evaluation said; its id.
pub async fn enter_evaluation(
    tx: &mut Tx,
    ids: &Ids,
    (home, facility): (&str, &FacilityId),
    (now, by): (Instant, &str),
    new: Evaluation,
    document: &str,
) -> Result<String> {
    let id = ids.new_id::<()>(now).into_string();
    let row = EvaluationRow {
        home: home.to_owned(),
        id: id.clone(),
        facility: facility.clone(),
        day: new.day,
        scheme: new.scheme,
        evaluator: new.evaluator,
        result: new.result,
        note: new.note,
        document: document.to_owned(),
        entered: now,
        account: by.to_owned(),
    };
    tx.insert(row).await?;
    Ok(id)
}

/// Those of a year, the first one first.
pub(crate) async fn of_year(read: &mut Read, home: &str, facility: &FacilityId, year: i64) -> Result<Vec<Evaluation>> {
    let first = |year: i64| i16::try_from(year).ok().and_then(|y| Day::new(y, 1, 1)).ok_or(Error::NotFound);
    let rows = store::evaluations(read, home, facility, first(year)?, first(year + 1)?).await?;
    let told = |row: EvaluationRow| Evaluation {
        day: row.day,
        scheme: row.scheme,
        evaluator: row.evaluator,
        result: row.result,
        note: row.note,
    };
    Ok(rows.into_iter().map(told).collect())
}

#[derive(Template)]
#[template(path = "disclosure/check.html")]
struct EvaluationPage {
    shell: Shell,
    title: &'static str,
    lede: &'static str,
    name: String,
    action: String,
    back: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
}

/// GET /publications/evaluations/new?facility=
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (_, facility, name) = about(&cx, &mut read, cx.query("facility").ok_or(Error::NotFound)?).await?;
    let today = cx.today().to_string();
    draw(&cx, &facility, name, &Form::filled(&[("day", &today)]), &[])
}

fn draw(cx: &Cx, facility: &FacilityId, name: String, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let words = cx.words();
    let field = |name: &'static str, input: Input<'static>, required: bool| {
        let help = words.find(&format!("publication.evaluation.{name}_help")).map(str::to_owned);
        let label = words.t(&format!("publication.evaluation.{name}")).to_owned();
        Field { name, label, help, clause: Vec::new(), required, input }.html(form, errors, words)
    };
    let title = cx.t("publication.evaluation.title");
    let back = "/publications".to_owned();
    let crumbs = vec![Crumb::to(cx.t("publication.title"), back.as_str()), Crumb::here(title)];
    let page = EvaluationPage {
        shell: Shell::new(cx, format!("{title} · {name}"), crumbs),
        title,
        lede: cx.t("publication.evaluation.lede"),
        action: format!("/publications/evaluations/new?facility={facility}"),
        errors: summary(errors, words),
        hidden: hidden(cx),
        fields: vec![
            field("day", Input::Day, true),
            field("scheme", Input::Text, true),
            field("evaluator", Input::Text, true),
            field("result", Input::Text, true),
            field("note", Input::Area, false),
            field("document", Input::Text, false),
        ],
        name,
        back,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /publications/evaluations/new?facility=
pub(crate) async fn post(cx: Cx, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let asked = cx.query("facility").unwrap_or(form.text("facility"));
    let (home, facility, name) = about(&cx, &mut read, asked).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let day = wrong.day(&form, "day");
    if day.is_some_and(|day| day > cx.today()) {
        wrong.add("day", "date.future");
    }
    let scheme = wrong.required(&form, "scheme", 80);
    let evaluator = wrong.required(&form, "evaluator", 80);
    let result = wrong.required(&form, "result", 40);
    let (note, document) = (form.text("note").to_owned(), form.text("document").to_owned());
    for (field, text, most) in [("note", &note, 500), ("document", &document, 60)] {
        if text.chars().count() > most {
            wrong.add(field, "form.too_long");
        }
    }
    let (Some(day), true) = (day, wrong.is_empty()) else {
        return draw(&cx, &facility, name, &form, &wrong.0);
    };
    let mut writing = cx.write(&form).await?;
    let by = (cx.app.clock.now(), cx.actor()?.account.as_str());
    let new = Evaluation { day, scheme, evaluator, result, note };
    let id = enter_evaluation(&mut writing, &cx.app.ids, (&home, &facility), by, new, &document).await?;
    let mut entry = Entry::new(&home, "evaluation", id).why("evaluation_entered");
    entry.span_from = Some(day);
    cx.commit(writing, entry, Reply::To(format!("/publications?year={}&done=publication_evaluation", day.year()))).await
}
