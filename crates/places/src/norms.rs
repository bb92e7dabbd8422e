//! Looking up the threshold that a rule uses: by key, facet, place and day. `nearest` takes the lowest place of the
//! way up that has one; `strictest` walks all levels and takes the value that binds most. A rule without its norm
//! does not guess: the error names key, facet and day.

use crate::model::{Clause, Combine, Document, Norm, Place, Sense};
use crate::store::rules;
use db::Read;
use kernel::Day;
use kernel::kinds::{ClauseId, DocumentId, PlaceId};

/// Why there is no norm to use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NormError {
    /// No level has one on that day. `others` are the facets for which the key does hold somewhere then.
    #[error("no norm {key}{} holds at {place} on {day}{}", facet_of(facet), others_of(others))]
    Missing { key: String, facet: String, place: PlaceId, day: Day, others: Vec<String> },
    /// The place did not exist on that day.
    #[error("norm {key}{}: {place} does not exist on {day}", facet_of(facet))]
    NoPlace { key: String, facet: String, place: PlaceId, day: Day },
    /// The value is not of the form that the rule needs.
    #[error("norm {key}{} holds {value:?}, wanted {wanted}", facet_of(facet))]
    Malformed { key: String, facet: String, value: String, wanted: &'static str },
    #[error(transparent)]
    Db(#[from] db::Error),
}

fn facet_of(facet: &str) -> String {
    if facet.is_empty() { String::new() } else { format!(" [{facet}]") }
}

fn others_of(others: &[String]) -> String {
    let named: Vec<String> = others.iter().map(|f| format!("[{f}]")).collect();
    if named.is_empty() { String::new() } else { format!("; it holds for {}", named.join(", ")) }
}

/// Versions that are supposed to hold for one key, facet and place instead of the recorded ones: how a proposed norm
/// is tried before anybody saves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supposed {
    pub key: String,
    pub facet: String,
    /// `None` for everywhere.
    pub place: Option<PlaceId>,
    pub versions: Vec<Norm>,
}

impl Supposed {
    /// The version that would hold on a day.
    pub fn version(&self, day: Day) -> Option<&Norm> {
        self.versions.iter().find(|n| n.span.contains(day))
    }
}

/// The norm that decides at a place on a day.
///
/// Errors: see [`NormError`].
pub async fn norm(read: &mut Read, key: &str, facet: &str, place: &PlaceId, day: Day) -> Result<Norm, NormError> {
    norm_supposing(read, None, key, facet, place, day).await
}

/// As [`norm`], as if some versions were others.
///
/// Errors: see [`NormError`].
pub async fn norm_supposing(
    read: &mut Read,
    supposed: Option<&Supposed>,
    key: &str,
    facet: &str,
    place: &PlaceId,
    day: Day,
) -> Result<Norm, NormError> {
    let levels = levels(read, supposed, key, facet, place, day).await?;
    if levels.first().is_none_or(|level| level.depth != 0) {
        return Err(NormError::NoPlace { key: key.to_owned(), facet: facet.to_owned(), place: place.clone(), day });
    }
    let norms = levels.into_iter().filter_map(|level| level.norm).collect();
    match decide(norms)? {
        Some(norm) => Ok(norm),
        None => Err(NormError::Missing {
            key: key.to_owned(),
            facet: facet.to_owned(),
            place: place.clone(),
            day,
            others: rules::facets(read, key, day).await?,
        }),
    }
}

/// The same out of norms at hand (see [`norms`]), for pages that ask for many places: which one decides at the end of a
/// path that begins at the root. `None` where none holds.
///
/// Errors: a strictest norm whose value is no number.
pub fn norm_on<'a>(
    all: &'a [Norm],
    key: &str,
    facet: &str,
    path: &[Place],
    day: Day,
) -> Result<Option<&'a Norm>, NormError> {
    let at = |place: Option<&PlaceId>| {
        let holds = |n: &&Norm| n.key == key && n.facet == facet && n.place.as_ref() == place && n.span.contains(day);
        all.iter().find(holds)
    };
    let up = path.iter().rev().filter_map(|place| at(Some(&place.id)));
    let decided = decide(up.chain(at(None)).cloned().collect())?;
    Ok(decided.and_then(|decided| all.iter().find(|n| n.id == decided.id)))
}

/// A whole number that holds for the house as a whole: the norm without facet at the root of the tree.
///
/// Errors: see [`NormError`]; where no place is loaded, [`NormError::NoPlace`].
pub async fn house_norm(read: &mut Read, key: &str, day: Day) -> Result<i64, NormError> {
    let root = crate::tree::root(read, day).await?.map_or_else(|| PlaceId::new(""), |root| root.id);
    norm(read, key, "", &root, day).await?.whole()
}

