//! SQL of lists. The rows of a place stand in one index in the order of names, so a page is a walk from the cursor on;
//! a search begins at a credit code, a number or the rarest piece of two characters instead. No text here reads a
//! whole table (tests/plans.rs keeps the plans).

use crate::codes::{CredentialKind, FacilityKind, LegalForm, Ownership, State};
use crate::name;
use db::{FromRow, Read, Result, Row, Where, q};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{CreditCode, Day};

/// What a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub within: Within,
    pub day: Day,
    pub kind: Option<FacilityKind>,
    pub care: Option<Care>,
    pub inclusive: Option<bool>,
    pub integrated: Option<bool>,
    pub state: Option<State>,
    pub ownership: Option<Ownership>,
    /// Files that double another one: shown alone, or not at all.
    pub doubles: bool,
    /// Only those whose notice names other places than are recorded as approved.
    pub differs: bool,
    pub search: Search,
}

/// Whether those of a list give care to children under 3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Care {
    /// Kinds that give it or may.
    May,
    /// Those of them that do: a kindergarten only where it has approved places. What the indicator
    /// `places_per_thousand` counts.
    Gives,
    /// The other kinds.
    Not,
}

impl Care {
    /// The value in an address.
    pub fn parse(text: &str) -> Option<Care> {
        match text {
            "yes" | "true" | "1" => Some(Care::May),
            "places" => Some(Care::Gives),
            "no" | "false" | "0" => Some(Care::Not),
            _ => None,
        }
    }

    pub fn of(self, kind: FacilityKind) -> bool {
        (self != Care::Not) == kind.gives_care()
    }
}

/// Where a list looks; the caller has narrowed it to the actor's scope.
#[derive(Clone, PartialEq, Debug)]
pub enum Within {
    Place(PlaceId),
    Facility(FacilityId),
}

/// What is looked for.
#[derive(Clone, PartialEq, Debug)]
pub enum Search {
    All,
    CreditCode(String),
    /// Number of a notice, licence or certificate.
    Number(String),
    /// A part of the name; `gram` is the rarest piece of it, if it has a rare one.
    Part {
        text: String,
        gram: Option<String>,
    },
    /// A piece of it stands in no name.
    Nothing,
}

impl Filter {
    pub fn new(within: Within, day: Day) -> Filter {
        Filter {
            within,
            day,
            kind: None,
            care: None,
            inclusive: None,
            integrated: None,
            state: None,
            ownership: None,
            doubles: false,
            differs: false,
            search: Search::All,
        }
    }
}

/// One facility as a list shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    pub facility: FacilityId,
    pub name: String,
    pub name_key: String,
    pub kind: FacilityKind,
    pub ownership: Ownership,
    pub legal_form: LegalForm,
    pub state: Option<State>,
    pub doubled: bool,
    pub inclusive: bool,
    pub integrated: bool,
    /// Approved places.
    pub places: Option<i64>,
    /// Code and name of the place where it lies, and of the one above.
    pub place_code: String,
    pub place_name: String,
    pub above_code: Option<String>,
    pub above_name: Option<String>,
}

impl FromRow for Item {
    fn from_row(r: &Row<'_>) -> Result<Item> {
        Ok(Item {
            facility: r.get("facility")?,
            name: r.get("name")?,
            name_key: r.get("name_key")?,
            kind: r.get("kind")?,
            ownership: r.get("ownership")?,
            legal_form: r.get("legal_form")?,
            state: r.get("state")?,
            doubled: r.get("doubled")?,
            inclusive: r.get("inclusive")?,
            integrated: r.get("integrated")?,
            places: r.get("places")?,
            place_code: r.get("place_code")?,
            place_name: r.get("place_name")?,
            above_code: r.get("above_code")?,
            above_name: r.get("above_name")?,
        })
    }
}

