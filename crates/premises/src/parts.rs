//! Small parts that the pages of this slice share.

use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use std::collections::BTreeMap;
use web::parts::{Markup, light};
use web::{Cx, Error, Result};

/// A value of a select: value, label, chosen.
pub type Choice = (String, String, bool);

/// The choices of a list of codes with their words `premises.<list>.<code>`.
pub fn choices(cx: &Cx, list: &str, codes: &[&str], chosen: Option<&str>) -> Vec<Choice> {
    let one =
        |code: &&str| ((*code).to_owned(), cx.t(&format!("premises.{list}.{code}")).to_owned(), chosen == Some(*code));
    codes.iter().map(one).collect()
}

/// A filter of the address that is one of these codes.
///
/// Errors: `filter.choice`.
pub fn chosen(cx: &Cx, name: &'static str, codes: &[&str]) -> Result<Option<String>> {
    match cx.query(name) {
        None => Ok(None),
        Some(text) if codes.contains(&text) => Ok(Some(text.to_owned())),
        Some(_) => Err(Error::bad("filter.choice", name)),
    }
}

/// Places to choose from: the way down to the one that is shown, as far as the post reaches, and what lies below it.
pub async fn regions(cx: &Cx, read: &mut Read, here: &PlaceId) -> Result<Vec<Choice>> {
    let mut all = registry::store::list::around(read, here, cx.today()).await?;
    if let kernel::Scope::Place(own) = cx.scope()
        && let Some(at) = all.iter().position(|(id, ..)| *id == own)
    {
        all.drain(..at);
    }
    Ok(all.into_iter().map(|(id, code, name)| (code, name, id == *here)).collect())
}

/// 静安区 · 曹家渡街道
pub async fn place_name(read: &mut Read, place: &PlaceId, day: Day) -> db::Result<String> {
    let path = places::path(read, place, day).await?;
    let from = path.len().saturating_sub(2).max(usize::from(path.len() > 1));
    Ok(path.iter().skip(from).map(|p| p.name.as_str()).collect::<Vec<_>>().join(" · "))
}

/// Places of a list as they are written in it, each looked up once.
pub struct Places {
    day: Day,
    known: BTreeMap<PlaceId, (String, String)>,
}

impl Places {
    pub fn on(day: Day) -> Places {
        Places { day, known: BTreeMap::new() }
    }

    async fn look(&mut self, read: &mut Read, place: &PlaceId) -> db::Result<&(String, String)> {
        if !self.known.contains_key(place) {
            let code = places::get(read, place, self.day).await?.map(|p| p.code).unwrap_or_default();
            let name = place_name(read, place, self.day).await?;
            self.known.insert(place.clone(), (code, name));
        }
        Ok(&self.known[place])
    }

    pub async fn code(&mut self, read: &mut Read, place: &PlaceId) -> db::Result<String> {
        Ok(self.look(read, place).await?.0.clone())
    }

    /// See [`place_name`].
    pub async fn name(&mut self, read: &mut Read, place: &PlaceId) -> db::Result<String> {
        Ok(self.look(read, place).await?.1.clone())
    }
}

/// What a comparison gave.
pub fn outcome(cx: &Cx, code: Option<&str>) -> Markup {
    let Some(code) = code else { return light("none", cx.t("premises.outcome.none")) };
    let class = match code {
        "licensed" => "met",
        "unlicensed" => "missed",
        "application" => "course",
        "closed" | "unmatched" => "risk",
        _ => "not_due",
    };
    light(class, cx.t(&format!("premises.outcome.{code}")))
}

/// Where a suspicion stands: the class of its light.
pub fn class(state: &str) -> &'static str {
    match state {
        "open" => "risk",
        "guided" => "course",
        "confirmed" => "missed",
        _ => "not_due",
    }
}

/// Where a suspicion stands.
pub fn standing(cx: &Cx, state: &str) -> Markup {
    light(class(state), cx.t(&format!("premises.state.{state}")))
}

/// Square metres as an office writes them.
pub fn area(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |v| web::parts::decimal(v, if v.fract() == 0.0 { 0 } else { 1 }))
}

/// From when to when, the last day named.
pub fn span(cx: &Cx, from: Day, until: Day) -> String {
    let last = crate::address::last(until).map_or_else(|| cx.t("premises.open_end").to_owned(), |day| day.to_string());
    format!("{from} – {last}")
}
