//! The sentence on top: how many targets stand how, what is at risk and where that gathers. The rule is pure and knows
//! no words; [`pieces`] puts it into a language, each number a link to the targets that it counts.

use indicator::light::Light;
use web::Words;

/// One target as the sentence sees it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub light: Light,
    /// Where it is counted when the sentence says where risk gathers: a group of the catalogue, or a plan.
    pub heap: String,
    pub name: String,
    pub href: String,
}

/// What the sentence says.
#[derive(Clone, PartialEq, Debug)]
pub struct Said {
    pub all: usize,
    /// Lights that stand for no risk, with how many targets; none that is empty.
    pub calm: Vec<(Light, usize)>,
    pub at_risk: usize,
    pub missed: usize,
    /// The fewest heaps that hold more than half of what is at risk or missed, the largest first; empty when risk does
    /// not gather: a single target, or every heap as large as the others.
    pub heaps: Vec<(String, usize)>,
    /// The one target at risk or missed, when it is one.
    pub only: Option<usize>,
    pub waiting: usize,
}

fn risky(light: Light) -> bool {
    matches!(light, Light::AtRisk | Light::Missed)
}

/// Counts, and finds where risk gathers.
pub fn say(targets: &[Standing]) -> Said {
    let count = |light: Light| targets.iter().filter(|t| t.light == light).count();
    let calm = [Light::Met, Light::OnCourse, Light::Tracked, Light::NotDue].map(|l| (l, count(l)));
    let (at_risk, missed) = (count(Light::AtRisk), count(Light::Missed));
    let risk = at_risk + missed;
    let mut all: Vec<(String, usize)> = Vec::new();
    for target in targets.iter().filter(|t| risky(t.light)) {
        match all.iter_mut().find(|(heap, _)| *heap == target.heap) {
            Some((_, n)) => *n += 1,
            None => all.push((target.heap.clone(), 1)),
        }
    }
    // Stable: heaps of one size stay in the order of the targets.
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let mut heaps = Vec::new();
    let mut held = 0;
    for (heap, n) in &all {
        if held * 2 > risk {
            break;
        }
        held += n;
        heaps.push((heap.clone(), *n));
    }
    let even = all.len() > 1 && all.iter().all(|(_, n)| *n == all[0].1);
    if risk < 2 || even {
        heaps.clear();
    }
    Said {
        all: targets.len(),
        calm: calm.into_iter().filter(|(_, n)| *n > 0).collect(),
        at_risk,
        missed,
        heaps,
        only: (risk == 1).then(|| targets.iter().position(|t| risky(t.light))).flatten(),
        waiting: count(Light::NoRecords),
    }
}

/// A piece of a sentence; a number leads to what it counts.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    pub text: String,
    pub href: Option<String>,
}

impl Piece {
    pub fn text(text: impl Into<String>) -> Piece {
        Piece { text: text.into(), href: None }
    }

    pub fn link(text: impl ToString, href: String) -> Piece {
        Piece { text: text.to_string(), href: Some(href) }
    }
}

/// The words of a template with pieces in the place of its `{}`.
fn weave(out: &mut Vec<Piece>, template: &str, values: Vec<Piece>) {
    let mut values = values.into_iter();
    for (i, part) in template.split("{}").enumerate() {
        if i > 0 {
            out.extend(values.next());
        }
        if !part.is_empty() {
            out.push(Piece::text(part));
        }
    }
}

/// The sentence in words. `day` as it is printed; `list` makes the address of the targets with a light (`risk` for at
/// risk and missed together), of one heap when it is named.
pub fn pieces(
    said: &Said,
    targets: &[Standing],
    day: &str,
    words: Words,
    heap_word: impl Fn(&str) -> String,
    list: impl Fn(&str, Option<&str>) -> String,
) -> Vec<Piece> {
    let mut out = Vec::new();
    let t = |key: &str| words.t(key);
    weave(&mut out, t("said.head"), vec![Piece::text(day), Piece::link(said.all, list("", None))]);
    let mut parts: Vec<Vec<Piece>> = Vec::new();
    for (light, n) in &said.calm {
        let mut part = Vec::new();
        let name = light.as_str();
        weave(&mut part, t(&format!("said.{name}")), vec![Piece::link(n, list(name, None))]);
        parts.push(part);
    }
    let risk = said.at_risk + said.missed;
    let mut part = Vec::new();
    match (risk, said.only) {
        (0, _) if said.waiting == said.all => {}
        (0, _) => weave(&mut part, t("said.no_risk"), Vec::new()),
        (_, Some(only)) => {
            let target = &targets[only];
            weave(
                &mut part,
                t("said.one"),
                vec![Piece::link(1, list("risk", None)), Piece::link(&target.name, target.href.clone())],
            );
        }
        _ => {
            weave(&mut part, t("said.risk"), vec![Piece::link(risk, list("risk", None))]);
            if said.at_risk > 0 && said.missed > 0 {
                weave(
                    &mut part,
                    t("said.split"),
                    vec![
                        Piece::link(said.at_risk, list("at_risk", None)),
                        Piece::link(said.missed, list("missed", None)),
                    ],
                );
            }
            if !said.heaps.is_empty() {
                let mut heaps = Vec::new();
                for (i, (heap, n)) in said.heaps.iter().enumerate() {
                    if i > 0 {
                        heaps.push(Piece::text(t("said.and")));
                    }
                    let link = Piece::link(n, list("risk", Some(heap)));
                    weave(&mut heaps, t("said.heap"), vec![Piece::text(heap_word(heap)), link]);
                }
                part.push(Piece::text(t("said.gathers")));
                part.extend(heaps);
            }
        }
    }
    parts.push(part);
    if said.waiting > 0 {
        let mut part = Vec::new();
        weave(&mut part, t("said.waiting"), vec![Piece::link(said.waiting, list("no_records", None))]);
        parts.push(part);
    }
    parts.retain(|p| !p.is_empty());
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push(Piece::text(t("said.comma")));
        }
        out.extend(part);
    }
    out.push(Piece::text(t("said.stop")));
    out
}

