//! An entry of the book as the public sees it: each value through the setting of its field, said in the reader's words.

use crate::fields::{Field, Fields};
use crate::line::{Line, Standing};
use crate::reply::Desk;
use crate::sources::Found;
use kernel::Day;
use registry::codes::{Measure, Mode, Per};
use registry::store::book::Entry;
use registry::words as said;
use web::Words;
use web::parts::{Markup, light, whole};

/// What `public.html` needs.
pub struct Public {
    pub words: Words,
    pub lang: &'static str,
    pub title: String,
    pub css: String,
    pub icon: String,
    pub synthetic: bool,
    /// When the book was read.
    pub at: String,
    pub other_lang: String,
    /// Chosen with `?size=elder`: larger letters.
    pub elder: bool,
    pub size_href: String,
    /// Query that keeps language and letters on the next page.
    keep: String,
}

impl Public {
    /// The page of a place.
    pub fn href(&self, card: &Card) -> String {
        format!("/public/institutions/{}{}", card.id, self.keep)
    }

    /// Where it lies on the map of its district.
    pub fn on_map(&self, card: &Card) -> String {
        let more = self.keep.replacen('?', "&", 1);
        format!("/public/map?region={}&at={}{more}", card.region, card.id)
    }

    /// Another public page, in the same language and letters.
    pub fn to(&self, path: &str) -> String {
        let keep = if path.contains('?') { self.keep.replacen('?', "&", 1) } else { self.keep.clone() };
        format!("{path}{keep}")
    }

    pub fn new(desk: &Desk, title: &str) -> Public {
        let cx = &desk.cx;
        let other = if cx.lang == kernel::Lang::Zh { Some("en") } else { None };
        let elder = cx.query("size") == Some("elder");
        let here = |name, value| format!("{}{}", cx.path(), cx.query_with(name, value));
        Public {
            words: cx.words(),
            lang: cx.words().tag(),
            title: title.to_owned(),
            css: web::assets::url("app.css"),
            icon: web::assets::url("favicon.svg"),
            synthetic: cx.app.settings.synthetic,
            at: desk.book.at.minute(),
            other_lang: here("lang", other),
            size_href: here("size", (!elder).then_some("elder")),
            keep: keep(desk),
            elder,
        }
    }

    pub fn t(&self, key: &str) -> &'static str {
        self.words.t(key)
    }

    pub fn tf1(&self, key: &str, value: impl std::fmt::Display) -> String {
        self.words.tf(key, &[&value])
    }

    /// Parts of the address that go on from page to page.
    pub fn carried(&self) -> Vec<(&'static str, &'static str)> {
        let lang = (self.lang == "en").then_some(("lang", "en"));
        lang.into_iter().chain(self.elder.then_some(("size", "elder"))).collect()
    }
}

/// A place of care as a card or a page shows it; `None` and empty: not public, or not recorded.
pub struct Card {
    pub id: String,
    pub name: String,
    pub standing: Standing,
    /// 正在开办
    pub state: &'static str,
    /// Why there is no use in asking for a place; empty while it is open.
    pub state_more: String,
    /// Code of its district, or of its place where that lies in none.
    pub region: String,
    /// It has a position that may be shown.
    pub on_map: bool,
    /// 托育机构 · 民办; empty when not public.
    pub kind: String,
    pub place: String,
    pub address: Option<String>,
    pub modes: String,
    pub fee: String,
    pub fees: Vec<(String, String)>,
    pub places: String,
    pub free: Option<String>,
    pub inclusive: bool,
    /// 普惠, or that it is not; empty when not public.
    pub inclusive_said: &'static str,
    pub phone: Option<String>,
    pub credit_code: Option<String>,
    pub operator: Option<String>,
    /// Number and validity of the operation notice.
    pub notice: Option<String>,
    /// That a notice no longer holds; empty where none ended.
    pub notice_ended: String,
    /// It works without a notice that it needs.
    pub no_notice: bool,
    /// One line for a publication: the notice, or that there is none.
    pub notice_said: String,
    /// The last check that was published.
    pub check: Option<String>,
}

