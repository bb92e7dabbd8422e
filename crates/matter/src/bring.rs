//! Bringing a matter: which form, where, what it is called. The rest is filled in step by step.

use crate::advance::{New, bring};
use crate::declaration::Kind;
use crate::form::Sheet;
use crate::kinds::{Kinds, Named};
use crate::policy::BRING;
use crate::words;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Actor, Day, FieldError, Scope};
use places::{Place, PlaceKind};
use serde_json::json;
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

/// Longest title.
const TITLE: usize = 80;

#[derive(Template)]
#[template(path = "matter/new.html")]
struct NewPage {
    shell: Shell,
    groups: Vec<Group>,
}

/// The forms of one kind that can be used today.
struct Group {
    name: &'static str,
    lines: Vec<(String, String, String)>,
    /// Those that are being prepared.
    drafts: Vec<String>,
}

#[derive(Template)]
#[template(path = "matter/bring.html")]
struct BringPage {
    shell: Shell,
    form: String,
    name: String,
    help: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
    /// The institution that it is about: id and name.
    about: Option<(String, String)>,
    /// What will be asked: sections with their materials.
    sections: Vec<(String, Vec<String>)>,
    departments: Vec<&'static str>,
}

/// GET /matters/new: what can be brought.
pub(crate) async fn choose(cx: Cx) -> Result<Response> {
    let kinds = Kinds::of(&cx.app)?;
    let role = cx.actor()?.role;
    let group = |kind: &&'static Kind| {
        let of = || kinds.sheets().iter().filter(|sheet| sheet.kind == kind.id);
        let line = |sheet: &Sheet| {
            let help = sheet.help.as_ref().map_or("", |help| help.of(cx.lang)).to_owned();
            let about = cx.query("facility").filter(|_| kind.about_facility).map(|id| format!("?facility={id}"));
            let href = format!("/matters/new/{}{}", sheet.id, about.unwrap_or_default());
            (sheet.name.of(cx.lang).to_owned(), href, help)
        };
        Group {
            name: words::title(cx.words(), kind.id),
            lines: of().filter(|sheet| sheet.usable(cx.today())).map(line).collect(),
            drafts: of().filter(|sheet| sheet.draft).map(|sheet| sheet.name.of(cx.lang).to_owned()).collect(),
        }
    };
    let groups = kinds.all().iter().filter(|kind| kind.brought_by.contains(&role)).map(group);
    let groups = groups.filter(|group| !group.lines.is_empty() || !group.drafts.is_empty()).collect();
    let title = cx.t("matter.new");
    let crumbs = vec![Crumb::to(cx.t("matter.title"), "/matters"), Crumb::here(title)];
    web::page(&NewPage { shell: Shell::new(&cx, title, crumbs), groups })
}

