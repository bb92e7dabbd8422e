//! A notice and whether it holds.

use kernel::kinds::{CredentialId, FacilityId, MatterId, PlaceId};
use kernel::{Day, Id, Instant, Kind};
use registry::codes::{Band, Mode};
use serde::{Deserialize, Serialize};
use web::{Error, Result};

/// The kind of a notice's id.
#[derive(Debug)]
pub enum NoticeRow {}
impl Kind for NoticeRow {
    const NAME: &'static str = "notice";
}
pub type NoticeId = Id<NoticeRow>;

db::record! {
    /// A notice as it was issued; see the table for the fields.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Notice in "notice" {
        home: String,
        id: NoticeId,
        token: String,
        number: String,
        facility: FacilityId,
        credential: CredentialId,
        matter: Option<MatterId>,
        place: PlaceId,
        from_day: Day,
        until_day: Day,
        issued: Instant,
        ended: Option<Day>,
        ending: Option<String>,
        replaced_by: Option<NoticeId>,
        printed: String,
    }
}

/// What stands on the paper, in the words of its day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Printed {
    pub name: String,
    pub operator: String,
    /// `""` where none was recorded.
    pub credit_code: String,
    /// Code of the kind of institution.
    pub kind: String,
    pub address: String,
    /// Places by code of the band.
    pub shares: Vec<(String, i64)>,
    /// Codes of the modes of care.
    pub modes: Vec<String>,
    pub scope: String,
    pub hours: String,
    pub issuer_zh: String,
    pub issuer_en: String,
}

impl Printed {
    /// Places over all bands.
    pub fn places(&self) -> i64 {
        self.shares.iter().map(|(_, places)| places).sum()
    }

    pub fn bands(&self) -> impl Iterator<Item = (Band, i64)> + '_ {
        self.shares.iter().filter_map(|(band, places)| Some((Band::parse(band)?, *places)))
    }

    pub fn modes(&self) -> Vec<Mode> {
        self.modes.iter().filter_map(|mode| Mode::parse(mode)).collect()
    }
}

/// Why a notice ended before its last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Another one took its place.
    Superseded,
    Revoked,
    GivenBack,
    /// The institution closed.
    Closed,
}

impl Ending {
    pub const ALL: [Ending; 4] = [Ending::Superseded, Ending::Revoked, Ending::GivenBack, Ending::Closed];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Ending::Superseded => "superseded",
            Ending::Revoked => "revoked",
            Ending::GivenBack => "given_back",
            Ending::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Ending> {
        Ending::ALL.into_iter().find(|ending| ending.as_str() == text)
    }
}

/// How a notice stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Valid,
    /// Its first day is still to come.
    Coming,
    /// Its last day has passed.
    Expired,
    Superseded,
    Revoked,
    /// Given back, or the institution closed.
    Over,
}

impl Standing {
    pub const ALL: [Standing; 6] =
        [Standing::Valid, Standing::Coming, Standing::Expired, Standing::Superseded, Standing::Revoked, Standing::Over];

    /// The name in JSON; the key of its word is `licence.standing.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Coming => "coming",
            Standing::Expired => "expired",
            Standing::Superseded => "superseded",
            Standing::Revoked => "revoked",
            Standing::Over => "over",
        }
    }

    /// Class of its light.
    pub fn light(self) -> &'static str {
        match self {
            Standing::Valid => "met",
            Standing::Coming => "course",
            Standing::Expired => "risk",
            Standing::Revoked => "missed",
            Standing::Superseded | Standing::Over => "none",
        }
    }
}

/// What the file of its institution says of a notice on a day. Offices write there by other ways than matters, and who
/// scans a code asks for what is so, not for what was decided here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Filed {
    /// The end of its entry; `None` where that was refuted or taken out.
    pub until: Option<Day>,
    /// Since when the institution is closed, if it is.
    pub closed: Option<Day>,
}

/// A notice with what its file says of it on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub notice: Notice,
    pub filed: Filed,
}

impl Notice {
    /// How it stands on a day when its file is asked as well, and the day that this is about: the first one, or where
    /// it ran out the last.
    pub fn stands(&self, filed: &Filed, day: Day) -> (Standing, Day) {
        let own = self.standing(day);
        let over = match filed.until {
            None => Some(self.from_day),
            Some(until) => Some(until).filter(|until| *until <= day && *until < self.until_day),
        };
        // Closed on a day on which it does not hold yet is one that opens again.
        let closed = filed.closed.filter(|_| own == Standing::Valid);
        match (own, over.into_iter().chain(closed).min()) {
            (Standing::Valid | Standing::Coming, Some(over)) => (Standing::Over, over),
            (Standing::Coming, None) => (own, self.from_day),
            (Standing::Expired, _) => (own, self.until_day.plus(-1)),
            _ => (own, self.ended.unwrap_or(self.from_day)),
        }
    }

