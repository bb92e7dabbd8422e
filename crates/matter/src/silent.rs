//! Departments that were asked and let their day pass: the unit above hears of each once, by name. They hold nobody up
//! (the office goes on without them), but silence is not nothing: their part of the service standards is theirs.

use crate::advance::{note, unit_at};
use crate::daily::{About, PAGE, TOLD, Walked, audit, tell_above};
use crate::kinds::Kinds;
use crate::model::{Matter, Opinion, Whole};
use crate::store::{list, row};
use crate::{load, verb};
use kernel::Day;
use web::{App, Error, Result, Words};

/// Word of the desk: `todo.matter.silent`.
pub const SILENT: &str = "matter.silent";

/// Goes through all matters with such an opinion, each in a transaction of its own.
pub(crate) async fn walk(app: &App, walked: &mut Walked) -> Result<()> {
    let (today, mut after) = (app.clock.today(), (String::new(), String::new()));
    loop {
        let mut read = app.db.read().await?;
        let found = list::late_opinions(&mut read, today, (&after.0, &after.1), PAGE).await?;
        drop(read);
        let Some(last) = found.last() else { return Ok(()) };
        after = (last.home.clone(), last.id.to_string());
        for matter in found {
            match one(app, &matter, today).await {
                Ok(told) => walked.silent += told,
                Err(error) => {
                    tracing::error!(matter = %matter.id, ?error, "a department that said nothing");
                    walked.failed += 1;
                }
            }
        }
    }
}

/// How many departments of a matter the unit above was told of.
async fn one(app: &App, matter: &Matter, today: Day) -> Result<u64> {
    let kinds = Kinds::of(app)?;
    let kind = kinds.of_matter(matter)?.kind;
    let mut tx = app.db.begin().await?;
    let whole = load::whole(app, &mut tx, matter.clone()).await?;
    let silent: Vec<&Opinion> = whole.opinions_now().filter(|o| new(&whole, o, today)).collect();
    let above = unit_at(&mut tx, &matter.place, kind.above, today).await?;
    let (Some(above), false) = (above, silent.is_empty()) else { return Ok(0) };
    let now = app.clock.now();
    if !row::touch(&mut tx, matter, now).await? {
        return Ok(0);
    }
    for opinion in &silent {
        let named = identity::unit_name(&mut tx, &opinion.unit, today).await?;
        let (zh, en) = named.ok_or_else(|| Error::Internal(format!("the unit {} of an opinion", opinion.unit)))?;
        let said = |w: Words| w.tf("matter.silent_text", &[&w.pick(&zh, &en), &opinion.due, &matter.title]);
        let about = About { kind: SILENT, subject: format!("{}/{}", matter.id, opinion.unit), said: &said };
        tell_above(app, &mut tx, matter, &above.id, about).await?;
        note(&mut tx, matter, verb::SILENT, &matter.state, None, opinion.unit.as_str(), now).await?;
    }
    audit(app, &mut tx, matter, TOLD).await?;
    tx.commit().await?;
    Ok(silent.len() as u64)
}

/// Its day has passed without a word, and the timeline does not say so since it was asked.
fn new(whole: &Whole, opinion: &Opinion, today: Day) -> bool {
    let said = |step: &crate::model::Step| {
        step.verb == verb::SILENT && step.words == opinion.unit.as_str() && step.at >= opinion.asked
    };
    opinion.verdict.is_none() && opinion.due < today && !whole.steps.iter().any(said)
}