/// GET /matters/new/{form}
pub(crate) async fn page(cx: Cx, axum::extract::Path(id): axum::extract::Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let kinds = Kinds::of(&cx.app)?;
    let (sheet, kind) = usable(cx, &kinds, id)?;
    let mut read = cx.read().await?;
    let name = sheet.name.of(cx.lang).to_owned();
    let mut fields = Vec::new();
    let about = asked_about(cx, &mut read, &kinds, kind, form).await?;
    let wanted = fields_of(cx, &mut read, kind, about.is_some()).await?;
    let titled;
    let form = match &about {
        Some((_, named)) if !form.has("title") => {
            titled = form.clone().with("title", &named.name);
            &titled
        }
        _ => form,
    };
    for (field, label, help, input) in wanted.iter().map(|w| (w.0, w.1, w.2, &w.3)) {
        let input = match input {
            None => Input::Text,
            Some(options) => Input::Select(options.iter().map(|(v, n)| (v.as_str(), n.clone())).collect()),
        };
        let (label, help) = (cx.t(label).to_owned(), Some(cx.t(help).to_owned()));
        let drawn = Field { name: field, label, help, clause: Vec::new(), required: true, input };
        fields.push(drawn.html(form, errors, cx.words()));
    }
    let sections = sheet.of_applicant().map(|section| {
        let files = section.fields.iter().filter(|field| field.input.is_files());
        (section.name.of(cx.lang).to_owned(), files.map(|f| f.name.of(cx.lang).to_owned()).collect())
    });
    let crumbs = vec![
        Crumb::to(cx.t("matter.title"), "/matters"),
        Crumb::to(cx.t("matter.new"), "/matters/new"),
        Crumb::here(name.as_str()),
    ];
    let page = BringPage {
        shell: Shell::new(cx, name.as_str(), crumbs),
        form: sheet.id.clone(),
        help: sheet.help.as_ref().map_or("", |help| help.of(cx.lang)).to_owned(),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields,
        sections: sections.collect(),
        about: about.map(|(id, named)| (id.to_string(), named.name)),
        departments: sheet.departments.iter().map(|kind| cx.t(&format!("unit.kind.{kind}"))).collect(),
        name,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// The form, when it can be used today by this role.
///
/// Errors: [`Error::NotFound`], [`Error::Forbidden`], `matter.form_ended`.
fn usable<'a>(cx: &Cx, kinds: &'a Kinds, id: &str) -> Result<(&'a Sheet, &'static Kind)> {
    let known = kinds.sheets().iter().find(|sheet| sheet.id == id).ok_or(Error::NotFound)?;
    let kind = kinds.kind(&known.kind).ok_or(Error::NotFound)?;
    if !kind.brought_by.contains(&cx.actor()?.role) {
        return Err(Error::Forbidden);
    }
    let sheet = kinds.sheet_on(id, cx.today());
    Ok((sheet.ok_or(Error::Conflict("matter.form_ended"))?, kind))
}

type Wanted = (&'static str, &'static str, &'static str, Option<Vec<(String, String)>>);

/// What is asked at the beginning: a title, and where it is not given, the district.
async fn fields_of(cx: &Cx, read: &mut Read, kind: &Kind, about: bool) -> Result<Vec<Wanted>> {
    let mut out: Vec<Wanted> = vec![("title", "matter.name", "matter.name_help", None)];
    if kind.about_facility && cx.actor()?.facility.is_none() && !about {
        out.push(("facility", "matter.facility", "matter.facility_help", None));
    }
    let districts = districts(cx, read).await?;
    if districts.len() > 1 && !kind.about_facility {
        let options = districts.into_iter().map(|place| (place.code, place.name)).collect();
        out.push(("region", "matter.region", "matter.region_help", Some(options)));
    }
    Ok(out)
}

/// The institution that the address or the form names, where an officer brings something about it.
async fn asked_about(
    cx: &Cx,
    read: &mut Read,
    kinds: &Kinds,
    kind: &Kind,
    form: &Form,
) -> Result<Option<(FacilityId, Named)>> {
    let typed = if form.has("facility") { form.text("facility") } else { cx.query("facility").unwrap_or_default() };
    let Some(id) =
        FacilityId::parse(typed).filter(|_| kind.about_facility && cx.actor().is_ok_and(|a| a.facility.is_none()))
    else {
        return Ok(None);
    };
    Ok(kinds.named(read, &id, cx.today()).await?.map(|named| (id, named)))
}

/// The district in which an institution lies, where this actor may bring something.
async fn district_of(read: &mut Read, districts: &[Place], at: &PlaceId, day: Day) -> Result<Option<Place>> {
    let path = places::path(read, at, day).await?;
    Ok(districts.iter().find(|district| path.iter().any(|place| place.id == district.id)).cloned())
}

/// Where this actor may bring something: the own district, or for posts above it and for applicants all of them.
async fn districts(cx: &Cx, read: &mut Read) -> Result<Vec<Place>> {
    let day = cx.today();
    let own = match cx.scope_of(&BRING) {
        Scope::Nothing => return Err(Error::Forbidden),
        Scope::Place(place) => Some(place),
        // A head brings what is decided where the institution lies.
        Scope::Facility(_) => Some(cx.actor()?.place.clone()),
        Scope::Everything | Scope::Unit(_) => None,
    };
    let root = places::root(read, day).await?.ok_or(Error::NotFound)?;
    let own = own.filter(|place| *place != root.id);
    if let Some(place) = own {
        let path = places::path(read, &place, day).await?;
        return Ok(path.into_iter().filter(|p| p.kind == PlaceKind::District).collect());
    }
    Ok(places::descendants(read, &root.id, &[PlaceKind::District], day).await?)
}

/// POST /matters/new/{form}: `title`, `region` (code of a district), `facility`.
pub(crate) async fn post(cx: Cx, axum::extract::Path(id): axum::extract::Path<String>, form: Form) -> Result<Response> {
    let kinds = Kinds::of(&cx.app)?;
    let (sheet, kind) = usable(&cx, &kinds, &id)?;
    let mut read = cx.read().await?;
    let mut wrong = Invalid::default();
    let title = wrong.required(&form, "title", TITLE);
    let facility = match (&cx.actor()?.facility, kind.about_facility) {
        (Some(own), _) => Some(own.clone()),
        (None, true) => {
            let found = FacilityId::parse(form.text("facility"));
            if found.is_none() {
                wrong.add("facility", "matter.no_facility");
            }
            found
        }
        (None, false) => None,
    };
    let districts = districts(&cx, &mut read).await?;
    let named = match &facility {
        Some(id) if kind.about_facility => kinds.named(&mut read, id, cx.today()).await?,
        _ => None,
    };
    // What is decided about an institution is decided where it lies.
    let here = match &named {
        Some(named) => district_of(&mut read, &districts, &named.place, cx.today()).await?,
        None => None,
    };
    if named.is_some() && here.is_none() {
        wrong.add("facility", "matter.facility_elsewhere");
    } else if named.is_none() && kinds.knows() && facility.is_some() && kind.about_facility {
        wrong.add("facility", "matter.no_facility");
    }
    let place = match districts.as_slice() {
        _ if here.is_some() => here,
        [only] => Some(only.clone()),
        all => all.iter().find(|place| place.code == form.text("region")).cloned(),
    };
    if place.is_none() && !kind.about_facility {
        wrong.add("region", if form.has("region") { "form.choice" } else { "form.required" });
    }
    if !wrong.is_empty() && !cx.api {
        return draw(&cx, &id, &form, &wrong.0).await;
    }
    wrong.check()?;
    let place = place.ok_or_else(|| Error::bad("form.choice", "region"))?;
    drop(read);
    let actor: Actor = cx.actor()?.clone();
    let mut writing = cx.write(&form).await?;
    let facility = facility.as_ref();
    let new = New { kind, sheet, place: &place, applicant: &actor.unit, facility, title: &title };
    let matter = bring(&cx.app, &mut writing, new, Some(&actor)).await?;
    let reply = match cx.api {
        true => Reply::json(StatusCode::CREATED, &json!({"id": matter.id, "number": matter.number})),
        false => Reply::To(format!("/matters/{}?done=matter_brought", matter.id)),
    };
    cx.commit(writing, Entry::new(&matter.home, "matter", &matter.id).why(format!("brought {}", matter.kind)), reply)
        .await
}
