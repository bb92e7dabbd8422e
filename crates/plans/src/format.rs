//! Figures and targets as an office prints them.

use crate::model::Target;
use indicator::{
    Figure, Fold,
    catalogue::Described,
    light::{Comparator, Due},
};
use kernel::Lang;
use web::{Words, parts};

/// The unit behind a number, in the reader's language.
pub fn unit(described: &Described, words: Words) -> &str {
    words.pick(&described.unit_zh, &described.unit)
}

/// `88.9`, `47`, `3.52`: counts whole, shares with one decimal, rates with two.
pub fn number(value: f64, fold: Option<Fold>) -> String {
    match fold {
        Some(Fold::Count) => parts::decimal(value, 0),
        Some(Fold::Rate { .. }) => parts::decimal(value, 2),
        _ => parts::decimal(value, 1),
    }
}

/// The figure with its unit; a dash where there is none.
pub fn figure(figure: &Figure, fold: Option<Fold>, described: &Described, words: Words) -> String {
    figure.value.map_or_else(|| "—".to_owned(), |v| with_unit(&number(v, fold), described, words))
}

/// A declared value with its unit; its decimals are those that were stated, two at most.
pub fn declared(told: &crate::declared::Told, described: &Described, words: Words) -> String {
    with_unit(&stated(told.value), described, words)
}

/// `85`, `88.9`, `3.52`: a number as it was stated.
pub fn stated(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text.split_once('.') {
        Some((int, frac)) => format!("{}.{frac}", int.parse().map(parts::whole).unwrap_or_else(|_| int.to_owned())),
        None => text.parse().map(parts::whole).unwrap_or_else(|_| text.to_owned()),
    }
}

fn with_unit(number: &str, described: &Described, words: Words) -> String {
    format!("{number} {}", unit(described, words))
}

/// `≥ 85 %`, `> 1/3`, `2–3 个/年`, `高于全市`, `文本未列数值`.
pub fn asked(target: &Target, described: &Described, words: Words) -> String {
    if target.benchmark.is_some() {
        return words.t("plans.above_city").to_owned();
    }
    let Some(value) = target.value else {
        return words.t(if target.trend { "plans.to_rise" } else { "plans.no_number" }).to_owned();
    };
    let sign = match target.comparator {
        Comparator::AtLeast => "≥ ",
        Comparator::MoreThan => "> ",
        Comparator::Exactly => "= ",
        Comparator::AtMost => "≤ ",
    };
    let mut text = match target.max {
        Some(max) => format!("{value}–{max}"),
        None => format!("{sign}{value}"),
    };
    if !target.of_whole {
        text = with_unit(&text, described, words);
    }
    if target.due == Due::Yearly && described.period == "year" {
        text.push_str(if words.0 == Lang::Zh { "/年" } else { " a year" });
    }
    text
}

/// `191 / 215` beside a share; `""` for counts.
pub fn parts_of(figure: &Figure, fold: Option<Fold>) -> String {
    match fold {
        Some(Fold::Share) if figure.value.is_some() => {
            format!("{} / {}", parts::whole(figure.numerator as i64), parts::whole(figure.denominator as i64))
        }
        Some(Fold::Rate { .. }) if figure.value.is_some() => {
            format!("{} / {}", parts::whole(figure.numerator as i64), parts::whole(figure.denominator as i64))
        }
        _ => String::new(),
    }
}
