//! Names in order and in search. Lists stand in pinyin order, kept as a key beside the name because no database
//! collation can be relied on; pieces of two characters let a part of a name be found through an index.

use pinyin::ToPinyin;
use std::collections::BTreeSet;

/// The sort key of a name: syllables with their tone, Latin letters in lower case, numbers by value.
///
/// `长宁` is `chang2 ning2 `, `第12幼儿园` has `0012` in it, so that 9 stands before 12.
pub fn key(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 2);
    let mut digits = String::new();
    let mut before = '\0';
    for c in name.chars() {
        let last = std::mem::replace(&mut before, c);
        if let Some(d) = c.to_digit(10) {
            digits.extend(char::from_digit(d, 10));
            continue;
        }
        flush(&mut digits, &mut out);
        match reading(last, c) {
            Some(syllable) => {
                out.push_str(syllable);
                out.push(' ');
            }
            None if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            // Brackets, dots and spaces part words and say nothing else.
            None if out.ends_with(' ') || out.is_empty() => {}
            None => out.push(' '),
        }
    }
    flush(&mut digits, &mut out);
    out
}

/// The reading of a character after another one. Characters with several are read as in names of places of Shanghai:
/// 长宁, 闵行, 莘庄; but 成长, 家长, 园长.
fn reading(before: char, c: char) -> Option<&'static str> {
    match (before, c) {
        ('成' | '家' | '园' | '生' | '院', '长') => Some("zhang3"),
        (_, '长') => Some("chang2"),
        ('闵', '行') | ('银', '行') => Some("hang2"),
        (_, '莘') => Some("xin1"),
        ('音', '乐') => Some("yue4"),
        (_, '乐') => Some("le4"),
        _ => c.to_pinyin().map(|p| p.with_tone_num_end()),
    }
}

/// The first letters of the readings: 小满托育园 is `xmtyy`; Latin letters and digits stand for themselves.
pub fn initials(name: &str) -> String {
    let mut before = '\0';
    let one = |c: char| {
        let last = std::mem::replace(&mut before, c);
        let letter = reading(last, c).and_then(|syllable| syllable.chars().next());
        letter.or_else(|| c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()))
    };
    name.chars().filter_map(one).take(40).collect()
}

fn flush(digits: &mut String, out: &mut String) {
    if !digits.is_empty() {
        out.push_str(&format!("{digits:0>4} "));
        digits.clear();
    }
}

/// The pieces of two neighbouring characters, in lower case; a name of one character has none.
pub fn grams(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = folded(text).chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// As compared in searches: lower-case ASCII, no blanks.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_pinyin_and_by_number() {
        let mut names =
            ["张江幼儿园", "安亭第12托儿所", "安亭第9托儿所", "宝山ABC", "（曲阳）小满", "曲阳小满", "安亭"];
        names.sort_by_key(|n| key(n));
        assert_eq!(
            names,
            ["安亭", "安亭第9托儿所", "安亭第12托儿所", "宝山ABC", "（曲阳）小满", "曲阳小满", "张江幼儿园"]
        );
        assert_eq!(key("长宁"), "chang2 ning2 ");
        assert_eq!(key("成长"), "cheng2 zhang3 ");
        assert_eq!(key("闵行"), "min3 hang2 ");
    }

    #[test]
    fn pieces_are_pairs() {
        assert_eq!(grams("小满 AB").into_iter().collect::<Vec<_>>(), ["ab", "小满", "满a"]);
        assert!(grams("园").is_empty());
        assert_eq!(initials("长宁小满（A区）"), "cnxmaq");
    }
}
