//! The hundred questions: searched, opened, said to help or not; and what was not found is asked.

use crate::model::{Asked, Question};
use crate::place::{asked, districts};
use crate::store;
use crate::text::{self, Said};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::kinds::{PlaceId, QuestionId};
use kernel::{FieldError, Month};
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::form::{Basis, Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

/// Longest question of the public, in characters.
const ASKED: usize = 300;
/// Characters of an answer in the list.
const SHORT: usize = 60;

#[derive(Template)]
#[template(path = "guide/questions.html")]
struct QuestionsPage {
    shell: Shell,
    districts: Vec<(String, String, bool)>,
    region: String,
    q: String,
    groups: Vec<(String, Vec<Line>)>,
    count: String,
    errors: Markup,
    hidden: Markup,
    field: Markup,
}

struct Line {
    href: String,
    asked: String,
    answer: String,
    times: String,
}

#[derive(Template)]
#[template(path = "guide/question.html")]
struct QuestionPage {
    shell: Shell,
    id: String,
    hidden: Markup,
    asked: String,
    answer: Markup,
    basis: Vec<Basis>,
    made: String,
    times: i64,
}

/// Topic, question and answer in the language of the page; values and clauses still stand as references.
fn in_words<'a>(cx: &Cx, q: &'a Question) -> [&'a str; 3] {
    let words = cx.words();
    [words.pick(&q.topic, &q.topic_en), words.pick(&q.asked, &q.asked_en), words.pick(&q.answer, &q.answer_en)]
}

/// What the answers say of values and clauses at a place today.
async fn said(cx: &Cx, read: &mut db::Read, questions: &[Question], place: &PlaceId) -> Result<Said> {
    let answers: Vec<&str> = questions.iter().map(|q| in_words(cx, q)[2]).collect();
    Said::read(cx, read, &answers, (place, cx.today())).await
}

/// What of a place is shown and fits a search.
async fn found(cx: &Cx, read: &mut db::Read) -> Result<Vec<Question>> {
    let place = asked(cx, read).await?;
    let search = cx.query("q").unwrap_or_default();
    let mut all = store::questions(read, &place.id, cx.today()).await?;
    let fits = |q: &Question| {
        let whole =
            [&q.topic, &q.topic_en, &q.asked, &q.asked_en, &q.answer, &q.answer_en].map(String::as_str).join(" ");
        !q.retired && text::holds(&whole, search)
    };
    all.retain(fits);
    Ok(all)
}

/// GET /guide/questions?region=&q=
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    draw(&cx, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let questions = found(cx, &mut read).await?;
    let place = asked(cx, &mut read).await?;
    let here = cx.query("region").map_or_else(String::new, |code| format!("?region={code}"));
    let values = said(cx, &mut read, &questions, &place.id).await?;
    let mut groups: Vec<(String, Vec<Line>)> = Vec::new();
    for question in &questions {
        let [topic, asked, answer] = in_words(cx, question);
        let times = if question.times > 0 { cx.tf("guide.times", &[&question.times]) } else { String::new() };
        let line = Line {
            href: format!("/guide/questions/{}{here}", question.id),
            asked: asked.to_owned(),
            answer: text::short(&values.plain(answer), SHORT),
            times,
        };
        match groups.iter_mut().find(|(known, _)| known == topic) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((topic.to_owned(), vec![line])),
        }
    }
    let title = cx.t("guide.questions");
    let field = Field {
        name: "asked",
        label: cx.t("guide.ask_label").to_owned(),
        help: Some(cx.t("guide.ask_help").to_owned()),
        clause: Vec::new(),
        required: true,
        input: Input::Area,
    };
    let page = QuestionsPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("guide.title"), "/guide"), Crumb::here(title)]),
        districts: districts(&mut read, &place, cx.today()).await?,
        region: cx.query("region").unwrap_or_default().to_owned(),
        q: cx.query("q").unwrap_or_default().to_owned(),
        count: cx.tf("guide.found", &[&questions.len()]),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        field: field.html(form, errors, cx.words()),
        groups,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) const LIST: Doc = Doc::new(
    "Questions of applicants with their answers",
    &[("region", "code of a district"), ("q", "words that stand in it")],
    || {
        list_of(object(&[
            ("id", "string"),
            ("topic", "string"),
            ("asked", "string"),
            ("answer", "string"),
            ("basis", "string"),
            ("clauses", "[]string"),
            ("from", "string"),
            ("version", "integer"),
            ("times", "integer"),
        ]))
    },
);

