//! What a file is found by, and what somebody who types into the box means. Pure; `store::find` keeps and asks.
//!
//! A typed text is read in several ways at once: as a credit code, the number of a credential, the end of a telephone,
//! initials in pinyin, and words. A word is a part of a name or address, and where it names a kind, a paper or a trait
//! (宝宝屋, 消防, 托班) that as well.

use crate::codes::{CredentialKind, FacilityKind};
use crate::model::History;
use crate::name;
use kernel::CreditCode;
use std::collections::BTreeSet;

/// Digits of a telephone that are kept (as a digest) and must be typed at least.
pub const TAIL: usize = 4;

/// What is kept of one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// Names and addresses of all times, folded, one a line.
    pub text: String,
    /// Pieces of two characters of them, and the last character of each by itself: what begins with a character is
    /// then every place where it stands.
    pub grams: BTreeSet<String>,
    pub initials: BTreeSet<String>,
    /// The last digits of telephones; only their digests are stored.
    pub tails: BTreeSet<String>,
}

/// What is kept of a file.
pub fn kept(h: &History) -> Kept {
    let mut out = Kept::default();
    let mut lines: Vec<String> = Vec::new();
    let names = h.profile.iter().map(|p| p.value.name.as_str());
    for line in names.chain(h.site.iter().map(|s| s.value.address.as_str())).map(name::folded) {
        if !line.is_empty() && !lines.contains(&line) {
            out.grams.extend(name::grams(&line));
            out.grams.extend(line.chars().next_back().map(String::from));
            lines.push(line);
        }
    }
    out.text = lines.join("\n");
    for profile in &h.profile {
        out.initials.insert(name::initials(&profile.value.name));
        out.tails.extend(tail(&profile.value.phone));
    }
    out.initials.remove("");
    out
}

/// The last digits of a telephone; `None` when there are fewer.
pub fn tail(phone: &str) -> Option<String> {
    let digits = digits(phone);
    (digits.len() >= TAIL).then(|| digits[digits.len() - TAIL..].to_owned())
}

/// The digits of a telephone, without what people write between them.
pub fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// A kind of file, a paper, or a trait that a word names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Facet {
    Kind(FacilityKind),
    Paper(CredentialKind),
    Inclusive,
    Integrated,
}

/// What people call kinds, papers and traits besides their full names.
const CALLED: &[(&str, Facet)] = &[
    ("宝宝屋", Facet::Kind(FacilityKind::BabyHouse)),
    ("托育园", Facet::Kind(FacilityKind::Institution)),
    ("托育点", Facet::Kind(FacilityKind::CommunityPoint)),
    ("社区托育", Facet::Kind(FacilityKind::CommunityPoint)),
    ("企业托育点", Facet::Kind(FacilityKind::EmployerPoint)),
    ("福利性托育点", Facet::Kind(FacilityKind::EmployerPoint)),
    ("楼宇托育点", Facet::Kind(FacilityKind::ParkPoint)),
    ("指导站", Facet::Kind(FacilityKind::GuidanceStation)),
    ("指导点", Facet::Kind(FacilityKind::GuidancePoint)),
    ("早期发展基地", Facet::Kind(FacilityKind::EcdBase)),
    ("游戏观察室", Facet::Kind(FacilityKind::PlayRoom)),
    ("亲子指导室", Facet::Kind(FacilityKind::PlayRoom)),
    ("告知书", Facet::Paper(CredentialKind::OperationNotice)),
    ("托育告知书", Facet::Paper(CredentialKind::OperationNotice)),
    ("执照", Facet::Paper(CredentialKind::BusinessLicence)),
    ("营业执照", Facet::Paper(CredentialKind::BusinessLicence)),
    ("民非", Facet::Paper(CredentialKind::PrivateNonEnterprise)),
    ("登记证书", Facet::Paper(CredentialKind::PrivateNonEnterprise)),
    ("食品", Facet::Paper(CredentialKind::FoodLicence)),
    ("食品许可", Facet::Paper(CredentialKind::FoodLicence)),
    ("食品经营许可证", Facet::Paper(CredentialKind::FoodLicence)),
    ("消防", Facet::Paper(CredentialKind::FireProof)),
    ("消防证明", Facet::Paper(CredentialKind::FireProof)),
    ("卫生", Facet::Paper(CredentialKind::HealthReport)),
    ("卫生评价", Facet::Paper(CredentialKind::HealthReport)),
    ("保险", Facet::Paper(CredentialKind::Insurance)),
    ("责任险", Facet::Paper(CredentialKind::Insurance)),
    ("普惠", Facet::Inclusive),
    ("普惠性", Facet::Inclusive),
    ("托班", Facet::Integrated),
    ("托幼一体", Facet::Integrated),
    ("托幼一体园", Facet::Integrated),
];

