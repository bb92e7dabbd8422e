//! Changing a threshold: a person proposes a new dated version, another one with the right decides, and only then is
//! it written. What stood before ends where the new version begins and is kept; where the new one ends, the old one
//! goes on. The rule is pure; a preview is computed from [`suppose`] with the very versions that would be written.

use crate::change::ChangeError;
use crate::model::{Combine, Norm};
use crate::norms::{Supposed, parse_number};
use crate::store::norm_changes::{self, NormChange};
use crate::store::rules;
use db::{Read, Tx};
use kernel::kinds::{AccountId, ClauseId, EventId, NormChangeId, NormId, PlaceId};
use kernel::{Instant, RuleViolation, Span};
use serde_json::json;

/// What somebody wants to hold from a day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    pub key: String,
    pub facet: String,
    /// `None` for everywhere.
    pub place: Option<PlaceId>,
    pub span: Span,
    pub value: String,
    pub clause: ClauseId,
    pub mark: String,
    pub note: String,
    /// Why, in a sentence for those who decide and those who look it up later.
    pub reason: String,
}

/// Who acts, as it is kept beside the change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct By {
    pub account: AccountId,
    pub name: String,
    pub unit: String,
    pub at: Instant,
}

/// Keys that belong to the settings of the installation, not to the business: they are not changed here.
const SETTINGS: [&str; 3] = ["operation.", "session.", "signin."];

/// Units that are measured, not counted: their values may have decimals.
const CONTINUOUS: [&str; 6] = ["ratio", "m2", "m/s", "celsius", "hour", "class hour"];

/// True for a key that this page may change.
pub fn changeable(key: &str) -> bool {
    !SETTINGS.iter().any(|prefix| key.starts_with(prefix))
}

/// The versions of one key, facet and place once a new one is put among them. An older version ends where the new one
/// begins and goes on where it ends; one that begins on the same day is replaced (a correction).
///
/// Errors: `places.norm_change.later` for a version that begins inside the new one, because it would be lost;
/// `places.norm_change.same` when nothing would change.
pub fn fit(old: &[Norm], new: Norm) -> Result<Vec<Norm>, RuleViolation> {
    let mut out = Vec::with_capacity(old.len() + 2);
    for norm in old {
        if !norm.span.overlaps(new.span) {
            out.push(norm.clone());
            continue;
        }
        if norm.span.from > new.span.from {
            let rule = RuleViolation::field("until", "places.norm_change.later");
            return Err(valued(rule, [norm.span.from.to_string(), norm.value.clone()]));
        }
        let covers = norm.span.from <= new.span.from && norm.span.until >= new.span.until;
        if covers && norm.value == new.value && norm.clause == new.clause && norm.mark == new.mark {
            return Err(RuleViolation::field("value", "places.norm_change.same"));
        }
        if let Some(span) = Span::new(norm.span.from, new.span.from) {
            out.push(Norm { span, ..norm.clone() });
        }
        if let Some(span) = Span::new(new.span.until, norm.span.until) {
            // The piece after the new version is a row of its own.
            out.push(Norm { id: NormId::new(format!("{}-on", new.id)), span, ..norm.clone() });
        }
    }
    out.push(new);
    out.sort_by_key(|norm| norm.span.from);
    Ok(out)
}

fn valued<const N: usize>(mut rule: RuleViolation, values: [String; N]) -> RuleViolation {
    if let Some(field) = rule.fields.last_mut() {
        field.values = values.into();
    }
    rule
}

/// Whether a value has the form that the rules which read this norm need: that of the versions there are.
///
/// Errors: the code of what is wrong.
pub fn check_value(existing: &[Norm], value: &str) -> Result<(), &'static str> {
    let Some(like) = existing.first() else { return Err("places.norm_change.facet") };
    let number = |text: &str| parse_number(text).is_some_and(|n| n >= 0.0);
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
    };
    if like.unit == "flag" {
        return if matches!(value, "0" | "1") { Ok(()) } else { Err("places.norm_change.flag") };
    }
    if like.combine == Combine::Strictest || parse_number(&like.value).is_some() {
        let whole = existing.iter().all(|n| n.whole().is_ok()) && !CONTINUOUS.contains(&like.unit.as_str());
        let fine = number(value) && (!whole || value.parse::<i64>().is_ok());
        return match (fine, whole) {
            (true, _) => Ok(()),
            (false, true) => Err("places.norm_change.whole"),
            (false, false) => Err("places.norm_change.number"),
        };
    }
    if like.value.contains(';') {
        let parts = |list: &str| list.split(';').map(|part| part.trim().to_owned()).collect::<Vec<String>>();
        let list = parts(value);
        if parts(&like.value).iter().all(|part| number(part)) {
            return if list.iter().all(|part| number(part)) { Ok(()) } else { Err("places.norm_change.list") };
        }
        // Words, some with a circumstance: `phone:open`. Which of them are known says whoever reads the norm.
        let fine = |part: &String| part.split(':').all(word) && part.matches(':').count() <= 1;
        let once = list.iter().all(|part| list.iter().filter(|other| *other == part).count() == 1);
        return if list.iter().all(fine) && once { Ok(()) } else { Err("places.norm_change.words") };
    }
    if word(value) { Ok(()) } else { Err("places.norm_change.word") }
}

