//! What is made public, as data: the basic part in both languages as it was said on its day, and the results of
//! checks. A document is those with who published them when; its JSON are the bytes that are kept.

use crate::book::Book;
use crate::fields::Fields;
use crate::line::Line;
use crate::publication::{Evaluation, Publication, PublicationId};
use crate::sources::Check;
use crate::tree::Tree;
use db::Read;
use kernel::kinds::FacilityId;
use kernel::{Day, Instant, Lang};
use registry::store::book::Entry;
use serde::{Deserialize, Serialize};
use web::Words;

/// A line of the basic part.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Basic {
    /// Code of the field, as in packs/disclosure.toml.
    pub field: String,
    pub label_zh: String,
    pub label_en: String,
    pub zh: String,
    pub en: String,
}

/// Basic part, results of checks and of evaluations.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Content {
    #[serde(default)]
    pub basics: Vec<Basic>,
    #[serde(default)]
    pub checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
}

/// The reply of the institution, printed beside it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reply {
    pub day: Day,
    pub text: String,
}

/// The published document.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Number of this shape; a reader refuses what it does not know.
    pub form: u32,
    pub id: PublicationId,
    pub facility: FacilityId,
    pub year: i64,
    pub no: i64,
    pub as_of: Day,
    pub basics: Vec<Basic>,
    pub checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
    pub reply: Option<Reply>,
    pub supersedes: Option<PublicationId>,
    pub reason: String,
    pub publisher_zh: String,
    pub publisher_en: String,
    /// RFC 3339.
    pub published: String,
    pub valid_until: Day,
    pub synthetic: bool,
}

impl Document {
    pub fn of(
        p: &Publication,
        content: Content,
        publisher: (&str, &str),
        published: Instant,
        valid_until: Day,
        synthetic: bool,
    ) -> Document {
        Document {
            form: 1,
            id: p.id.clone(),
            facility: p.facility.clone(),
            year: p.year,
            no: p.no,
            as_of: p.as_of,
            basics: content.basics,
            checks: content.checks,
            evaluations: content.evaluations,
            reply: p.reply.clone().zip(p.replied).map(|(text, at)| Reply { day: at.day(), text }),
            supersedes: p.supersedes.clone(),
            reason: p.reason.clone(),
            publisher_zh: publisher.0.to_owned(),
            publisher_en: publisher.1.to_owned(),
            published: published.to_string(),
            valid_until,
            synthetic,
        }
    }

    /// The bytes that are public.
    ///
    /// Errors: [`web::Error::Internal`], which does not happen.
    pub fn bytes(&self) -> web::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|e| web::Error::Internal(e.to_string()))
    }

    /// Errors: [`web::Error::Internal`] for bytes that are no such document.
    pub fn read(bytes: &[u8]) -> web::Result<Document> {
        serde_json::from_slice(bytes).map_err(|e| web::Error::Internal(format!("a published document: {e}")))
    }
}

/// The basic part of a line, as far as it is public: what the page of the institution says on that day.
pub fn basics(line: &Line, fields: &Fields) -> Vec<Basic> {
    let (zh, en) = (line.card(fields, Lang::Zh), line.card(fields, Lang::En));
    let both = |of: fn(&crate::view::Card) -> Option<String>| of(zh).zip(of(en)).filter(|(zh, _)| !zh.is_empty());
    let lines: [(&'static str, Option<(String, String)>); 12] = [
        ("name", both(|c| Some(c.name.clone()))),
        ("kind", both(|c| Some(c.kind.clone()))),
        ("operator", both(|c| c.operator.clone())),
        ("credit_code", both(|c| c.credit_code.clone())),
        ("address", both(|c| Some(format!("{} {}", c.place, c.address.clone().unwrap_or_default())))),
        ("phone", both(|c| c.phone.clone())),
        ("modes", both(|c| Some(c.modes.clone()))),
        ("places", both(|c| Some(c.places.clone()))),
        ("fee", both(|c| Some(c.fees.iter().map(|(m, p)| format!("{m} {p}")).collect::<Vec<_>>().join("；")))),
        ("inclusive", both(|c| Some(c.inclusive_said.to_owned()))),
        ("notice", both(|c| Some(c.notice_said.clone()))),
        ("state", both(|c| Some(c.state.to_owned()))),
    ];
    let label = |field: &str, lang| Words(lang).t(&format!("publication.field.{field}")).to_owned();
    lines
        .into_iter()
        .filter_map(|(field, values)| values.map(|values| (field, values)))
        .map(|(field, (zh, en))| Basic {
            field: field.to_owned(),
            label_zh: label(field, Lang::Zh),
            label_en: label(field, Lang::En),
            zh: zh.trim().to_owned(),
            en: en.trim().to_owned(),
        })
        .collect()
}

/// The basic part of an institution in the book; `None`: it is not in it.
pub fn basics_in(book: &Book, fields: &Fields, facility: &FacilityId) -> Option<Vec<Basic>> {
    book.number_of(facility).map(|n| basics(book.line(n), fields))
}

/// The basic part of everything that takes children on a day, and the home of each: for what is published of a day that
/// has passed.
pub async fn basics_on(read: &mut Read, fields: &Fields, day: Day) -> web::Result<Vec<(Entry, Vec<Basic>)>> {
    let tree = Tree::read(read, day).await?;
    let open = registry::store::book::open(read, &tree.root.id, day).await?.into_iter();
    let of = |entry: Entry| {
        let line = Line::new(entry, None, fields, &tree);
        let basics = basics(&line, fields);
        (line.entry, basics)
    };
    Ok(open.map(of).collect())
}
