//! The page of one norm: every version over time and place, and which of them decides at a place on a day, and why.

use super::changes::{ChangeLine, lines};
use super::{Cited, CitedBy, Version, cited, crumbs, rows, versions};
use crate::model::{Combine, Norm, Place, Sense};
use crate::norms::{decide, levels};
use crate::store::{norm_changes, rules};
use crate::{norm_change, tree, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "places/norm.html")]
struct NormPage {
    shell: Shell,
    key: String,
    name: String,
    combine: String,
    day: Day,
    regions: Vec<(String, String, bool)>,
    facets: Vec<(String, String, bool)>,
    resolved: Option<Resolved>,
    versions: Vec<Version>,
    cited: Vec<CitedBy>,
    changes: Vec<ChangeLine>,
    propose: Option<String>,
}

/// What decides at a place on a day.
struct Resolved {
    /// `在虹口区，2022-11-15 生效的是`
    lead: String,
    value: String,
    /// Why it is this one.
    because: String,
    clause: String,
    clause_href: String,
    levels: Vec<LevelLine>,
}

struct LevelLine {
    place: String,
    value: String,
    decides: bool,
}

/// GET /library/norms/{key}
pub(crate) async fn page(cx: Cx, Path(key): Path<String>, all: Cited) -> Result<Response> {
    let words = cx.words();
    let day: Day = match cx.query("date") {
        Some(text) => text.parse().map_err(|_| Error::bad("date.invalid", "date"))?,
        None => cx.today(),
    };
    let mut read = cx.read().await?;
    let (combine, sense) = rules::key_rule(&mut read, &key).await?.ok_or(Error::NotFound)?;
    let norms = rules::norms_of(&mut read, &key).await?;
    let place = match cx.query("region") {
        Some(code) => tree::by_code(&mut read, code, day).await?,
        None => tree::root(&mut read, day).await?,
    };
    let mut facets: Vec<String> = norms.iter().map(|n| n.facet.clone()).collect();
    facets.dedup();
    let facet = match cx.query("facet") {
        Some(text) => text.to_owned(),
        None => facets.first().cloned().unwrap_or_default(),
    };
    let resolved = match &place {
        Some(place) => resolved(&cx, &mut read, &key, &facet, place, day).await?,
        None => return Err(Error::bad("places.region", "region")),
    };
    let chosen = place.as_ref().map_or("", |p| p.code.as_str());
    let regions = regions(&mut read, place.as_ref(), day).await?;
    let changes = norm_changes::of_key(&mut read, &key).await?;
    let name = words::norm_name(words, &key);
    let may = cx.may(&crate::policy::PROPOSE) && norm_change::changeable(&key);
    web::page(&NormPage {
        shell: Shell::new(&cx, &name, crumbs(&cx, vec![Crumb::here(&name)])),
        combine: said_combine(&cx, combine, sense),
        day,
        propose: may.then(|| format!("/library/norms/{key}/change?facet={}&region={chosen}", enc(&facet))),
        regions,
        facets: facets
            .iter()
            .filter(|f| facets.len() > 1 || !f.is_empty())
            .map(|f| {
                let name = if f.is_empty() { words.t("library.no_facet").into() } else { words::facet_name(words, f) };
                (f.clone(), name, *f == facet)
            })
            .collect(),
        resolved,
        versions: versions(&cx, &mut read, &norms, day).await?,
        cited: rows(&cx, cited(all).of_norm(&key).map(|c| (c, String::new()))),
        changes: lines(&cx, &mut read, changes).await?,
        key,
        name,
    })
}

fn enc(text: &str) -> String {
    text.replace('=', "%3D").replace(';', "%3B")
}

fn said_combine(cx: &Cx, combine: Combine, sense: Option<Sense>) -> String {
    let how = cx.t(&format!("library.combine.{}", combine.as_str()));
    match sense {
        Some(sense) => format!("{how}{}", cx.t(&format!("library.sense.{}", sense.as_str()))),
        None => how.to_owned(),
    }
}

/// The root and the districts below it, and the place asked for if it is neither.
async fn regions(read: &mut Read, place: Option<&Place>, day: Day) -> Result<Vec<(String, String, bool)>> {
    let Some(root) = tree::root(read, day).await? else { return Ok(Vec::new()) };
    let mut all = vec![root.clone()];
    all.extend(tree::children(read, &root.id, day).await?);
    if let Some(place) = place.filter(|p| !all.iter().any(|a| a.id == p.id)) {
        all.push(place.clone());
    }
    let chosen = |p: &Place| place.is_some_and(|place| place.id == p.id);
    Ok(all.into_iter().map(|p| (p.code.clone(), p.name.clone(), chosen(&p))).collect())
}

/// What decides, level by level; `None` when nothing holds there on that day.
async fn resolved(
    cx: &Cx,
    read: &mut Read,
    key: &str,
    facet: &str,
    place: &Place,
    day: Day,
) -> Result<Option<Resolved>> {
    let words = cx.words();
    let levels = levels(read, None, key, facet, &place.id, day).await?;
    let norms: Vec<Norm> = levels.iter().filter_map(|l| l.norm.clone()).collect();
    let count = norms.len();
    let Some(best) = decide(norms)? else { return Ok(None) };
    let (clause, document) = crate::norms::cite(read, &best).await?;
    let mut lines = Vec::new();
    let mut whose = String::new();
    for level in levels {
        let Some(norm) = level.norm else { continue };
        let name = match level.ancestor.as_str() {
            "" => words.t("library.everywhere").to_owned(),
            id => tree::get(read, &PlaceId::new(id), day).await?.map_or_else(String::new, |p| p.name),
        };
        let decides = norm.id == best.id;
        if decides {
            whose.clone_from(&name);
        }
        lines.push(LevelLine { place: name, value: words::said(words, &norm), decides });
    }
    let because = match (count, best.combine, best.sense) {
        (1, ..) => words.tf("library.because.only", &[&whose]),
        (_, Combine::Nearest, _) => words.tf("library.because.nearest", &[&whose]),
        (_, Combine::Strictest, Some(Sense::AtMost)) => words.tf("library.because.smallest", &[&whose]),
        (_, Combine::Strictest, _) => words.tf("library.because.largest", &[&whose]),
    };
    let lead_day = if words.0 == kernel::Lang::Zh { day.zh() } else { day.to_string() };
    Ok(Some(Resolved {
        lead: words.tf("library.resolved", &[&place.name, &lead_day]),
        value: words::said(words, &best),
        because,
        clause: words.tf("library.cite", &[&words.pick(&document.title_zh, &document.title_en), &clause.label]),
        clause_href: format!("/library/clauses/{}", clause.id),
        levels: lines,
    }))
}
