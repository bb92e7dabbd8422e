//! What a route asks for, drawn from its form and kind: papers with their clauses, departments, steps with their days,
//! standards that will be tested. The guide and the self-check show the same, so neither can say something else.

use db::Read;
use matter::{Kinds, Owner, Sheet, Values, When};
use places::{NormError, Place, Sense};
use web::form::Basis;
use web::parts::Markup;
use web::{Cx, Result};

/// A paper of the applicant.
pub struct Paper {
    pub name: String,
    pub help: String,
    /// Asked always, only in a case, or if there is one.
    pub needed: String,
    pub clause: Vec<Markup>,
}

/// A step of the way.
pub struct StepLine {
    pub name: String,
    pub who: String,
    /// Days with their unit; empty where none are promised.
    pub days: String,
    pub clause: Vec<Markup>,
}

/// A standard that will be tested.
pub struct Test {
    pub name: String,
    pub limit: String,
    /// Nothing is taken in where it is not met.
    pub must: bool,
    pub clause: Vec<Markup>,
}

/// Papers by section of the form.
pub async fn papers(cx: &Cx, read: &mut Read, sheet: &Sheet) -> Result<Vec<(String, Vec<Paper>)>> {
    let mut out = Vec::new();
    for section in sheet.of_applicant().collect::<Vec<_>>() {
        let mut papers = Vec::new();
        let files: Vec<_> = section.fields.iter().filter(|field| field.input.is_files()).collect();
        for field in files {
            let clause = places::basis(cx, read, &field.clause).await?;
            let needed = match &field.when {
                Some(when) => cx.tf("guide.needed_when", &[&case(cx, sheet, when)]),
                None if field.required => String::new(),
                None => cx.t("guide.needed_maybe").to_owned(),
            };
            papers.push(Paper {
                name: field.name.of(cx.lang).to_owned(),
                help: field.help.as_ref().map_or("", |help| help.of(cx.lang)).to_owned(),
                needed,
                clause: clause.iter().map(Basis::html).collect(),
            });
        }
        if !papers.is_empty() {
            out.push((section.name.of(cx.lang).to_owned(), papers));
        }
    }
    Ok(out)
}

/// `供餐：自办食堂、集体用餐配送`
fn case(cx: &Cx, sheet: &Sheet, when: &When) -> String {
    let Some((_, field)) = sheet.entry(&when.field) else { return String::new() };
    let choices: Vec<&str> = match &field.input {
        matter::Input::Choice { of } => {
            of.iter().filter(|c| when.is.contains(&c.id)).map(|c| c.name.of(cx.lang)).collect()
        }
        _ => Vec::new(),
    };
    cx.tf("guide.case", &[&field.name.of(cx.lang), &choices.join(cx.t("matter.comma"))])
}

/// Departments that are asked for their opinion.
pub fn departments(cx: &Cx, sheet: &Sheet) -> Vec<&'static str> {
    sheet.departments.iter().map(|kind| cx.t(&format!("unit.kind.{kind}"))).collect()
}

/// Every step of the kind that somebody has to take, with who it is and how many days it may take at a place.
pub async fn steps(cx: &Cx, read: &mut Read, place: &Place, sheet: &Sheet) -> Result<Vec<StepLine>> {
    let kinds = Kinds::of(&cx.app)?;
    let Some(kind) = kinds.kind(&sheet.kind) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for state in kind.states() {
        let who = match state.owner {
            Owner::Applicant => cx.t("guide.applicant").to_owned(),
            Owner::Unit(of) => of.first().map_or(String::new(), |kind| cx.t(&format!("unit.kind.{kind}")).to_owned()),
            Owner::Opinions(_) => departments(cx, sheet).join(cx.t("matter.comma")),
            Owner::Nobody(_) => continue,
        };
        let Some(clock) = state.clock else { continue };
        let own = places::norm(read, clock.norm, &sheet.facet(), &place.id, cx.today()).await;
        let found = match own {
            Ok(norm) => Ok(norm),
            Err(NormError::Db(e)) => return Err(e.into()),
            Err(_) => places::norm(read, clock.norm, "", &place.id, cx.today()).await,
        };
        let (days, clause) = match found {
            Ok(norm) => {
                let clause = places::basis(cx, read, norm.clause.as_str()).await?;
                (places::words::said(cx.words(), &norm), clause)
            }
            Err(NormError::Db(e)) => return Err(e.into()),
            Err(_) => (String::new(), Vec::new()),
        };
        out.push(StepLine {
            name: matter::words::state(cx.words(), kind, state.id).to_owned(),
            who,
            days,
            clause: clause.iter().map(Basis::html).collect(),
        });
    }
    Ok(out)
}

/// Name, limit and clause of each rule that will be tested.
pub async fn tests(cx: &Cx, read: &mut Read, place: &Place, sheet: &Sheet) -> Result<Vec<Test>> {
    let mut out = Vec::new();
    for tested in matter::tested(read, sheet, &Values::default(), &place.id, cx.today(), cx.words()).await? {
        let Some((norm, _)) = tested.norm else { continue };
        let side = if norm.sense == Some(Sense::AtMost) { "matter.at_most" } else { "matter.at_least" };
        let limit = places::words::value_text(cx.words(), &norm.value, &norm.unit);
        let clause = places::basis(cx, read, norm.clause.as_str()).await?;
        out.push(Test {
            name: tested.check.name.of(cx.lang).to_owned(),
            limit: cx.tf(side, &[&limit]),
            must: tested.check.must,
            clause: clause.iter().map(Basis::html).collect(),
        });
    }
    Ok(out)
}
