//! Action plans: tasks by lead unit, targets with their lights, the cockpit of a plan for a place and a day. A target
//! is never typed in; its figure is computed from the records of other slices by the indicator it names, and opens
//! down to the rows it was made of. Plans are packs (packs/plans/*.toml), read at start.

pub mod api;
mod citations;
mod cockpit;
mod compare;
pub mod declared;
mod declared_form;
mod declared_list;
mod declared_one;
mod exports;
pub mod figures;
mod format;
mod freeze;
mod keys;
mod league;
mod list;
mod marks;
pub mod model;
pub mod pack;
mod play;
mod policy;
pub mod preview;
mod preview_form;
mod preview_page;
mod region;
mod remind;
mod report;
mod rows;
mod said;
mod search;
mod sentence;
mod stated;
pub mod store;
mod target;
mod targets;
mod tasks;
mod tiles;
mod trend;
mod why;
mod workbook;

pub use figures::{Judged, Sight, judge_all, judge_one, params};
pub use policy::ACTIONS;
pub use search::finders;

use indicator::{Declaration, Kept, catalogue::Catalogue};
use std::{collections::BTreeMap, sync::Arc};
use web::{NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "plans",
        name: "20261127_plans",
        sql: include_str!("../migrations/20261127_plans.sql"),
        sample: include_str!("../migrations/20261127_plans.sample.sql"),
    },
    db::Migration {
        slice: "plans",
        name: "20261127_declared",
        sql: include_str!("../migrations/20261127_declared.sql"),
        sample: include_str!("../migrations/20261127_declared.sample.sql"),
    },
];

/// Words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "plans", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// The plans that were read, the catalogue, the declarations that compute it, and figures kept between requests.
pub struct Plans {
    pub plans: Vec<model::Plan>,
    pub catalogue: Catalogue,
    pub units: model::UnitNames,
    pub declared: BTreeMap<&'static str, &'static Declaration>,
    pub kept: Kept,
}

impl Plans {
    /// Reads the packs. `files` are `(name, text)` of packs/plans/*.toml; a fault names file, key and reason.
    pub fn read(
        indicators: (&str, &str),
        units: (&str, &str),
        files: &[(String, String)],
        declarations: impl IntoIterator<Item = &'static Declaration>,
    ) -> Result<Plans, String> {
        let catalogue = Catalogue::parse(indicators.0, indicators.1)?;
        let units = pack::unit_names(units.0, units.1)?;
        let mut plans: Vec<model::Plan> = Vec::new();
        for (name, text) in files {
            let plan = pack::parse(name, text, &catalogue, &units)?;
            if let Some(twice) = plans.iter().find(|p| p.id == plan.id) {
                return Err(format!("{name}: plan.id: {} stands in two files", twice.id));
            }
            plans.push(plan);
        }
        let declared: BTreeMap<_, _> = declarations.into_iter().map(|d| (d.id, d)).collect();
        for plan in &plans {
            for target in &plan.targets {
                let reads =
                    declared.get(target.indicator.as_str()).is_none_or(|d| d.units_of(&target.variant).is_some());
                if !reads {
                    return Err(format!(
                        "{}: targets.{}.variant: {} has no reading {:?}",
                        plan.id, target.id, target.indicator, target.variant
                    ));
                }
            }
        }
        plans.sort_by(|a, b| a.span.from.cmp(&b.span.from).then(a.place.cmp(&b.place)));
        Ok(Plans { plans, catalogue, units, declared, kept: Kept::default() })
    }

    pub fn plan(&self, id: &str) -> Option<&model::Plan> {
        self.plans.iter().find(|p| p.id == id)
    }
}

