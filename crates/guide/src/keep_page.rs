//! GET /guide/keep: what a district's officers write: versions of the guide, questions with their answers, and what was
//! asked that nothing answers yet.

use crate::guide_page::{address, current};
use crate::model::{Guide, Question};
use crate::policies::forms;
use crate::policy::KEEP;
use crate::store;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::{QuestionAskedId, QuestionId};
use kernel::{FieldError, Month};
use matter::Kinds;
use places::Place;
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

const TITLE: usize = 80;
const BODY: usize = 20_000;
const ANSWER: usize = 2_000;
/// Asked questions of one page.
const WAITING: i64 = 50;

#[derive(Template)]
#[template(path = "guide/keep.html")]
struct KeepPage {
    shell: Shell,
    place: String,
    code: String,
    hidden: Markup,
    versions: Vec<(String, String, String)>,
    waiting: Vec<Waiting>,
    questions: Vec<(String, String, String, i64, i64, i64, bool)>,
}

struct Waiting {
    id: String,
    asked: String,
    at: String,
    /// Questions that may answer it: id and text.
    options: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "guide/form.html")]
struct FormPage {
    shell: Shell,
    heading: String,
    lede: &'static str,
    action: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
    more: Vec<(String, String)>,
}

/// The place whose guide an actor keeps: that of the post.
async fn own(cx: &Cx, read: &mut Read) -> Result<Place> {
    let kernel::Scope::Place(place) = cx.scope_of(&KEEP) else { return Err(Error::Forbidden) };
    places::get(read, &place, cx.today()).await?.ok_or(Error::NotFound)
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = own(&cx, &mut read).await?;
    let questions = store::questions(&mut read, &place.id, cx.today()).await?;
    let versions = store::guides_of(&mut read, &place.id).await?;
    let waiting = store::open_asked(&mut read, &place.id, cx.today(), WAITING).await?;
    let options: Vec<(String, String)> =
        questions.iter().filter(|q| !q.retired).map(|q| (q.id.to_string(), asked_of(&cx, q))).collect();
    let title = cx.t("guide.keep");
    web::page(&KeepPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("guide.title"), "/guide"), Crumb::here(title)]),
        hidden: hidden(&cx),
        versions: versions.iter().map(|g| version_line(&cx, &place, g)).collect(),
        waiting: waiting
            .into_iter()
            .map(|a| Waiting { id: a.id.to_string(), asked: a.asked, at: a.at.minute(), options: options.clone() })
            .collect(),
        questions: questions.into_iter().map(|q| question_line(&cx, &place, q)).collect(),
        code: place.code,
        place: place.name,
    })
}

fn version_line(cx: &Cx, place: &Place, guide: &Guide) -> (String, String, String) {
    let href = address(&guide.form, &format!("?region={}&no={}&by={}", place.code, guide.no, place.code));
    let title = cx.words().pick(&guide.title, &guide.title_en).to_owned();
    // What begins later cannot be read yet.
    let href = if guide.from_day > cx.today() { String::new() } else { href };
    (cx.tf("guide.version", &[&guide.no, &guide.from_day]), title, href)
}

fn asked_of(cx: &Cx, q: &Question) -> String {
    cx.words().pick(&q.asked, &q.asked_en).to_owned()
}

/// Address, question, topic, how often it was asked, helped, did not help, no longer shown. What another place keeps is
/// only read.
fn question_line(cx: &Cx, place: &Place, q: Question) -> (String, String, String, i64, i64, i64, bool) {
    let own = q.place == place.id;
    let href = if own { format!("/guide/keep/questions/{}", q.id) } else { format!("/guide/questions/{}", q.id) };
    let topic = cx.words().pick(&q.topic, &q.topic_en).to_owned();
    (href, asked_of(cx, &q), topic, q.times, q.helped, q.not_helped, q.retired)
}

fn field(cx: &Cx, name: &'static str, input: Input<'_>, required: bool, form: &Form, errors: &[FieldError]) -> Markup {
    let help = cx.words().find(&format!("guide.form.{name}_help")).map(str::to_owned);
    let label = cx.t(&format!("guide.form.{name}")).to_owned();
    Field { name, label, help, clause: Vec::new(), required, input }.html(form, errors, cx.words())
}

/// GET /guide/keep/guide: the next version, beginning with the one that holds.
pub(crate) async fn guide_form(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = own(&cx, &mut read).await?;
    let of = cx.query("form").unwrap_or_default();
    // A district begins with what holds there: its own, or that of the city.
    let now = current(&mut read, &place.id, of, cx.today()).await?;
    let today = cx.today().to_string();
    let [title, title_en, body, body_en] = match now {
        Some(g) => [g.title, g.title_en, g.body, g.body_en],
        None => [cx.tf("guide.of", &[&place.name]), String::new(), String::new(), String::new()],
    };
    let form = Form::filled(&[
        ("form", of),
        ("title", &title),
        ("title_en", &title_en),
        ("body", &body),
        ("body_en", &body_en),
        ("from_day", &today),
    ]);
    draw_guide(&cx, &form, &[]).await
}