/// What a word names, if it names one.
pub fn facet(word: &str) -> Option<Facet> {
    let called = CALLED.iter().find(|(name, _)| *name == word).map(|(_, facet)| *facet);
    called.or_else(|| FacilityKind::ALL.iter().find(|k| k.names().0 == word).map(|k| Facet::Kind(*k)))
}

/// What somebody typed, read in every way that it can be meant.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Asked {
    /// Folded words, as typed between blanks.
    pub words: Vec<String>,
    pub credit_code: Option<String>,
    /// Ways in which the number of a credential may be written.
    pub numbers: Vec<String>,
    /// Four digits or more and nothing else.
    pub digits: Option<String>,
    /// Two to twenty letters and nothing else.
    pub initials: Option<String>,
}

/// Longest text that is looked at, in characters.
const LONGEST: usize = 60;

/// Reads a typed text.
pub fn asked(typed: &str) -> Asked {
    let typed: String = typed.trim().chars().take(LONGEST).map(half_width).collect();
    if typed.is_empty() {
        return Asked::default();
    }
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let only = |fine: fn(char) -> bool| plain.chars().all(fine);
    Asked {
        words: typed.split_whitespace().map(name::folded).take(4).collect(),
        credit_code: CreditCode::parse(&plain).ok().map(|code| code.as_str().to_owned()),
        numbers: numbers(&typed),
        digits: only(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '(' | ')'))
            .then(|| digits(&plain))
            .filter(|d| (TAIL..=15).contains(&d.len())),
        initials: (only(|c| c.is_ascii_alphabetic()) && (2..=20).contains(&plain.len()))
            .then(|| plain.to_ascii_lowercase()),
    }
}

/// As typed, and with the brackets that notices are printed with. A number has a digit in it.
fn numbers(typed: &str) -> Vec<String> {
    if typed.chars().count() < 5 || !typed.chars().any(|c| c.is_ascii_digit()) {
        return Vec::new();
    }
    let printed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '[' | '(' | '【' | '（' => '〔',
            ']' | ')' | '】' | '）' => '〕',
            c => c,
        })
        .collect();
    if printed == typed { vec![printed] } else { vec![typed.to_owned(), printed] }
}

/// Letters, digits and blanks as an input method may leave them: Ａ１　→ A1.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        c => c,
    }
}

/// How well a name answers: the whole name, its beginning, a part of it, or something else of the file.
pub fn rank(asked: &Asked, name: &str) -> u8 {
    let name = name::folded(name);
    let whole = asked.words.concat();
    match name.as_str() {
        n if n == whole => 0,
        n if n.starts_with(&whole) => 1,
        n if asked.words.iter().all(|w| n.contains(w.as_str())) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_every_way_it_can_be_meant() {
        let a = asked("沪虹托告[2021]0019号");
        assert_eq!(a.numbers, ["沪虹托告[2021]0019号", "沪虹托告〔2021〕0019号"]);
        assert_eq!(a.words, ["沪虹托告[2021]0019号"]);
        assert_eq!(asked("021-5588 1234").digits.as_deref(), Some("02155881234"));
        assert_eq!(asked("１２３４").digits.as_deref(), Some("1234"));
        assert_eq!(asked("123").digits, None);
        assert_eq!(asked("XMty").initials.as_deref(), Some("xmty"));
        assert_eq!(asked("曲阳　宝宝屋").words, ["曲阳", "宝宝屋"]);
        assert_eq!(asked("  "), Asked::default());
        assert_eq!(asked("91350100m000100y43").credit_code.as_deref(), Some("91350100M000100Y43"));
    }

    #[test]
    fn words_name_kinds_papers_and_traits() {
        assert_eq!(facet("宝宝屋"), Some(Facet::Kind(FacilityKind::BabyHouse)));
        assert_eq!(facet("幼儿园"), Some(Facet::Kind(FacilityKind::Kindergarten)));
        assert_eq!(facet("消防"), Some(Facet::Paper(CredentialKind::FireProof)));
        assert_eq!(facet("告知书"), Some(Facet::Paper(CredentialKind::OperationNotice)));
        assert_eq!(facet("托班"), Some(Facet::Integrated));
        assert_eq!(facet("小满"), None);
    }

    #[test]
    fn the_name_itself_comes_first() {
        let a = asked("小满");
        let names = ["小满", "小满托育园", "虹口小满托育园", "大满"];
        assert_eq!(names.map(|n| rank(&a, n)), [0, 1, 2, 3]);
        assert_eq!(tail("021-5588 1234"), Some("1234".to_owned()));
        assert_eq!(tail("12"), None);
    }
}
