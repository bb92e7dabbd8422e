//! SQL of the tree: places and their spans, closure rows, successors. Every read names its day; every list is driven
//! by the key of the table or of an index.

use crate::closure::{ClosureRow, Lives};
use crate::model::{Attributes, Flags, Place, PlaceKind, PlaceSpan, Share, Successor};
use db::{FromRow, Query, Read, Result, Row, Tx, q, record};
use kernel::kinds::PlaceId;
use kernel::{Day, Span};
use std::collections::BTreeSet;

record! { struct PlaceRow in "place" { id: PlaceId, home: String } }

record! {
    struct SpanRow in "place_span" {
        place: PlaceId, from_day: Day, until_day: Day, code: String, name: String, parent: Option<PlaceId>,
        kind: PlaceKind, flags: Flags, mark: String,
    }
}

record! {
    struct ClosureRecord in "place_closure" {
        ancestor: PlaceId, place: PlaceId, depth: i64, kind: PlaceKind, from_day: Day, until_day: Day,
    }
}

record! {
    struct SuccessorRow in "place_successor" {
        old: PlaceId, new: PlaceId, on_day: Day, share_num: i64, share_den: i64, document: String,
    }
}

/// A place with the span that holds on the day asked for.
macro_rules! place_columns {
    () => {
        "s.place, p.home, s.code, s.name, s.kind, s.flags, s.parent, s.from_day, s.until_day, s.mark"
    };
}

impl FromRow for Place {
    fn from_row(row: &Row<'_>) -> Result<Place> {
        Ok(Place {
            id: row.get("place")?,
            home: row.get("home")?,
            code: row.get("code")?,
            name: row.get("name")?,
            kind: row.get("kind")?,
            flags: row.get("flags")?,
            parent: row.get("parent")?,
            span: Span { from: row.get("from_day")?, until: row.get("until_day")? },
            mark: row.get("mark")?,
        })
    }
}

impl FromRow for Successor {
    fn from_row(row: &Row<'_>) -> Result<Successor> {
        let r = SuccessorRow::from_row(row)?;
        let share = Share::new(r.share_num, r.share_den).ok_or_else(|| db::Error::Column {
            column: "share_num".to_owned(),
            problem: format!("{}/{} is no share", r.share_num, r.share_den),
        })?;
        Ok(Successor { old: r.old, new: r.new, on: r.on_day, share, document: r.document })
    }
}

pub async fn get(read: &mut Read, place: &PlaceId, day: Day) -> Result<Option<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_span s join place p on p.id = s.place where s.place = $1 and s.from_day <= $2 and s.until_day > $2"
    );
    read.opt(q!(sql, place, day)).await
}

pub async fn by_code(read: &mut Read, code: &str, day: Day) -> Result<Option<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_span s join place p on p.id = s.place where s.code = $1 and s.from_day <= $2 and s.until_day > $2"
    );
    read.opt(q!(sql, code, day)).await
}

pub async fn called(read: &mut Read, name: &str, day: Day) -> Result<Vec<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_span s join place p on p.id = s.place where s.name in ($1, $2, $3, $4, $5, $6, $7)",
        " and s.from_day <= $8 and s.until_day > $8 order by s.code limit 8"
    );
    let with = |what: &str| format!("{name}{what}");
    let all = q!(sql, name, with("区"), with("新区"), with("街道"), with("路街道"), with("镇"), with("乡"), day);
    read.all(all).await
}

pub async fn root(read: &mut Read, day: Day) -> Result<Option<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_span s join place p on p.id = s.place",
        " where s.parent is null and s.from_day <= $1 and s.until_day > $1"
    );
    read.opt(q!(sql, day)).await
}

pub async fn children(read: &mut Read, parent: &PlaceId, day: Day) -> Result<Vec<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_span s join place p on p.id = s.place",
        " where s.parent = $1 and s.from_day <= $2 and s.until_day > $2 order by s.code"
    );
    read.all(q!(sql, parent, day)).await
}

