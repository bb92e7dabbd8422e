//! A file as of one day: each aspect as it held, and what had happened until then. Made from the history alone, so
//! every day, past or present, is shown by the same code.

use crate::codes::{FacilityKind, Measure, Mode, State};
use crate::complete::Part;
use crate::extra::{Agreement, Building, Chain, Extra, Premises, Release, Service, Support, Welfare};
use crate::model::{Class, Credential, Fee, FlagSpan, History, Inclusive, Profile, Site, StateSpan};
use crate::rules::{Held, Keyed, Role, on, roles};
use crate::store::file;
use kernel::kinds::FacilityId;
use kernel::{Day, Span};

/// Everything that a file says of one day.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    pub day: Day,
    pub id: FacilityId,
    pub home: String,
    pub kind: FacilityKind,
    pub version: i64,
    pub doubles: Option<FacilityId>,
    pub profile: Option<Held<Profile>>,
    pub site: Option<Held<Site>>,
    pub state: Option<Held<StateSpan>>,
    pub inclusive: Option<Held<Inclusive>>,
    pub fees: Vec<Held<Fee>>,
    pub flags: Vec<Held<FlagSpan>>,
    /// Open that day, with mode and the first day of the class.
    pub classes: Vec<OpenClass>,
    /// Places by mode and band, with their span.
    pub capacity: Vec<Held<crate::model::Capacity>>,
    /// Valid that day.
    pub credentials: Vec<Credential>,
    /// Those that had ended by that day.
    pub lapsed: Vec<Credential>,
    /// The one meaning of operating: [`crate::rules::operating`].
    pub operating: bool,
    pub integrated: bool,
    /// See [`History::places_differ`].
    pub differ: Option<(i64, i64)>,
    pub opened: Option<Day>,
    /// What it is to the law, with days: a kindergarten that gives care is both, in one file.
    pub roles: Vec<(Role, Span)>,
    pub premises: Option<Held<Premises>>,
    pub chain: Option<Held<Chain>>,
    pub agreement: Option<Held<Agreement>>,
    pub welfare: Option<Held<Welfare>>,
    pub building: Option<Held<Building>>,
    pub releases: Vec<Held<Release>>,
    /// Given until that day, newest first.
    pub support: Vec<Support>,
    /// Offered that day.
    pub services: Vec<Service>,
    /// What had happened until that day, newest first.
    pub events: Vec<Event>,
}

/// A class that is open.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenClass {
    pub class: Class,
    pub mode: Mode,
    /// Since when in this mode, and until when.
    pub span: Span,
    /// The first day of its life.
    pub since: Day,
}

/// Something that happened on a day.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    pub day: Day,
    pub what: What,
}

#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// Name, operator, legal form, ownership or code changed; the first one has no `before`.
    Profile {
        before: Option<Profile>,
        after: Profile,
    },
    Moved {
        before: Option<Site>,
        after: Site,
    },
    State {
        before: Option<State>,
        after: State,
        reason: String,
    },
    InclusiveBegan(Inclusive),
    InclusiveEnded,
    /// Without `after` it ended; so for the next two.
    Fee {
        before: Option<Fee>,
        after: Option<Fee>,
    },
    Flag {
        before: Option<FlagSpan>,
        after: Option<FlagSpan>,
    },
    Extra {
        before: Option<Extra>,
        after: Option<Extra>,
    },
    Support(Support),
    ServiceBegan(Service),
    ServiceEnded(Service),
    ClassOpened {
        class: Class,
        mode: Mode,
    },
    ClassMode {
        class: Class,
        mode: Mode,
    },
    ClassClosed(Class),
    /// Places of one measure over all modes and bands.
    Places {
        measure: Measure,
        before: Option<i64>,
        after: Option<i64>,
    },
    CredentialBegan(Credential),
    CredentialEnded(Credential),
}

impl What {
    /// The part of the file that tells of it.
    pub fn part(&self) -> Part {
        match self {
            What::State { .. } | What::Profile { .. } => Part::Base,
            What::Moved { .. } => Part::Site,
            What::InclusiveBegan(_) | What::InclusiveEnded => Part::Inclusive,
            What::Fee { .. } => Part::Fees,
            What::Flag { .. } => Part::Traits,
            What::Extra { before, after } => {
                after.as_ref().or(before.as_ref()).map_or(Part::Base, |extra| extra.key().part())
            }
            What::Support(_) => Part::Support,
            What::ServiceBegan(_) | What::ServiceEnded(_) => Part::Services,
            What::ClassOpened { .. } | What::ClassMode { .. } | What::ClassClosed(_) | What::Places { .. } => {
                Part::Classes
            }
            What::CredentialBegan(_) | What::CredentialEnded(_) => Part::Credentials,
        }
    }
}