    /// Whether it holds on a day by itself: what ended it comes before its own last day.
    pub fn standing(&self, day: Day) -> Standing {
        let ended = self.ended.filter(|ended| *ended <= day);
        let ending = ended.and(self.ending.as_deref()).and_then(Ending::parse);
        match ending {
            // It had run out by itself before anything else happened.
            Some(_) if ended.is_some_and(|ended| self.until_day < ended) => Standing::Expired,
            Some(Ending::Revoked) => Standing::Revoked,
            Some(Ending::Superseded) => Standing::Superseded,
            Some(Ending::GivenBack | Ending::Closed) => Standing::Over,
            None if self.until_day <= day => Standing::Expired,
            None if day < self.from_day => Standing::Coming,
            None => Standing::Valid,
        }
    }

    /// Errors: [`Error::Internal`] for a row that this program did not write.
    pub fn printed(&self) -> Result<Printed> {
        serde_json::from_str(&self.printed).map_err(|e| Error::Internal(format!("notice {}: {e}", self.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn notice(ended: Option<&str>, ending: Option<Ending>) -> Notice {
        Notice {
            home: "310109".into(),
            id: Id::new("n"),
            token: "T".into(),
            number: "310109-2022-0001".into(),
            facility: Id::new("f"),
            credential: Id::new("c"),
            matter: None,
            place: Id::new("p"),
            from_day: day("2022-03-01"),
            until_day: day("2025-03-01"),
            issued: Instant(0),
            ended: ended.map(day),
            ending: ending.map(|ending| ending.as_str().to_owned()),
            replaced_by: None,
            printed: "{}".into(),
        }
    }

    #[test]
    fn a_notice_holds_from_its_first_to_its_last_day() {
        let standing = |on: &str| notice(None, None).standing(day(on));
        assert_eq!(standing("2022-02-28"), Standing::Coming);
        assert_eq!(standing("2022-03-01"), Standing::Valid);
        assert_eq!(standing("2025-02-28"), Standing::Valid);
        assert_eq!(standing("2025-03-01"), Standing::Expired);
    }

    #[test]
    fn a_file_that_says_otherwise_ends_it() {
        let fine = Filed { until: Some(day("2025-03-01")), closed: None };
        let stands = |filed: Filed, on: &str| notice(None, None).stands(&filed, day(on));
        let on = "2023-01-01";
        assert_eq!(stands(fine, on), (Standing::Valid, day("2022-03-01")));
        assert_eq!(stands(fine, "2025-03-01"), (Standing::Expired, day("2025-02-28")));
        let closed = Filed { closed: Some(day("2022-09-01")), ..fine };
        assert_eq!(stands(closed, on), (Standing::Over, day("2022-09-01")));
        assert_eq!(stands(closed, "2022-02-01").0, Standing::Coming, "it opens again");
        let ended = Filed { until: Some(day("2022-12-01")), ..fine };
        assert_eq!(stands(ended, on), (Standing::Over, day("2022-12-01")));
        assert_eq!(stands(ended, "2022-11-30").0, Standing::Valid);
        assert_eq!(stands(Filed { until: None, ..fine }, on).0, Standing::Over, "refuted or taken out");
        let revoked = notice(Some("2022-12-01"), Some(Ending::Revoked));
        assert_eq!(revoked.stands(&closed, day(on)), (Standing::Revoked, day("2022-12-01")), "its own end says more");
    }

    #[test]
    fn what_ended_it_holds_from_its_day_on() {
        let standing = |ending, on: &str| notice(Some("2023-01-01"), Some(ending)).standing(day(on));
        assert_eq!(standing(Ending::Revoked, "2022-12-31"), Standing::Valid);
        assert_eq!(standing(Ending::Revoked, "2023-01-01"), Standing::Revoked);
        assert_eq!(standing(Ending::Superseded, "2023-01-01"), Standing::Superseded);
        assert_eq!(standing(Ending::Closed, "2026-01-01"), Standing::Over, "also after its own last day");
        assert_eq!(notice(Some("2026-01-01"), Some(Ending::Superseded)).standing(day("2026-02-01")), Standing::Expired);
    }
}
