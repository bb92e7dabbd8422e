//! SQL of the box for units.

use db::{FromRow, Read, Result, Row, Where};
use kernel::Day;
use kernel::kinds::UnitId;

/// A unit as the box shows it.
pub struct Named {
    pub id: UnitId,
    pub name_zh: String,
    pub name_en: String,
    /// Name of its place on the day; empty when the place is no more.
    pub place_name: String,
}

impl FromRow for Named {
    fn from_row(r: &Row<'_>) -> Result<Named> {
        Ok(Named {
            id: r.get("id")?,
            name_zh: r.get("name_zh")?,
            name_en: r.get("name_en")?,
            place_name: r.get::<Option<String>>("place_name")?.unwrap_or_default(),
        })
    }
}

/// Offices of which a name, in either language, or an alias holds a text, by place and id. One walk over the names
/// finds them; only then they are put in order and their places looked up. Who brings matters is no office.
pub async fn holding(read: &mut Read, text: &str, day: Day, limit: i64) -> Result<Vec<Named>> {
    let part = format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    let mut list = Where::new("with hit as materialized (select id, place, name_zh, name_en from unit");
    list.filter("level in ('city', 'district', 'street', 'institution')");
    // No English name has a Chinese character in it.
    if text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        list.filter("(name_zh like ? escape '!' or aliases like ? escape '!')").arg(&part).arg(&part);
    } else {
        list.filter("(name_zh like ? escape '!' or aliases like ? escape '!' or lower(name_en) like ? escape '!')");
        list.arg(&part).arg(&part).arg(part.to_lowercase());
    }
    list.end(
        ") select hit.id, hit.name_zh, hit.name_en, s.name as place_name from hit
         left join place_span s on s.place = hit.place and s.from_day <= ? and s.until_day > ?
         order by hit.place, hit.id limit ?",
    );
    list.arg(day).arg(day).arg(limit);
    read.all(list.query()).await
}
