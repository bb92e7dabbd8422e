//! The parts of a matter's page: what was filled in with old beside new, tests, opinions, remarks, timeline.

use crate::check::Outcome;
use crate::fill_page::{FileLine, file_lines};
use crate::form::{Entry, Section};
use crate::model::{Opinion, Verdict};
use crate::seen::Seen;
use crate::words;
use db::Read;
use desk::Names;
use kernel::FieldError;
use places::Sense;
use web::form::{Field, Form, Input};
use web::parts::{Markup, decimal, light};
use web::{Cx, Result};

/// A section as it was filled in.
pub(crate) struct SectionPart {
    pub id: String,
    pub name: String,
    /// Filled in by the office.
    pub office: bool,
    pub lines: Vec<ValueLine>,
}

pub(crate) struct ValueLine {
    pub name: String,
    pub value: String,
    /// What stood there before the last return.
    pub was: Option<String>,
    pub files: Vec<FileLine>,
    pub remarked: bool,
}

/// Every section, or only what changed since the last return and what was remarked.
pub(crate) fn sections(cx: &Cx, met: &Seen, all: bool) -> Result<Vec<SectionPart>> {
    let (bound, clear) = (met.bound()?, met.in_clear()?);
    let mut out = Vec::new();
    for section in &bound.sheet.sections {
        let asked = section.fields.iter().filter(|field| field.asked(&met.now));
        let mut lines: Vec<(ValueLine, bool)> = asked.map(|field| value_line(cx, met, section, field, clear)).collect();
        if !all {
            lines.retain(|(line, changed)| *changed || line.remarked);
        }
        let office = !section.at.is_empty();
        // What nobody has come to yet says nothing.
        if lines.is_empty() || section.untouched(&met.now) {
            continue;
        }
        let name = section.name.of(cx.lang).to_owned();
        let lines = lines.into_iter().map(|(line, _)| line).collect();
        out.push(SectionPart { id: section.id.clone(), name, office, lines });
    }
    Ok(out)
}

fn value_line(cx: &Cx, met: &Seen, section: &Section, field: &Entry, clear: bool) -> (ValueLine, bool) {
    let shown = |value: &str| met.shown(field, value, clear, cx.lang);
    let (now, before) = (met.now.get(&field.id), met.before.get(&field.id));
    let changed = met.whole.matter.round > 0 && met.changed(&section.id, &field.id);
    let files = match field.input.is_files() {
        true if clear || !field.personal => file_lines(cx, met, &field.id, false),
        _ => Vec::new(),
    };
    let remarked = met.whole.remarks.iter().any(|r| r.open() && r.section == section.id && r.field == field.id);
    let value = if field.input.is_files() { String::new() } else { shown(now) };
    let was = (changed && !field.input.is_files()).then(|| shown(before));
    (ValueLine { name: field.name.of(cx.lang).to_owned(), value, was, files, remarked }, changed)
}

/// A test of the program.
pub(crate) struct TestLine {
    pub name: String,
    pub light: Markup,
    pub value: String,
    pub clause: String,
}

/// What came out of the tests: those that failed first, then those that passed, and how many wait for a number.
pub(crate) struct Tests {
    pub failed: Vec<TestLine>,
    pub passed: Vec<TestLine>,
    pub open: usize,
}

pub(crate) fn tests(cx: &Cx, met: &Seen) -> Tests {
    let w = cx.words();
    let line = |tested: &crate::check::Tested| {
        let (norm, clause) = tested.norm.as_ref()?;
        let side = if norm.sense == Some(Sense::AtMost) { "matter.at_most" } else { "matter.at_least" };
        let limit = places::words::value_text(w, &norm.value, &norm.unit);
        let (light, value) = match tested.outcome {
            Outcome::Open { begun: true } if tested.check.must => {
                (light("missed", cx.t("matter.test_stops")), cx.t("matter.test_half").to_owned())
            }
            Outcome::NotAsked | Outcome::Open { .. } => return None,
            Outcome::Passed { value, .. } => {
                (light("met", cx.t("matter.test_passed")), format!("{} · {}", number(value), w.tf(side, &[&limit])))
            }
            Outcome::Failed { value, .. } => {
                let word = if tested.check.must { "matter.test_stops" } else { "matter.test_failed" };
                (light("missed", cx.t(word)), format!("{} · {}", number(value), w.tf(side, &[&limit])))
            }
        };
        Some(TestLine { name: tested.check.name.of(cx.lang).to_owned(), light, value, clause: clause.clone() })
    };
    let open = |t: &&crate::check::Tested| matches!(t.outcome, Outcome::Open { begun } if !begun || !t.check.must);
    let open = met.checks.iter().filter(open).count();
    let of = |passed: bool| {
        let came = met.checks.iter().filter(move |t| matches!(t.outcome, Outcome::Passed { .. }) == passed);
        came.filter_map(line).collect()
    };
    Tests { failed: of(false), passed: of(true), open }
}

/// With one decimal, or none where it is whole.
fn number(value: f64) -> String {
    decimal(value, usize::from(value.fract() != 0.0))
}

/// What a department says, or that it has not yet.
pub(crate) struct OpinionLine {
    pub unit: String,
    pub light: Markup,
    pub words: String,
    pub when: String,
    pub who: String,
    pub file: Option<String>,
}