impl Card {
    /// The light of its state, where it is not open.
    pub fn light(&self) -> Markup {
        match self.standing {
            Standing::Open => light("met", self.state),
            Standing::Suspended => light("risk", self.state),
            Standing::Closed => light("tracked", self.state),
        }
    }

    pub fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }
}

/// The query that keeps language and letters of a page on the next one: `""` or `?lang=en`.
pub fn keep(desk: &Desk) -> String {
    let cx = &desk.cx;
    let lang = (cx.lang == kernel::Lang::En).then_some("lang=en");
    let size = (cx.query("size") == Some("elder")).then_some("size=elder");
    let kept: Vec<&str> = lang.into_iter().chain(size).collect();
    if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
}

/// What is said of a line; [`Line::card`] keeps it.
pub fn card(words: Words, fields: &Fields, line: &Line) -> Card {
    let entry = &line.entry;
    let fees: Vec<(String, String)> = fields
        .show(Field::Fee, || {
            let one = |f: &(Mode, kernel::Fen, Per)| (words.t(f.0.key()).to_owned(), price(words, f.1.0, f.2));
            entry.fees.iter().map(one).collect()
        })
        .unwrap_or_default();
    let kind = [
        fields.show(Field::Kind, || said::kind(words, entry.kind).to_owned()),
        fields.show(Field::Ownership, || said::form(words, entry.ownership, entry.legal_form)),
    ];
    let standing = line.standing();
    let notice = fields.show(Field::Notice, || entry.notice.clone());
    let no_notice = standing == Standing::Open && line.needs_notice && notice.as_ref().is_some_and(Option::is_none);
    let ended = fields.show(Field::Notice, || entry.past_notice.as_ref().map(|n| (n.0.clone(), n.2))).flatten();
    let notice_ended =
        ended.map(|(number, day)| words.tf("disclosure.notice_is.ended", &[&number, &day])).unwrap_or_default();
    let notice = notice.flatten().map(|(number, from, until, _)| {
        let span = kernel::Span { from, until };
        words.tf("disclosure.notice", &[&number, &said::span(words, span)])
    });
    let without = if no_notice { words.t("disclosure.no_notice").to_owned() } else { String::new() };
    let notice_said = notice.clone().unwrap_or(if notice_ended.is_empty() { without } else { notice_ended.clone() });
    let inclusive = fields.show(Field::Inclusive, || entry.inclusive);
    Card {
        id: entry.facility.to_string(),
        name: name(fields, entry, words),
        standing,
        state: words.t(state_key(standing)),
        state_more: state_more(words, entry, standing),
        region: entry.above_code.clone().filter(|c| !c.ends_with("0000")).unwrap_or_else(|| entry.place_code.clone()),
        on_map: fields.show(Field::Position, || entry.position).flatten().is_some(),
        kind: kind.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        place: said::place(entry.above_code.as_deref(), entry.above_name.as_deref(), &entry.place_name),
        address: fields.show(Field::Address, || within(entry)).filter(|a| !a.is_empty()),
        modes: fields.show(Field::Modes, || modes(words, entry)).unwrap_or_default(),
        fee: match fees.first() {
            Some((mode, price)) => format!("{mode} {price}"),
            None => words.t("disclosure.fee_unknown").to_owned(),
        },
        fees,
        places: fields.show(Field::Places, || total(entry, Measure::Approved)).flatten().map_or_else(
            || words.t("disclosure.unknown").to_owned(),
            |n| words.tf("disclosure.places_n", &[&whole(n)]),
        ),
        free: fields
            .show(Field::FreePlaces, || free(entry))
            .flatten()
            .filter(|_| standing == Standing::Open)
            .map(|n| words.tf("disclosure.free_n", &[&whole(n)])),
        inclusive: inclusive.unwrap_or_default(),
        inclusive_said: match inclusive {
            Some(true) => words.t("disclosure.inclusive"),
            Some(false) => words.t("disclosure.not_inclusive"),
            None => "",
        },
        phone: fields.show(Field::Phone, || entry.phone.clone()).filter(|p| !p.is_empty()),
        credit_code: fields.show(Field::CreditCode, || entry.credit_code.clone()).flatten(),
        operator: fields.show(Field::Operator, || entry.operator.clone()).filter(|o| !o.is_empty()),
        no_notice,
        notice,
        notice_ended,
        notice_said,
        check: fields.show(Field::LastCheck, || check(words, line.shown.as_ref().and_then(|s| s.check))),
    }
}