/// Pages and JSON of this slice.
pub fn routes(plans: Arc<Plans>) -> Routes {
    use axum::http::Method;
    use places::{APPROVE, NORMS, PROPOSE};
    use policy::{CONFIRM, DECLARE, FREEZE, MARK, REMIND, VIEW};
    exports::routes()
        .get("/plans", &VIEW, list::page)
        .get("/plans/compare", &VIEW, compare::page)
        .get("/plans/targets", &VIEW, targets::page)
        .get("/plans/{plan}", &VIEW, cockpit::page)
        .get("/plans/{plan}/tasks", &VIEW, tasks::page)
        .get("/plans/{plan}/report", &VIEW, report::page)
        .get("/plans/{plan}/report.pdf", &VIEW, report::pdf)
        .get("/plans/{plan}/report.xlsx", &VIEW, report::xlsx)
        .post("/plans/{plan}/tasks/{no}/mark", &MARK, marks::post)
        .get("/plans/{plan}/stated", &VIEW, stated::page)
        .get("/plans/{plan}/targets/{target}", &VIEW, target::page)
        .get("/plans/{plan}/targets/{target}/league", &VIEW, league::page)
        .post("/plans/{plan}/targets/{target}/remind", &REMIND, remind::post)
        .post("/plans/{plan}/targets/{target}/freeze", &FREEZE, freeze::post)
        .get("/frozen/{id}", &VIEW, freeze::page)
        .get("/plans/{plan}/declared", &VIEW, declared_list::page)
        .get("/plans/{plan}/targets/{target}/declare", &DECLARE, declared_form::page)
        .post("/plans/{plan}/targets/{target}/declare", &DECLARE, declared_form::post)
        .get("/plans/{plan}/declared/{id}", &VIEW, declared_one::page)
        .get("/plans/{plan}/declared/{id}/evidence", &VIEW, declared_one::evidence)
        .post("/plans/{plan}/declared/{id}/confirm", &CONFIRM, declared_one::confirm)
        .post("/plans/{plan}/declared/{id}/return", &CONFIRM, declared_one::give_back)
        .post("/plans/{plan}/declared/{id}/withdraw", &DECLARE, declared_one::withdraw)
        .get("/indicators", &VIEW, list::catalogue)
        .get("/indicators/{id}/why", &VIEW, why::page)
        .api(Method::GET, "/api/v1/compare", &VIEW, compare::json, compare::DOC)
        .api(Method::GET, "/api/v1/plans/{plan}/sentence", &VIEW, targets::sentence, targets::SENTENCE)
        .api(Method::GET, "/api/v1/plans/{plan}/map", &VIEW, play::frames, play::DOC)
        .api(Method::GET, "/api/v1/plans/{plan}/stated", &VIEW, stated::json, stated::DOC)
        .api(Method::GET, "/api/v1/plans/{plan}/targets/{target}/league", &VIEW, league::json, league::DOC)
        .api(Method::POST, "/api/v1/plans/{plan}/targets/{target}/remind", &REMIND, remind::post_api, remind::DOC)
        .api(Method::POST, "/api/v1/plans/{plan}/tasks/{no}/mark", &MARK, marks::post_api, marks::DOC)
        .api(Method::GET, "/api/v1/indicators/{id}/why", &VIEW, why::json, why::DOC)
        .get("/library/norms/{key}/change", &PROPOSE, preview_form::page)
        .post("/library/norms/{key}/change", &PROPOSE, preview_form::post)
        .get("/library/changes/{id}", &NORMS, preview_page::page)
        .post("/library/changes/{id}/approve", &APPROVE, preview_page::approve)
        .post("/library/changes/{id}/refuse", &APPROVE, preview_page::refuse)
        .post("/library/changes/{id}/withdraw", &PROPOSE, preview_page::withdraw)
        .api(Method::GET, "/api/v1/norms/{key}/preview", &PROPOSE, preview_form::preview_api, preview_form::PREVIEW)
        .api(Method::POST, "/api/v1/norms/{key}/changes", &PROPOSE, preview_form::propose_api, preview_form::PROPOSE)
        .api(Method::GET, "/api/v1/norm-changes/{id}", &NORMS, preview_page::change_api, preview_page::CHANGE)
        .api(Method::POST, "/api/v1/norm-changes/{id}/approve", &APPROVE, preview_page::approve, preview_page::APPROVE)
        .api(Method::POST, "/api/v1/norm-changes/{id}/refuse", &APPROVE, preview_page::refuse, preview_page::REFUSE)
        .api(
            Method::POST,
            "/api/v1/norm-changes/{id}/withdraw",
            &PROPOSE,
            preview_page::withdraw,
            preview_page::WITHDRAW,
        )
        .api(Method::GET, "/api/v1/plans", &VIEW, api::plans, api::PLANS)
        .api(Method::GET, "/api/v1/plans/{plan}", &VIEW, api::plan, api::PLAN)
        .api(Method::GET, "/api/v1/plans/{plan}/targets", &VIEW, api::targets, api::TARGETS)
        .api(Method::POST, "/api/v1/plans/{plan}/targets/{target}/freeze", &FREEZE, freeze::post_api, freeze::DOC)
        .api(Method::GET, "/api/v1/plans/{plan}/declared", &VIEW, declared_list::list_api, declared_list::LIST)
        .api(
            Method::POST,
            "/api/v1/plans/{plan}/declared/{id}/confirm",
            &CONFIRM,
            declared_one::confirm,
            declared_one::CONFIRM,
        )
        .api(
            Method::POST,
            "/api/v1/plans/{plan}/declared/{id}/return",
            &CONFIRM,
            declared_one::give_back,
            declared_one::RETURN,
        )
        .api(Method::GET, "/api/v1/indicators", &VIEW, api::indicators, api::INDICATORS)
        .api(Method::GET, "/api/v1/indicators/{id}", &VIEW, api::indicator, api::INDICATOR)
        .api(Method::GET, "/api/v1/indicators/{id}/evidence", &VIEW, api::evidence, api::EVIDENCE)
        .with(plans)
}

/// Work beside the requests: long lists that are given out. They find the plans in `web::App` (`shared`).
pub fn jobs() -> web::Jobs {
    exports::jobs().merge(remind::jobs())
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    let entry = |label, href| NavEntry { group: "nav.plans", label, href, action: &policy::VIEW };
    vec![entry("nav.cockpit", "/plans"), entry("nav.compare", "/plans/compare"), entry("nav.indicators", "/indicators")]
}
