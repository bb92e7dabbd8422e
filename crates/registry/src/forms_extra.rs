//! The forms of the parts beside the basics (forms.rs says how forms work).

use crate::change::Change;
use crate::codes::{Beneficiary, Bond, Mode, Per, Stage, Style, SupportKind, Tenure, Way};
use crate::extra::{Agreement, Building, Chain, Extra, ExtraKey, Premises, Release, Service, Support, Welfare};
use crate::forms::{Aspect, code, number, span};
use crate::model::History;
use crate::rules::on;
use kernel::{Day, Fen, Id, Ids, Instant};
use web::{Form, Invalid};

const YES_NO: &[&str] = &["yes", "no"];

/// The fields of one act, in their order.
pub fn fields(aspect: Aspect, act: &str) -> &'static [&'static str] {
    match (aspect, act) {
        (Aspect::Premises, _) => {
            &["tenure", "supplier", "area", "outdoor", "floors", "independent", "note", "from", "until"]
        }
        (Aspect::Release, "clear") => &["year", "way", "from", "until"],
        (_, "clear") => &["from", "until"],
        (Aspect::Chain, _) => &["brand", "bond", "from", "until"],
        (Aspect::Agreement, _) => &["partner", "agreed", "note", "from", "until"],
        (Aspect::Welfare, _) => &["host_unit", "beneficiary", "children", "note", "from", "until"],
        (Aspect::Release, _) => &["year", "way", "added", "met", "note", "from", "until"],
        (Aspect::Building, _) => &["building", "due", "unit", "note", "from"],
        (Aspect::Support, "remove_support") => &["support"],
        (Aspect::Support, _) => &["support_kind", "source", "amount", "document", "note", "from", "until"],
        (Aspect::Service, "end_service") => &["service", "from"],
        (Aspect::Service, "remove_service") => &["service"],
        (Aspect::Service, _) => {
            &["service_name", "style", "month_from", "month_until", "mode", "fen", "per", "note", "from", "until"]
        }
        _ => &[],
    }
}

/// What is recorded on a day, by field.
pub fn recorded(aspect: Aspect, h: &History, day: Day, chosen: &dyn Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let x = &h.extra;
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let yes = |b: bool| if b { "yes" } else { "no" }.to_owned();
    let found = match aspect {
        Aspect::Premises => on(&x.premises, day).map(|p| {
            let p = &p.value;
            vec![
                ("tenure", p.tenure.to_string()),
                ("supplier", p.supplier.clone()),
                ("area", number(p.area)),
                ("outdoor", number(p.outdoor)),
                ("floors", p.floors.clone()),
                ("independent", yes(p.independent)),
                ("note", p.note.clone()),
            ]
        }),
        Aspect::Chain => {
            on(&x.chain, day).map(|c| vec![("brand", c.value.brand.clone()), ("bond", c.value.bond.to_string())])
        }
        Aspect::Agreement => on(&x.agreement, day).map(|a| {
            let a = &a.value;
            vec![("partner", a.partner.clone()), ("agreed", a.places.to_string()), ("note", a.note.clone())]
        }),
        Aspect::Welfare => on(&x.welfare, day).map(|w| {
            let w = &w.value;
            vec![
                ("host_unit", w.host.clone()),
                ("beneficiary", w.beneficiary.to_string()),
                ("children", w.children.to_string()),
                ("note", w.note.clone()),
            ]
        }),
        Aspect::Building => on(&x.building, day).map(|b| {
            let b = &b.value;
            vec![
                ("building", b.stage.to_string()),
                ("due", b.due.map(|d| d.to_string()).unwrap_or_default()),
                ("unit", b.unit.clone()),
                ("note", b.note.clone()),
            ]
        }),
        Aspect::Release => {
            let (year, way) = (chosen("year"), chosen("way"));
            let of = |r: &Release| year == r.year.to_string() && way == r.way.as_str();
            x.release.iter().find(|r| r.span.contains(day) && of(&r.value)).map(|r| {
                let r = &r.value;
                vec![
                    ("year", r.year.to_string()),
                    ("way", r.way.to_string()),
                    ("added", r.places.to_string()),
                    ("met", yes(r.met)),
                    ("note", r.note.clone()),
                ]
            })
        }
        _ => None,
    };
    found.unwrap_or_default()
}

/// The change that a form asks for.
pub fn change(aspect: Aspect, form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    match aspect {
        Aspect::Premises => premises(form, bad),
        Aspect::Chain => set_or_clear(aspect, form, bad, ExtraKey::Chain, chain),
        Aspect::Agreement => set_or_clear(aspect, form, bad, ExtraKey::Agreement, agreement),
        Aspect::Welfare => set_or_clear(aspect, form, bad, ExtraKey::Welfare, welfare),
        Aspect::Release => release(form, bad),
        Aspect::Building => building(form, bad),
        Aspect::Support => support(form, ids, now, bad),
        Aspect::Service => service(form, ids, now, bad),
        _ => None,
    }
}

fn set_or_clear(
    aspect: Aspect,
    form: &Form,
    bad: &mut Invalid,
    of: ExtraKey,
    read: impl Fn(&Form, &mut Invalid) -> Option<Extra>,
) -> Option<Change> {
    let act = bad.choice(form, "act", aspect.acts())?;
    if act == "clear" {
        return span(form, bad).map(|span| Change::EndExtra { span, of });
    }
    let extra = read(form, bad);
    let span = span(form, bad);
    Some(Change::SetExtra { span: span?, extra: extra? })
}