/// The file of a day; `None` when there is no such file.
pub async fn file(read: &mut db::Read, facility: &FacilityId, day: Day) -> db::Result<Option<File>> {
    Ok(file::history(read, facility).await?.map(|h| as_of(&h, day)))
}

/// The file of a day, from its history.
pub fn as_of(h: &History, day: Day) -> File {
    let (credentials, rest): (Vec<_>, Vec<_>) = h.credentials.iter().cloned().partition(|c| c.span().contains(day));
    let mut classes: Vec<OpenClass> = h
        .classes_on(day)
        .filter_map(|(class, mode)| {
            let spans = || h.class_spans.iter().filter(|s| s.value.class == class.id);
            let span = spans().find(|s| s.span.contains(day))?.span;
            let since = spans().map(|s| s.span.from).min()?;
            Some(OpenClass { class: class.clone(), mode, span, since })
        })
        .collect();
    classes.sort_by(|a, b| (a.class.kind, a.since, &a.class.name).cmp(&(b.class.kind, b.since, &b.class.name)));
    let mut capacity: Vec<_> = h.capacity.iter().filter(|c| c.span.contains(day)).cloned().collect();
    capacity.sort_by_key(|c| (c.value.band, c.value.mode, c.value.measure));
    let mut fees: Vec<_> = h.fee.iter().filter(|f| f.span.contains(day)).cloned().collect();
    fees.sort_by_key(|f| f.value.mode);
    let mut flags: Vec<_> = h.flag.iter().filter(|f| f.span.contains(day)).cloned().collect();
    flags.sort_by_key(|f| f.value.flag);
    File {
        day,
        id: h.facility.id.clone(),
        home: h.facility.home.clone(),
        kind: h.facility.kind,
        version: h.facility.version,
        doubles: h.facility.doubles.clone(),
        profile: on(&h.profile, day).cloned(),
        site: on(&h.site, day).cloned(),
        state: on(&h.state, day).cloned(),
        inclusive: on(&h.inclusive, day).cloned(),
        fees,
        flags,
        classes,
        capacity,
        credentials,
        lapsed: rest.into_iter().filter(|c| c.until_day <= day).collect(),
        operating: h.operating_on(day),
        integrated: h.integrated_on(day),
        differ: h.places_differ(day),
        opened: h.opened().filter(|d| *d <= day),
        roles: roles(h).into_iter().filter(|(_, span)| span.from <= day).collect(),
        premises: on(&h.extra.premises, day).cloned(),
        chain: on(&h.extra.chain, day).cloned(),
        agreement: on(&h.extra.agreement, day).cloned(),
        welfare: on(&h.extra.welfare, day).cloned(),
        building: on(&h.extra.building, day).cloned(),
        releases: h.extra.release.iter().rev().filter(|r| r.span.contains(day)).cloned().collect(),
        support: h.extra.support.iter().rev().filter(|s| s.from_day <= day).cloned().collect(),
        services: h.extra.services.iter().filter(|s| s.span().contains(day)).cloned().collect(),
        events: events(h, day),
    }
}

