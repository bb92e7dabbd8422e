//! SQL of accounts and posts.

use super::unknown;
use crate::model::{Account, Login, Post};
use crate::password::Hashed;
use crate::rules::{Attempts, full_name};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::kinds::{AccountId, PostId};
use kernel::{Day, Id, Role, Span};

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
                created: r.get("created")?,
            },
            password: r.get("password")?,
            attempts: Attempts { failed: r.get("failed")?, locked_until: r.get("locked_until")? },
        })
    }
}

pub async fn by_login(read: &mut Read, login: &Login) -> Result<Option<Known>> {
    read.opt(q!(
        "select id, login, name, password, failed, locked_until, demo, closed, created from account where login = $1",
        login.as_str()
    ))
    .await
}

pub async fn by_id(read: &mut Read, account: &AccountId) -> Result<Option<Known>> {
    read.opt(q!(
        "select id, login, name, password, failed, locked_until, demo, closed, created from account where id = $1",
        account
    ))
    .await
}

/// The accounts that `demo` opened, by login.
pub async fn demo(read: &mut Read) -> Result<Vec<Known>> {
    read.all(q!("select id, login, name, password, failed, locked_until, demo, closed, created from account
         where demo and not closed order by login"))
        .await
}

/// The account, locked until the transaction ends: of several attempts at once each sees what the one before left.
pub async fn lock(tx: &mut Tx, account: &AccountId) -> Result<Option<Known>> {
    tx.opt(q!(
        "update account set failed = failed where id = $1
         returning id, login, name, password, failed, locked_until, demo, closed, created",
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
        })
    }
}

/// Everything of a post, with the name that its unit's place had when the post began.
macro_rules! posts {
    ($rest:literal) => {
        concat!(
            "select p.id, p.account, p.unit, u.name_zh, s.name as unit_place, u.name_en, p.role, p.place, p.facility,",
            " p.from_day, p.until_day from post p join unit u on u.id = p.unit",
            " left join place_span s on s.place = u.place and s.from_day <= p.from_day and s.until_day > p.from_day ",
            $rest
        )
    };
}

/// The posts that an account holds on a day, the longest held first.
pub async fn posts_on(read: &mut Read, account: &AccountId, day: Day) -> Result<Vec<Post>> {
    let sql = posts!("where p.account = $1 and p.from_day <= $2 and p.until_day > $2 order by p.from_day, p.id");
    read.all(q!(sql, account, day)).await
}

/// Every post that an account ever held or will hold.
pub async fn posts_ever(read: &mut Read, account: &AccountId) -> Result<Vec<Post>> {
    read.all(q!(posts!("where p.account = $1 order by p.from_day, p.id"), account)).await
}

pub async fn post(read: &mut Read, post: &PostId) -> Result<Option<Post>> {
    read.opt(q!(posts!("where p.id = $1"), post)).await
}

pub async fn insert_post(tx: &mut Tx, new: &Post) -> Result<()> {
    tx.exec(q!(
        "insert into post (id, account, unit, role, place, facility, from_day, until_day)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &new.id,
        &new.account,
        &new.unit,
        new.role.as_str(),
        &new.place,
        new.facility.as_ref(),
        new.span.from,
        new.span.until
    ))
    .await?;
    Ok(())
}

pub async fn end_post(tx: &mut Tx, post: &PostId, on: Day) -> Result<()> {
    tx.exec(q!("update post set until_day = $2 where id = $1", post, on)).await?;
    Ok(())
}