/// Every application that a guide may be of.
fn routes(cx: &Cx) -> Result<Vec<(String, String)>> {
    let kinds = Kinds::of(&cx.app)?;
    Ok(forms(&kinds, cx.today()).into_iter().map(|s| (s.id.clone(), s.name.of(cx.lang).to_owned())).collect())
}

async fn draw_guide(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let heading = cx.t("guide.new_version");
    let routes = routes(cx)?;
    let of = Input::Select(routes.iter().map(|(id, name)| (id.as_str(), name.clone())).collect());
    let page = FormPage {
        shell: shell(cx, heading),
        heading: heading.to_owned(),
        lede: cx.t("guide.body_help"),
        action: "/guide/keep/guide".to_owned(),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: vec![
            field(cx, "form", of, false, form, errors),
            field(cx, "title", Input::Text, true, form, errors),
            field(cx, "title_en", Input::Text, false, form, errors),
            field(cx, "from_day", Input::Day, true, form, errors),
            field(cx, "body", Input::Area, true, form, errors),
            field(cx, "body_en", Input::Area, false, form, errors),
        ],
        more: Vec::new(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn shell(cx: &Cx, heading: &str) -> Shell {
    Shell::new(cx, heading, vec![Crumb::to(cx.t("guide.keep"), "/guide/keep"), Crumb::here(heading)])
}

/// POST /guide/keep/guide
pub(crate) async fn guide_post(cx: Cx, form: Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let title = wrong.required(&form, "title", TITLE);
    let body = wrong.required(&form, "body", BODY);
    let from_day = wrong.day(&form, "from_day");
    if from_day.is_some_and(|day| day < cx.today()) {
        wrong.add("from_day", "guide.past");
    }
    let of = form.text("form").to_owned();
    if !of.is_empty() && routes(&cx)?.iter().all(|(id, _)| *id != of) {
        wrong.add("form", "form.choice");
    }
    let title_en: String = form.text("title_en").chars().take(TITLE).collect();
    let body_en: String = form.text("body_en").chars().take(BODY).collect();
    let (Some(from_day), true) = (from_day, wrong.is_empty()) else { return draw_guide(&cx, &form, &wrong.0).await };
    let mut writing = cx.write(&form).await?;
    let place = own(&cx, &mut writing).await?;
    let last = store::guides(&mut writing, &place.id, &of).await?;
    if last.first().is_some_and(|guide| guide.from_day > from_day) {
        drop(writing);
        wrong.add("from_day", "guide.before_last");
        return draw_guide(&cx, &form, &wrong.0).await;
    }
    let (now, account) = (cx.app.clock.now(), cx.actor()?.account.clone());
    let no = last.first().map_or(1, |guide| guide.no + 1);
    let new = Guide {
        home: place.home.clone(),
        place: place.id,
        form: of,
        no,
        from_day,
        title,
        title_en,
        body,
        body_en,
        account: Some(account),
        made: now,
    };
    if !store::add_guide(&mut writing, &new).await? {
        return Err(Error::Conflict("guide.changed"));
    }
    let entry = Entry::new(&place.home, "guide", no).why("wrote a guide");
    cx.commit(writing, entry, Reply::To("/guide/keep?done=guide_written".to_owned())).await
}

/// GET /guide/keep/questions/{id}: `new`, or one that is there.
pub(crate) async fn question_form(cx: Cx, axum::extract::Path(id): axum::extract::Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = own(&cx, &mut read).await?;
    let form = match id.as_str() {
        "new" => {
            let of = cx.query("asked").and_then(QuestionAskedId::parse);
            let asked = match of {
                Some(of) => store::asked(&mut read, &of).await?.map(|a| a.asked).unwrap_or_default(),
                None => String::new(),
            };
            Form::filled(&[("asked", &asked), ("of", cx.query("asked").unwrap_or_default())])
        }
        _ => {
            let q = of_place(&cx, &mut read, &id, &place).await?;
            let shown = if q.retired { "no" } else { "yes" };
            Form::filled(&[
                ("topic", &q.topic),
                ("topic_en", &q.topic_en),
                ("asked", &q.asked),
                ("asked_en", &q.asked_en),
                ("answer", &q.answer),
                ("answer_en", &q.answer_en),
                ("basis", &q.basis),
                ("shown", shown),
            ])
        }
    };
    draw_question(&cx, &id, &form, &[]).await
}

async fn of_place(cx: &Cx, read: &mut Read, id: &str, place: &Place) -> Result<Question> {
    let id = QuestionId::parse(id).ok_or(Error::NotFound)?;
    let found = store::question(read, &id, cx.today()).await?;
    found.filter(|question| question.place == place.id).ok_or(Error::NotFound)
}

async fn draw_question(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let heading = cx.t(if id == "new" { "guide.new_question" } else { "guide.edit_question" });
    let shown = Input::Select(vec![("yes", cx.t("guide.shown").to_owned()), ("no", cx.t("guide.retired").to_owned())]);
    let mut fields = vec![
        field(cx, "topic", Input::Text, true, form, errors),
        field(cx, "asked", Input::Text, true, form, errors),
        field(cx, "answer", Input::Area, true, form, errors),
        field(cx, "topic_en", Input::Text, false, form, errors),
        field(cx, "asked_en", Input::Text, false, form, errors),
        field(cx, "answer_en", Input::Area, false, form, errors),
        field(cx, "basis", Input::Text, false, form, errors),
    ];
    let mut more = Vec::new();
    if id == "new" {
        more.push(("of".to_owned(), form.text("of").to_owned()));
    } else {
        fields.push(field(cx, "shown", shown, true, form, errors));
    }
    let page = FormPage {
        shell: shell(cx, heading),
        heading: heading.to_owned(),
        lede: cx.t("guide.answer_help"),
        action: format!("/guide/keep/questions/{id}"),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields,
        more,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /guide/keep/questions/{id}: a new question, or the next version of one; `of` names what was asked.
pub(crate) async fn question_post(
    cx: Cx,
    axum::extract::Path(id): axum::extract::Path<String>,
    form: Form,
) -> Result<Response> {
    let mut wrong = Invalid::default();
    let topic = wrong.required(&form, "topic", TITLE);
    let asked = wrong.required(&form, "asked", ANSWER);
    let answer = wrong.required(&form, "answer", ANSWER);
    if !wrong.is_empty() {
        return draw_question(&cx, &id, &form, &wrong.0).await;
    }
    let mut writing = cx.write(&form).await?;
    let place = own(&cx, &mut writing).await?;
    let (now, account) = (cx.app.clock.now(), cx.actor()?.account.clone());
    let (question, no, clauses) = match id.as_str() {
        "new" => {
            let new: QuestionId = cx.app.ids.new_id(now);
            store::add_question(&mut writing, &place.home, &new, &place.id).await?;
            (new, 1, String::new())
        }
        _ => {
            let before = of_place(&cx, &mut writing, &id, &place).await?;
            let last = store::versions(&mut writing, &before.home, &before.id).await?;
            (before.id, last.first().map_or(1, |last| last.no + 1), before.clauses)
        }
    };
    let english = |name: &str, most: usize| form.text(name).chars().take(most).collect::<String>();
    let version = Question {
        home: place.home.clone(),
        id: question,
        place: place.id.clone(),
        no,
        from_day: cx.today(),
        topic,
        topic_en: english("topic_en", TITLE),
        asked,
        asked_en: english("asked_en", ANSWER),
        answer,
        answer_en: english("answer_en", ANSWER),
        basis: form.text("basis").chars().take(TITLE * 2).collect(),
        clauses,
        retired: form.text("shown") == "no",
        account: Some(account),
        made: now,
        times: 0,
        helped: 0,
        not_helped: 0,
    };
    if !store::add_version(&mut writing, &version).await? {
        return Err(Error::Conflict("guide.changed"));
    }
    if let Some(of) = QuestionAskedId::parse(form.text("of")) {
        deal(&cx, &mut writing, &of, Some(&version)).await?;
    }
    let entry = Entry::new(&place.home, "question", &version.id).why("wrote an answer");
    cx.commit(writing, entry, Reply::To("/guide/keep?done=guide_written".to_owned())).await
}

/// What was asked is answered by a question, which is counted, or set aside.
async fn deal(cx: &Cx, tx: &mut db::Tx, id: &QuestionAskedId, by: Option<&Question>) -> Result<()> {
    let asked = store::asked(tx, id).await?.ok_or(Error::NotFound)?;
    if !places::covers(tx, &cx.scope_of(&KEEP), &asked.place, cx.today()).await? {
        return Err(Error::NotFound);
    }
    let account = &cx.actor()?.account;
    if !store::deal(tx, &asked, by.map(|q| &q.id), account, cx.app.clock.now()).await? {
        return Err(Error::Conflict("guide.dealt"));
    }
    if let Some(question) = by {
        store::count(tx, question, &Month::of(asked.at.day()).to_string(), "asked").await?;
    }
    Ok(())
}

/// POST /guide/keep/asked/{id}: `question` that answers it, or none: set aside.
pub(crate) async fn asked_post(
    cx: Cx,
    axum::extract::Path(id): axum::extract::Path<String>,
    form: Form,
) -> Result<Response> {
    let id = QuestionAskedId::parse(&id).ok_or(Error::NotFound)?;
    let mut writing = cx.write(&form).await?;
    let by = match QuestionId::parse(form.text("question")) {
        Some(question) => Some(store::question(&mut writing, &question, cx.today()).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    deal(&cx, &mut writing, &id, by.as_ref()).await?;
    let place = own(&cx, &mut writing).await?;
    let entry = Entry::new(&place.home, "question_asked", &id).why("dealt with a question");
    cx.commit(writing, entry, Reply::To("/guide/keep?done=guide_dealt".to_owned())).await
}