/// The levels from a place up, each with the norm that it has on a day, then everywhere.
pub(crate) async fn levels(
    read: &mut Read,
    supposed: Option<&Supposed>,
    key: &str,
    facet: &str,
    place: &PlaceId,
    day: Day,
) -> db::Result<Vec<rules::Level>> {
    let mut levels = rules::levels(read, key, facet, place, day).await?;
    if let Some(supposed) = supposed.filter(|s| s.key == key && s.facet == facet) {
        let version = supposed.version(day).cloned();
        let own = supposed.place.as_ref().map_or("", |p| p.as_str());
        match levels.iter_mut().find(|level| level.ancestor == own) {
            Some(level) => level.norm = version,
            // No level stands for everywhere while nothing holds there.
            None if own.is_empty() && version.is_some() => {
                levels.push(rules::Level { depth: rules::EVERYWHERE, ancestor: String::new(), norm: version });
            }
            None => {}
        }
    }
    Ok(levels)
}

/// Which of the norms of one key on the way up decides; they come lowest place first. Among equally strict ones the
/// lowest is taken, because its clause is the one that people of the place know.
///
/// Errors: a strictest norm whose value is no number.
pub fn decide(norms: Vec<Norm>) -> Result<Option<Norm>, NormError> {
    let mut best: Option<Norm> = None;
    for norm in norms {
        let takes = match (&best, norm.combine, norm.sense) {
            (None, _, _) => true,
            (Some(_), Combine::Nearest, _) | (Some(_), Combine::Strictest, None) => false,
            (Some(best), Combine::Strictest, Some(Sense::AtMost)) => norm.number()? < best.number()?,
            (Some(best), Combine::Strictest, Some(Sense::AtLeast)) => norm.number()? > best.number()?,
        };
        if takes {
            best = Some(norm);
        }
    }
    Ok(best)
}

/// The clause that a norm stands in, and the document of that clause.
pub async fn cite(read: &mut Read, norm: &Norm) -> db::Result<(Clause, Document)> {
    let clause = rules::clause(read, &norm.clause).await?.ok_or(db::Error::NotFound)?;
    let document = rules::document(read, &clause.document).await?.ok_or(db::Error::NotFound)?;
    Ok((clause, document))
}

/// A document by its id.
pub async fn document(read: &mut Read, id: &DocumentId) -> db::Result<Option<Document>> {
    rules::document(read, id).await
}

/// A clause by its id.
pub async fn clause(read: &mut Read, id: &ClauseId) -> db::Result<Option<Clause>> {
    rules::clause(read, id).await
}

/// The clauses of a document, by id.
pub async fn clauses(read: &mut Read, document: &DocumentId) -> db::Result<Vec<Clause>> {
    rules::clauses(read, document).await
}

/// Every norm of a key, of all facets, places and times: facet, then place, then day.
pub async fn norms(read: &mut Read, key: &str) -> db::Result<Vec<Norm>> {
    rules::norms_of(read, key).await
}

/// The facets for which a key holds anywhere on a day; empty for a key that does not exist.
pub async fn facets(read: &mut Read, key: &str, day: Day) -> db::Result<Vec<String>> {
    rules::facets(read, key, day).await
}

/// As [`facets`], as if some versions were others.
pub async fn facets_supposing(
    read: &mut Read,
    supposed: Option<&Supposed>,
    key: &str,
    day: Day,
) -> db::Result<Vec<String>> {
    let mut facets = rules::facets(read, key, day).await?;
    if let Some(supposed) = supposed.filter(|s| s.key == key && s.version(day).is_some()) {
        facets.push(supposed.facet.clone());
        facets.sort();
        facets.dedup();
    }
    Ok(facets)
}

/// The keys of norms in order, from after one (`""` to begin).
pub async fn keys(read: &mut Read, after: &str, limit: i64) -> db::Result<Vec<String>> {
    rules::keys(read, after, limit).await
}

impl Norm {
    /// The value as a number: `90`, `0.85` or the fraction `1/3`.
    ///
    /// Errors: [`NormError::Malformed`].
    pub fn number(&self) -> Result<f64, NormError> {
        parse_number(&self.value).ok_or_else(|| self.malformed("a number"))
    }

    /// The value as a whole number, such as days or children.
    ///
    /// Errors: [`NormError::Malformed`].
    pub fn whole(&self) -> Result<i64, NormError> {
        self.value.parse().map_err(|_| self.malformed("a whole number"))
    }

    /// The value as an exact fraction: `(1, 3)` for `1/3`, `(85, 100)` for `0.85`, `(90, 1)` for `90`.
    ///
    /// Errors: [`NormError::Malformed`].
    pub fn fraction(&self) -> Result<(i64, i64), NormError> {
        parse_fraction(&self.value).ok_or_else(|| self.malformed("a fraction"))
    }

