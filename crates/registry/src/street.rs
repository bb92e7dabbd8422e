//! Where a row of a sheet or a form lies: a street by its code or by its name, in full or short, within what the post
//! reaches and the district that the row names.

use crate::Result;
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Day, Scope};
use places::{Place, PlaceKind};
use web::Form;

/// What was found under a code or a name on a day.
#[derive(Clone, PartialEq, Debug)]
pub enum Street {
    One(PlaceId),
    /// It is there, but the post does not reach it.
    Outside,
    Nowhere,
    /// The names and codes of all that may be meant.
    Several(String),
}

impl Street {
    /// The place, or what is wrong with what was typed.
    pub fn place(self, typed: &str) -> Found {
        let typed = typed.to_owned();
        match self {
            Street::One(place) => Ok(place),
            Street::Outside => Err(("registry.enter.outside", vec![typed])),
            Street::Nowhere => Err(("registry.site.place", vec![typed])),
            Street::Several(all) => Err(("registry.sheet.streets", vec![typed, all])),
        }
    }
}

/// A place, or what is wrong with what was typed: code of the rule and its values.
pub type Found = std::result::Result<PlaceId, (&'static str, Vec<String>)>;

/// What a form says at its field `region`; `None`: nothing. What the post does not reach is found where `beyond` is so: a
/// file is moved out of a district by those who keep it there.
pub async fn of_form(read: &mut Read, scope: &Scope, form: &Form, day: Day, beyond: bool) -> Result<Option<Found>> {
    let typed = form.text("region");
    if typed.is_empty() {
        return Ok(None);
    }
    let found = match find(read, scope, typed, None, day).await? {
        Street::Outside if beyond => find(read, &Scope::Everything, typed, None, day).await?,
        found => found,
    };
    Ok(Some(found.place(typed)))
}

pub async fn find(read: &mut Read, scope: &Scope, typed: &str, district: Option<&str>, day: Day) -> Result<Street> {
    if typed.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(match places::by_code(read, typed, day).await? {
            Some(place) if places::covers(read, scope, &place.id, day).await? => Street::One(place.id),
            Some(_) => Street::Outside,
            None => Street::Nowhere,
        });
    }
    let mut all = named(read, typed, day).await?;
    if let Some(district) = district {
        let above = called(read, district, day).await?;
        all = within(read, all, &above, day).await?;
    }
    // 浦东 by itself is the district; where a street is called so too, the street is meant.
    if all.iter().any(|p| p.kind.is_street()) {
        all.retain(|p| p.kind.is_street());
    }
    let mut reached = Vec::new();
    for place in &all {
        if places::covers(read, scope, &place.id, day).await? {
            reached.push(place);
        }
    }
    Ok(match reached.as_slice() {
        [] if all.is_empty() => Street::Nowhere,
        [] => Street::Outside,
        [one] => Street::One(one.id.clone()),
        several => {
            let mut said = Vec::new();
            for place in several {
                let above = match &place.parent {
                    Some(parent) => places::get(read, parent, day).await?.map(|p| p.name).unwrap_or_default(),
                    None => String::new(),
                };
                said.push(format!("{above}{} {}", place.name, place.code));
            }
            Street::Several(said.join("、"))
        }
    })
}

/// The places of a name, which may stand after that of the city and of the district: 虹口区曲阳路街道.
async fn named(read: &mut Read, typed: &str, day: Day) -> Result<Vec<Place>> {
    let plain = typed.strip_prefix("上海市").filter(|rest| !rest.is_empty()).unwrap_or(typed);
    let all = called(read, plain, day).await?;
    if !all.is_empty() {
        return Ok(all);
    }
    let Some((above, below)) = plain.split_once('区') else { return Ok(all) };
    let below = below.trim_start_matches(['·', '-', '—', '/', '、']);
    if below.is_empty() {
        return Ok(all);
    }
    let (all, above) = (called(read, below, day).await?, called(read, &format!("{above}区"), day).await?);
    within(read, all, &above, day).await
}

async fn within(read: &mut Read, all: Vec<Place>, above: &[Place], day: Day) -> Result<Vec<Place>> {
    let mut out = Vec::new();
    for place in all {
        for district in above.iter().filter(|p| p.kind == PlaceKind::District) {
            if places::within(read, &district.id, &place.id, day).await? {
                out.push(place);
                break;
            }
        }
    }
    Ok(out)
}

async fn called(read: &mut Read, name: &str, day: Day) -> Result<Vec<Place>> {
    Ok(places::called(read, name, day).await?)
}
