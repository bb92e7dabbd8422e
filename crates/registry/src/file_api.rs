//! The JSON twin of the file's page.

use crate::complete::{Completeness, completeness};
use crate::file::{Seen, name_on, required, seen};
use crate::model::Credential;
use crate::rules::Held;
use crate::share::shared;
use crate::view::{self, File};
use crate::{material, policy, timeline};
use axum::extract::Path;
use axum::response::Response;
use kernel::{Day, Span};
use serde_json::{Value, json};
use web::api::{self, Doc, object};
use web::{Cx, Error, Result};

pub const FILE: Doc = Doc::new(
    "One file as of a day: every aspect, classes, places, credentials, completeness and what had happened",
    &[("as_of", "day, YYYY-MM-DD; today when absent")],
    answer,
);

fn answer() -> Value {
    object(&[
        ("id", "string"),
        ("as_of", "string"),
        ("name", "string"),
        ("kind", "string"),
        ("version", "integer"),
        ("state", "string?"),
        ("operating", "boolean"),
        ("inclusive", "object?"),
        ("integrated", "boolean"),
        ("doubles", "string?"),
        ("opened", "string?"),
        ("profile", "object?"),
        ("site", "object?"),
        ("classes", "[]object"),
        ("capacity", "[]object"),
        ("fees", "[]object"),
        ("flags", "[]object"),
        ("credentials", "[]object"),
        ("roles", "[]object"),
        ("premises", "object?"),
        ("chain", "object?"),
        ("agreement", "object?"),
        ("welfare", "object?"),
        ("building", "object?"),
        ("releases", "[]object"),
        ("support", "[]object"),
        ("services", "[]object"),
        ("completeness", "object"),
        ("shares", "[]object"),
        ("events", "[]object"),
    ])
}

/// GET /api/v1/institutions/{id}
pub async fn institution(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let (seen, value) = load(&cx, &id).await?;
    if seen.h.facility.kind.gives_care() { Ok(api::reply(&value)) } else { Err(Error::NotFound) }
}

/// GET /api/v1/facilities/{id}
pub async fn facility(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    Ok(api::reply(&load(&cx, &id).await?.1))
}

async fn load(cx: &Cx, id: &str) -> Result<(Seen, Value)> {
    let mut read = cx.read().await?;
    let seen = seen(cx, &mut read, id, &policy::VIEW).await?;
    let file = view::as_of(&seen.h, seen.day);
    let region = match &file.site {
        Some(site) => places::get(&mut read, &site.value.place, seen.day).await?.map(|p| p.code),
        None => None,
    };
    let required = required(&mut read, &seen.h, seen.day).await?;
    let completeness = completeness(&seen.h, seen.day, &required);
    let mut value = json(&file, &completeness, name_on(&seen.h, seen.day), region.as_deref());
    extras(&file, &mut value);
    let papers = material::papers(&mut read, cx.words(), &seen.h).await?;
    let shares = shared(cx, &mut read, &seen.h, seen.day).await?;
    let line = |l: &crate::share::ShareLine| json!({"title": l.title, "more": l.more, "href": l.href, "state": l.state.as_ref().map(|(_, word)| word), "day": l.day});
    let lines = |part: &crate::share::Shared| {
        let lines: Vec<Value> = part.share.lines.iter().map(line).collect();
        json!({"part": part.id, "title": part.title, "lines": lines, "note": part.share.note})
    };
    value["shares"] = shares.iter().map(lines).collect();
    let said = |e: timeline::Said| json!({"day": e.day, "kind": e.code, "part": e.part.0, "title": e.title, "text": e.text, "href": e.href});
    let events = timeline::everything(cx, &mut read, &seen.h, &file, &papers, &shares).await?;
    value["events"] = events.into_iter().map(said).collect();
    Ok((seen, value))
}

