//! Reading what people type: each function takes the text of a cell and gives a value, or `None` for what is none.

/// Full-width letters, digits and signs as ASCII, all kinds of spaces as one space, ends trimmed. For codes, numbers and
/// days; names keep their full-width brackets, see [`name`].
pub fn half(text: &str) -> String {
    text.chars().filter_map(plain).map(narrow).collect::<String>().trim().to_owned()
}

/// The same without any space: codes.
pub fn tight(text: &str) -> String {
    text.chars().filter_map(plain).map(narrow).filter(|c| !c.is_whitespace()).collect()
}

/// A name or an address: letters and digits narrow, signs as they are, no space beside a Chinese character, other spaces
/// single.
pub fn name(text: &str) -> String {
    let narrowed = text.chars().filter_map(plain).map(|c| match narrow(c) {
        n if n.is_ascii_alphanumeric() => n,
        _ => c,
    });
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in narrowed {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && c.is_ascii_graphic() && out.ends_with(|last: char| last.is_ascii_graphic()) {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}

/// The name of a column without what is written around it: `*名称（必填）：` is `名称`. Small letters.
pub fn heading(text: &str) -> String {
    let text = tight(text).to_lowercase();
    let text = text.trim_matches(['*', ':', '#']);
    let text = match text.find('(') {
        Some(at) if at > 0 && text.ends_with(')') => &text[..at],
        _ => text,
    };
    text.trim_matches(['*', ':']).to_owned()
}

/// `9.13101E+17`: a number that a spreadsheet shows short.
pub fn scientific(text: &str) -> bool {
    let text = tight(text).to_uppercase();
    let Some((digits, power)) = text.split_once('E') else { return false };
    let fraction = digits.replacen('.', "", 1);
    let power = power.strip_prefix('+').unwrap_or(power);
    // A credit code may hold an E; it has no dot and more digits behind it.
    !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&power.len())
        && power.bytes().all(|b| b.is_ascii_digit())
        && text.len() < 18
}

/// A day as `2022-03-05`: `2022.3.5`, `2022/03/05`, `2022年3月5日`, `20220305`, in full width too, a time of day behind
/// it is left away. A day that no month has is none.
pub fn day(text: &str) -> Option<String> {
    let text = half(text);
    let digits: usize = text.chars().take_while(char::is_ascii_digit).count();
    let (year, month, day) = if digits == 8 {
        if text.len() > 8 && !text[8..].starts_with([' ', 'T']) {
            return None;
        }
        (text.get(..4)?.to_owned(), text.get(4..6)?.to_owned(), text.get(6..8)?.to_owned())
    } else {
        let mut parts = [String::new(), String::new(), String::new()];
        let (mut at, mut closed) = (0, false);
        let mut rest = text.chars();
        for c in rest.by_ref() {
            match c {
                '0'..='9' if !closed => parts[at].push(c),
                '-' | '/' | '.' | '。' | '年' | '月' | '、' if at < 2 && !parts[at].is_empty() => at += 1,
                ' ' if at < 2 || parts[2].is_empty() => {}
                '日' | '号' if at == 2 && !closed => closed = true,
                ' ' | 'T' if at == 2 && !parts[2].is_empty() => break,
                _ => return None,
            }
        }
        if !rest.as_str().chars().all(|c| c.is_ascii_digit() || ":. Z".contains(c)) {
            return None;
        }
        let [year, month, day] = parts;
        (year, month, day)
    };
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    iso(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn iso(year: i64, month: u32, day: u32) -> Option<String> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    ((1..=days).contains(&day) && (1000..=9999).contains(&year)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Days since 1899-12-30, as spreadsheets count, to a day. (Howard Hinnant's civil calendar.)
pub(crate) fn of_serial(serial: i64) -> Option<String> {
    let z = serial - 25_569 + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    iso(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// A day `2022-03-05` to days since 1899-12-30.
pub(crate) fn serial(day: &str) -> Option<i64> {
    let mut parts = day.split('-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468 + 25_569)
}

/// A whole number: `1,234`, `１２`, `20个`, `30.0`.
pub fn whole(text: &str) -> Option<i64> {
    let text = bare(text);
    let text = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => text,
    };
    text.parse().ok()
}

/// A number: `1,234.5`, `３.５`.
pub fn decimal(text: &str) -> Option<f64> {
    let text = bare(text);
    let fine = text.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
    text.parse().ok().filter(|n: &f64| fine && n.is_finite())
}

/// Without separators of thousands and without the unit behind it.
fn bare(text: &str) -> String {
    let text = tight(text);
    let text = text.trim_end_matches(['个', '名', '人', '元', '岁']);
    let grouped = text.split('.').next().is_some_and(|whole| {
        let mut groups = whole.trim_start_matches(['-', '+']).split(',');
        groups.next().is_some_and(|g| (1..=3).contains(&g.len())) && groups.all(|g| g.len() == 3)
    });
    if grouped { text.replace(',', "") } else { text.to_owned() }
}

/// 是 or 否 in its usual shapes: 是, 有, √, Y, yes, true, 1; 否, 无, ×, N, no, false, 0.
pub fn yes(text: &str) -> Option<bool> {
    match tight(text).to_lowercase().as_str() {
        "是" | "有" | "对" | "√" | "✓" | "✔" | "y" | "yes" | "true" | "1" => Some(true),
        "否" | "无" | "没有" | "不是" | "×" | "✗" | "✘" | "x" | "n" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Whether a spreadsheet would run a text as a formula. Numbers with a sign are none.
pub fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// Takes away the apostrophe that export puts before what a spreadsheet would run.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if runs(rest) => rest,
        _ => text,
    }
}

/// Marks and signs without width are nothing; every space is a space.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{202a}'..='\u{202e}' => None,
        '\u{a0}' | '\u{3000}' | '\n' | '\r' | '\t' => Some(' '),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
}

fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_usual_shape() {
        for text in [
            "2022-03-05",
            "2022.3.5",
            "2022/3/5",
            "2022年3月5日",
            "2022年03月05号",
            "20220305",
            "２０２２．３．５",
            " 2022 - 3 - 5 ",
            "2022-03-05 00:00:00",
            "2022-03-05T08:30:00Z",
            "2022、3、5",
            "2022年3月5日 9:00",
        ] {
            assert_eq!(day(text).as_deref(), Some("2022-03-05"), "{text}");
        }
        for text in [
            "",
            "2022",
            "2022年3月",
            "2022-13-01",
            "2022-02-30",
            "22.3.5",
            "3/5/2022",
            "202203051",
            "2022-3-5-6",
            "明天",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(day("2020-02-29").as_deref(), Some("2020-02-29"));
        assert_eq!(day("2100-02-29"), None);
    }

    #[test]
    fn serials_go_there_and_back() {
        assert_eq!((of_serial(44_625).as_deref(), serial("2022-03-05")), (Some("2022-03-05"), Some(44_625)));
        for n in 20_000..80_000 {
            assert_eq!(of_serial(n).and_then(|d| serial(&d)), Some(n));
        }
    }

    #[test]
    fn numbers_names_and_answers() {
        assert_eq!(
            ["1,234", "１２", "20个", "30.0", "-5"].map(whole),
            [Some(1234), Some(12), Some(20), Some(30), Some(-5)]
        );
        assert_eq!(["1,23", "12.5", "二十", "", "1,2345"].map(whole), [None; 5]);
        assert_eq!(["1,234.5", "３.５", "121.48"].map(decimal), [Some(1234.5), Some(3.5), Some(121.48)]);
        assert_eq!(["inf", "nan", "1e5", "", "1.2.3"].map(decimal), [None; 5]);
        assert_eq!(name(" 上海 小满　托育园（虹口） "), "上海小满托育园（虹口）");
        assert_eq!(name("Little  Bear Ｃａｒｅ１"), "Little Bear Care1");
        assert_eq!(
            ["√", "是 ", "Ｙ", "×", "否", "也许"].map(yes),
            [Some(true), Some(true), Some(true), Some(false), Some(false), None]
        );
        assert_eq!(tight("９１３１０１０９ ＭＡ１Ｇ５００００Ｃ"), "91310109MA1G50000C");
        assert_eq!(
            [" *名称（必填）：", "统一社会 信用代码", "（托位）", "Name"].map(heading),
            ["名称", "统一社会信用代码", "(托位)", "name"]
        );
    }

    #[test]
    fn a_number_that_was_a_code_is_known() {
        assert!(["9.13101E+17", "9.13E+16", "９.１E+17", "9E17"].into_iter().all(scientific));
        assert!(
            !["91310109MA1G50000C", "92310109E123456789", "9131", "E12", "1E", "12345678901234567E"]
                .into_iter()
                .any(scientific)
        );
    }

    #[test]
    fn formulas_are_known_and_numbers_are_not() {
        assert!(["=1+1", "+cmd", "-A1", "@x", "\tx"].into_iter().all(runs));
        assert!(!["-5", "+86", "x", "", "1-2"].into_iter().any(runs));
        assert_eq!((unguarded("'=a"), unguarded("'甲"), unguarded("乙")), ("=a", "'甲", "乙"));
    }
}
