//! Addresses and names as they are compared: what people write in many ways becomes one text. Pure.

use kernel::Day;

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
fn plain(text: &str) -> String {
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

/// The door of a compared address: road, lane and house number, and the numbers one by one. `None` where it names no
/// number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Door {
    /// Road and lane: 武宁路100弄.
    pub road: String,
    /// 12, 14: of 12-14号.
    pub numbers: Vec<String>,
    /// What stands behind: 3楼, 301室.
    pub rest: String,
}

/// Parses what [`key`] gave.
pub fn door(key: &str) -> Option<Door> {
    let end = key.find('号').or_else(|| key.find('弄'))?;
    let (front, rest) = key.split_at(end);
    let lane = rest.starts_with('弄');
    let start = front.rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '甲' | '乙' | '丙')));
    let start = start.map_or(0, |at| at + front[at..].chars().next().map_or(1, char::len_utf8));
    let (road, numbers) = front.split_at(start);
    if road.is_empty() || numbers.is_empty() {
        return None;
    }
    let rest = rest.chars().skip(1).collect::<String>();
    let numbers = numbers.split('-').filter(|n| !n.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    (!numbers.is_empty()).then(|| Door { road: if lane { format!("{road}/") } else { road.to_owned() }, numbers, rest })
}

impl Door {
    /// The same number of the same road, and rooms that do not contradict each other.
    pub fn same(&self, other: &Door) -> bool {
        let rooms = self.rest.is_empty()
            || other.rest.is_empty()
            || self.rest.starts_with(&other.rest)
            || other.rest.starts_with(&self.rest);
        rooms && self.road == other.road && self.numbers.iter().any(|n| other.numbers.contains(n))
    }
}

/// Words that names of such places have in common; what is left is what they are called.
const COMMON: &[&str] = &[
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "分公司",
    "幼儿园",
    "托儿所",
    "托育园",
    "托育服务",
    "托育中心",
    "托育点",
    "托育",
    "早教中心",
    "早教",
    "教育科技",
    "教育咨询",
    "教育培训",
    "教育",
    "培训学校",
    "培训",
    "咨询",
    "科技",
    "文化",
    "健康管理",
    "管理",
    "服务",
    "中心",
    "婴幼儿",
    "幼儿",
    "儿童",
    "宝宝屋",
    "宝宝",
    "社区",
    "发展",
    "工作室",
    "公司",
    "街道",
    "上海市",
    "上海",
    "照护",
    "园区",
    "日托",
    "国际",
];

/// What a name is called: 上海小满托育有限公司 is 小满, 小满托育园（曲阳店） is 小满.
pub fn called(name: &str, above: &[String]) -> String {
    let mut out = plain(name);
    for place in above {
        out = out.replace(&plain(place), "");
        for ending in ['区', '市'] {
            if let Some(short) = place.strip_suffix(ending).filter(|short| short.chars().count() > 1) {
                out = out.replace(short, "");
            }
        }
    }
    for word in COMMON {
        out = out.replace(word, "");
    }
    out
}

/// The longest piece that two names have in common, when it is at least two characters and half of the shorter one.
pub fn piece(a: &str, b: &str) -> Option<String> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut best: (usize, usize) = (0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let run = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            if run > best.1 {
                best = (i, run);
            }
        }
    }
    let shorter = a.len().min(b.len());
    (best.1 >= 2 && best.1 * 2 >= shorter).then(|| a[best.0..best.0 + best.1].iter().collect())
}

/// Metres between two positions, longitude and latitude in degrees: on the ball, good to a per mille in a city.
pub fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    const RADIUS: f64 = 6_371_008.8;
    let (lat1, lat2) = (a.1.to_radians(), b.1.to_radians());
    let (dlat, dlon) = (lat2 - lat1, (b.0 - a.0).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * RADIUS * h.sqrt().min(1.0).asin()
}

/// The last day of a half-open span as people say it; `None` while it is open.
pub fn last(until: Day) -> Option<Day> {
    (!until.is_open()).then(|| until.plus(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn above() -> Vec<String> {
        ["上海市", "静安区", "曹家渡街道"].map(str::to_owned).into()
    }

    fn k(text: &str) -> String {
        key(text, &above())
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

    #[test]
    fn a_door_is_road_and_number() {
        let d = |text: &str| door(&k(text)).unwrap();
        assert!(d("武宁南路128号").same(&d("武宁南路128号3楼")));
        assert!(d("武宁南路126-128号").same(&d("武宁南路128号3楼")));
        assert!(!d("武宁南路128号2楼").same(&d("武宁南路128号3楼")));
        assert!(!d("武宁南路28号").same(&d("武宁南路128号")));
        assert!(!d("武宁路100弄5号").same(&d("武宁路5号")));
        assert!(!d("武宁路100弄").same(&d("武宁路100号")));
        assert_eq!(door("凯旋大厦"), None);
    }

    #[test]
    fn names_are_what_is_left() {
        let c = |name: &str| called(name, &above());
        assert_eq!(c("上海小满托育有限公司"), "小满");
        assert_eq!(c("静安小满托育园（曹家渡店）"), "小满");
        assert_eq!(piece(&c("上海小满托育有限公司"), &c("小满早教中心")).as_deref(), Some("小满"));
        assert_eq!(piece("小满", "大满"), None);
        assert_eq!(piece("", "小满"), None);
        assert_eq!(piece("星河湾阳光", "阳光海岸线路"), None, "less than half of the shorter one");
    }

    #[test]
    fn metres_are_metres() {
        assert!((metres((121.45, 31.23), (121.45, 31.24)) - 1111.9).abs() < 1.0);
        assert_eq!(metres((121.45, 31.23), (121.45, 31.23)), 0.0);
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

        #[test]
        fn being_one_door_is_mutual(a in "武宁路[0-9-]{1,6}号[1-9楼]{0,3}", b in "武宁路[0-9-]{1,6}号[1-9楼]{0,3}") {
            if let (Some(a), Some(b)) = (door(&k(&a)), door(&k(&b))) {
                prop_assert_eq!(a.same(&b), b.same(&a));
            }
        }
    }
}
