//! GET /guide/routes/{form}: how to apply on one route: who may, the papers, the steps with their days, what is tested,
//! each with its clause; `no`, `by` and `on` show what somebody followed.

use crate::guide_page::{Shown, asked_for};
use crate::place::{asked, districts};
use crate::policies::forms;
use crate::sections::{Paper, StepLine, Test, departments, papers, steps, tests};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Actor;
use matter::{Kinds, Sheet};
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "guide/route.html")]
struct RoutePage {
    shell: Shell,
    form: String,
    name: String,
    place: String,
    districts: Vec<(String, String, bool)>,
    region: String,
    /// `None`: nobody has written one yet.
    guide: Option<Shown>,
    /// The form can be used today.
    usable: bool,
    /// Who reads may begin: an applicant, or somebody who is not signed in yet.
    begin: bool,
    draft: bool,
    papers: Vec<(String, Vec<Paper>)>,
    departments: Vec<&'static str>,
    steps: Vec<StepLine>,
    tests: Vec<Test>,
}

/// Somebody in a post that brings no such matter is not led to its form.
pub(crate) fn may_begin(cx: &Cx, kinds: &Kinds, sheet: &Sheet) -> bool {
    let brings = |actor: &Actor| kinds.kind(&sheet.kind).is_some_and(|kind| kind.brought_by.contains(&actor.role));
    cx.signed_in().is_none_or(brings)
}

pub(crate) async fn page(cx: Cx, Path(form): Path<String>) -> Result<Response> {
    let kinds = Kinds::of(&cx.app)?;
    let sheet = forms(&kinds, cx.today()).into_iter().find(|sheet| sheet.id == form).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let guide = asked_for(&cx, &mut read, &place.id, &form).await?;
    let name = sheet.name.of(cx.lang).to_owned();
    let crumbs = vec![Crumb::to(cx.t("guide.title"), "/guide"), Crumb::here(name.as_str())];
    let title = cx.tf("guide.route_title", &[&name]);
    web::page(&RoutePage {
        shell: Shell::new(&cx, title, crumbs),
        districts: districts(&mut read, &place, cx.today()).await?,
        region: cx.query("region").unwrap_or_default().to_owned(),
        guide,
        usable: sheet.usable(cx.today()),
        begin: sheet.usable(cx.today()) && may_begin(&cx, &kinds, sheet),
        draft: sheet.draft,
        papers: papers(&cx, &mut read, sheet).await?,
        departments: departments(&cx, sheet),
        steps: steps(&cx, &mut read, &place, sheet).await?,
        tests: tests(&cx, &mut read, &place, sheet).await?,
        place: place.name,
        name,
        form,
    })
}