/// The parts beside the basics.
fn extras(file: &File, value: &mut Value) {
    value["roles"] = file
        .roles
        .iter()
        .map(|(role, span)| json!({"role": role.id(), "from": span.from, "until": until(*span)}))
        .collect();
    value["premises"] = held(&file.premises, |p| {
        json!({"tenure": p.tenure, "supplier": p.supplier, "area": p.area, "outdoor": p.outdoor, "floors": p.floors,
            "independent": p.independent, "note": p.note})
    });
    value["chain"] = held(&file.chain, |c| json!({"brand": c.brand, "bond": c.bond}));
    value["agreement"] = held(&file.agreement, |a| json!({"partner": a.partner, "places": a.places, "note": a.note}));
    value["welfare"] = held(
        &file.welfare,
        |w| json!({"host": w.host, "beneficiary": w.beneficiary, "children": w.children, "note": w.note}),
    );
    value["building"] =
        held(&file.building, |b| json!({"stage": b.stage, "due": b.due, "unit": b.unit, "note": b.note}));
    let release = |r: &Held<crate::extra::Release>| {
        let r = &r.value;
        json!({"year": r.year, "way": r.way, "places": r.places, "met": r.met, "note": r.note})
    };
    value["releases"] = file.releases.iter().map(release).collect();
    let support = |s: &crate::extra::Support| {
        json!({"id": s.id, "kind": s.kind, "source": s.source, "fen": s.fen, "from": s.from_day,
            "until": until(s.span()), "document": s.document, "note": s.note})
    };
    value["support"] = file.support.iter().map(support).collect();
    let service = |s: &crate::extra::Service| {
        json!({"id": s.id, "style": s.style, "name": s.name, "month_from": s.month_from,
            "month_until": s.month_until, "mode": s.mode, "fen": s.fen, "per": s.per, "note": s.note})
    };
    value["services"] = file.services.iter().map(service).collect();
}

/// A span of a part with its days; null where there is none.
fn held<T>(row: &Option<Held<T>>, value: impl Fn(&T) -> Value) -> Value {
    let Some(row) = row else { return Value::Null };
    let mut out = value(&row.value);
    (out["from"], out["until"]) = (json!(row.span.from), json!(until(row.span)));
    out
}

/// The file as JSON, events left out; `region` is the code of its place on the day.
pub fn json(file: &File, completeness: &Completeness, name: &str, region: Option<&str>) -> Value {
    let p = file.profile.as_ref();
    json!({
        "id": file.id,
        "as_of": file.day,
        "name": name,
        "kind": file.kind,
        "version": file.version,
        "state": file.state.as_ref().map(|s| s.value.state),
        "operating": file.operating,
        "inclusive": file.inclusive.as_ref().map(|i| json!({
            "confirmed_by": i.value.confirmed_by, "reason": i.value.reason, "from": i.span.from, "until": until(i.span)})),
        "integrated": file.integrated,
        "doubles": file.doubles,
        "opened": file.opened,
        "profile": p.map(|p| json!({
            "name": p.value.name, "ownership": p.value.ownership, "legal_form": p.value.legal_form,
            "operator": p.value.operator, "credit_code": p.value.credit_code, "phone": p.value.phone,
            "from": p.span.from, "until": until(p.span)})),
        "site": file.site.as_ref().map(|s| json!({
            "region": region, "address": s.value.address, "lon": s.value.lon, "lat": s.value.lat,
            "from": s.span.from, "until": until(s.span)})),
        "classes": file.classes.iter().map(|c| json!({
            "id": c.class.id, "name": c.class.name, "kind": c.class.kind, "gained": c.class.gained, "mode": c.mode,
            "from": c.span.from, "until": until(c.span), "since": c.since})).collect::<Vec<_>>(),
        "capacity": file.capacity.iter().map(|c| json!({
            "measure": c.value.measure, "mode": c.value.mode, "kind": c.value.band, "places": c.value.places,
            "from": c.span.from, "until": until(c.span)})).collect::<Vec<_>>(),
        "fees": file.fees.iter().map(|f| json!({
            "mode": f.value.mode, "fen": f.value.fen, "per": f.value.per,
            "from": f.span.from, "until": until(f.span)})).collect::<Vec<_>>(),
        "flags": file.flags.iter().map(|f| json!({
            "flag": f.value.flag, "value": f.value.value, "reason": f.value.reason,
            "from": f.span.from, "until": until(f.span)})).collect::<Vec<_>>(),
        "credentials": file.credentials.iter().chain(&file.lapsed).map(|c| credential(c, file.day)).collect::<Vec<_>>(),
        "completeness": {
            "percent": completeness.percent(),
            "complete": completeness.is_complete(),
            "parts": completeness.parts.iter().map(|p| json!({
                "part": p.part.id(), "asked": p.asked, "missing": p.missing, "ending": p.ending})).collect::<Vec<_>>(),
        },
    })
}

fn credential(c: &Credential, day: Day) -> Value {
    json!({
        "id": c.id, "kind": c.kind, "number": c.number, "issuer": c.issuer, "scope": c.scope, "places": c.places,
        "from": c.from_day, "until": until(c.span()), "valid": c.span().contains(day), "verified": c.verified})
}

/// The first day on which it holds no more; null for an open end.
fn until(span: Span) -> Option<Day> {
    Some(span.until).filter(|d| !d.is_open())
}
