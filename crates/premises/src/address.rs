//! Doors of addresses, and names, as they are compared. Pure.

pub use places::address::key;

use kernel::Day;
use places::address::plain;

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
        #[test]
        fn being_one_door_is_mutual(a in "武宁路[0-9-]{1,6}号[1-9楼]{0,3}", b in "武宁路[0-9-]{1,6}号[1-9楼]{0,3}") {
            if let (Some(a), Some(b)) = (door(&k(&a)), door(&k(&b))) {
                prop_assert_eq!(a.same(&b), b.same(&a));
            }
        }
    }
}
