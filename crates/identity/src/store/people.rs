//! SQL of accounts and posts.

use super::unknown;
use crate::model::{Account, Login, Post};
use crate::password::Hashed;
use crate::rules::{Attempts, full_name};
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{AccountId, PostId, UnitId};
use kernel::{Day, Id, Instant, Role, Span};

/// An account as signing in needs it.
pub struct Known {
    pub account: Account,
    pub password: String,
    pub attempts: Attempts,
}

impl FromRow for Known {
    fn from_row(r: &Row<'_>) -> Result<Known> {
        let login: String = r.get("login")?;
        Ok(Known {
            account: Account {
                id: r.get("id")?,
                login: Login::parse(&login).ok_or_else(|| unknown("login", &login))?,
                name: r.get("name")?,
                demo: r.get("demo")?,
                closed: r.get("closed")?,
                suspended: r.get("suspended")?,
                created: r.get("created")?,
            },
            password: r.get("password")?,
            attempts: Attempts { failed: r.get("failed")?, locked_until: r.get("locked_until")? },
        })
    }
}

pub async fn by_login(read: &mut Read, login: &Login) -> Result<Option<Known>> {
    read.opt(q!(
        "select id, login, name, password, failed, locked_until, demo, closed, suspended, created from account where login = $1",
        login.as_str()
    ))
    .await
}

pub async fn by_id(read: &mut Read, account: &AccountId) -> Result<Option<Known>> {
    read.opt(q!(
        "select id, login, name, password, failed, locked_until, demo, closed, suspended, created from account where id = $1",
        account
    ))
    .await
}

