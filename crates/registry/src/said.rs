//! The parts beside the basics in words: one line each, for the timeline, for what changed, and for the page.

use crate::extra::{Extra, ExtraKey, Service, Support};
use crate::timeline::joined;
use crate::words;
use kernel::Fen;
use web::Words;
use web::parts::whole;

/// What such an entry is called.
pub fn title(words: Words, key: ExtraKey) -> String {
    words.t(&format!("registry.extra.{}", key.name())).to_owned()
}

/// 租赁 · 样例公司 · 320 平方米 …
pub fn extra(words: Words, extra: &Extra) -> String {
    let t = |key: &str| words.t(key).to_owned();
    match extra {
        Extra::Premises(p) => {
            let area = p.area.map(|n| words.tf("registry.square_metres", &[&whole(n)])).unwrap_or_default();
            let outdoor = p.outdoor.map(|n| words.tf("registry.outdoor", &[&whole(n)])).unwrap_or_default();
            let whole_house = if p.independent { String::new() } else { t("registry.premises.not_independent") };
            joined(words, &[&t(p.tenure.key()), &p.supplier, &area, &outdoor, &p.floors, &whole_house, &p.note])
        }
        Extra::Chain(c) => joined(words, &[&c.brand, &t(c.bond.key())]),
        Extra::Agreement(a) => {
            joined(words, &[&a.partner, &words.tf("registry.places_n", &[&whole(a.places)]), &a.note])
        }
        Extra::Welfare(w) => {
            let children = words.tf("registry.children_n", &[&whole(w.children)]);
            joined(words, &[&w.host, &t(w.beneficiary.key()), &children, &w.note])
        }
        Extra::Building(b) => {
            let due = b.due.map(|d| words.tf("registry.building_due", &[&d])).unwrap_or_default();
            joined(words, &[&t(b.stage.key()), &due, &b.unit, &b.note])
        }
        Extra::Release(r) => {
            let places = words.tf("registry.places_n", &[&whole(r.places)]);
            let met = t(if r.met { "registry.release.met" } else { "registry.release.not_met" });
            joined(words, &[&r.year.to_string(), &t(r.way.key()), &places, &met, &r.note])
        }
    }
}

/// 50,000.00 元
pub fn yuan(words: Words, fen: Fen) -> String {
    words.tf("registry.yuan", &[&grouped(fen)])
}

/// `50,000.00`: yuan with thin grouping.
pub fn grouped(fen: Fen) -> String {
    let sign = if fen.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", whole(fen.0.abs() / 100), fen.0.abs() % 100)
}

/// 静安区教育局，50,000.00 元，2022-01-01 至 2022-12-31
pub fn support(words: Words, s: &Support) -> String {
    let fen = s.fen.map(|f| yuan(words, f)).unwrap_or_default();
    joined(words, &[&s.source, &fen, &words::span(words, s.span()), &s.document, &s.note])
}

/// 菜单式 · 周末半日托，24–36 个月，半日制，120.00 元/天
pub fn service(words: Words, s: &Service) -> String {
    joined(words, &[&s.name, words.t(s.style.key()), &ages(words, s), words.t(s.mode.key()), &price(words, s), &s.note])
}

pub fn ages(words: Words, s: &Service) -> String {
    words.tf("registry.months", &[&s.month_from, &s.month_until])
}

pub fn price(words: Words, s: &Service) -> String {
    let price = |(fen, per): (Fen, crate::codes::Per)| words.tf("registry.fee", &[&fen, &words.t(per.key())]);
    s.fen.zip(s.per).map(price).unwrap_or_default()
}