/// The versions that would hold if a proposal were written now; everything that can be wrong with it is said here.
///
/// Errors: a rule with the fields at fault; [`db::Error::NotFound`] for a key that does not exist.
pub async fn suppose(read: &mut Read, id: &NormChangeId, p: &Proposal) -> Result<Supposed, ChangeError> {
    let (combine, sense) = rules::key_rule(read, &p.key).await?.ok_or(db::Error::NotFound)?;
    if !changeable(&p.key) {
        return Err(RuleViolation::new("places.norm_change.settings").into());
    }
    let all = rules::norms_of(read, &p.key).await?;
    let alike: Vec<Norm> = all.iter().filter(|n| n.facet == p.facet).cloned().collect();
    if alike.is_empty() {
        return Err(RuleViolation::field("facet", "places.norm_change.facet").into());
    }
    check_value(&alike, &p.value).map_err(|code| RuleViolation::field("value", code))?;
    if rules::clause(read, &p.clause).await?.is_none() {
        return Err(RuleViolation::field("clause", "form.choice").into());
    }
    if !matches!(p.mark.as_str(), "V" | "V2" | "K") {
        return Err(RuleViolation::field("mark", "form.choice").into());
    }
    if let Some(place) = &p.place
        && crate::tree::get(read, place, p.span.from).await?.is_none()
    {
        return Err(RuleViolation::field("region", "places.norm_change.no_place").into());
    }
    let new = Norm {
        id: NormId::new(id.as_str()),
        key: p.key.clone(),
        facet: p.facet.clone(),
        place: p.place.clone(),
        span: p.span,
        value: p.value.clone(),
        unit: alike[0].unit.clone(),
        combine,
        sense,
        clause: p.clause.clone(),
        mark: p.mark.clone(),
        note: p.note.clone(),
    };
    let old = rules::versions(read, &p.key, &p.facet, p.place.as_ref()).await?;
    let versions = fit(&old, new)?;
    Ok(Supposed { key: p.key.clone(), facet: p.facet.clone(), place: p.place.clone(), versions })
}

/// Keeps a proposal for those who decide.
///
/// Errors: those of [`suppose`], and `places.norm_change.waits` while another one waits for the same key and place.
pub async fn propose(tx: &mut Tx, id: &NormChangeId, p: &Proposal, by: &By) -> Result<NormChange, ChangeError> {
    let supposed = suppose(tx, id, p).await?;
    let place = p.place.as_ref().map_or("", |p| p.as_str());
    if norm_changes::waits(tx, &p.key, &p.facet, place).await? {
        return Err(RuleViolation::new("places.norm_change.waits").into());
    }
    let unit = supposed.versions.first().map(|n| n.unit.clone()).unwrap_or_default();
    let change = NormChange {
        id: id.clone(),
        key: p.key.clone(),
        facet: p.facet.clone(),
        place: place.to_owned(),
        from_day: p.span.from,
        until_day: p.span.until,
        value: p.value.clone(),
        unit,
        clause: p.clause.clone(),
        mark: p.mark.clone(),
        note: p.note.clone(),
        reason: p.reason.clone(),
        state: "proposed".to_owned(),
        account: by.account.clone(),
        name: by.name.clone(),
        unit_name: by.unit.clone(),
        at: by.at,
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
        replaced: "[]".to_owned(),
        effect: "[]".to_owned(),
    };
    tx.insert(change.clone()).await?;
    tell(tx, &change, by.at).await?;
    Ok(change)
}

