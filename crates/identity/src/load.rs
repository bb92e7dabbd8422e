//! Reading `packs/units.toml`: the units that the action plans name. A wrong pack is refused whole, with file, unit
//! and reason. Loading is an import: a unit that the pack names becomes what the pack says, other units stay; loading
//! the same pack again writes nothing.

use crate::model::{GroupRule, Level, Unit};
use crate::store::units;
use db::{Read, Tx};
use kernel::Day;
use kernel::kinds::UnitId;
use places::Place;
use places::load::{LoadError, Loaded, Pack};
use std::collections::BTreeSet;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    units: Vec<Line>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    name_zh: String,
    name_en: String,
    level: String,
    place: String,
    #[serde(rename = "type")]
    kind: String,
    aliases: Vec<String>,
    is_group: bool,
    members: Option<Members>,
    /// Documents that name the unit; kept in the pack only.
    #[serde(rename = "sources")]
    _sources: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Members {
    Streets { of: String },
    Facilities { facility: String, of: String },
    Unlisted {},
}

/// Loads the units of a pack. Codes of places are those of `day`.
///
/// Errors: a line that cannot be read, an id twice, an unknown level or place, a group without `members` or members
/// without a group.
pub async fn load_units(tx: &mut Tx, pack: Pack<'_>, day: Day) -> Result<Loaded, LoadError> {
    let file: File = toml::from_str(pack.text).map_err(|e| {
        let line = pack.text[..e.span().map_or(0, |s| s.start)].matches('\n').count() + 1;
        refuse(pack, format!("line {line}"), e.message())
    })?;
    let mut seen = BTreeSet::new();
    let mut loaded = Loaded::default();
    for line in file.units {
        let at = format!("unit {}", line.id);
        if !seen.insert(line.id.clone()) {
            return Err(refuse(pack, at, "stands there twice"));
        }
        let (unit, rule) = parse(tx, line, day).await?.map_err(|reason| refuse(pack, at, reason))?;
        loaded.read += 1;
        loaded.written += u64::from(units::put(tx, &unit).await?);
        loaded.written += u64::from(units::put_rule(tx, &unit.id, rule.as_ref()).await?);
    }
    Ok(loaded)
}

fn refuse(pack: Pack<'_>, at: String, reason: impl Into<String>) -> LoadError {
    LoadError::Pack { file: pack.file.to_owned(), at, reason: reason.into() }
}

async fn parse(read: &mut Read, line: Line, day: Day) -> db::Result<Result<(Unit, Option<GroupRule>), String>> {
    let place = match place(read, &line.place, day).await? {
        Ok(place) => place.id,
        Err(reason) => return Ok(Err(reason)),
    };
    let of = match &line.members {
        Some(Members::Streets { of } | Members::Facilities { of, .. }) => match self::place(read, of, day).await? {
            Ok(place) => Some(place.id),
            Err(reason) => return Ok(Err(format!("members: {reason}"))),
        },
        Some(Members::Unlisted {}) | None => None,
    };
    Ok(check(&line).map(|(id, level)| {
        let rule = match (line.members, of) {
            (Some(Members::Streets { .. }), Some(of)) => Some(GroupRule::Streets { of }),
            (Some(Members::Facilities { facility, .. }), Some(of)) => {
                Some(GroupRule::Facilities { kind: facility, of })
            }
            (Some(Members::Unlisted {}), _) => Some(GroupRule::Unlisted),
            _ => None,
        };
        let (name_zh, name_en, kind, aliases) = (line.name_zh, line.name_en, line.kind, line.aliases);
        let unit = Unit {
            id,
            name_zh,
            name_en,
            level,
            place,
            kind,
            aliases,
            is_group: line.is_group,
            facility: None,
            ended: None,
        };
        (unit, rule)
    }))
}

async fn place(read: &mut Read, code: &str, day: Day) -> db::Result<Result<Place, String>> {
    Ok(places::by_code(read, code, day).await?.ok_or_else(|| format!("no place has the code {code} on {day}")))
}

fn check(line: &Line) -> Result<(UnitId, Level), String> {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let facility = match &line.members {
        Some(Members::Facilities { facility, .. }) => facility.as_str(),
        _ => "none",
    };
    let level = Level::parse(&line.level).ok_or_else(|| format!("level {:?} is not known", line.level))?;
    let fault = if UnitId::parse(&line.id).is_none() {
        "id: 1 to 64 letters, digits, `-`, `_` or `.`"
    } else if level == Level::Institution {
        "level: an institution's office comes with the institution, not with a pack"
    } else if line.name_zh.trim().is_empty() || line.name_en.trim().is_empty() {
        "name_zh and name_en must be there"
    } else if !word(&line.kind) || !word(facility) {
        "type and facility are made of a-z and _"
    } else if line.aliases.iter().any(|a| a.trim().is_empty() || a.contains(';')) {
        "an alias is not empty and holds no `;`"
    } else if line.is_group != line.members.is_some() {
        "is_group = true and members go together"
    } else {
        return Ok((UnitId::new(line.id.as_str()), level));
    };
    Err(fault.to_owned())
}
