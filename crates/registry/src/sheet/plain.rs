//! What people write in a cell where the registry has codes: 宝宝屋, 运营中, 60, 托大班2个, 3000元/月. Only what can mean one
//! thing is taken; what a number alone means is settled later, with the rest of its row.

use super::{class_cell, word};
use crate::codes::{Band, FacilityKind, Measure, Mode, Per, State};
use crate::find::{Facet, facet};
use crate::model::{Capacity, Fee};
use crate::sheet::ClassCell;
use ::sheet::text;
use kernel::Fen;

/// A part of the cell of classes: a whole one, or how many there are, of a kind if it says so.
#[derive(Clone, PartialEq, Debug)]
pub enum Classes {
    One(ClassCell),
    Count(Option<Band>, i64),
}

/// A part of the cell of places: those of a mode and a kind of class, or a number alone.
#[derive(Clone, PartialEq, Debug)]
pub enum Places {
    Of(Capacity),
    Count(i64),
}

/// Classes and places that nobody would count by hand are a slip of the pen.
const MOST_CLASSES: i64 = 100;

pub fn kind(typed: &str) -> Option<FacilityKind> {
    let typed = text::tight(typed);
    let own = FacilityKind::ALL.iter().copied().find(|k| k.as_str() == typed || k.names().0 == typed);
    own.or_else(|| match facet(&typed) {
        Some(Facet::Kind(kind)) => Some(kind),
        _ => None,
    })
}

pub fn state(typed: &str) -> Option<State> {
    word(typed, State::ALL, |v| (v.as_str(), v.key())).or_else(|| match text::tight(typed).as_str() {
        "运营" | "运营中" | "正常" | "在营" | "营业" | "营业中" | "开办" => Some(State::Operating),
        "筹备" | "筹建" | "筹建中" => Some(State::Planned),
        "暂停" | "停业" | "暂停营业" => Some(State::Suspended),
        "关闭" | "停办" | "注销" | "已注销" => Some(State::Closed),
        _ => None,
    })
}

fn mode(typed: &str) -> Option<Mode> {
    word(typed, Mode::ALL, |v| (v.as_str(), v.key())).or_else(|| match text::tight(typed).as_str() {
        "全日" | "全日托" => Some(Mode::FullDay),
        "半日" | "半日托" => Some(Mode::HalfDay),
        "计时" | "计时托" | "临时托" => Some(Mode::Hourly),
        _ => None,
    })
}

fn per(typed: &str) -> Option<Per> {
    word(typed, Per::ALL, |v| (v.as_str(), v.key())).or(match typed {
        "日" => Some(Per::Day),
        "时" => Some(Per::Hour),
        _ => None,
    })
}

fn band(typed: &str) -> Option<Band> {
    word(typed, Band::ALL, |v| (v.as_str(), v.key()))
}

/// A kind of class that stands somewhere in a text, and the text without it.
fn banded(typed: &str) -> (Option<Band>, String) {
    for band in Band::ALL {
        let zh = web::Words(kernel::Lang::Zh).find(band.key()).unwrap_or(band.as_str());
        for name in [zh, band.as_str()] {
            if typed.contains(name) {
                return (Some(*band), typed.replacen(name, "", 1));
            }
        }
    }
    (None, typed.to_owned())
}

/// A number with what people write around it: `=40`, `×2个班`, `三个`.
fn count(typed: &str) -> Option<i64> {
    let bare = typed.trim_start_matches(['=', ':', '×', '*', 'x']);
    let bare = ["个班", "班", "个托位", "托位", "位"].iter().find_map(|u| bare.strip_suffix(u)).unwrap_or(bare);
    let bare = bare.trim_end_matches('个');
    const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let said = DIGITS.iter().position(|d| *d == bare).map(|at| at as i64 + 1);
    said.or((bare == "两").then_some(2)).or_else(|| text::whole(bare)).filter(|n| *n >= 0)
}

/// `托大一班/senior/full_day/new/2021-09-01`, `托大班2个`, `3个班`.
pub fn classes(typed: &str) -> Option<Classes> {
    if typed.contains('/') {
        return class_cell(typed).map(Classes::One);
    }
    let (band, rest) = banded(&text::tight(typed));
    let n = count(&rest).filter(|n| (1..=MOST_CLASSES).contains(n))?;
    Some(Classes::Count(band, n))
}

/// `full_day/senior=20`, `托大班40` (all day), `60`.
pub fn places(typed: &str) -> Option<Places> {
    if let Some((of, n)) = typed.split_once('=')
        && let Some((of, named)) = of.split_once('/')
    {
        let (measure, mode, band) = (Measure::Approved, mode(of)?, band(named.trim())?);
        return Some(Places::Of(Capacity { measure, mode, band, places: count(&text::tight(n))? }));
    }
    let (band, rest) = banded(&text::tight(typed));
    let places = count(&rest)?;
    let of = |band| Places::Of(Capacity { measure: Measure::Approved, mode: Mode::FullDay, band, places });
    Some(band.map_or(Places::Count(places), of))
}

/// `full_day=3000.00/month`, `半日托 1800`, `3000元/月`; in yuan. A number alone is what a month of whole days costs.
pub fn fee(typed: &str) -> Option<Fee> {
    let typed = text::tight(typed);
    let digit = typed.find(|c: char| c.is_ascii_digit())?;
    let (named, amount) = typed.split_at(digit);
    let named = named.trim_end_matches(['=', ':', '¥', '￥']);
    let end = amount.find(|c: char| !matches!(c, '0'..='9' | '.' | ',')).unwrap_or(amount.len());
    let (yuan, unit) = amount.split_at(end);
    let unit = unit.trim_start_matches(['元', '/', '每', '人', '生']);
    let per = if unit.is_empty() { Per::Month } else { per(unit)? };
    let mode = match (named.is_empty(), per) {
        (false, _) => mode(named)?,
        (true, Per::Month) => Mode::FullDay,
        (true, Per::Hour) => Mode::Hourly,
        // Of a day: whole or half is not said.
        (true, Per::Day) => return None,
    };
    Some(Fee { mode, fen: Fen::parse_yuan(&yuan.replace(',', "")).filter(|f| f.0 >= 0)?, per })
}

/// 是, 否 and what else a column of inclusive status holds.
pub fn inclusive(typed: &str) -> Option<bool> {
    match text::tight(typed).as_str() {
        "普惠" | "普惠性" | "已认定" => Some(true),
        "非普惠" | "非普惠性" | "未认定" => Some(false),
        typed => text::yes(typed),
    }
}
