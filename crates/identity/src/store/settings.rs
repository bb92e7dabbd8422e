//! SQL of settings.

use super::unknown;
use crate::settings::{Chosen, Form, Setting};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::{Day, Instant};

/// Who chose a value, and who agreed.
#[derive(Clone, Copy)]
pub struct By<'a> {
    pub by: &'a str,
    pub at: Instant,
    pub approved: Option<&'a str>,
}

/// Everything with the choice that holds on a day, and the names of who chose.
macro_rules! settings {
    ($rest:literal) => {
        concat!(
            "select s.name, s.unit, s.form, s.least, s.most, s.security, s.source, s.value, v.from_day,",
            " v.value as chosen, coalesce(a.name, v.by) as by_name, b.name as approved_name from setting s",
            " left join setting_value v on v.name = s.name and v.from_day =",
            " (select max(x.from_day) from setting_value x where x.name = s.name and x.from_day <= $1)",
            " left join account a on a.id = v.by left join account b on b.id = v.approved ",
            $rest
        )
    };
}

impl FromRow for Setting {
    fn from_row(r: &Row<'_>) -> Result<Setting> {
        let form: String = r.get("form")?;
        let chosen = match r.get::<Option<Day>>("from_day")? {
            None => None,
            Some(from) => Some(Chosen {
                from,
                value: r.get("chosen")?,
                by: r.get("by_name")?,
                approved: r.get::<Option<String>>("approved_name")?.unwrap_or_default(),
            }),
        };
        Ok(Setting {
            name: r.get("name")?,
            unit: r.get("unit")?,
            form: Form::parse(&form).ok_or_else(|| unknown("form", &form))?,
            least: r.get("least")?,
            most: r.get("most")?,
            security: r.get("security")?,
            source: r.get("source")?,
            value: match &chosen {
                Some(chosen) => chosen.value.clone(),
                None => r.get("value")?,
            },
            chosen,
        })
    }
}

/// All of them as they hold on a day, in the order of the pack.
pub async fn all(read: &mut Read, day: Day) -> Result<Vec<Setting>> {
    read.all(q!(settings!("order by s.sort, s.name"), day)).await
}

pub async fn one(read: &mut Read, name: &str, day: Day) -> Result<Option<Setting>> {
    read.opt(q!(settings!("where s.name = $2"), day, name)).await
}

/// Name and value of each on a day.
pub async fn values(read: &mut Read, day: Day) -> Result<Vec<(String, String)>> {
    read.all(q!(
        "select s.name, coalesce((select v.value from setting_value v where v.name = s.name and v.from_day =
           (select max(x.from_day) from setting_value x where x.name = s.name and x.from_day <= $1)), s.value)
         from setting s order by s.name",
        day
    ))
    .await
}

/// Every choice ever made for a setting, the newest first: day, value, who, who agreed.
pub async fn history(read: &mut Read, name: &str) -> Result<Vec<Chosen>> {
    let rows: Vec<(Day, String, String, Option<String>)> = read
        .all(q!(
            "select v.from_day, v.value, coalesce(a.name, v.by), b.name from setting_value v
             left join account a on a.id = v.by left join account b on b.id = v.approved
             where v.name = $1 order by v.from_day desc",
            name
        ))
        .await?;
    let chosen = |(from, value, by, approved): (Day, String, String, Option<String>)| Chosen {
        from,
        value,
        by,
        approved: approved.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(chosen).collect())
}

pub async fn choose(tx: &mut Tx, name: &str, value: &str, day: Day, by: By<'_>) -> Result<()> {
    tx.exec(q!(
        "insert into setting_value (name, from_day, value, by, at, approved) values ($1, $2, $3, $4, $5, $6)
         on conflict (name, from_day) do update set value = excluded.value, by = excluded.by, at = excluded.at,
           approved = excluded.approved",
        name,
        day,
        value,
        by.by,
        by.at,
        by.approved
    ))
    .await?;
    Ok(())
}

/// Writes a setting as the pack says; `false` when it stood so before.
pub async fn put(tx: &mut Tx, sort: i64, s: &Setting) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into setting (name, sort, unit, form, least, most, security, source, value)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (name) do update set sort = excluded.sort, unit = excluded.unit, form = excluded.form,
               least = excluded.least, most = excluded.most, security = excluded.security, source = excluded.source,
               value = excluded.value
             where setting.sort <> excluded.sort or setting.unit <> excluded.unit or setting.form <> excluded.form
                or setting.least <> excluded.least or setting.most <> excluded.most
                or setting.security <> excluded.security or setting.source <> excluded.source
                or setting.value <> excluded.value",
            &s.name,
            sort,
            &s.unit,
            s.form.as_str(),
            s.least,
            s.most,
            s.security,
            &s.source,
            &s.value
        ))
        .await?;
    Ok(written == 1)
}