pub async fn path(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Place>> {
    let sql = concat!(
        "select ",
        place_columns!(),
        " from place_closure c",
        " join place_span s on s.place = c.ancestor and s.from_day <= $2 and s.until_day > $2",
        " join place p on p.id = s.place",
        " where c.place = $1 and c.from_day <= $2 and c.until_day > $2 order by c.depth desc"
    );
    read.all(q!(sql, place, day)).await
}

pub async fn within(read: &mut Read, ancestor: &PlaceId, place: &PlaceId, day: Day) -> Result<bool> {
    let sql = "select depth from place_closure \
               where ancestor = $1 and place = $2 and from_day <= $3 and until_day > $3";
    Ok(read.opt::<i64>(q!(sql, ancestor, place, day)).await?.is_some())
}

/// What a list of places is narrowed by.
pub struct Selection<'a> {
    pub ancestor: &'a PlaceId,
    pub kinds: &'a [PlaceKind],
    pub day: Day,
    /// A part of the name or the beginning of the code.
    pub text: Option<&'a str>,
    pub after: Option<&'a PlaceId>,
    pub limit: Option<i64>,
}

pub fn select(s: &Selection<'_>) -> Query {
    let mut list = db::Where::new(concat!(
        "select ",
        place_columns!(),
        " from place_closure c join place_span s on s.place = c.place join place p on p.id = c.place"
    ));
    narrow(&mut list, s);
    list.filter("s.from_day <= ?").arg(s.day).filter("s.until_day > ?").arg(s.day);
    match s.text {
        Some(code) if code.bytes().all(|b| b.is_ascii_digit()) => {
            // `:` follows `9`: all codes that begin so.
            list.filter("s.code >= ?").arg(code).filter("s.code < ?").arg(format!("{code}:"));
        }
        Some(part) => {
            let plain = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
            list.filter("s.name like ? escape '!'").arg(format!("%{plain}%"));
        }
        None => {}
    }
    list.end("order by c.place");
    if let Some(limit) = s.limit {
        list.end("limit ?").arg(limit);
    }
    list.query()
}

pub async fn count(read: &mut Read, ancestor: &PlaceId, kinds: &[PlaceKind], day: Day) -> Result<i64> {
    let mut list = db::Where::new("select count(*) from place_closure c");
    narrow(&mut list, &Selection { ancestor, kinds, day, text: None, after: None, limit: None });
    read.one(list.query()).await
}

fn narrow(list: &mut db::Where, s: &Selection<'_>) {
    list.filter("c.ancestor = ?").arg(s.ancestor);
    if let Some(after) = s.after {
        list.filter("c.place > ?").arg(after);
    }
    list.filter("c.from_day <= ?").arg(s.day).filter("c.until_day > ?").arg(s.day);
    if !s.kinds.is_empty() {
        // Always as many marks as there are kinds, so that the list has one text.
        list.filter("c.kind in (?, ?, ?, ?, ?, ?, ?, ?)");
        for n in 0..PlaceKind::ALL.len() {
            list.arg(*s.kinds.get(n).unwrap_or(&s.kinds[0]));
        }
    }
}

pub async fn successors(read: &mut Read, old: &PlaceId) -> Result<Vec<Successor>> {
    let sql = "select old, new, on_day, share_num, share_den, document from place_successor \
               where old = $1 order by on_day, new";
    read.all(q!(sql, old)).await
}

pub async fn predecessors(read: &mut Read, new: &PlaceId) -> Result<Vec<Successor>> {
    let sql = "select old, new, on_day, share_num, share_den, document from place_successor \
               where new = $1 order by on_day, old";
    read.all(q!(sql, new)).await
}

/// The places right below one on a day to which something ever came from another place, or of which a part went away.
pub async fn changed_below(read: &mut Read, parent: &PlaceId, day: Day) -> Result<Vec<PlaceId>> {
    let sql = "select distinct s.place from place_span s cross join place_successor e \
               where s.parent = $1 and s.from_day <= $2 and s.until_day > $2 and e.new = s.place order by s.place";
    read.all(q!(sql, parent, day)).await
}

pub async fn home(read: &mut Read, place: &PlaceId) -> Result<Option<String>> {
    read.opt(q!("select home from place where id = $1", place)).await
}