/// Finds out what a typed text means: a credit code, the number of a credential, or a part of a name.
pub async fn search(read: &mut Read, typed: &str) -> Result<Search> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Search::All);
    }
    if let Ok(code) = CreditCode::parse(typed) {
        return Ok(Search::CreditCode(code.as_str().to_owned()));
    }
    let mut numbers = Where::new("select holder from credential");
    numbered(&mut numbers, typed);
    if read.opt::<String>(numbers.end("limit 1").query()).await?.is_some() {
        return Ok(Search::Number(typed.to_owned()));
    }
    let text = typed.to_lowercase();
    // Eight pieces are enough to find the rare one.
    let grams: Vec<String> = name::grams(typed).into_iter().take(8).collect();
    let Some(first) = grams.first() else { return Ok(Search::Part { text, gram: None }) };
    let mut known = Where::new("select gram, count(*) as n from facility_gram");
    known.filter("gram in (?, ?, ?, ?, ?, ?, ?, ?)");
    for n in 0..8 {
        known.arg(grams.get(n).unwrap_or(first));
    }
    let known: Vec<(String, i64)> = read.all(known.end("group by gram order by 2, 1").query()).await?;
    if known.len() < grams.len() {
        return Ok(Search::Nothing);
    }
    // A piece that most names have leads nowhere: the walk in the order of names finds a page of them sooner.
    let rare = known.into_iter().next().filter(|(_, n)| *n <= RARE);
    Ok(Search::Part { text, gram: rare.map(|(gram, _)| gram) })
}

/// Names that a piece may stand in for a search to begin at it.
const RARE: i64 = 100;

fn numbered(list: &mut Where, number: &str) {
    const { assert!(CredentialKind::ALL.len() == 7) };
    list.filter("kind in (?, ?, ?, ?, ?, ?, ?)");
    for kind in CredentialKind::ALL {
        list.arg(*kind);
    }
    list.filter("number = ?").arg(number);
}

/// What is shown of the rows of a page.
macro_rules! item_columns {
    () => {
        "select page.facility, page.name, page.name_key, page.kind, page.ownership, page.legal_form, page.state,
           page.doubled, page.inclusive, page.integrated, page.places, p.code as place_code, p.name as place_name,
           d.code as above_code, d.name as above_name
         from (select l.* from "
    };
}

/// The statement of one page: `limit` rows after the cursor (name key, id). The rows of the page are found first, by
/// one walk; only then their places are looked up, so that no engine joins more than a page. A search is joined by
/// `cross join`, which SQLite takes as the order of work: first what is looked for, then its row.
pub fn page_query(filter: &Filter, after: (&str, &str), limit: i64) -> db::Query {
    let mut list = Where::new(match filter.search {
        Search::CreditCode(_) => concat!(item_columns!(), "facility_profile m cross join facility_listing l"),
        Search::Number(_) => concat!(item_columns!(), "credential m cross join facility_listing l"),
        Search::Part { gram: Some(_), .. } => concat!(item_columns!(), "facility_gram g cross join facility_listing l"),
        _ => concat!(item_columns!(), "facility_listing l"),
    });
    conditions(&mut list, filter);
    // Once more that it lies within: a change of the tree of places may be younger than the rows.
    list.filter(
        "(select c.depth from place_closure c where c.ancestor = l.ancestor and c.place = l.place
           and c.from_day <= ? and c.until_day > ?) >= 0",
    );
    list.arg(filter.day).arg(filter.day);
    if after != ("", "") || filter.search == Search::All {
        list.filter("(l.name_key, l.facility) > (?, ?)").arg(after.0).arg(after.1);
    }
    list.end("order by l.name_key, l.facility limit ?").arg(limit);
    list.end(
        ") page join place_span p on p.place = page.place and p.from_day <= ? and p.until_day > ?
         left join place_span d on d.place = p.parent and d.from_day <= ? and d.until_day > ?
         order by page.name_key, page.facility",
    );
    for _ in 0..4 {
        list.arg(filter.day);
    }
    list.query()
}

/// The statement that counts a whole list.
pub fn count_query(filter: &Filter) -> db::Query {
    let mut list = Where::new(match filter.search {
        Search::CreditCode(_) => "select count(*) from facility_profile m cross join facility_listing l",
        Search::Number(_) => "select count(*) from credential m cross join facility_listing l",
        Search::Part { gram: Some(_), .. } => "select count(*) from facility_gram g cross join facility_listing l",
        _ => "select count(*) from facility_listing l",
    });
    conditions(&mut list, filter);
    list.query()
}

