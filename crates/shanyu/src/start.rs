//! 开始: what a new installation does next, each step ticked from the records of the post's place and from nothing
//! else. The last step is the first figure of the own place.

use askama::Template;
use axum::{Extension, response::Response};
use kernel::{Action, Reach::OwnPlace, Role::*, Scope};
use places::{Place, PlaceKind};
use plans::{Judged, Plans, Sight, judge_one};
use registry::codes::Measure;
use registry::store::book::{Entry, open};
use registry::store::list::{self, Filter, Within};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, parts::whole};

/// See how far the own place has come.
pub static START: Action = Action::new(
    "shanyu.start",
    &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (StreetOfficer, OwnPlace)],
);

/// The figure that lights up first: the share of streets that have an inclusive place.
const FIRST_FIGURE: &str = "inclusive_point_street_coverage";

#[derive(Template)]
#[template(path = "shanyu/start.html")]
struct StartPage {
    shell: Shell,
    heading: String,
    steps: Vec<Step>,
    done: usize,
}

struct Step {
    done: bool,
    title: &'static str,
    more: String,
    /// What is recorded now.
    now: String,
    links: Vec<(&'static str, String)>,
}

/// GET /start
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Scope::Place(own) = cx.scope() else { return Err(Error::NotFound) };
    let today = cx.today();
    let place = places::get(&mut read, &own, today).await?.ok_or(Error::NotFound)?;
    let files = list::count(&mut read, &Filter::new(Within::Place(own.clone()), today)).await?;
    let open = open(&mut read, &own, today).await?;
    let people = identity::first_start::people(&mut read).await?;
    let figure = first_figure(&plans, &mut read, &place, today).await?;
    let words = cx.words();
    let may_import = cx.may(&registry::IMPORT);
    let complete = open.iter().filter(|e| is_complete(e)).count();
    let steps = vec![
        Step {
            done: people > 0,
            title: words.t("start.people"),
            more: words.t("start.people_more").to_owned(),
            now: words.tf("start.people_now", &[&whole(people)]),
            links: vec![(words.t("start.people_link"), "/units".to_owned())],
        },
        Step {
            done: files > 0,
            title: words.t("start.sheet"),
            more: words.t("start.sheet_more").to_owned(),
            now: words.tf("start.sheet_now", &[&whole(files)]),
            links: if may_import {
                vec![
                    (words.t("start.sheet_link"), "/facilities/import".to_owned()),
                    (words.t("start.one_link"), "/facilities/new".to_owned()),
                ]
            } else {
                Vec::new()
            },
        },
        Step {
            done: !open.is_empty() && complete == open.len(),
            title: words.t("start.check"),
            more: words.t("start.check_more").to_owned(),
            now: words.tf("start.check_now", &[&whole(open.len() as i64), &whole(complete as i64)]),
            links: vec![(words.t("start.check_link"), "/facilities?state=operating".to_owned())],
        },
        figure_step(&cx, &place, figure),
    ];
    let title = cx.t("start.title");
    let page = StartPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        heading: words.tf("start.heading", &[&place.name]),
        done: steps.iter().filter(|s| s.done).count(),
        steps,
    };
    web::page(&page)
}

/// What a public card says without a gap: approved places, a fee, a notice, and where it lies.
fn is_complete(e: &Entry) -> bool {
    let places = e.places.iter().any(|p| p.0 == Measure::Approved);
    places && !e.fees.is_empty() && e.notice.is_some() && e.position.is_some()
}

/// The plan made for the place, or for one above it, that asks for the first figure; and the figure itself.
async fn first_figure(
    plans: &Plans,
    read: &mut db::Read,
    place: &Place,
    today: kernel::Day,
) -> Result<Option<(String, Judged)>> {
    let mut best: Option<(usize, &plans::model::Plan, &plans::model::Target)> = None;
    let path = places::path(read, &place.id, today).await?;
    for plan in &plans.plans {
        let Some(depth) = path.iter().position(|p| p.code == plan.place) else { continue };
        let Some(target) = plan.targets.iter().find(|t| t.indicator == FIRST_FIGURE) else { continue };
        if best.is_none_or(|(other, ..)| depth >= other) {
            best = Some((depth, plan, target));
        }
    }
    let Some((_, plan, target)) = best else { return Ok(None) };
    let sight = Sight::open(plans, read, today).await?;
    let judged = judge_one(&sight, read, plan, target, place).await?;
    Ok(Some((format!("/plans/{}/targets/{}?region={}", plan.id, target.id, place.code), judged)))
}

fn figure_step(cx: &Cx, place: &Place, figure: Option<(String, Judged)>) -> Step {
    let words = cx.words();
    let value = figure.as_ref().and_then(|(_, judged)| judged.figure.value);
    let now = match (value, place.kind) {
        (Some(value), PlaceKind::City | PlaceKind::District) => {
            words.tf("start.figure_now", &[&web::parts::decimal(value, 1)])
        }
        (Some(value), _) => words.t(if value > 0.0 { "start.figure_own" } else { "start.figure_none" }).to_owned(),
        (None, _) => words.t("start.figure_none_yet").to_owned(),
    };
    Step {
        done: value.is_some_and(|v| v > 0.0),
        title: words.t("start.figure"),
        more: words.t("start.figure_more").to_owned(),
        now,
        links: figure
            .map(|(href, _)| (words.t("start.figure_link"), href))
            .into_iter()
            .chain([(words.t("start.plans_link"), "/plans".to_owned())])
            .collect(),
    }
}