/// The accounts that `demo` opened, by login.
pub async fn demo(read: &mut Read) -> Result<Vec<Known>> {
    read.all(q!("select id, login, name, password, failed, locked_until, demo, closed, suspended, created from account
         where demo and not closed and not suspended order by login"))
        .await
}

/// The account, locked until the transaction ends: of several attempts at once each sees what the one before left.
pub async fn lock(tx: &mut Tx, account: &AccountId) -> Result<Option<Known>> {
    tx.opt(q!(
        "update account set failed = failed where id = $1
         returning id, login, name, password, failed, locked_until, demo, closed, suspended, created",
        account
    ))
    .await
}

pub async fn set_attempts(tx: &mut Tx, account: &AccountId, attempts: Attempts) -> Result<()> {
    tx.exec(q!(
        "update account set failed = $2, locked_until = $3 where id = $1",
        account,
        attempts.failed,
        attempts.locked_until
    ))
    .await?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, new: &Account, password: Hashed) -> Result<()> {
    tx.exec(q!(
        "insert into account (id, login, name, password, failed, locked_until, demo, closed, created)
         values ($1, $2, $3, $4, 0, 0, $5, $6, $7)",
        &new.id,
        new.login.as_str(),
        &new.name,
        password.into_string(),
        new.demo,
        new.closed,
        new.created
    ))
    .await?;
    Ok(())
}

pub async fn set_password(tx: &mut Tx, account: &AccountId, password: Hashed) -> Result<()> {
    tx.exec(q!(
        "update account set password = $2, failed = 0, locked_until = 0 where id = $1",
        account,
        password.into_string()
    ))
    .await?;
    Ok(())
}

pub async fn close(tx: &mut Tx, account: &AccountId) -> Result<()> {
    tx.exec(q!("update account set closed = true where id = $1", account)).await?;
    Ok(())
}

impl FromRow for Post {
    fn from_row(r: &Row<'_>) -> Result<Post> {
        let role: String = r.get("role")?;
        let (from, until): (Day, Day) = (r.get("from_day")?, r.get("until_day")?);
        Ok(Post {
            id: r.get("id")?,
            account: r.get("account")?,
            unit: r.get("unit")?,
            unit_name_zh: full_name(
                &r.get::<String>("name_zh")?,
                &r.get::<Option<String>>("unit_place")?.unwrap_or_default(),
            ),
            unit_name_en: r.get("name_en")?,
            role: Role::parse(&role).ok_or_else(|| unknown("role", &role))?,
            place: r.get("place")?,
            facility: r.get::<Option<String>>("facility")?.map(Id::new),
            span: Span::new(from, until).ok_or_else(|| unknown("until_day", &until.to_string()))?,
            acting_for: r.get::<Option<String>>("acting_for")?.map(Id::new),
        })
    }
}

/// Everything of a post, with the name that its unit's place had when the post began.
macro_rules! posts {
    ($rest:literal) => {
        concat!(
            "select p.id, p.account, p.unit, u.name_zh, s.name as unit_place, u.name_en, p.role, p.place, p.facility,",
            " p.from_day, p.until_day, p.acting_for from post p join unit u on u.id = p.unit",
            " left join place_span s on s.place = u.place and s.from_day <= p.from_day and s.until_day > p.from_day ",
            $rest
        )
    };
}

/// A post with its holder.
macro_rules! held {
    ($rest:literal) => {
        concat!(
            "select p.account, a.login, a.name, p.role, u.name_zh, u.name_en, s.name as unit_place, p.acting_for,",
            " p.from_day, p.until_day from post p join account a on a.id = p.account join unit u on u.id = p.unit",
            " left join place_span s on s.place = u.place and s.from_day <= p.from_day and s.until_day > p.from_day ",
            $rest
        )
    };
}

/// The posts that an account holds on a day, the longest held first.
pub async fn posts_on(read: &mut Read, account: &AccountId, day: Day) -> Result<Vec<Post>> {
    let sql = posts!(
        "where p.account = $1 and p.from_day <= $2 and p.until_day > $2 and not p.withdrawn order by p.from_day, p.id"
    );
    read.all(q!(sql, account, day)).await
}

/// Every post that an account ever held or will hold; one that was taken away on its first day is none of them.
pub async fn posts_ever(read: &mut Read, account: &AccountId) -> Result<Vec<Post>> {
    read.all(q!(posts!("where p.account = $1 and not p.withdrawn order by p.from_day, p.id"), account)).await
}

pub async fn post(read: &mut Read, post: &PostId) -> Result<Option<Post>> {
    read.opt(q!(posts!("where p.id = $1"), post)).await
}

pub async fn insert_post(tx: &mut Tx, new: &Post) -> Result<()> {
    tx.exec(q!(
        "insert into post (id, account, unit, role, place, facility, from_day, until_day, acting_for)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &new.id,
        &new.account,
        &new.unit,
        new.role.as_str(),
        &new.place,
        new.facility.as_ref(),
        new.span.from,
        new.span.until,
        new.acting_for.as_ref()
    ))
    .await?;
    Ok(())
}

pub async fn end_post(tx: &mut Tx, post: &PostId, on: Day) -> Result<()> {
    tx.exec(q!("update post set until_day = $2 where id = $1", post, on)).await?;
    Ok(())
}

/// Takes a post away on its first day: it was held until now and no longer.
pub async fn withdraw_post(tx: &mut Tx, post: &PostId, until: Day) -> Result<()> {
    tx.exec(q!("update post set withdrawn = true, until_day = $2 where id = $1", post, until)).await?;
    Ok(())
}

/// Every post at a unit, held or to be held on a day or later.
pub async fn posts_at_unit(read: &mut Read, unit: &UnitId, day: Day) -> Result<Vec<Post>> {
    let sql = posts!("where p.unit = $1 and p.until_day > $2 and not p.withdrawn order by p.from_day, p.id");
    read.all(q!(sql, unit, day)).await
}

/// An account that has no password yet, or none any more: a one-time link sets one.
pub async fn insert_without_password(tx: &mut Tx, new: &Account) -> Result<()> {
    tx.exec(q!(
        "insert into account (id, login, name, password, failed, locked_until, demo, closed, created)
         values ($1, $2, $3, '', 0, 0, $4, $5, $6)",
        &new.id,
        new.login.as_str(),
        &new.name,
        new.demo,
        new.closed,
        new.created
    ))
    .await?;
    Ok(())
}

pub async fn take_password(tx: &mut Tx, account: &AccountId) -> Result<()> {
    tx.exec(q!("update account set password = '' where id = $1", account)).await?;
    Ok(())
}

pub async fn set_suspended(tx: &mut Tx, account: &AccountId, suspended: bool) -> Result<()> {
    tx.exec(q!("update account set suspended = $2 where id = $1", account, suspended)).await?;
    Ok(())
}

/// Everybody who held, holds or will hold a role after a day, locked until the transaction ends.
pub async fn lock_holders(tx: &mut Tx, role: Role) -> Result<()> {
    let sql = "update account set failed = failed where id in (select account from post where role = $1)";
    tx.exec(q!(sql, role.as_str())).await?;
    Ok(())
}

/// Posts of a role that last beyond a day: post, account, whether it can sign in, span.
pub async fn holders(read: &mut Read, role: Role, day: Day) -> Result<Vec<(PostId, AccountId, bool, Day, Day)>> {
    let rows: Vec<(PostId, AccountId, bool, bool, Day, Day)> = read
        .all(q!(
            "select p.id, p.account, a.closed, a.suspended, p.from_day, p.until_day from post p
             join account a on a.id = p.account
             where p.role = $1 and p.until_day > $2 and not p.withdrawn order by p.id",
            role.as_str(),
            day
        ))
        .await?;
    Ok(rows
        .into_iter()
        .map(|(post, who, closed, out, from, until)| (post, who, !closed && !out, from, until))
        .collect())
}

/// Every post at a unit on a day, with the holder's name and account.
pub async fn posts_at(read: &mut Read, unit: &UnitId, day: Day) -> Result<Vec<Held>> {
    read.all(q!(
        held!(
            "where p.unit = $1 and p.from_day <= $2 and p.until_day > $2 and not p.withdrawn order by p.role, a.login"
        ),
        unit,
        day
    ))
    .await
}

/// Who holds a role on a day.
pub async fn posts_of_role(read: &mut Read, role: Role, day: Day) -> Result<Vec<Held>> {
    let sql = held!(
        "where p.role = $1 and p.from_day <= $2 and p.until_day > $2 and not p.withdrawn
         order by a.login, p.id limit 500"
    );
    read.all(q!(sql, role.as_str(), day)).await
}

/// A post with the person who holds it.
pub struct Held {
    pub account: AccountId,
    pub login: String,
    pub name: String,
    pub role: String,
    pub unit_zh: String,
    pub unit_en: String,
    pub acting: bool,
    pub from: Day,
    pub until: Day,
}

impl FromRow for Held {
    fn from_row(r: &Row<'_>) -> Result<Held> {
        let place: Option<String> = r.get("unit_place")?;
        Ok(Held {
            account: r.get("account")?,
            login: r.get("login")?,
            name: r.get("name")?,
            role: r.get("role")?,
            unit_zh: full_name(&r.get::<String>("name_zh")?, &place.unwrap_or_default()),
            unit_en: r.get("name_en")?,
            acting: r.get::<Option<String>>("acting_for")?.is_some(),
            from: r.get("from_day")?,
            until: r.get("until_day")?,
        })
    }
}

/// What the list of accounts is narrowed by.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// A part of the login or the name.
    pub text: Option<&'a str>,
    /// Holds this role on the day.
    pub role: Option<Role>,
    /// `active`, `suspended` or `closed`.
    pub state: Option<&'a str>,
}

/// A line of the list of accounts.
pub struct AccountLine {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub closed: bool,
    pub suspended: bool,
    pub locked_until: Instant,
    pub no_password: bool,
    pub factor: bool,
}

impl FromRow for AccountLine {
    fn from_row(r: &Row<'_>) -> Result<AccountLine> {
        Ok(AccountLine {
            id: r.get("id")?,
            login: r.get("login")?,
            name: r.get("name")?,
            closed: r.get("closed")?,
            suspended: r.get("suspended")?,
            locked_until: r.get("locked_until")?,
            no_password: r.get::<i64>("bare")? == 1,
            factor: r.get::<Option<bool>>("confirmed")?.unwrap_or_default(),
        })
    }
}

/// A page of accounts by login, after one.
pub fn accounts(w: &Wanted<'_>, day: Day, after: &str, limit: i64) -> Query {
    let mut list = Where::new(
        "select a.id, a.login, a.name, a.closed, a.suspended, a.locked_until, f.confirmed,
           case when a.password = '' then 1 else 0 end as bare
         from account a left join second_factor f on f.account = a.id",
    );
    list.filter("a.login > ?").arg(after);
    if let Some(text) = w.text {
        list.filter("(a.login like ? escape '!' or a.name like ? escape '!')");
        let part = format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        list.arg(part.to_lowercase()).arg(&part);
    }
    if let Some(role) = w.role {
        list.filter(
            "exists (select 1 from post p where p.account = a.id and p.role = ? and p.from_day <= ? and p.until_day > ?
               and not p.withdrawn)",
        );
        list.arg(role.as_str()).arg(day).arg(day);
    }
    match w.state {
        Some("closed") => drop(list.filter("a.closed")),
        Some("suspended") => drop(list.filter("a.suspended and not a.closed")),
        Some(_) => drop(list.filter("not a.suspended and not a.closed")),
        None => {}
    }
    list.end("order by a.login limit ?").arg(limit).query()
}