fn conditions(list: &mut Where, filter: &Filter) {
    match &filter.search {
        Search::CreditCode(code) => {
            list.filter("l.facility = m.facility").filter("m.credit_code = ?").arg(code);
            list.filter("m.from_day <= ?").arg(filter.day).filter("m.until_day > ?").arg(filter.day);
        }
        Search::Number(number) => {
            list.filter("l.facility = m.holder");
            list.filter("m.kind in (?, ?, ?, ?, ?, ?, ?)");
            for kind in CredentialKind::ALL {
                list.arg(*kind);
            }
            list.filter("m.number = ?").arg(number);
            // A number that was renewed stands there once per period: the first one speaks for the file.
            list.filter("not exists (select 1 from credential e where e.kind = m.kind and e.number = m.number and e.holder = m.holder and e.from_day < m.from_day)");
        }
        Search::Part { text, gram } => {
            if let Some(gram) = gram {
                list.filter("l.facility = g.facility").filter("g.gram = ?").arg(gram);
            }
            let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
            list.filter("lower(l.name) like ? escape '!'").arg(format!("%{plain}%"));
        }
        Search::All | Search::Nothing => {}
    }
    match &filter.within {
        Within::Place(place) => list.filter("l.ancestor = ?").arg(place),
        Within::Facility(facility) => list.filter("l.facility = ?").arg(facility).filter("l.ancestor = l.place"),
    };
    list.filter("l.from_day <= ?").arg(filter.day).filter("l.until_day > ?").arg(filter.day);
    list.filter("l.doubled = ?").arg(filter.doubles);
    if let Some(kind) = filter.kind {
        list.filter("l.kind = ?").arg(kind);
    } else if let Some(care) = filter.care {
        const { assert!(FacilityKind::CARE == 8) };
        list.filter(match care {
            Care::May | Care::Gives => "l.kind in (?, ?, ?, ?, ?, ?, ?, ?)",
            Care::Not => "l.kind not in (?, ?, ?, ?, ?, ?, ?, ?)",
        });
        for kind in FacilityKind::ALL.iter().filter(|k| k.gives_care()) {
            list.arg(*kind);
        }
    }
    if filter.care == Some(Care::Gives) {
        list.filter("(l.kind <> 'kindergarten' or l.places > 0)");
    }
    if let Some(state) = filter.state {
        list.filter("l.state = ?").arg(state);
    }
    if let Some(inclusive) = filter.inclusive {
        list.filter("l.inclusive = ?").arg(inclusive);
    }
    if let Some(integrated) = filter.integrated {
        list.filter("l.integrated = ?").arg(integrated);
    }
    if let Some(ownership) = filter.ownership {
        list.filter("l.ownership = ?").arg(ownership);
    }
    if filter.differs {
        // `History::places_differ`, as a condition.
        list.filter(
            "l.places <> (select c.places from credential c where c.home = l.home and c.holder = l.facility
               and c.kind = 'operation_notice' and c.verified <> 'refuted' and c.from_day <= ? and c.until_day > ?
             order by c.from_day desc, c.id desc limit 1)",
        );
        list.arg(filter.day).arg(filter.day);
    }
}

/// One page of a list.
pub async fn page(read: &mut Read, filter: &Filter, after: (&str, &str), limit: i64) -> Result<Vec<Item>> {
    if filter.search == Search::Nothing {
        return Ok(Vec::new());
    }
    read.all(page_query(filter, after, limit)).await
}

/// How many facilities a list shows in all.
pub async fn count(read: &mut Read, filter: &Filter) -> Result<i64> {
    if filter.search == Search::Nothing {
        return Ok(0);
    }
    read.one(count_query(filter)).await
}

/// Where a facility lies on a day: its site's place; `None` when it lies nowhere.
pub async fn place_on(read: &mut Read, id: &FacilityId, day: Day) -> Result<Option<PlaceId>> {
    read.opt(q!(
        "select s.place from facility f join facility_site s on s.home = f.home and s.facility = f.id
         where f.id = $1 and s.from_day <= $2 and s.until_day > $2",
        id,
        day
    ))
    .await
}

/// The way down to a place, the root first and the place itself last, then the places directly under it by code: id,
/// code and name of each, as they are called on the day.
pub async fn around(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<(PlaceId, String, String)>> {
    let text = "select place, code, name from (
           select s.place, s.code, s.name, c.depth as above from place_closure c
             join place_span s on s.place = c.ancestor and s.from_day <= $2 and s.until_day > $2
             where c.place = $1 and c.from_day <= $2 and c.until_day > $2
           union all
           select s.place, s.code, s.name, cast(-1 as bigint) from place_span s
             where s.parent = $1 and s.from_day <= $2 and s.until_day > $2) t
         order by above desc, code";
    read.all(q!(text, place, day)).await
}
