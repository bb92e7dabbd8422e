//! Addresses as they are compared: what people write in many ways becomes one text. Pure.

/// The address as compared: half-width, lower case, without blanks, remarks in brackets and the places that it lies in
/// (上海市静安区), numbers of rooms and floors in digits.
///
/// `above` are names of the places above, such as 上海市, 静安区, 曹家渡街道.
pub fn key(text: &str, above: &[String]) -> String {
    let mut out: String = plain(text);
    // Twice: some write 上海市静安区, some 静安区上海市曹家渡街道.
    for _ in 0..2 {
        for name in above.iter().map(|name| plain(name)) {
            let short = name.strip_suffix('市').unwrap_or(&name);
            let rest = out.strip_prefix(&name).or_else(|| out.strip_prefix(short).filter(|_| name.ends_with('市')));
            if let Some(rest) = rest.filter(|rest| rest.chars().count() > 2 && !begins_road(rest)) {
                out = rest.to_owned();
            }
        }
    }
    digits(&out).replace('层', "楼").replace("栋", "幢").replace("号楼", "幢")
}

/// What is left begins with what a road is called by: 上海路 has lost its name, not its city.
fn begins_road(rest: &str) -> bool {
    let mut chars = rest.chars();
    matches!(
        (chars.next(), chars.next()),
        (Some('路' | '街' | '弄'), _)
            | (Some('大'), Some('道'))
            | (Some('公'), Some('路'))
            | (Some('东' | '南' | '西' | '北' | '中'), Some('路' | '街'))
    )
}

/// Half-width, lower case, no blanks and punctuation; what stands in brackets is a remark.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0;
    for c in text.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        let c = if matches!(c, '—' | '–' | '~' | '至') { '-' } else { c };
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = (depth - 1).max(0),
            _ if depth > 0 || c.is_whitespace() => {}
            ',' | '.' | ';' | ':' | '，' | '。' | '、' | '；' | '：' | '·' | '#' | '"' | '\'' => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Numbers of floors, rooms, lanes and houses in digits: 三楼 is 3楼, 十二号 is 12号; 3f is 3楼.
fn digits(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| value(**c).is_some() || **c == '十').count();
        let next = chars.get(at + run).copied();
        let counts = run > 0 && matches!(next, Some('层' | '楼' | '室' | '号' | '弄' | '幢' | '栋' | '座' | '单'));
        if counts && let Some(n) = number(&chars[at..at + run]) {
            out.push_str(&n.to_string());
            at += run;
            continue;
        }
        let latin = chars[at] == 'f' && out.ends_with(|c: char| c.is_ascii_digit());
        out.push(if latin { '楼' } else { chars[at] });
        at += 1;
    }
    out
}

fn value(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|d| d == c).or((c == '零').then_some(0)).map(|n| n as u32)
}

/// 三, 十二, 二十, 二〇三 (digit by digit).
fn number(chars: &[char]) -> Option<u32> {
    match chars.iter().position(|c| *c == '十') {
        Some(at) => {
            let tens = if at == 0 { 1 } else { value(*chars.get(at - 1).filter(|_| at == 1)?)? };
            let ones = match &chars[at + 1..] {
                [] => 0,
                [one] => value(*one)?,
                _ => return None,
            };
            Some(tens * 10 + ones)
        }
        None => chars.iter().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(value(*c)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn k(text: &str) -> String {
        key(text, &["上海市", "静安区", "曹家渡街道"].map(str::to_owned))
    }

    #[test]
    fn the_same_address_in_many_ways_is_one() {
        let same = [
            "上海市静安区武宁南路１２８号3楼",
            "静安区武宁南路128号三层",
            "武宁南路 128 号 3F",
            "上海静安区曹家渡街道武宁南路128号（近长寿路）3楼",
        ];
        for text in same {
            assert_eq!(k(text), "武宁南路128号3楼", "{text}");
        }
        assert_eq!(k("新闸路一百弄"), "新闸路一百弄", "what is not sure stays");
        assert_eq!(k("新闸路十二弄二〇三室"), "新闸路12弄203室");
        assert_eq!(k("上海路8号"), "上海路8号", "a road that is called as the city is");
        assert_ne!(k("武宁南路128号3楼"), k("武宁南路128号4楼"));
        assert_ne!(k("武宁南路128号"), k("武宁南路28号"));
    }

    proptest! {
        /// What was made comparable stays what it is, whatever was typed.
        #[test]
        fn a_key_is_its_own_key(text in "[上海市静安区武宁路一二三十0-9０-９号弄层楼室F ()（）a-z]{0,40}") {
            let once = k(&text);
            prop_assert_eq!(key(&once, &[]), once.clone());
        }

        /// Full-width digits and blanks never make another place.
        #[test]
        fn width_and_blanks_do_not_matter(number in 1u32..9999, floor in 1u32..40) {
            let wide = |n: u32| n.to_string().chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect::<String>();
            let a = format!("武宁南路{number}号{floor}楼");
            let b = format!("上海市 静安区 武宁南路 {}号 {}层", wide(number), wide(floor));
            prop_assert_eq!(k(&a), k(&b));
        }
    }
}
