//! Pieces that several pages draw: points with the numbers of their norms, files, deficiencies in a line.

use crate::declaration::{Duties, Duty};
use crate::model::{Deficiency, Evidence};
use crate::store;
use db::Read;
use places::Sense;
use registry::History;
use std::collections::BTreeMap;
use std::sync::Arc;
use web::parts::{Markup, decimal, light};
use web::{Cx, Result};

/// The duties of the packs.
pub(crate) fn duties(cx: &Cx) -> Result<Arc<Duties>> {
    cx.app.shared::<Arc<Duties>>()
}

/// What norms say where an institution lies, by id of the point: 不少于 90 日.
pub(crate) async fn limits(cx: &Cx, read: &mut Read, h: &History, duty: &Duty) -> Result<BTreeMap<String, String>> {
    let today = cx.today();
    let site = h.site_near(today);
    let Some(place) = site.map(|site| &site.value.place) else { return Ok(BTreeMap::new()) };
    let mut out = BTreeMap::new();
    for point in &duty.points {
        let Some(key) = &point.norm else { continue };
        // A norm that does not hold there on the day is no limit.
        let Ok(norm) = places::norm(read, key, "", place, today).await else { continue };
        let value = places::words::value_text(cx.words(), &norm.value, &norm.unit);
        let said = match norm.sense {
            Some(Sense::AtLeast) => cx.tf("duty.at_least", &[&value]),
            Some(Sense::AtMost) => cx.tf("duty.at_most", &[&value]),
            None => value,
        };
        out.insert(point.id.clone(), said);
    }
    Ok(out)
}

/// A file with its address.
pub(crate) struct FileLine {
    pub href: String,
    pub name: String,
    pub facts: String,
}

pub(crate) async fn files(cx: &Cx, read: &mut Read, home: &str, owner: &str) -> Result<Vec<FileLine>> {
    let line = |file: Evidence| FileLine {
        href: format!("/duties/files/{}/{}", file.owner, file.nr),
        facts: cx.tf("duty.file_facts", &[&decimal((file.blob.size as f64 / 1024.0).max(0.1), 1)]),
        name: file.blob.name,
    };
    Ok(store::files(read, home, owner).await?.into_iter().map(line).collect())
}

/// A deficiency in a list.
pub(crate) struct Lack {
    pub href: String,
    pub words: String,
    pub point: String,
    pub found: String,
    pub light: Markup,
}

pub(crate) fn lack(cx: &Cx, duties: &Duties, d: &Deficiency) -> Lack {
    let duty = duties.get(&d.duty);
    let names = duty.map(|duty| (duty.name.of(cx.lang), duty.point_name(&d.point, cx.lang)));
    let (duty, point) = names.unwrap_or((&d.duty, &d.point));
    Lack {
        href: format!("/duties/deficiencies/{}", d.id),
        words: d.words.clone(),
        point: format!("{duty} · {point}"),
        found: d.found.to_string(),
        light: lack_light(cx, d),
    }
}

pub(crate) fn lack_light(cx: &Cx, d: &Deficiency) -> Markup {
    match &d.mended {
        Some(mended) => light("met", &cx.tf("duty.mended_on", &[&mended.day])),
        None => light("risk", cx.t("duty.open")),
    }
}

/// `（待核）` behind what was not read in a source.
pub(crate) fn unsure(cx: &Cx, mark: &str) -> &'static str {
    if mark == "K" { cx.t("duty.unsure") } else { "" }
}