pub(crate) async fn opinions(cx: &Cx, read: &mut Read, met: &Seen, names: &mut Names) -> Result<Vec<OpinionLine>> {
    let mut out = Vec::new();
    let last = met.whole.opinions.iter().map(|opinion| opinion.round).max().unwrap_or_default();
    // The last asking first; what was said before it stays to be read.
    let mut all: Vec<&Opinion> = met.whole.opinions.iter().collect();
    all.sort_by_key(|opinion| (std::cmp::Reverse(opinion.round), opinion.no));
    for opinion in all {
        let said = |verdict: Verdict| cx.t(&format!("matter.verdict.{}", verdict.as_str()));
        let light = match opinion.verdict {
            Some(Verdict::Agree) => light("met", said(Verdict::Agree)),
            Some(Verdict::Mend) => light("risk", said(Verdict::Mend)),
            Some(Verdict::Disagree) => light("missed", said(Verdict::Disagree)),
            None if opinion.due < cx.today() || opinion.round < last => light("none", cx.t("matter.opinion_late")),
            None => light("course", cx.t("matter.opinion_waiting")),
        };
        let who = match &opinion.account {
            Some(account) => names.who(read, Some(&opinion.unit), Some(account)).await?,
            None => String::new(),
        };
        let when = match opinion.given {
            Some(at) => at.minute(),
            None => cx.tf("matter.until", &[&opinion.due]),
        };
        let file =
            opinion.file.as_ref().map(|_| format!("/matters/{}/opinions/{}/file", met.whole.matter.id, opinion.no));
        let unit = names.unit(read, &opinion.unit).await?;
        let unit = match opinion.round < last {
            true => cx.tf("matter.opinion_before", &[&unit, &opinion.since]),
            false => unit,
        };
        out.push(OpinionLine { unit, light, words: opinion.words.clone(), when, who, file });
    }
    Ok(out)
}

/// What is to be mended, and what was said to it.
pub(crate) struct RemarkLine {
    pub no: i64,
    pub at: String,
    pub href: Option<String>,
    pub words: String,
    pub answer: String,
    pub who: String,
    pub changed: bool,
    /// The applicant may answer; the reviewer may settle.
    pub answers: bool,
    pub settles: bool,
}

pub(crate) async fn remarks(cx: &Cx, read: &mut Read, met: &Seen, names: &mut Names) -> Result<Vec<RemarkLine>> {
    let (bound, fills, reviews) = (met.bound()?, met.fills()?, met.reviews()?);
    let mut out = Vec::new();
    for remark in met.whole.remarks.iter().filter(|remark| remark.open()) {
        let section = bound.sheet.section(&remark.section);
        let mut at = section.map_or_else(String::new, |section| section.name.of(cx.lang).to_owned());
        if let Some((_, field)) = bound.sheet.entry(&remark.field) {
            at = format!("{at} · {}", field.name.of(cx.lang));
        }
        let sent = remark.round <= met.whole.matter.round;
        // The applicant learns of a remark when the matter comes back, not while it is being written.
        if !sent && !reviews {
            continue;
        }
        let to = format!("/matters/{}/fill/{}", met.whole.matter.id, remark.section);
        out.push(RemarkLine {
            no: remark.no,
            at,
            href: (fills && sent).then_some(to),
            words: remark.words.clone(),
            answer: remark.answer.clone(),
            who: names.who(read, Some(&remark.unit), Some(&remark.account)).await?,
            changed: sent && met.changed(&remark.section, &remark.field),
            answers: fills && sent,
            settles: reviews,
        });
    }
    Ok(out)
}

/// Where, and what.
pub(crate) fn remark_form(cx: &Cx, met: &Seen, form: &Form, errors: &[FieldError]) -> Result<[Markup; 2]> {
    let sheet = met.bound()?.sheet;
    let mut places: Vec<(String, String)> = Vec::new();
    for section in sheet.of_applicant() {
        let name = section.name.of(cx.lang);
        places.push((section.id.clone(), cx.tf("matter.whole_section", &[&name])));
        let asked = section.fields.iter().filter(|field| field.asked(&met.now));
        places.extend(asked.map(|f| (format!("{}/{}", section.id, f.id), format!("{name} · {}", f.name.of(cx.lang)))));
    }
    let field = |name, label: &str, input| Field {
        name,
        label: cx.t(label).to_owned(),
        help: None,
        clause: Vec::new(),
        required: true,
        input,
    };
    let options = places.iter().map(|(id, name)| (id.as_str(), name.clone())).collect();
    let at = field("at", "matter.remark_at", Input::Select(options)).html(form, errors, cx.words());
    let what = field("remark", "matter.remark_words", Input::Area).html(form, errors, cx.words());
    Ok([at, what])
}

/// One line of the timeline.
pub(crate) struct StepLine {
    pub day: String,
    pub at: String,
    pub verb: String,
    pub words: String,
    pub who: String,
}

pub(crate) async fn steps(cx: &Cx, read: &mut Read, met: &Seen, names: &mut Names) -> Result<Vec<StepLine>> {
    let kind = met.bound()?.kind;
    let mut out = Vec::with_capacity(met.whole.steps.len());
    for step in met.whole.steps.iter().rev() {
        let who = names.who(read, step.unit.as_ref(), step.account.as_ref()).await?;
        let said = match step.verb.as_str() {
            // The words name the kind of department that nobody is of.
            crate::verb::NOBODY_TO_ASK => cx.t(&format!("unit.kind.{}", step.words)).to_owned(),
            _ => step.words.clone(),
        };
        let moved = step.from != step.to && !step.from.is_empty();
        let verb = words::verb(cx.words(), kind, &step.verb);
        let verb = match moved {
            true => format!("{verb} → {}", words::state(cx.words(), kind, &step.to)),
            false => verb.to_owned(),
        };
        out.push(StepLine { day: step.at.day().to_string(), at: step.at.minute(), verb, words: said, who });
    }
    Ok(out)
}