impl FromRow for PlaceSpan {
    fn from_row(row: &Row<'_>) -> Result<PlaceSpan> {
        SpanRow::from_row(row).map(|r| r.split().1)
    }
}

impl SpanRow {
    fn new(place: &PlaceId, s: &PlaceSpan) -> SpanRow {
        let (place, from_day, until_day) = (place.clone(), s.span.from, s.span.until);
        let Attributes { code, name, kind, flags, parent, mark } = s.attributes.clone();
        SpanRow { place, from_day, until_day, code, name, parent, kind, flags, mark }
    }

    fn split(self) -> (PlaceId, PlaceSpan) {
        let span = Span { from: self.from_day, until: self.until_day };
        let (code, name, kind, flags, parent, mark) =
            (self.code, self.name, self.kind, self.flags, self.parent, self.mark);
        (self.place, PlaceSpan { span, attributes: Attributes { code, name, kind, flags, parent, mark } })
    }
}

pub async fn spans(read: &mut Read, place: &PlaceId) -> Result<Vec<PlaceSpan>> {
    let sql = "select place, from_day, until_day, code, name, parent, kind, flags, mark from place_span \
               where place = $1 order by from_day";
    read.all(q!(sql, place)).await
}

/// The lives of a place (as it is to be), of everything that ever lay under it and of all that was ever above any of
/// these; beside them the ids of the first two.
pub async fn family(read: &mut Read, place: &PlaceId, life: &[PlaceSpan]) -> Result<(Lives, BTreeSet<PlaceId>)> {
    let sql = "select s.place, s.from_day, s.until_day, s.code, s.name, s.parent, s.kind, s.flags, s.mark \
               from (select distinct place from place_closure where ancestor = $1) c \
               join place_span s on s.place = c.place order by s.place, s.from_day";
    let mut lives = Lives::from([(place.clone(), life.to_vec())]);
    for row in read.all::<SpanRow>(q!(sql, place)).await? {
        let (of, span) = row.split();
        if of != *place {
            lives.entry(of).or_default().push(span);
        }
    }
    let lower = lives.keys().cloned().collect();
    climb(read, &mut lives).await?;
    Ok((lives, lower))
}

/// Adds the lives of all parents that are named but not there yet.
async fn climb(read: &mut Read, lives: &mut Lives) -> Result<()> {
    loop {
        let parents = lives.values().flatten().filter_map(|s| s.attributes.parent.as_ref());
        let missing: BTreeSet<PlaceId> = parents.filter(|p| !lives.contains_key(*p)).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        for parent in missing {
            let life = spans(read, &parent).await?;
            lives.insert(parent, life);
        }
    }
}

/// Every life there is; for loading a whole pack.
pub async fn all_lives(read: &mut Read) -> Result<Lives> {
    let sql = "select place, from_day, until_day, code, name, parent, kind, flags, mark from place_span \
               order by place, from_day";
    let mut lives = Lives::new();
    for row in read.all::<SpanRow>(q!(sql)).await? {
        let (of, span) = row.split();
        lives.entry(of).or_default().push(span);
    }
    Ok(lives)
}

/// Keeps two changes of the tree apart on PostgreSQL until the first is committed: each must see the other's rows.
pub async fn lock_tree(tx: &mut Tx) -> Result<()> {
    tx.exec(q!("update place set home = home where id = (select min(id) from place)")).await.map(drop)
}

pub async fn insert_places(tx: &mut Tx, places: Vec<(PlaceId, String)>) -> Result<()> {
    tx.insert_all(places.into_iter().map(|(id, home)| PlaceRow { id, home }).collect()).await.map(drop)
}