    /// The value as a `;`-joined list without empty entries.
    ///
    /// Errors: [`NormError::Malformed`] when nothing is in it.
    pub fn list(&self) -> Result<Vec<String>, NormError> {
        let list: Vec<String> =
            self.value.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        if list.is_empty() { Err(self.malformed("a list")) } else { Ok(list) }
    }

    fn malformed(&self, wanted: &'static str) -> NormError {
        let (key, facet, value) = (self.key.clone(), self.facet.clone(), self.value.clone());
        NormError::Malformed { key, facet, value, wanted }
    }
}

/// `90`, `0.85`, `-1.5` or `1/3`; nothing that is not finite.
pub fn parse_number(text: &str) -> Option<f64> {
    let (num, den) = parse_fraction(text)?;
    // A decimal is read as it stands, so that 0.85 is the nearest double to 0.85.
    if text.contains('/') { Some(num as f64 / den as f64) } else { text.parse().ok() }
}

fn parse_fraction(text: &str) -> Option<(i64, i64)> {
    if let Some((num, den)) = text.split_once('/') {
        let (num, den): (i64, i64) = (num.parse().ok()?, den.parse().ok()?);
        return (den > 0).then_some((num, den));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let bare = whole.strip_prefix('-').unwrap_or(whole);
    if bare.is_empty() || !digits(bare) || !digits(decimals) || text.ends_with('.') || decimals.len() > 9 {
        return None;
    }
    Some((format!("{whole}{decimals}").parse().ok()?, 10i64.pow(decimals.len() as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Span;
    use kernel::kinds::NormId;
    use proptest::prelude::*;

    fn of(value: &str, combine: Combine, sense: Option<Sense>) -> Norm {
        Norm {
            id: NormId::new(value),
            key: "video.retention".into(),
            facet: String::new(),
            place: None,
            span: Span::since(Day::MIN),
            value: value.into(),
            unit: "day".into(),
            combine,
            sense,
            clause: ClauseId::new("c"),
            mark: "V".into(),
            note: String::new(),
        }
    }

    fn value(values: &[&str], combine: Combine, sense: Option<Sense>) -> String {
        decide(values.iter().map(|v| of(v, combine, sense)).collect()).unwrap().unwrap().value
    }

    #[test]
    fn strictest_goes_by_sense_and_nearest_by_place() {
        use {Combine::*, Sense::*};
        assert_eq!(value(&["30", "90"], Strictest, Some(AtLeast)), "90");
        assert_eq!(value(&["30", "90"], Strictest, Some(AtMost)), "30");
        assert_eq!(value(&["30", "90"], Nearest, Some(AtLeast)), "30");
        assert_eq!(value(&["1/5", "0.2", "1/4"], Strictest, Some(AtLeast)), "1/4");
        assert_eq!(decide(vec![]), Ok(None));
        let wrong = decide(vec![of("a lot", Strictest, Some(AtMost)), of("3", Strictest, Some(AtMost))]);
        assert_eq!(wrong.unwrap_err().to_string(), "norm video.retention holds \"a lot\", wanted a number");
    }

    #[test]
    fn values_are_read_strictly() {
        let n = |v: &str| of(v, Combine::Nearest, None);
        assert_eq!(n("0.85").number(), Ok(0.85));
        assert_eq!(n("0.85").fraction(), Ok((85, 100)));
        assert_eq!(n("1/3").fraction(), Ok((1, 3)));
        assert_eq!(n("-1.5").number(), Ok(-1.5));
        assert_eq!(n("72").whole(), Ok(72));
        assert_eq!(n("a; b;").list(), Ok(vec!["a".to_owned(), "b".to_owned()]));
        for bad in ["", ".5", "5.", "1e3", "inf", "NaN", "1/0", "1/-3", "1/", "+1", "1 000", "-", "--1", "0.1234567890"]
        {
            assert!(n(bad).number().is_err(), "{bad}");
        }
        assert!(n("1.5").whole().is_err() && n(" ; ").list().is_err());
    }

    proptest! {
        #[test]
        fn strictest_never_loosens(values in proptest::collection::vec(0u32..200, 1..6)) {
            let texts: Vec<String> = values.iter().map(u32::to_string).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (least, most) = (values.iter().min().unwrap(), values.iter().max().unwrap());
            prop_assert_eq!(value(&texts, Combine::Strictest, Some(Sense::AtLeast)), most.to_string());
            prop_assert_eq!(value(&texts, Combine::Strictest, Some(Sense::AtMost)), least.to_string());
        }
    }
}