/// A kept proposal as it was made.
pub fn proposal(change: &NormChange) -> Proposal {
    Proposal {
        key: change.key.clone(),
        facet: change.facet.clone(),
        place: (!change.place.is_empty()).then(|| PlaceId::new(change.place.as_str())),
        span: Span { from: change.from_day, until: change.until_day },
        value: change.value.clone(),
        clause: change.clause.clone(),
        mark: change.mark.clone(),
        note: change.note.clone(),
        reason: change.reason.clone(),
    }
}

/// Writes a proposed version. `effect` is what the decider was shown, as JSON.
///
/// Errors: `two_persons` for the one who proposed it, `decided` when it does not wait any more, and those of
/// [`suppose`], for the versions may have changed since.
pub async fn approve(
    tx: &mut Tx,
    id: &NormChangeId,
    by: &By,
    effect: &str,
    remark: &str,
) -> Result<NormChange, ChangeError> {
    let mut change = waiting(tx, id, by).await?;
    let p = proposal(&change);
    let supposed = suppose(tx, id, &p).await?;
    let old = rules::versions(tx, &p.key, &p.facet, p.place.as_ref()).await?;
    let kept: Vec<_> = old
        .iter()
        .map(|n| json!({"id": n.id, "from": n.span.from, "until": n.span.until, "value": n.value, "clause": n.clause}))
        .collect();
    rules::put_norms(tx, &p.key, &p.facet, p.place.as_ref(), &supposed.versions).await?;
    change.replaced = serde_json::Value::from(kept).to_string();
    change.effect = effect.to_owned();
    decide(tx, change, "approved", by, remark).await
}

/// Refuses a proposal with the reason.
///
/// Errors: as [`approve`]; a reason that is missing.
pub async fn refuse(tx: &mut Tx, id: &NormChangeId, by: &By, remark: &str) -> Result<NormChange, ChangeError> {
    let change = waiting(tx, id, by).await?;
    if remark.trim().is_empty() {
        return Err(RuleViolation::field("remark", "places.norm_change.remark").into());
    }
    decide(tx, change, "refused", by, remark).await
}

/// Takes one's own proposal back.
///
/// Errors: `not_yours` for anybody else, `decided` when it does not wait any more.
pub async fn withdraw(tx: &mut Tx, id: &NormChangeId, by: &By) -> Result<NormChange, ChangeError> {
    let change = norm_changes::one(tx, id).await?.ok_or(db::Error::NotFound)?;
    if change.account != by.account {
        return Err(RuleViolation::new("places.norm_change.not_yours").into());
    }
    decide(tx, change, "withdrawn", by, "").await
}

async fn waiting(tx: &mut Tx, id: &NormChangeId, by: &By) -> Result<NormChange, ChangeError> {
    let change = norm_changes::one(tx, id).await?.ok_or(db::Error::NotFound)?;
    if change.account == by.account {
        return Err(RuleViolation::new("places.norm_change.two_persons").into());
    }
    if change.state != "proposed" {
        return Err(RuleViolation::new("places.norm_change.decided").into());
    }
    Ok(change)
}

async fn decide(
    tx: &mut Tx,
    mut change: NormChange,
    state: &str,
    by: &By,
    remark: &str,
) -> Result<NormChange, ChangeError> {
    change.state = state.to_owned();
    change.decider = Some(by.account.clone());
    change.decider_name = by.name.clone();
    change.decider_unit = by.unit.clone();
    change.decided = Some(by.at);
    change.remark = remark.trim().to_owned();
    if !norm_changes::decide(tx, &change).await? {
        return Err(RuleViolation::new("places.norm_change.decided").into());
    }
    if state == "approved" {
        // Kept figures were made with the norms of before.
        indicator::touch(tx, "", &change.key).await?;
    }
    tell(tx, &change, by.at).await?;
    Ok(change)
}

/// Told when a proposal was made and when it was decided; the payload is the id of the change, as text. Listeners look
/// up where it stands by then: events come in no order.
pub const EVENT: &str = "norm_change";

async fn tell(tx: &mut Tx, change: &NormChange, at: Instant) -> db::Result<()> {
    let (id, payload) = (EventId::new(format!("{}:{}", change.id, change.state)), change.id.to_string());
    tx.emit(db::Event { home: String::new(), id, kind: EVENT.to_owned(), payload, at }).await
}

/// A change as it stands, held so that nobody decides on it before this transaction ends.
pub async fn hold(tx: &mut Tx, id: &NormChangeId) -> db::Result<Option<NormChange>> {
    norm_changes::hold(tx, id).await?;
    norm_changes::one(tx, id).await
}

#[cfg(test)]
mod tests;
