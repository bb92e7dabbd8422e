//! SQL of figures: the wrappers round a unit query, the tree of a day, marks of change, and frozen figures.

use crate::{
    EvidenceRow, Frozen,
    evaluate::{Group, Part},
};
use db::{FromRow, Query, Read, Result, Row, Tx, Value, q};
use kernel::{Day, kinds::FrozenId};
use std::{collections::HashMap, sync::Mutex};

/// Wrapped texts live as long as the program: one per declaration, reading and use, so statements stay prepared.
static TEXTS: Mutex<Option<HashMap<(usize, u8), &'static str>>> = Mutex::new(None);

fn text(units: &'static str, wrapper: u8, build: impl FnOnce() -> String) -> &'static str {
    let mut guard = TEXTS.lock().expect("texts are never poisoned");
    let map = guard.get_or_insert_default();
    map.entry((units.as_ptr() as usize, wrapper)).or_insert_with(|| String::leak(build()))
}

impl FromRow for Group {
    fn from_row(r: &Row<'_>) -> Result<Group> {
        let met = r.get("met")?;
        let met_amount: Option<f64> = r.get("met_amount")?;
        Ok(Group {
            place: r.get("place")?,
            facet: r.get("facet")?,
            rows: r.get("n")?,
            met,
            met_amount: met_amount.unwrap_or(met as f64),
        })
    }
}

impl FromRow for EvidenceRow {
    fn from_row(r: &Row<'_>) -> Result<EvidenceRow> {
        Ok(EvidenceRow {
            unit: r.get("unit")?,
            label: r.get("label")?,
            place: r.get("street")?,
            meets: r.get::<i64>("meets")? == 1,
            amount: r.get("amount")?,
            facet: r.get("facet")?,
        })
    }
}

/// The rows of a unit query by place and facet. Where nothing is weighed every amount is 1, and `meets`, which may be
/// a subquery, is asked once per row only.
pub(crate) fn groups(units: &'static str, weighed: bool, args: Vec<Value>) -> Query {
    let (code, met) = if weighed {
        (4, "cast(sum(u.meets * u.amount) as double precision)")
    } else {
        (0, "cast(null as double precision)")
    };
    let sql = text(units, code, || {
        format!(
            "select u.street as place, u.facet as facet, count(*) as n, cast(sum(u.meets) as bigint) as met,
                    {met} as met_amount
             from ({units}) u group by u.street, u.facet"
        )
    });
    Query::raw(sql, args)
}

/// A page of evidence inside a place, ordered by place and unit, after a cursor.
pub(crate) fn evidence(units: &'static str, part: Part, mut args: Vec<Value>, tail: Vec<Value>) -> Query {
    let n = args.len();
    let (keep, code) = match part {
        Part::Numerator => ("and u.meets = 1", 1),
        Part::Denominator => ("", 2),
        Part::Missing => ("and u.meets = 0", 3),
    };
    let sql = text(units, code, || {
        format!(
            "select u.unit as unit, u.label as label, u.street as street, u.meets as meets,
                    cast(u.amount as double precision) as amount, u.facet as facet
             from ({units}) u cross join place_closure c
             where c.place = u.street and c.ancestor = ${} and c.from_day <= $3 and c.until_day > $3 {keep}
               and (${} = '' or ${} like '%,' || u.facet || ',%')
               and (u.street > ${} or (u.street = ${} and u.unit > ${}))
             order by u.street, u.unit limit ${}",
            n + 1,
            n + 2,
            n + 2,
            n + 3,
            n + 3,
            n + 4,
            n + 5
        )
    });
    args.extend(tail);
    Query::raw(sql, args)
}

pub(crate) fn records(records: &'static str, day: Day) -> Query {
    q!(records, day)
}

pub(crate) async fn has_records(read: &mut Read, records: &'static str, day: Day) -> Result<bool> {
    Ok(read.one::<i64>(self::records(records, day)).await? > 0)
}

struct Pair(String, String);
impl FromRow for Pair {
    fn from_row(r: &Row<'_>) -> Result<Pair> {
        Ok(Pair(r.get("ancestor")?, r.get("place")?))
    }
}

pub(crate) async fn closure(read: &mut Read, day: Day) -> Result<impl Iterator<Item = (String, String)> + use<>> {
    let rows: Vec<Pair> =
        read.all(q!("select ancestor, place from place_closure where from_day <= $1 and until_day > $1", day)).await?;
    Ok(rows.into_iter().map(|p| (p.0, p.1)))
}

/// Notes that records of a home changed; `key` spreads writers over eight rows.
pub async fn touch(tx: &mut Tx, home: &str, key: &str) -> Result<()> {
    let slot = i64::from(key.bytes().fold(0u8, |a, b| a.wrapping_mul(31).wrapping_add(b)) % 8);
    tx.exec(q!(
        "insert into change_mark (home, slot, n) values ($1, $2, 1)
         on conflict (home, slot) do update set n = change_mark.n + 1",
        home,
        slot
    ))
    .await?;
    Ok(())
}

/// A number that is another one after any change of records; kept figures carry it.
pub async fn mark(read: &mut Read) -> Result<i64> {
    read.one(q!("select cast(coalesce(sum(n), 0) as bigint) as n from change_mark")).await
}

impl FromRow for Frozen {
    fn from_row(r: &Row<'_>) -> Result<Frozen> {
        Ok(Frozen {
            id: r.get("id")?,
            plan: r.get("plan")?,
            target: r.get("target")?,
            indicator: r.get("indicator")?,
            version: r.get("version")?,
            place: r.get("place")?,
            as_of: r.get("as_of")?,
            from: r.get("from_day")?,
            until: r.get("until_day")?,
            numerator: r.get("numerator")?,
            denominator: r.get("denominator")?,
            value: r.get("value")?,
            light: r.get("light")?,
            rows: r.get("rows")?,
            note: r.get("note")?,
            account: r.get("account")?,
            unit: r.get("unit")?,
            at: r.get("at")?,
        })
    }
}

pub(crate) async fn insert_frozen(tx: &mut Tx, f: &Frozen) -> Result<()> {
    tx.exec(q!(
        "insert into frozen (id, plan, target, indicator, version, place, as_of, from_day, until_day, numerator,
           denominator, value, light, rows, note, account, unit, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        f.id.clone(),
        f.plan.as_str(),
        f.target.as_str(),
        f.indicator.as_str(),
        f.version,
        f.place.clone(),
        f.as_of,
        f.from,
        f.until,
        f.numerator,
        f.denominator,
        f.value,
        f.light.as_str(),
        f.rows,
        f.note.as_str(),
        f.account.as_str(),
        f.unit.as_str(),
        f.at
    ))
    .await?;
    Ok(())
}

db::record! {
    /// One row of a frozen figure.
    pub struct FrozenRow in "frozen_row" {
        frozen: FrozenId,
        part: String,
        unit: String,
        place: String,
        label: String,
        meets: bool,
        amount: f64,
    }
}

pub(crate) async fn insert_frozen_rows(tx: &mut Tx, rows: Vec<FrozenRow>) -> Result<()> {
    tx.insert_all(rows).await?;
    Ok(())
}

pub(crate) async fn frozen(read: &mut Read, id: &FrozenId) -> Result<Option<Frozen>> {
    read.opt(q!("select * from frozen where id = $1", id.clone())).await
}

pub(crate) async fn frozen_of(read: &mut Read, plan: &str, target: &str) -> Result<Vec<Frozen>> {
    read.all(q!("select * from frozen where plan = $1 and target = $2 order by at desc limit 20", plan, target)).await
}

pub(crate) async fn frozen_rows(read: &mut Read, id: &FrozenId) -> Result<Vec<FrozenRow>> {
    read.all(q!("select * from frozen_row where frozen = $1 order by part, unit", id.clone())).await
}
