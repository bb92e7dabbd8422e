//! The list of units by level, place and kind, and the page of one unit: its names, what it means when it is a group,
//! which groups it belongs to. What a unit leads is the business of the plans and stands there.

use crate::model::{Level, Member, Unit};
use crate::policy;
use crate::store::people;
use crate::store::units::{self, Duty, Listed, Selection};
use axum::extract::Path;
use axum::response::Response;
use kernel::kinds::{PlaceId, UnitId};
use web::parts::Markup;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, Words, paging};

struct UnitLine {
    href: String,
    name: String,
    /// On English pages the official name, on Chinese ones what else it is called.
    other: String,
    level: &'static str,
    place: String,
    kind: String,
    group: bool,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/units.html")]
struct UnitsPage {
    shell: Shell,
    q: String,
    levels: Vec<Choice>,
    kinds: Vec<Choice>,
    regions: Vec<Choice>,
    filtered: bool,
    units: Vec<UnitLine>,
    count: String,
    links: PageLinks,
    query: String,
    may_edit: bool,
}

/// The word for a kind; kinds that came later than the words are shown as they are.
pub(crate) fn kind_word(words: Words, kind: &str) -> String {
    words.find(&format!("unit.kind.{kind}")).map_or_else(|| kind.to_owned(), str::to_owned)
}

/// What the address narrows the list of units to: `level`, `region`, `kind`, and `q`, a part of a name.
///
/// Errors: a level or place that is none.
pub async fn wanted<'a>(cx: &'a Cx, read: &mut db::Read) -> Result<Selection<'a>> {
    let day = cx.today();
    let level = match cx.query("level") {
        Some(text) => Some(Level::parse(text).ok_or_else(|| Error::bad("form.choice", "level"))?),
        None => None,
    };
    let under = match cx.query("region") {
        Some(code) => Some(places::by_code(read, code, day).await?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    Ok(Selection { day, under, level, kind: cx.query("kind"), text: cx.query("q") })
}

pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let (words, day) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let root = places::root(&mut read, day).await?.ok_or(Error::NotFound)?;
    let selection = wanted(&cx, &mut read).await?;
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let rows: Vec<Listed> = read.all(units::select(&selection, (&cursor.key, &cursor.id), limit + 1)).await?;
    let count: i64 = read.one(units::count(&selection)).await?;
    let (rows, next) =
        paging::cut(rows, limit, |row| Cursor { key: row.unit.place.to_string(), id: row.unit.id.to_string() });
    let kinds = units::kinds(&mut read).await?;
    let districts = places::children(&mut read, &root.id, day).await?;
    let title = cx.t("units.title");
    let choice = |name: &str, value: &str, label: String| Choice {
        value: value.to_owned(),
        label,
        chosen: cx.query(name) == Some(value),
    };
    let page = UnitsPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        q: cx.query("q").unwrap_or_default().to_owned(),
        levels: Level::ALL
            .into_iter()
            .filter(|l| *l != Level::Applicant)
            .map(|l| choice("level", l.as_str(), level_word(words, l).to_owned()))
            .collect(),
        kinds: kinds.iter().map(|kind| choice("kind", kind, kind_word(words, kind))).collect(),
        regions: districts.into_iter().map(|d| choice("region", &d.code, d.name)).collect(),
        filtered: ["q", "level", "kind", "region"].iter().any(|name| cx.query(name).is_some()),
        units: rows.into_iter().map(|row| line(words, row)).collect(),
        count: cx.tf("units.count", &[&web::parts::whole(count)]),
        links: PageLinks::new(&cx, next.as_deref()),
        query: cx.query_with("after", None),
        may_edit: cx.may(&policy::UNIT_EDIT),
    };
    web::page(&page)
}

fn level_word(words: Words, level: Level) -> &'static str {
    words.t(&format!("unit.level.{}", level.as_str()))
}

fn line(words: Words, row: Listed) -> UnitLine {
    let unit = row.unit;
    UnitLine {
        href: format!("/units/{}", unit.id),
        name: words.pick(&unit.name_zh, &unit.name_en).to_owned(),
        other: words.pick(&unit.aliases.join("、"), &unit.name_zh).to_owned(),
        level: level_word(words, unit.level),
        place: row.place_name,
        kind: kind_word(words, &unit.kind),
        group: unit.is_group,
    }
}

struct MemberLine {
    /// For units that are named one by one.
    id: Option<String>,
    name: String,
    /// `None` where the member has no page of its own.
    href: Option<String>,
    /// Code of a street.
    code: String,
}

#[derive(askama::Template)]
#[template(path = "identity/unit.html")]
struct UnitPage {
    shell: Shell,
    name: String,
    other: String,
    level: &'static str,
    place: String,
    kind: String,
    aliases: String,
    is_group: bool,
    members: Vec<MemberLine>,
    /// What the rule says in words, where it gives no list here.
    members_note: String,
    as_of: String,
    past: Option<String>,
    today: String,
    groups: Vec<MemberLine>,
    id: String,
    ended: Option<String>,
    /// Name and days of each name before.
    former: Vec<(String, String)>,
    duties: Vec<Duty>,
    /// Who works here on the day; for those who administer.
    people: Option<Vec<PersonLine>>,
    hidden: Markup,
    may_edit: bool,
}