/// Every dated event until a day, newest first; of one day in the order of the parts of the file.
pub fn events(h: &History, day: Day) -> Vec<Event> {
    let mut out = Vec::new();
    let mut push = |day: Day, what: What| out.push(Event { day, what });
    for (before, now) in steps(&h.state, |_, _| true) {
        let (before, StateSpan { state, reason }) = (before.map(|b| b.value.state), now.value.clone());
        push(now.span.from, What::State { before, after: state, reason });
    }
    for (before, now) in steps(&h.profile, |_, _| true) {
        push(now.span.from, What::Profile { before: before.map(|b| b.value.clone()), after: now.value.clone() });
    }
    for (before, now) in steps(&h.site, |_, _| true) {
        push(now.span.from, What::Moved { before: before.map(|b| b.value.clone()), after: now.value.clone() });
    }
    class_events(h, &mut push);
    for measure in Measure::ALL.iter().copied().filter(|m| *m != Measure::Enrolled) {
        for day in days_of(h.capacity.iter().filter(|c| c.value.measure == measure).map(|c| c.span)) {
            let (before, after) = (h.places_on(measure, day.plus(-1)), h.places_on(measure, day));
            if before != after {
                push(day, What::Places { measure, before, after });
            }
        }
    }
    for credential in &h.credentials {
        push(credential.from_day, What::CredentialBegan(credential.clone()));
        let renewed =
            h.credentials.iter().any(|c| c.kind == credential.kind && c.span().contains(credential.until_day));
        if !credential.until_day.is_open() && !renewed {
            push(credential.until_day, What::CredentialEnded(credential.clone()));
        }
    }
    for (n, span) in h.inclusive.iter().enumerate() {
        push(span.span.from, What::InclusiveBegan(span.value.clone()));
        let goes_on = h.inclusive.get(n + 1).is_some_and(|next| next.span.from == span.span.until);
        if !span.span.is_open() && !goes_on {
            push(span.span.until, What::InclusiveEnded);
        }
    }
    changes(&h.fee, |day, before, after| push(day, What::Fee { before, after }));
    changes(&h.flag, |day, before, after| push(day, What::Flag { before, after }));
    extra_events(h, &mut push);
    out.retain(|e| e.day <= day);
    // Stable: what belongs together on one day keeps its order.
    out.sort_by_key(|e| std::cmp::Reverse(e.day));
    out
}

/// Each span with the one that it follows without a gap.
fn steps<T>(rows: &[Held<T>], same: impl Fn(&T, &T) -> bool) -> impl Iterator<Item = (Option<&Held<T>>, &Held<T>)> {
    rows.iter().map(move |now| (rows.iter().find(|b| b.span.until == now.span.from && same(&b.value, &now.value)), now))
}

/// Every change of an aspect: what it was, what it became; without the one where it began, without the other where
/// it ended.
fn changes<T: Keyed + Clone>(rows: &[Held<T>], mut push: impl FnMut(Day, Option<T>, Option<T>)) {
    for (before, now) in steps(rows, |a, b| a.same_key(b)) {
        push(now.span.from, before.map(|b| b.value.clone()), Some(now.value.clone()));
        let goes_on = rows.iter().any(|r| r.span.from == now.span.until && r.value.same_key(&now.value));
        if !now.span.is_open() && !goes_on {
            push(now.span.until, Some(now.value.clone()), None);
        }
    }
}

fn extra_events(h: &History, push: &mut impl FnMut(Day, What)) {
    let x = &h.extra;
    macro_rules! each { ($($rows:ident $wrap:ident),*) => { $(
        changes(&x.$rows, |day, before, after| {
            push(day, What::Extra { before: before.map(Extra::$wrap), after: after.map(Extra::$wrap) });
        });
    )* } }
    each!(premises Premises, chain Chain, agreement Agreement, welfare Welfare, building Building, release Release);
    for support in &x.support {
        push(support.from_day, What::Support(support.clone()));
    }
    for service in &x.services {
        push(service.from_day, What::ServiceBegan(service.clone()));
        if !service.until_day.is_open() {
            push(service.until_day, What::ServiceEnded(service.clone()));
        }
    }
}

fn class_events(h: &History, push: &mut impl FnMut(Day, What)) {
    for class in &h.classes {
        let spans: Vec<_> = h.class_spans.iter().filter(|s| s.value.class == class.id).collect();
        for (n, span) in spans.iter().enumerate() {
            let follows = n > 0 && spans[n - 1].span.until == span.span.from;
            let (class, mode) = (class.clone(), span.value.mode);
            let goes_on = spans.get(n + 1).is_some_and(|next| next.span.from == span.span.until);
            if !span.span.is_open() && !goes_on {
                push(span.span.until, What::ClassClosed(class.clone()));
            }
            push(
                span.span.from,
                if follows { What::ClassMode { class, mode } } else { What::ClassOpened { class, mode } },
            );
        }
    }
}

fn days_of(spans: impl Iterator<Item = Span>) -> Vec<Day> {
    let mut days: Vec<Day> = spans.flat_map(|s| [s.from, s.until]).filter(|d| !d.is_open()).collect();
    days.sort();
    days.dedup();
    days
}