fn premises(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let tenure = code(form, "tenure", bad, Tenure::CODES, Tenure::parse);
    let (area, outdoor) = (number(form, "area", bad), number(form, "outdoor", bad));
    let independent = bad.choice(form, "independent", YES_NO);
    let span = span(form, bad);
    let premises = Premises {
        tenure: tenure?,
        supplier: form.text("supplier").to_owned(),
        area,
        outdoor,
        floors: form.text("floors").to_owned(),
        independent: independent? == "yes",
        note: form.text("note").to_owned(),
    };
    Some(Change::SetExtra { span: span?, extra: Extra::Premises(premises) })
}

fn chain(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let brand = bad.required(form, "brand", 50);
    let bond = code(form, "bond", bad, Bond::CODES, Bond::parse)?;
    Some(Extra::Chain(Chain { brand, bond }))
}

fn agreement(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let partner = bad.required(form, "partner", 100);
    let places = bad.parsed(form, "agreed", "form.required", "form.number")?;
    Some(Extra::Agreement(Agreement { partner, places, note: form.text("note").to_owned() }))
}

fn welfare(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let host = bad.required(form, "host_unit", 100);
    let beneficiary = code(form, "beneficiary", bad, Beneficiary::CODES, Beneficiary::parse);
    let children = bad.parsed(form, "children", "form.required", "form.number");
    let note = form.text("note").to_owned();
    Some(Extra::Welfare(Welfare { host, beneficiary: beneficiary?, children: children?, note }))
}

fn release(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Release.acts())?;
    let year: Option<i64> = bad.parsed(form, "year", "form.required", "form.number");
    let way = code(form, "way", bad, Way::CODES, Way::parse);
    if act == "clear" {
        let span = span(form, bad);
        return Some(Change::EndExtra { span: span?, of: ExtraKey::Release(year?, way?) });
    }
    let places = bad.parsed(form, "added", "form.required", "form.number");
    let met = bad.choice(form, "met", YES_NO);
    let span = span(form, bad);
    let note = form.text("note").to_owned();
    let release = Release { year: year?, way: way?, places: places?, met: met? == "yes", note };
    Some(Change::SetExtra { span: span?, extra: Extra::Release(release) })
}

fn building(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let stage = code(form, "building", bad, Stage::CODES, Stage::parse);
    let due = if form.has("due") { bad.day(form, "due") } else { None };
    let span = span(form, bad);
    let (unit, note) = (form.text("unit").to_owned(), form.text("note").to_owned());
    let building = Building { stage: stage?, due, unit, note };
    Some(Change::SetExtra { span: span?, extra: Extra::Building(building) })
}

/// Yuan as typed; nothing where nothing is typed.
fn money(form: &Form, field: &str, wrong: &'static str, bad: &mut Invalid) -> Option<Fen> {
    let fen = form.has(field).then(|| Fen::parse_yuan(form.text(field)))?;
    if fen.is_none() {
        bad.add(field, wrong);
    }
    fen
}

fn known<K>(form: &Form, field: &str, bad: &mut Invalid) -> Option<Id<K>> {
    let id = Id::parse(form.text(field));
    if id.is_none() {
        bad.add(field, "form.required");
    }
    id
}

fn support(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Support.acts())?;
    if act == "remove_support" {
        return known(form, "support", bad).map(|support| Change::RemoveSupport { support });
    }
    let kind = code(form, "support_kind", bad, SupportKind::CODES, SupportKind::parse);
    let source = bad.required(form, "source", 100);
    let fen = money(form, "amount", "registry.support.amount", bad);
    let span = span(form, bad)?;
    let support = Support {
        home: String::new(),
        id: ids.new_id(now),
        facility: Id::new(""),
        from_day: span.from,
        until_day: span.until,
        recorded: now,
        kind: kind?,
        source,
        fen,
        document: form.text("document").to_owned(),
        note: form.text("note").to_owned(),
    };
    Some(Change::AddSupport { support })
}

fn service(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Service.acts())?;
    if act == "remove_service" {
        return known(form, "service", bad).map(|service| Change::RemoveService { service });
    }
    if act == "end_service" {
        let service = known(form, "service", bad);
        let on = bad.day(form, "from");
        return Some(Change::EndService { service: service?, on: on? });
    }
    let name = bad.required(form, "service_name", 50);
    let style = code(form, "style", bad, Style::CODES, Style::parse);
    let month_from = bad.parsed(form, "month_from", "form.required", "form.number");
    let month_until = bad.parsed(form, "month_until", "form.required", "form.number");
    let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
    let fen = money(form, "fen", "registry.fee.amount", bad);
    let per = if form.has("per") { code(form, "per", bad, Per::CODES, Per::parse) } else { None };
    let span = span(form, bad)?;
    let service = Service {
        home: String::new(),
        id: ids.new_id(now),
        facility: Id::new(""),
        from_day: span.from,
        until_day: span.until,
        recorded: now,
        style: style?,
        name,
        month_from: month_from?,
        month_until: month_until?,
        mode: mode?,
        fen,
        per,
        note: form.text("note").to_owned(),
    };
    Some(Change::AddService { service })
}