fn state_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "disclosure.state.open",
        Standing::Suspended => "disclosure.state.suspended",
        Standing::Closed => "disclosure.state.closed",
    }
}

fn state_more(words: Words, entry: &Entry, standing: Standing) -> String {
    match standing {
        Standing::Open => String::new(),
        Standing::Suspended => words.tf("disclosure.suspended_since", &[&entry.since]),
        // A kindergarten that goes on without a class for the youngest.
        Standing::Closed if entry.state != registry::codes::State::Closed => words.t("disclosure.no_class").to_owned(),
        Standing::Closed => words.tf("disclosure.closed_since", &[&entry.since]),
    }
}

fn check(words: Words, last: Option<(Day, Found)>) -> String {
    match last {
        Some((day, found)) => {
            let found = words.t(&format!("publication.found.{}", found.as_str()));
            words.tf("disclosure.checked", &[&day, &found])
        }
        None => words.t("disclosure.no_check").to_owned(),
    }
}

/// The address without the district, which stands before it already.
fn within(entry: &Entry) -> String {
    let district = entry.above_name.as_deref().unwrap_or_default();
    entry.address.strip_prefix(district).unwrap_or(&entry.address).to_owned()
}

/// The name; a place whose name is not public is called by its street.
pub fn name(fields: &Fields, entry: &Entry, words: Words) -> String {
    let named = fields.show(Field::Name, || entry.name.clone());
    named.unwrap_or_else(|| words.tf("disclosure.unnamed", &[&entry.place_name]))
}

/// 2,800 元/月; cents only where there are any.
pub fn price(words: Words, fen: i64, per: Per) -> String {
    let yuan = if fen % 100 == 0 { whole(fen / 100) } else { web::parts::decimal(fen as f64 / 100.0, 2) };
    words.tf("disclosure.price", &[&yuan, &words.t(per_key(per))])
}

fn per_key(per: Per) -> &'static str {
    match per {
        Per::Month => "disclosure.per.month",
        Per::Day => "disclosure.per.day",
        Per::Hour => "disclosure.per.hour",
    }
}

/// The modes in which places are open or fees are asked.
pub fn modes_of(entry: &Entry) -> Vec<Mode> {
    let mut all: Vec<Mode> = entry.places.iter().map(|p| p.1).chain(entry.fees.iter().map(|f| f.0)).collect();
    all.sort();
    all.dedup();
    all
}

fn modes(words: Words, entry: &Entry) -> String {
    let all: Vec<&str> = modes_of(entry).into_iter().map(|m| words.t(m.key())).collect();
    if all.is_empty() { words.t("disclosure.unknown").to_owned() } else { all.join(" / ") }
}

/// Places of a measure, over all modes and ages; `None`: none recorded.
pub fn total(entry: &Entry, measure: Measure) -> Option<i64> {
    entry.places.iter().filter(|p| p.0 == measure).map(|p| p.3).reduce(|a, b| a + b)
}

/// Places that are open and not taken, where both are recorded.
pub fn free(entry: &Entry) -> Option<i64> {
    let (open, taken) = (total(entry, Measure::Operational)?, total(entry, Measure::Enrolled)?);
    Some((open - taken).max(0))
}