/// Login and name of an account, also of a closed one.
pub async fn who(read: &mut Read, account: &AccountId) -> Result<Option<(String, String)>> {
    read.opt(q!("select login, name from account where id = $1", account)).await
}

/// A link replaces the links before it.
pub async fn put_invite(tx: &mut Tx, account: &AccountId, digest: &str, expires: Instant) -> Result<()> {
    tx.exec(q!("delete from invite where account = $1", account)).await?;
    tx.exec(q!("insert into invite (digest, account, expires) values ($1, $2, $3)", digest, account, expires)).await?;
    Ok(())
}

/// The account of a link that has not expired.
pub async fn invited(read: &mut Read, digest: &str, now: Instant) -> Result<Option<AccountId>> {
    read.opt(q!("select account from invite where digest = $1 and expires > $2", digest, now)).await
}

/// Until when a link of the account can be used.
pub async fn open_invite(read: &mut Read, account: &AccountId, now: Instant) -> Result<Option<Instant>> {
    read.opt(q!("select expires from invite where account = $1 and expires > $2", account, now)).await
}

pub async fn take_invites(tx: &mut Tx, account: &AccountId) -> Result<()> {
    tx.exec(q!("delete from invite where account = $1", account)).await?;
    Ok(())
}

/// Notes that somebody took over.
pub async fn insert_hand_over(tx: &mut Tx, h: &HandOver<'_>) -> Result<()> {
    tx.exec(q!(
        "insert into hand_over (id, leaver, heir, on_day, posts, note, by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        h.id,
        h.leaver,
        h.heir,
        h.on,
        h.posts,
        h.note,
        h.by,
        h.at
    ))
    .await?;
    Ok(())
}

/// One hand-over, as it is written.
pub struct HandOver<'a> {
    pub id: &'a str,
    pub leaver: &'a AccountId,
    pub heir: &'a AccountId,
    pub on: Day,
    pub posts: i64,
    pub note: &'a str,
    pub by: &'a AccountId,
    pub at: Instant,
}

/// The hand-overs of a leaver: heir's account and name, day, number of posts, note; the latest first.
pub async fn hand_overs(read: &mut Read, leaver: &AccountId) -> Result<Vec<(AccountId, String, Day, i64, String)>> {
    read.all(q!(
        "select h.heir, a.name, h.on_day, h.posts, h.note from hand_over h join account a on a.id = h.heir
         where h.leaver = $1 order by h.at desc, h.id",
        leaver
    ))
    .await
}
