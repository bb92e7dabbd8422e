//! Who rests on what. A slice declares which of its fields, indicators, targets and rules stand on a clause, a norm or
//! a document; the binary collects them, and the library shows them beside each clause. Nothing is copied: the
//! declarations are those that the slices work with.

use kernel::Action;
use std::sync::Arc;

/// What something of the house stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestsOn {
    /// The id of a clause, or of a whole document.
    Clause(String),
    /// The key of a norm; through its norms it stands on their clauses.
    Norm(String),
    /// A place in a document that is known by its number, such as 沪府办发〔2020〕6号 and 二（二）1.
    Section { number: String, label: String },
}

/// What kind of thing it is, in the order in which it is shown; the word is `library.cites.<kind>`.
pub const KINDS: [&str; 7] = ["field", "rule", "duty", "indicator", "target", "guide", "policy"];

/// One thing that stands on a clause, a norm or a document.
#[derive(Clone, Debug)]
pub struct Citation {
    pub rests_on: RestsOn,
    /// One of [`KINDS`].
    pub kind: &'static str,
    pub zh: String,
    pub en: String,
    /// Where it stands on screen; empty for none.
    pub href: String,
    /// Who may open that address; others are told of it without a link.
    pub action: &'static Action,
}

/// All citations of the program; the binary hands them to the routes.
#[derive(Clone, Debug, Default)]
pub struct Citations(pub Arc<Vec<Citation>>);

impl Citations {
    pub fn new(all: impl IntoIterator<Item = Citation>) -> Citations {
        Citations(Arc::new(all.into_iter().collect()))
    }

    /// What names a clause, or a section of its document with the same label.
    pub fn of_clause<'a>(
        &'a self,
        id: &'a str,
        number: &'a str,
        label: &'a str,
    ) -> impl Iterator<Item = &'a Citation> + 'a {
        self.0.iter().filter(move |c| match &c.rests_on {
            RestsOn::Clause(clause) => clause == id,
            RestsOn::Norm(_) => false,
            RestsOn::Section { number: n, label: l } => !number.is_empty() && n == number && same_section(l, label),
        })
    }

    /// What is decided by norms of a key.
    pub fn of_norm<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Citation> + 'a {
        self.0.iter().filter(move |c| matches!(&c.rests_on, RestsOn::Norm(k) if k == key))
    }

    /// What names a document as a whole, or by its number, wherever in it.
    pub fn of_document<'a>(&'a self, id: &'a str, number: &'a str) -> impl Iterator<Item = &'a Citation> + 'a {
        self.0.iter().filter(move |c| match &c.rests_on {
            RestsOn::Clause(named) => named == id,
            RestsOn::Norm(_) => false,
            RestsOn::Section { number: n, .. } => !number.is_empty() && n == number,
        })
    }
}

/// True when a list of sections (`二(二)1; 附件1`) names the section of a label (`二（二）1`): brackets may be of
/// either width, and a label without the last number stands for all of it.
pub fn same_section(list: &str, label: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '（' => '(',
                '）' => ')',
                c => c,
            })
            .collect()
    };
    let label = plain(label);
    list.split([';', '；']).map(plain).any(|section| !section.is_empty() && section == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_the_same_in_either_width() {
        assert!(same_section("二(二)1; 附件1", "二（二）1"));
        assert!(same_section("附件1；二（二）3", "二(二)3"));
        assert!(!same_section("二(二)1", "二（二）12"));
        assert!(!same_section("", ""));
    }

    #[test]
    fn what_stands_on_a_clause_is_found() {
        let on = |rests_on| Citation {
            rests_on,
            kind: "field",
            zh: "甲".into(),
            en: "A".into(),
            href: String::new(),
            action: &crate::NORMS,
        };
        let all = Citations::new([
            on(RestsOn::Clause("c1".into())),
            on(RestsOn::Norm("k".into())),
            on(RestsOn::Section { number: "6号".into(), label: "二(二)1; 附件1".into() }),
        ]);
        assert_eq!(all.of_clause("c1", "", "").count(), 1);
        assert_eq!(all.of_clause("c9", "6号", "二（二）1").count(), 1);
        assert_eq!(all.of_clause("c9", "", "二（二）1").count(), 0, "a document without a number is not matched");
        assert_eq!(
            (all.of_norm("k").count(), all.of_document("d", "6号").count(), all.of_document("c1", "").count()),
            (1, 1, 1)
        );
    }
}
