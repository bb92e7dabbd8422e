//! Writing the sketch into the records, through the use cases of the registry and nothing else: first the files, in
//! parts so small that another writer would hardly wait, then the changes that people made to them afterwards.

use super::ground::Ground;
use super::matters::Asks;
use super::progress::Progress;
use super::sheet::{Sheet, state_on};
use super::sketch::Sketch;
use crate::{Done, Stop, house::House};
use db::{AuditEntry, Tx};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant, Span};
use registry::codes::{CredentialKind, FacilityKind, State};
use registry::{At, Batch, Change, New, Stamp};

/// Files in one transaction: some 20 ms on a laptop.
const PART: usize = 40;

/// The institution whose head gets an account.
#[derive(Clone, Debug)]
pub struct Head {
    pub facility: FacilityId,
    pub name: String,
    pub place: PlaceId,
    pub opened: Day,
}

/// What was written.
#[derive(Default)]
pub struct Written {
    pub facilities: u64,
    pub edits: u64,
    pub head: Option<Head>,
    /// Institutions whose notice in force is applied for afterwards.
    pub asks: Vec<Asks>,
}

/// Writes all districts up to `today`.
pub async fn city(
    house: &House,
    ground: &Ground,
    sketch: &Sketch<'_>,
    today: Day,
    progress: &Progress,
) -> Done<Written> {
    let mut written = Written::default();
    // The morning for what is entered, the afternoon for what is put right.
    let (morning, afternoon) =
        (Instant::start_of(today).plus_seconds(8 * 3600), Instant::start_of(today).plus_seconds(14 * 3600));
    for (number, district) in ground.districts.iter().enumerate() {
        let mut sheets = sketch.district(number, today);
        let asked: Vec<Option<Span>> = match district.code == super::frame::HONGKOU {
            true => sheets.iter_mut().map(|sheet| asked_for(house, sheet, today)).collect(),
            false => Vec::new(),
        };
        progress.stage(&format!("{} {} 家", district.name, sheets.len()));
        let mut ids = Vec::with_capacity(sheets.len());
        for part in sheets.chunks(PART) {
            let stamp = Stamp { now: morning, ids: &house.ids, by: "demo" };
            let mut tx = house.db.begin().await?;
            let mut batch = Batch::new(stamp);
            for sheet in part {
                let new = New { kind: sheet.kind, changes: sheet.changes.clone() };
                ids.push(batch.enter(&mut tx, new).await.map_err(|e| refused(sheet, &e))?);
            }
            batch.close(&mut tx).await.map_err(|e| Stop::Refused(format!("demo: {e}")))?;
            audit(house, &mut tx, &district.code, &registry::IMPORT, morning).await?;
            tx.commit().await?;
            progress.add(part.len() as u64);
        }
        let asks =
            asked.into_iter().zip(&ids).filter_map(|(span, id)| Some(Asks { facility: id.clone(), span: span? }));
        written.asks.extend(asks);
        written.edits += edits(house, &district.code, &sheets, &ids, afternoon).await?;
        written.facilities += sheets.len() as u64;
        if written.head.is_none() && district.code == super::frame::HONGKOU {
            written.head = head(&sheets, &ids, ground, today);
        }
    }
    Ok(written)
}

/// The days of the notice that an institution holds today, taken out of its sheet: it is applied for (matters.rs). What
/// was given before the days of the work calendar stays as it is written.
fn asked_for(house: &House, sheet: &mut Sheet, today: Day) -> Option<Span> {
    if state_on(sheet, today) != Some(State::Operating) || sheet.doubles.is_some() {
        return None;
    }
    let legal = sheet.changes.iter().find_map(|change| match change {
        Change::SetProfile { profile, .. } => Some(profile.legal_form),
        _ => None,
    });
    let (kind, legal) = (sheet.kind, legal?);
    let form = |from| super::matters::form_on(house, kind, legal, from);
    let notice = |change: &Change| match change {
        Change::AddCredential { credential } if credential.kind == CredentialKind::OperationNotice => {
            Some(credential.span()).filter(|span| span.contains(today) && form(span.from).is_some())
        }
        _ => None,
    };
    let at = sheet.changes.iter().position(|change| notice(change).is_some())?;
    notice(&sheet.changes.remove(at))
}

/// The changes that somebody made to files that were there already.
async fn edits(house: &House, home: &str, sheets: &[Sheet], ids: &[FacilityId], at: Instant) -> Done<u64> {
    let mut edits: Vec<(usize, Vec<Change>)> = Vec::new();
    for (i, sheet) in sheets.iter().enumerate() {
        edits.extend(sheet.later.iter().cloned().map(|changes| (i, changes)));
        if let Some(of) = sheet.doubles {
            edits.push((i, vec![Change::MarkDouble { of: Some(ids[of].clone()) }]));
        }
    }
    for part in edits.chunks(PART) {
        let stamp = Stamp { now: at, ids: &house.ids, by: "demo" };
        let mut tx = house.db.begin().await?;
        let mut batch = Batch::new(stamp);
        for (i, changes) in part {
            batch.edit(&mut tx, &At::any(&ids[*i]), changes.clone()).await.map_err(|e| refused(&sheets[*i], &e))?;
        }
        batch.close(&mut tx).await.map_err(|e| Stop::Refused(format!("demo: {e}")))?;
        audit(house, &mut tx, home, &registry::EDIT, at).await?;
        tx.commit().await?;
    }
    Ok(edits.len() as u64)
}

fn refused(sheet: &Sheet, error: &registry::Error) -> Stop {
    Stop::Refused(format!("demo: {}: {error}", sheet.name))
}

/// One row for each transaction: the program itself entered files of a district.
async fn audit(house: &House, tx: &mut Tx, home: &str, action: &kernel::Action, at: Instant) -> Done {
    tx.audit(AuditEntry {
        id: house.ids.new_id(at),
        home: home.to_owned(),
        at,
        account: None,
        post: None,
        unit: None,
        action: action.id.to_owned(),
        object_kind: "district".to_owned(),
        object: home.to_owned(),
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}

/// An institution with toddlers that is open today; in 曲阳路街道 if there is one.
fn head(sheets: &[Sheet], ids: &[FacilityId], ground: &Ground, today: Day) -> Option<Head> {
    let quyang =
        ground.districts.iter().flat_map(|d| &d.streets).find(|s| s.name == "曲阳路街道").map(|s| s.id.clone());
    let open = |s: &Sheet| {
        matches!(s.kind, FacilityKind::Institution | FacilityKind::CommunityPoint)
            && s.opened <= today
            && state_on(s, today) == Some(State::Operating)
    };
    let (i, sheet) = sheets
        .iter()
        .enumerate()
        .filter(|(_, s)| open(s))
        .min_by_key(|(i, s)| (Some(&s.street) != quyang.as_ref(), s.kind != FacilityKind::Institution, *i))?;
    Some(Head { facility: ids[i].clone(), name: sheet.name.clone(), place: sheet.street.clone(), opened: sheet.opened })
}
