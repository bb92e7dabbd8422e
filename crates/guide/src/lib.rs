//! The guide of applicants (申办指南), the hundred questions (百问百答), the self-check before an application and the
//! preferential policies (优惠政策) that an applicant may use. The city's guide, in general and by route, and its answers come
//! with the packs ([`Book`]); a district writes its own in versions; an application keeps the version it followed
//! ([`follow`]); what nobody finds an answer to is asked without a name, linked to a question, and counted, so that one
//! sees what recurs. Values in a text are those of the norms, read when the text is.
//! Service standards stand beside the guide: what is promised by norms, and what was measured.

mod check_page;
mod cited;
mod guide_page;
mod keep_page;
mod model;
mod pack;
mod path;
mod place;
mod policies;
mod policies_page;
mod policy;
mod questions_page;
mod route_page;
mod sections;
mod standards;
pub mod store;
mod text;

pub use cited::citations;
pub use guide_page::current;
pub use model::{Asked, Guide, Question};
pub use pack::{Book, Refused};
pub use path::{Answer, At, Path, Step};
pub use policies::usable;
pub use policy::ACTIONS;

use axum::http::Method;
use db::Tx;
use matter::Matter;
use policy::{ASK, KEEP, READ};
use web::{App, NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "guide",
        name: "20261128_guide",
        sql: include_str!("../migrations/20261128_guide.sql"),
        sample: include_str!("../migrations/20261128_guide.sample.sql"),
    },
    db::Migration {
        slice: "guide",
        name: "20261130_guide_pack",
        sql: include_str!("../migrations/20261130_guide_pack.sql"),
        sample: include_str!("../migrations/20261130_guide_pack.sample.sql"),
    },
];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "guide", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/guide", &READ, guide_page::page)
        .get("/guide/routes/{form}", &READ, route_page::page)
        .get("/guide/check", &READ, check_page::page)
        .get("/guide/questions", &READ, questions_page::page)
        .post("/guide/questions", &ASK, questions_page::ask)
        .get("/guide/questions/{id}", &READ, questions_page::one)
        .post("/guide/questions/{id}/helped", &ASK, questions_page::helped)
        .get("/guide/policies", &READ, policies_page::page)
        .get("/guide/policies/{id}", &READ, policies_page::one)
        .get("/guide/keep", &KEEP, keep_page::page)
        .get("/guide/keep/guide", &KEEP, keep_page::guide_form)
        .post("/guide/keep/guide", &KEEP, keep_page::guide_post)
        .get("/guide/keep/questions/{id}", &KEEP, keep_page::question_form)
        .post("/guide/keep/questions/{id}", &KEEP, keep_page::question_post)
        .post("/guide/keep/asked/{id}", &KEEP, keep_page::asked_post)
        .api(Method::GET, "/api/v1/guide/questions", &READ, questions_page::api, questions_page::LIST)
        .api(Method::GET, "/api/v1/guide/policies", &READ, policies_page::api, policies_page::LIST)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "nav.matters", label: "guide.keep", href: "/guide/keep", action: &KEEP }]
}

/// Puts on the page of a matter what holds where it is decided: the version of the guide that it followed, of its route
/// and in general, and the preferential policies that its form may use.
pub async fn follow(app: &App, tx: &mut Tx, matter: &Matter) -> web::Result<()> {
    let today = app.clock.today();
    let here = places::get(tx, &matter.place, today).await?.ok_or(web::Error::NotFound)?;
    let kinds = matter::Kinds::of(app)?;
    let form = kinds.of_matter(matter)?.sheet;
    for of in ["", form.id.as_str()] {
        let Some(guide) = current(tx, &matter.place, of, today).await? else { continue };
        let by = places::get(tx, &guide.place, today).await?.ok_or(web::Error::NotFound)?.code;
        let href = guide_page::address(of, &format!("?region={}&no={}&by={by}&on={today}", here.code, guide.no));
        let words = format!("{} v{}（{}）", guide.title, guide.no, guide.from_day);
        matter::link(tx, matter, "guide", &href, &words).await?;
    }
    for policy in usable(tx, &matter.place, Some(form), today).await? {
        let href = format!("/guide/policies/{}?version={}", policy.id, policy.version);
        matter::link(tx, matter, "policy", &href, &policy.title_zh).await?;
    }
    Ok(())
}
