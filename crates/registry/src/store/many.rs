//! Many files at once, for sheets: a file read alone is some twenty statements, and a list of 20,000 files would be
//! twenty thousand times that. Here the files of one home are read together, fifty by fifty.

use crate::extra::{Extras, Service, Support};
use crate::model::{Class, Credential, Facility, History};
use crate::rules::Held;
use crate::store::aspect::{Aspect, Stored};
use db::{FromRow, Read, Result, Where};
use kernel::kinds::FacilityId;
use std::collections::{BTreeMap, HashMap};

/// Files that one statement names; every statement names as many, so that there is one text of it.
const ONCE: usize = 50;
const IDS: &str = "id in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const FACILITIES: &str = "facility in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const HOLDERS: &str = "holder in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Whole files in the order asked for; one that does not exist is left out.
pub async fn histories(read: &mut Read, ids: &[FacilityId]) -> Result<Vec<History>> {
    let mut homes: BTreeMap<String, Vec<Facility>> = BTreeMap::new();
    for some in ids.chunks(ONCE) {
        let start = "select home, id, kind, version, created, doubles from facility";
        let found: Vec<Facility> = named(read, start, None, IDS, some, "order by id").await?;
        for facility in found {
            homes.entry(facility.home.clone()).or_default().push(facility);
        }
    }
    let mut out: HashMap<FacilityId, History> = HashMap::with_capacity(ids.len());
    for (home, facilities) in homes {
        let mut left = facilities.into_iter().peekable();
        while left.peek().is_some() {
            let some: Vec<Facility> = left.by_ref().take(ONCE).collect();
            out.extend(together(read, &home, some).await?.into_iter().map(|h| (h.facility.id.clone(), h)));
        }
    }
    Ok(ids.iter().filter_map(|id| out.remove(id)).collect())
}

async fn together(read: &mut Read, home: &str, facilities: Vec<Facility>) -> Result<Vec<History>> {
    let ids: Vec<FacilityId> = facilities.iter().map(|f| f.id.clone()).collect();
    let (home, of) = (Some(home), ids.as_slice());
    let mut profile = spans(read, home, of).await?;
    let mut site = spans(read, home, of).await?;
    let mut state = spans(read, home, of).await?;
    let mut inclusive = spans(read, home, of).await?;
    let mut fee = spans(read, home, of).await?;
    let mut flag = spans(read, home, of).await?;
    let mut class_spans = spans(read, home, of).await?;
    let mut capacity = spans(read, home, of).await?;
    let classes: Vec<Class> = named(read, "select * from class", home, FACILITIES, of, "order by id").await?;
    let mut classes = by(classes, |c| c.facility.clone());
    let start = "select * from credential";
    let credentials: Vec<Credential> = named(read, start, home, HOLDERS, of, "order by kind, from_day, id").await?;
    let mut credentials = by(credentials, |c| FacilityId::new(c.holder.clone()));
    let mut extras = extras(read, home, of).await?;
    let one = |facility: Facility| {
        let id = &facility.id;
        History {
            profile: profile.remove(id).unwrap_or_default(),
            site: site.remove(id).unwrap_or_default(),
            state: state.remove(id).unwrap_or_default(),
            inclusive: inclusive.remove(id).unwrap_or_default(),
            fee: fee.remove(id).unwrap_or_default(),
            flag: flag.remove(id).unwrap_or_default(),
            classes: classes.remove(id).unwrap_or_default(),
            class_spans: class_spans.remove(id).unwrap_or_default(),
            capacity: capacity.remove(id).unwrap_or_default(),
            credentials: credentials.remove(id).unwrap_or_default(),
            extra: extras.remove(id).unwrap_or_default(),
            facility,
        }
    };
    Ok(facilities.into_iter().map(one).collect())
}

async fn extras(read: &mut Read, home: Option<&str>, of: &[FacilityId]) -> Result<HashMap<FacilityId, Extras>> {
    let mut premises = spans(read, home, of).await?;
    let mut chain = spans(read, home, of).await?;
    let mut agreement = spans(read, home, of).await?;
    let mut welfare = spans(read, home, of).await?;
    let mut building = spans(read, home, of).await?;
    let mut release = spans(read, home, of).await?;
    let start = "select * from facility_support";
    let support: Vec<Support> = named(read, start, home, FACILITIES, of, "order by from_day, id").await?;
    let mut support = by(support, |s| s.facility.clone());
    let start = "select * from facility_service";
    let services: Vec<Service> = named(read, start, home, FACILITIES, of, "order by id").await?;
    let mut services = by(services, |s| s.facility.clone());
    let mut one = |id: &FacilityId| Extras {
        premises: premises.remove(id).unwrap_or_default(),
        chain: chain.remove(id).unwrap_or_default(),
        agreement: agreement.remove(id).unwrap_or_default(),
        welfare: welfare.remove(id).unwrap_or_default(),
        building: building.remove(id).unwrap_or_default(),
        release: release.remove(id).unwrap_or_default(),
        support: support.remove(id).unwrap_or_default(),
        services: services.remove(id).unwrap_or_default(),
    };
    Ok(of.iter().map(|id| (id.clone(), one(id))).collect())
}

async fn spans<T: Aspect>(
    read: &mut Read,
    home: Option<&str>,
    of: &[FacilityId],
) -> Result<HashMap<FacilityId, Vec<Held<T>>>> {
    let rows: Vec<Stored<T>> = named(read, T::EACH, home, FACILITIES, of, "order by from_day").await?;
    let mut out: HashMap<FacilityId, Vec<Held<T>>> = HashMap::new();
    for row in rows {
        let held = Held { id: Some(row.id), span: row.span, recorded: row.recorded, value: row.value };
        out.entry(row.facility).or_default().push(held);
    }
    Ok(out)
}

fn by<T>(rows: Vec<T>, of: impl Fn(&T) -> FacilityId) -> HashMap<FacilityId, Vec<T>> {
    let mut out: HashMap<FacilityId, Vec<T>> = HashMap::new();
    for row in rows {
        out.entry(of(&row)).or_default().push(row);
    }
    out
}

/// Rows of up to [`ONCE`] files; places that stay free are filled with a name that no file has.
async fn named<T: FromRow>(
    read: &mut Read,
    start: &'static str,
    home: Option<&str>,
    which: &'static str,
    of: &[FacilityId],
    order: &'static str,
) -> Result<Vec<T>> {
    let mut list = Where::new(start);
    if let Some(home) = home {
        list.filter("home = ?").arg(home);
    }
    list.filter(which);
    for at in 0..ONCE {
        list.arg(of.get(at).map_or("", FacilityId::as_str));
    }
    read.all(list.end(order).query()).await
}