/// Makes the spans of each place (`.0`) that were `.1` those of `.2`, touching only the rows that differ; the number
/// of rows inserted or taken away. What goes leaves first, so that spans may move past each other.
pub async fn write_lives(tx: &mut Tx, changes: &[(&PlaceId, &Vec<PlaceSpan>, &Vec<PlaceSpan>)]) -> Result<u64> {
    let mut written = 0;
    let mut rows = Vec::new();
    for (place, old, new) in changes {
        for gone in old.iter().filter(|s| !new.contains(s)) {
            let sql = "delete from place_span where place = $1 and from_day = $2";
            written += tx.exec(q!(sql, *place, gone.span.from)).await?;
        }
        rows.extend(new.iter().filter(|s| !old.contains(s)).map(|s| SpanRow::new(place, s)));
    }
    Ok(written + tx.insert_all(rows).await?)
}

impl FromRow for ClosureRow {
    fn from_row(row: &Row<'_>) -> Result<ClosureRow> {
        let ClosureRecord { ancestor, place, depth, kind, from_day, until_day } = ClosureRecord::from_row(row)?;
        Ok(ClosureRow { ancestor, place, span: Span { from: from_day, until: until_day }, depth, kind })
    }
}

/// The closure rows of a place (as the lower one).
pub async fn closure_of(read: &mut Read, place: &PlaceId) -> Result<Vec<ClosureRow>> {
    let sql = "select ancestor, place, depth, kind, from_day, until_day from place_closure where place = $1";
    read.all(q!(sql, place)).await
}

/// Every closure row; for loading a whole pack and for checks.
pub async fn all_closure(read: &mut Read) -> Result<Vec<ClosureRow>> {
    read.all(q!("select ancestor, place, depth, kind, from_day, until_day from place_closure")).await
}

/// Replaces closure rows by others of the same places, touching only those that differ; how many were touched.
pub async fn write_closure(tx: &mut Tx, old: &[ClosureRow], new: &[ClosureRow]) -> Result<u64> {
    let (had, has): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
    let mut written = 0;
    for gone in had.difference(&has) {
        let sql = "delete from place_closure where ancestor = $1 and place = $2 and from_day = $3";
        written += tx.exec(q!(sql, &gone.ancestor, &gone.place, gone.span.from)).await?;
    }
    let rows = has.difference(&had).map(|r| ClosureRecord {
        ancestor: r.ancestor.clone(),
        place: r.place.clone(),
        depth: r.depth,
        kind: r.kind,
        from_day: r.span.from,
        until_day: r.span.until,
    });
    Ok(written + tx.insert_all(rows.collect()).await?)
}

/// Another place that has the code on some day of the span, with that code's first day there.
pub async fn code_holder(read: &mut Read, code: &str, place: &PlaceId, span: Span) -> Result<Option<(PlaceId, Day)>> {
    let sql = "select place, from_day from place_span \
               where code = $1 and place <> $2 and from_day < $4 and until_day > $3 order by from_day limit 1";
    read.opt(q!(sql, code, place, span.from, span.until)).await
}

/// Another place without a parent on some day of the span.
pub async fn other_root(read: &mut Read, place: &PlaceId, span: Span) -> Result<Option<PlaceId>> {
    let sql = "select place from place_span \
               where parent is null and place <> $1 and from_day < $3 and until_day > $2 order by from_day limit 1";
    read.opt(q!(sql, place, span.from, span.until)).await
}

/// Places whose parent is this one on some day of the span: id and span.
pub async fn children_during(read: &mut Read, parent: &PlaceId, span: Span) -> Result<Vec<PlaceId>> {
    let sql = "select distinct place from place_span \
               where parent = $1 and from_day < $3 and until_day > $2 order by place";
    read.all(q!(sql, parent, span.from, span.until)).await
}

/// Writes a successor, or its new share and document; true if anything was written.
pub async fn put_successor(tx: &mut Tx, s: &Successor) -> Result<bool> {
    if successors(tx, &s.old).await?.contains(s) {
        return Ok(false);
    }
    let sql = "insert into place_successor (old, new, on_day, share_num, share_den, document) \
               values ($1, $2, $3, $4, $5, $6) on conflict (old, new, on_day) do update \
               set share_num = excluded.share_num, share_den = excluded.share_den, document = excluded.document";
    tx.exec(q!(sql, &s.old, &s.new, s.on, s.share.num(), s.share.den(), &s.document)).await?;
    Ok(true)
}
