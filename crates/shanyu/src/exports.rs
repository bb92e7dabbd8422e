//! What is given out of slices that lie below the ones that write sheets and set paper: units, accounts and audit entries as
//! sheets, the matrix and the file of a facility as PDF. Each shows what its page shows, to those who may see the page.

mod accounts;
mod audit;
mod file;
mod matrix;
mod units;

use errand::{jobs_of, routes_of};
use identity::MATRIX;
use kernel::{Day, Lang};
use paper::{Document, Made, Press};
use registry::VIEW;
use std::sync::Arc;
use web::{Cx, Error, Jobs, Result, Routes, aside};

pub fn routes() -> Routes {
    routes_of(&units::LIST, "/units/export.xlsx", "/units/export.csv")
        .merge(routes_of(&audit::LIST, "/audit/export.xlsx", "/audit/export.csv"))
        .merge(routes_of(&accounts::LIST, "/accounts/export.xlsx", "/accounts/export.csv"))
        .get("/matrix.pdf", &MATRIX, matrix::pdf)
        .get("/facilities/{id}/file.pdf", &VIEW, file::pdf)
}

/// Long lists that are given out in the background.
pub fn jobs() -> Jobs {
    jobs_of(&units::LIST).merge(jobs_of(&audit::LIST)).merge(jobs_of(&accounts::LIST))
}

/// A document in the reader's language, marked where the data are synthetic.
fn document(cx: &Cx, title: &str, day: Day) -> Document {
    let made = Made { year: i32::from(day.year()), month: day.month() as u8, day: day.day() as u8 };
    let mut doc = Document::new(title, if cx.lang == Lang::En { "en" } else { "zh" }, made);
    doc.warning = cx.app.settings.synthetic.then(|| cx.t("exports.synthetic").to_owned());
    doc
}

/// Sets it, away from the threads that answer requests.
async fn print(press: Arc<Press>, doc: Document) -> Result<Vec<u8>> {
    aside(move || press.print(&doc).map_err(|e| Error::Internal(e.to_string()))).await
}
