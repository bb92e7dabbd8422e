//! Typed ids. A wrong id does not compile; the list of kinds only ever grows. On the outside an id is a text of 26
//! characters (time first, then randomness), so that new rows land at the end of an index.

use std::{borrow::Borrow, fmt, hash::Hash, marker::PhantomData};

/// A kind of thing that has an id; implemented by the empty types of [`kinds`].
pub trait Kind: 'static {
    /// Name in messages and logs.
    const NAME: &'static str;
}

/// The id of one thing of kind `K`.
pub struct Id<K>(String, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Takes a text that is already an id (from the database, a pack or [`crate::Ids`]).
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    /// Parses an id from outside: 1 to 64 letters, digits, `-`, `_` or `.`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (!text.is_empty() && text.len() <= 64 && text.chars().all(fine)).then(|| Self::new(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> Borrow<str> for Id<K> {
    fn borrow(&self) -> &str {
        &self.0
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", K::NAME, self.0)
    }
}
impl<K> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}
impl<'de, K> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Id::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id"))
    }
}

/// The kinds, append-only.
pub mod kinds {
    macro_rules! kinds { ($($(#[$m:meta])* $kind:ident $alias:ident $name:literal;)*) => { $(
        $(#[$m])* #[derive(Debug)] pub enum $kind {}
        impl super::Kind for $kind { const NAME: &'static str = $name; }
        pub type $alias = super::Id<$kind>;
    )* } }
    kinds! {
        /// A place of the tree (city, district, street, zone); never its code, codes change.
        Place PlaceId "place";
        /// A unit of the administration (one of the plans' lead and cooperating units, or an institution's office).
        Unit UnitId "unit";
        Account AccountId "account";
        /// A post: this account, at this unit, in this role, for a span.
        Post PostId "post";
        Facility FacilityId "facility";
        Class ClassId "class";
        Credential CredentialId "credential";
        Document DocumentId "document";
        Clause ClauseId "clause";
        Norm NormId "norm";
        /// A proposed version of a norm.
        NormChange NormChangeId "norm_change";
        /// A document or clause that was proposed for the library.
        LibraryEntry LibraryEntryId "library_entry";
        Fact FactId "fact";
        /// A figure that was frozen, with its rows.
        Frozen FrozenId "frozen";
        /// A declared value (填报).
        Declared DeclaredId "declared";
        Person PersonId "person";
        /// Any single row of a span table.
        SpanRow SpanId "span";
        /// An import run.
        Import ImportId "import";
        Event EventId "event";
        Job JobId "job";
        Blob BlobId "blob";
        /// Something that waits for a unit (待办).
        Desk DeskId "desk entry";
        /// Something that was brought to an office and is decided there (办理事项).
        Matter MatterId "matter";
        /// A paper of an institution's file.
        Material MaterialId "material";
        /// A question of applicants with its answers.
        Question QuestionId "question";
        /// What somebody asked who found no answer.
        QuestionAsked QuestionAskedId "asked question";
        /// What an institution recorded of a self-check (自查).
        DutyCheck DutyCheckId "self-check";
        /// What a self-check found that is not as it must be.
        Deficiency DeficiencyId "deficiency";
    }
}
