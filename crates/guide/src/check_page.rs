//! GET /guide/check: a few questions whose answers end in the form, the papers and the rules that will be tested.
//! Every answer is part of the address, so the way works without script and a link can be sent to somebody.

use crate::path::{At, Path};
use crate::place::{asked, districts};
use crate::policies;
use crate::policies_page::{self, Line};
use crate::route_page::may_begin;
use crate::sections::{Paper, Test, departments, papers, tests};
use askama::Template;
use axum::response::Response;
use db::Read;
use matter::Kinds;
use places::Place;
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "guide/check.html")]
struct CheckPage {
    shell: Shell,
    place: String,
    region: String,
    districts: Vec<(String, String, bool)>,
    /// What was answered: question, answer, and the way back to it.
    way: Vec<(String, String, String)>,
    ask: Option<Asking>,
    stop: Option<String>,
    form: Option<Found>,
}

struct Asking {
    text: String,
    help: Option<String>,
    answers: Vec<(String, String)>,
}

/// The form at the end.
struct Found {
    id: String,
    name: String,
    help: String,
    href: String,
    usable: bool,
    begin: bool,
    papers: Vec<(String, Vec<Paper>)>,
    departments: Vec<&'static str>,
    tests: Vec<Test>,
    policies: Vec<Line>,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let path = cx.app.shared::<Arc<Path>>()?;
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let given: Vec<(&str, &str)> = path.steps.iter().filter_map(|s| Some((s.id.as_str(), cx.query(&s.id)?))).collect();
    let (at, way) = path.at(&given);
    let region = cx.query("region").unwrap_or_default();
    let address = |upto: usize, more: Option<(&str, &str)>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !region.is_empty() {
            query.append_pair("region", region);
        }
        if let Some(lang) = cx.query("lang") {
            query.append_pair("lang", lang);
        }
        for (step, answer) in way.iter().take(upto) {
            query.append_pair(&step.id, &answer.id);
        }
        if let Some((step, answer)) = more {
            query.append_pair(step, answer);
        }
        format!("/guide/check?{}", query.finish())
    };
    let answered = way.iter().enumerate().map(|(i, (step, answer))| {
        (step.ask.of(cx.lang).to_owned(), answer.name.of(cx.lang).to_owned(), address(i, None))
    });
    let answered: Vec<(String, String, String)> = answered.collect();
    let (mut ask, mut stop, mut form) = (None, None, None);
    match at {
        At::Ask(step) => {
            let link =
                |a: &crate::path::Answer| (a.name.of(cx.lang).to_owned(), address(way.len(), Some((&step.id, &a.id))));
            let help = step.help.as_ref().map(|help| help.of(cx.lang).to_owned());
            let answers = step.answers.iter().map(link).collect();
            ask = Some(Asking { text: step.ask.of(cx.lang).to_owned(), help, answers });
        }
        At::Stop(text) => stop = Some(text.of(cx.lang).to_owned()),
        At::Form(id) => form = Some(found(&cx, &mut read, &place, id).await?),
    }
    let title = cx.t("guide.check");
    let crumbs = vec![Crumb::to(cx.t("guide.title"), "/guide"), Crumb::here(title)];
    web::page(&CheckPage {
        shell: Shell::new(&cx, title, crumbs),
        districts: districts(&mut read, &place, cx.today()).await?,
        region: region.to_owned(),
        place: place.name,
        way: answered,
        ask,
        stop,
        form,
    })
}

async fn found(cx: &Cx, read: &mut Read, place: &Place, id: &str) -> Result<Found> {
    let kinds = Kinds::of(&cx.app)?;
    let sheet = kinds.sheet_on(id, cx.today()).or_else(|| kinds.sheets().iter().find(|sheet| sheet.id == id));
    let sheet = sheet.ok_or(Error::NotFound)?;
    let usable = policies::usable(read, &place.id, Some(sheet), cx.today()).await?;
    Ok(Found {
        id: sheet.id.clone(),
        name: sheet.name.of(cx.lang).to_owned(),
        help: sheet.help.as_ref().map_or("", |help| help.of(cx.lang)).to_owned(),
        href: format!("/matters/new/{}", sheet.id),
        usable: sheet.usable(cx.today()),
        begin: may_begin(cx, &kinds, sheet),
        papers: papers(cx, read, sheet).await?,
        departments: departments(cx, sheet),
        tests: tests(cx, read, place, sheet).await?,
        policies: policies_page::lines(cx, read, usable).await?,
    })
}