/// The sentence as plain text, for JSON.
pub fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(|p| p.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Lang;

    fn targets(lights: &[(Light, &str)]) -> Vec<Standing> {
        let one = |(i, (light, heap)): (usize, &(Light, &str))| Standing {
            light: *light,
            heap: (*heap).to_owned(),
            name: format!("T{i}"),
            href: format!("/t/{i}"),
        };
        lights.iter().enumerate().map(one).collect()
    }

    fn sentence(lights: &[(Light, &str)], lang: Lang) -> (String, Vec<String>) {
        let source = web::i18n::Source {
            slice: "plans",
            zh: include_str!("messages.zh.toml"),
            en: include_str!("messages.en.toml"),
        };
        web::i18n::install(&[web::MESSAGES, source]).unwrap();
        let targets = targets(lights);
        let day = if lang == Lang::Zh { "2022年11月15日" } else { "2022-11-15" };
        let list = |light: &str, heap: Option<&str>| format!("?light={light}&group={}", heap.unwrap_or_default());
        let pieces = pieces(&say(&targets), &targets, day, Words(lang), |h| h.to_owned(), list);
        (plain(&pieces), pieces.into_iter().filter_map(|p| p.href).collect())
    }

    #[test]
    fn nothing_to_say() {
        let (zh, links) = sentence(&[(Light::NoRecords, "甲"), (Light::NoRecords, "乙")], Lang::Zh);
        assert_eq!(zh, "截至2022年11月15日，2 项目标中：2 项暂无记录。");
        assert_eq!(links, ["?light=&group=", "?light=no_records&group="]);
        let (zh, _) = sentence(&[(Light::Met, "甲"), (Light::NotDue, "乙")], Lang::Zh);
        assert_eq!(zh, "截至2022年11月15日，2 项目标中：达成 1 项，未到期 1 项，没有目标有风险。");
    }

    #[test]
    fn one_risk_is_named() {
        let (zh, links) = sentence(&[(Light::Met, "甲"), (Light::AtRisk, "甲")], Lang::Zh);
        assert_eq!(zh, "截至2022年11月15日，2 项目标中：达成 1 项，1 项有风险，是T1。");
        assert!(links.contains(&"/t/1".to_owned()));
    }

    #[test]
    fn many_risks_are_counted_and_gathered() {
        use Light::{AtRisk, Met, Missed, NoRecords};
        let rows = [
            (Met, "甲"),
            (AtRisk, "乙"),
            (AtRisk, "甲"),
            (Missed, "乙"),
            (Missed, "乙"),
            (AtRisk, "丙"),
            (NoRecords, "甲"),
        ];
        let (zh, links) = sentence(&rows, Lang::Zh);
        assert_eq!(
            zh,
            "截至2022年11月15日，7 项目标中：达成 1 项，5 项有风险（预警 3 项、未达成 2 项），集中在乙 3 项，1 项暂无记录。"
        );
        assert!(links.contains(&"?light=risk&group=乙".to_owned()));
        let (en, _) = sentence(&rows, Lang::En);
        assert_eq!(
            en,
            "As of 2022-11-15, of 7 targets: 1 met, 5 need attention (3 at risk, 2 missed), mostly in 乙 (3), 1 without records."
        );
    }

    #[test]
    fn risk_that_is_spread_evenly_gathers_nowhere() {
        let said = say(&targets(&[(Light::AtRisk, "甲"), (Light::AtRisk, "乙"), (Light::Missed, "丙")]));
        assert!(said.heaps.is_empty() && said.only.is_none());
        let one_heap = say(&targets(&[(Light::AtRisk, "甲"), (Light::AtRisk, "甲")]));
        assert_eq!(one_heap.heaps, [("甲".to_owned(), 2)]);
    }

    #[test]
    fn every_target_is_counted_once() {
        let lights = Light::ALL.map(|l| (l, "甲"));
        let said = say(&targets(&lights));
        let counted = said.calm.iter().map(|(_, n)| n).sum::<usize>() + said.at_risk + said.missed + said.waiting;
        assert_eq!(counted, said.all);
    }
}