struct PersonLine {
    name: String,
    href: String,
    role: &'static str,
    acting: bool,
    span: String,
}

/// The name of a unit on a day.
fn name_on(unit: &Unit, former: &[units::FormerName], day: kernel::Day) -> (String, String) {
    let then = former.iter().find(|name| name.from <= day && day < name.until);
    then.map_or((unit.name_zh.clone(), unit.name_en.clone()), |n| (n.name_zh.clone(), n.name_en.clone()))
}

pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let (words, day) = (cx.words(), cx.as_of()?);
    let id = UnitId::parse(&id).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    // Who brings matters is no office; their unit is shown to those only who keep accounts.
    let shown = |unit: &Unit| unit.level != Level::Applicant || cx.may(&policy::ACCOUNTS);
    let unit = crate::unit(&mut read, &id).await?.filter(shown).ok_or(Error::NotFound)?;
    let members = if unit.is_group { crate::expand(&mut read, &id, day).await? } else { Vec::new() };
    let note = note(&cx, &mut read, &unit, &members, day).await?;
    let groups = crate::groups_of(&mut read, &unit, day).await?;
    let place = place_name(&mut read, &unit.place, day).await?;
    let former = units::former_names(&mut read, &id).await?;
    let (name_zh, name_en) = name_on(&unit, &former, day);
    let name = words.pick(&name_zh, &name_en).to_owned();
    let people = match cx.may(&policy::ACCOUNTS) {
        true => Some(people::posts_at(&mut read, &id, day).await?.into_iter().map(|held| person(&cx, held)).collect()),
        false => None,
    };
    let page = UnitPage {
        duties: units::duties(&mut read, &id, day).await?,
        people,
        former: former
            .iter()
            .map(|n| {
                let from = if n.from == kernel::Day::MIN { String::new() } else { n.from.to_string() };
                (words.pick(&n.name_zh, &n.name_en).to_owned(), format!("{from} – {}", n.until.plus(-1)))
            })
            .collect(),
        ended: unit.ended.map(|on| on.to_string()),
        id: id.to_string(),
        hidden: web::form::hidden(&cx),
        may_edit: cx.may(&policy::UNIT_EDIT) && unit.ended.is_none(),
        shell: Shell::new(&cx, &*name, vec![Crumb::to(cx.t("units.title"), "/units"), Crumb::here(&*name)]),
        other: words.pick("", &name_zh).to_owned(),
        level: level_word(words, unit.level),
        place,
        kind: kind_word(words, &unit.kind),
        aliases: unit.aliases.join("、"),
        is_group: unit.is_group,
        members: members.into_iter().filter_map(|member| member_line(words, member)).collect(),
        members_note: note,
        as_of: day.to_string(),
        past: (day != cx.today()).then(|| cx.tf("unit.past", &[&words.pick(&day.zh(), &day.to_string())])),
        today: cx.today().to_string(),
        groups: groups.iter().map(|group| unit_line(words, group)).collect(),
        name,
    };
    web::page(&page)
}

fn person(cx: &Cx, held: people::Held) -> PersonLine {
    let end =
        if held.until == kernel::Day::OPEN { cx.t("posts.open").to_owned() } else { held.until.plus(-1).to_string() };
    PersonLine {
        name: held.name,
        href: format!("/accounts/{}", held.account),
        role: cx.t(&format!("role.{}", held.role)),
        acting: held.acting,
        span: format!("{} – {end}", held.from),
    }
}

async fn place_name(read: &mut db::Read, place: &PlaceId, day: kernel::Day) -> Result<String> {
    Ok(places::get(read, place, day).await?.map_or_else(|| place.to_string(), |place| place.name))
}

/// What stands above the list of members of a group.
async fn note(cx: &Cx, read: &mut db::Read, unit: &Unit, members: &[Member], day: kernel::Day) -> Result<String> {
    let facilities = members.iter().find_map(|member| match member {
        Member::Facilities { kind, of } => Some((kind, of)),
        _ => None,
    });
    Ok(match facilities {
        _ if !unit.is_group => String::new(),
        Some((kind, of)) => {
            let kind = cx.words().find(&format!("unit.facilities.{kind}")).unwrap_or(kind);
            cx.tf("unit.members_facilities", &[&place_name(read, of, day).await?, &kind])
        }
        None if members.is_empty() => cx.t("unit.members_unlisted").to_owned(),
        None => cx.tf("unit.members_count", &[&members.len()]),
    })
}

fn unit_line(words: Words, unit: &Unit) -> MemberLine {
    let name = words.pick(&unit.name_zh, &unit.name_en).to_owned();
    MemberLine { id: Some(unit.id.to_string()), name, href: Some(format!("/units/{}", unit.id)), code: String::new() }
}

fn member_line(words: Words, member: Member) -> Option<MemberLine> {
    match member {
        Member::Unit(unit) => Some(unit_line(words, &unit)),
        Member::Street { place, unit } => {
            let href = unit.map(|unit| format!("/units/{unit}"));
            Some(MemberLine { id: None, name: place.name, href, code: place.code })
        }
        Member::Facilities { .. } => None,
    }
}
