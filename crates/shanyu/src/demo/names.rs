//! Names, addresses, telephones and numbers. All are made up of syllables and counters; a likeness to a real place of
//! care is chance. Credit codes have right check characters, telephones lie in a block that the program alone uses.

use super::deck::Stream;
use super::ground::{District, Street};
use kernel::CreditCode;
use std::collections::BTreeSet;

const FIRST: [&str; 30] = [
    "小", "禾", "青", "朵", "星", "沐", "蓓", "安", "暖", "悦", "晨", "米", "芽", "葵", "橙", "果", "云", "溪", "桐",
    "竹", "苗", "晓", "知", "乐", "童", "圆", "慧", "嘉", "启", "润",
];
const SECOND: [&str; 30] = [
    "满", "木", "禾", "苗", "芽", "朵", "果", "月", "星", "光", "田", "谷", "屿", "安", "园", "汐", "蕾", "豆", "桃",
    "杉", "树", "林", "溪", "舟", "竹", "笛", "铃", "翼", "晴", "坪",
];
const ROAD_FIRST: [&str; 20] = [
    "安", "宁", "和", "民", "新", "长", "永", "东", "西", "北", "南", "锦", "平", "广", "海", "丰", "水", "仁", "德",
    "育",
];
const ROAD_SECOND: [&str; 20] = [
    "汾", "和", "庆", "宁", "业", "丰", "阳", "川", "泽", "桥", "塘", "泰", "康", "祥", "华", "秀", "城", "苑", "浜",
    "园",
];
const ESTATES: [&str; 12] =
    ["一居", "二居", "三居", "新苑", "花园", "东苑", "西苑", "南苑", "北苑", "公寓", "家园", "小区"];

/// A name of two syllables, such as 小满 or 禾木.
pub fn brand(stream: &mut Stream) -> String {
    loop {
        let (a, b) = (*stream.pick(&FIRST), *stream.pick(&SECOND));
        if a != b {
            return format!("{a}{b}");
        }
    }
}

/// Chinese numerals as in names: 一, 十二, 一百零三.
pub fn numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if n >= 1000 {
        return n.to_string();
    }
    let (hundreds, tens, ones) = (n / 100, n / 10 % 10, n % 10);
    let mut out = String::new();
    if hundreds > 0 {
        out.push_str(DIGITS[hundreds]);
        out.push('百');
    }
    match tens {
        0 if hundreds > 0 && ones > 0 => out.push('零'),
        0 => {}
        1 if hundreds == 0 => out.push('十'),
        _ => {
            out.push_str(DIGITS[tens]);
            out.push('十');
        }
    }
    out.push_str(DIGITS[ones]);
    out
}

/// What a district has given out, so that nothing is given twice.
pub struct Register {
    stream: Stream,
    taken: BTreeSet<String>,
    /// The district's number in the city: counters of two districts never meet.
    district: usize,
    area: String,
    count: u64,
    offset: u64,
}

impl Register {
    pub fn new(seed: u64, number: usize, district: &District) -> Register {
        let stream = Stream::of(seed, "names", &district.code);
        let offset = Stream::of(seed, "codes", "").below(28_000_000) as u64;
        Register { stream, taken: BTreeSet::new(), district: number, area: district.code.clone(), count: 0, offset }
    }

    pub fn brand(&mut self) -> String {
        brand(&mut self.stream)
    }

    /// The first of the names that is free; if all are taken, the last one with a number.
    pub fn free(&mut self, names: &[String]) -> String {
        for name in names {
            if self.taken.insert(name.clone()) {
                return name.clone();
            }
        }
        let last = names.last().map_or("", String::as_str);
        let name = (2..).map(|n| format!("{last}（{}部）", numeral(n))).find(|name| !self.taken.contains(name));
        let name = name.unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }

    /// Such as 曲阳路123弄4号.
    pub fn address(&mut self, district: &District, street: &Street) -> String {
        let s = &mut self.stream;
        let own = street.name.strip_suffix("街道").filter(|n| n.ends_with('路') && s.chance(40));
        let road = match own {
            Some(road) => road.to_owned(),
            None => format!("{}{}路", s.pick(&ROAD_FIRST), s.pick(&ROAD_SECOND)),
        };
        let number = if s.chance(45) {
            format!("{}弄{}号", s.between(11, 1999), s.between(1, 60))
        } else {
            format!("{}号", s.between(10, 2400))
        };
        format!("{}{road}{number}", district.name)
    }

    /// An estate of a street: 曲阳三居.
    pub fn estate(&mut self, street: &Street) -> String {
        let estate = *self.stream.pick(&ESTATES);
        if self.stream.chance(50) {
            format!("{}{estate}", street.short())
        } else {
            format!("{}{estate}", brand(&mut self.stream))
        }
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.district as u64 * 1_000_000 + self.count
    }

    /// A number of the block 021-5550xxxx.
    pub fn phone(&mut self) -> String {
        let n = (self.next() * 7919 + self.offset) % 10_000;
        format!("021-5550{n:04}")
    }

    /// A credit code of a company (91), a social service organisation (52) or a public institution (12).
    pub fn credit_code(&mut self, kind: &str) -> String {
        let n = self.next();
        credit_code(kind, &self.area, n, self.offset)
    }
}

/// GB 32100-2015: authority and type, area, nine characters of the organisation (GB 11714), check character.
pub(super) fn credit_code(kind: &str, area: &str, n: u64, offset: u64) -> String {
    const CHARS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const ROOM: u64 = 31 * 31 * 31 * 31 * 31;
    // A step that shares no factor with 31 visits every number of the room once.
    let mut rest = (n * 7_368_787 + offset) % ROOM;
    let mut tail = [0u8; 5];
    for c in tail.iter_mut().rev() {
        *c = CHARS[(rest % 31) as usize];
        rest /= 31;
    }
    let lead = if kind == "91" { "MA1" } else { "MJ0" };
    let mut organisation = format!("{lead}{}", String::from_utf8_lossy(&tail));
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'A') + 10 };
    let weighted = |(c, w): (u8, u32)| value(c) * w;
    let sum: u32 = organisation.bytes().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(weighted).sum();
    organisation.push(match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => char::from_digit(n, 10).expect("1 to 9"),
    });
    let body = format!("{kind}{area}{organisation}");
    let code = CHARS.iter().map(|c| format!("{body}{}", *c as char)).find(|code| CreditCode::parse(code).is_ok());
    code.expect("one of the 31 characters is the check character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals() {
        assert_eq!(
            [1, 10, 12, 20, 35, 100, 103, 110, 999].map(numeral).join(" "),
            "一 十 十二 二十 三十五 一百 一百零三 一百一十 九百九十九"
        );
    }

    #[test]
    fn codes_pass_their_check_and_differ() {
        let codes: BTreeSet<String> = (0..2000).map(|n| credit_code("91", "310109", n, 17)).collect();
        assert_eq!(codes.len(), 2000);
        assert!(codes.iter().all(|c| c.starts_with("91310109MA1") && c.len() == 18));
        assert!(CreditCode::parse(&credit_code("52", "310106", 3, 0)).is_ok());
    }
}