/// GET /api/v1/guide/questions
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let questions = found(&cx, &mut read).await?;
    let place = asked(&cx, &mut read).await?;
    let values = said(&cx, &mut read, &questions, &place.id).await?;
    let item = |q: &Question| {
        let [topic, asked, answer] = in_words(&cx, q);
        json!({"id": q.id, "topic": topic, "asked": asked, "answer": values.plain(answer), "basis": q.basis,
            "clauses": places::cited_ids(&q.clauses).collect::<Vec<_>>(), "from": q.from_day, "version": q.no,
            "times": q.times})
    };
    let items: Vec<Value> = questions.iter().map(item).collect();
    Ok(web::api::list(&items, None))
}

async fn open(cx: &Cx, id: &str) -> Result<Question> {
    let id = QuestionId::parse(id).ok_or(Error::NotFound)?;
    let found = store::question(&mut cx.read().await?, &id, cx.today()).await?;
    found.filter(|question| !question.retired).ok_or(Error::NotFound)
}

/// GET /guide/questions/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let question = open(&cx, &id).await?;
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let [topic, title, answer] = in_words(&cx, &question).map(str::to_owned);
    let crumbs = vec![
        Crumb::to(cx.t("guide.title"), "/guide"),
        Crumb::to(cx.t("guide.questions"), "/guide/questions"),
        Crumb::here(topic.as_str()),
    ];
    // Without a district the values are those of the place that answers.
    let place = if cx.query("region").is_some() { place.id } else { question.place.clone() };
    let values = said(&cx, &mut read, std::slice::from_ref(&question), &place).await?;
    let mut basis: Vec<Basis> = places::basis(&cx, &mut read, &question.clauses).await?;
    if !question.basis.is_empty() {
        basis.push(Basis { text: question.basis.clone(), href: String::new() });
    }
    let since = if question.account.is_some() { question.made.day() } else { question.from_day };
    web::page(&QuestionPage {
        shell: Shell::new(&cx, title.as_str(), crumbs),
        id,
        hidden: hidden(&cx),
        answer: values.html(&answer),
        basis,
        made: cx.tf("guide.version", &[&question.no, &since]),
        times: question.times,
        asked: title,
    })
}

/// POST /guide/questions/{id}/helped: `yes` or `no`; nothing of who says so is kept.
pub(crate) async fn helped(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let question = open(&cx, &id).await?;
    let what = match form.text("helped") {
        "yes" => "helped",
        "no" => "not_helped",
        _ => return Err(Error::bad("form.choice", "helped")),
    };
    let mut writing = cx.write(&form).await?;
    store::count(&mut writing, &question, &Month::of(cx.today()).to_string(), what).await?;
    let entry = Entry::new(&question.home, "question", &id).why("said whether it helped");
    cx.commit(writing, entry, Reply::To(format!("/guide/questions/{id}?done=guide_helped"))).await
}

/// POST /guide/questions?region=: asks what was not found.
pub(crate) async fn ask(cx: Cx, form: Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let text = wrong.required(&form, "asked", ASKED);
    if !wrong.is_empty() {
        return draw(&cx, &form, &wrong.0).await;
    }
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    drop(read);
    let mut writing = cx.write(&form).await?;
    let now = cx.app.clock.now();
    let new = Asked {
        home: place.home.clone(),
        id: cx.app.ids.new_id(now),
        place: place.id,
        asked: text,
        at: now,
        question: None,
        account: None,
        dealt: None,
    };
    let entry = Entry::new(&place.home, "question_asked", &new.id).why("asked a question");
    store::add_asked(&mut writing, new).await?;
    let region = cx.query("region").map_or_else(String::new, |code| format!("region={code}&"));
    cx.commit(writing, entry, Reply::To(format!("/guide/questions?{region}done=guide_asked"))).await
}
