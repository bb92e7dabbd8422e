//! Whether two addresses are one: people write the same place in many ways. Pure.

/// The address as compared: half-width, lower case, without blanks, signs and the places that it lies in (上海市虹口区),
/// floors and houses in digits. `above` are the names of those places.
pub fn key(text: &str, above: &[String]) -> String {
    let mut out = plain(text);
    // Twice: some write 上海市虹口区, some 虹口区上海市.
    for _ in 0..2 {
        for name in above.iter().map(|name| plain(name)).filter(|name| !name.is_empty()) {
            // 上海路1号 keeps its name: only whole names of places are taken off.
            if let Some(rest) = out.strip_prefix(&name).filter(|rest| !rest.is_empty()) {
                out = rest.to_owned();
            }
        }
    }
    digits(&out).replace('层', "楼").replace("号楼", "幢").replace('栋', "幢")
}

fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '—' | '–' | '~' => '-',
        c => c,
    };
    let kept = text.chars().map(half).filter(|c| c.is_alphanumeric() || *c == '-');
    kept.flat_map(char::to_lowercase).collect()
}

/// Numbers before 层, 楼, 室, 号, 弄 and the like in digits: 十二号 is 12号, 三楼 is 3楼.
fn digits(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| **c == '十' || digit(**c).is_some()).count();
        let counts = chars.get(at + run).is_some_and(|next| "层楼室号弄幢栋座单".contains(*next));
        match number(&chars[at..at + run]).filter(|_| run > 0 && counts) {
            Some(number) => {
                out.push_str(&number.to_string());
                at += run;
            }
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

fn digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|d| d == c).or((c == '零').then_some(0)).map(|n| n as u32)
}

/// 三, 十二, 二十, 一二三 digit by digit; `None` for what is no number below a hundred.
fn number(chars: &[char]) -> Option<u32> {
    match chars.iter().position(|c| *c == '十') {
        None if chars.len() <= 4 => chars.iter().try_fold(0, |sum, c| Some(sum * 10 + digit(*c)?)),
        Some(at @ 0..=1) if chars.len() <= at + 2 => {
            let tens = if at == 0 { 1 } else { digit(chars[0])? };
            let ones = chars.get(at + 1).map_or(Some(0), |c| digit(*c))?;
            Some(tens * 10 + ones)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn one_place_written_in_many_ways_is_one() {
        let above = ["上海市", "虹口区", "曲阳路街道"].map(str::to_owned);
        let one = key("曲阳路1号1层", &above);
        for written in
            ["上海市虹口区曲阳路1号1层", "曲阳路１号 一层", "虹口区曲阳路街道曲阳路一号1楼", "曲阳路1号，1楼"]
        {
            assert_eq!(key(written, &above), one, "{written}");
        }
        for other in ["曲阳路1号2层", "曲阳路11号1层", "曲阳路3号"] {
            assert_ne!(key(other, &above), one, "{other}");
        }
        assert_eq!(key("中山北路一百弄", &above), key("中山北路一百弄", &above), "what is not understood stays");
        assert_eq!(key("广中路二十三号", &above), key("广中路23号", &above));
    }
}
