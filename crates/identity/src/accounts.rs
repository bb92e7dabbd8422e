//! Accounts and posts: the use cases behind the pages, the demo city and `init`. Each works in the caller's
//! transaction and leaves audit and commit to it. Passwords come hashed, because hashing takes long and must not
//! happen while a transaction is held.

use crate::model::{Account, Login, Post};
use crate::password::Hashed;
use crate::store::{people, units};
use db::{Read, Tx};
use kernel::kinds::{AccountId, FacilityId, PlaceId, PostId, UnitId};
use kernel::{Actor, Day, Ids, Instant, Role, RuleViolation, Span};
use web::{Error, Result};

/// What a new account needs.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub login: Login,
    /// The name on screen, 1 to 40 characters.
    pub name: String,
    pub password: Hashed,
    /// For the demo city only: such an account may not sign in elsewhere.
    pub demo: bool,
}

/// Opens an account. It can sign in once it has a post.
///
/// Errors: `account.login_taken`, `account.name`.
pub async fn create_account(tx: &mut Tx, ids: &Ids, now: Instant, new: NewAccount) -> Result<AccountId> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(RuleViolation::field("name", "account.name").into());
    }
    if people::by_login(tx, &new.login).await?.is_some() {
        return Err(RuleViolation::field("login", "account.login_taken").into());
    }
    let account = Account {
        id: ids.new_id(now),
        login: new.login,
        name: name.to_owned(),
        demo: new.demo,
        closed: false,
        created: now,
    };
    people::insert(tx, &account, new.password).await?;
    Ok(account.id)
}

/// An account by its name at sign-in.
pub async fn account(read: &mut Read, login: &Login) -> db::Result<Option<Account>> {
    Ok(people::by_login(read, login).await?.map(|known| known.account))
}

/// The name of an account on screen; `None` when there is no such account.
pub async fn person_name(read: &mut Read, account: &AccountId) -> db::Result<Option<String>> {
    Ok(people::by_id(read, account).await?.map(|known| known.account.name))
}

/// What a new post needs.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub account: AccountId,
    pub unit: UnitId,
    pub role: Role,
    /// What the post reaches: the unit's place, or a place in it.
    pub place: PlaceId,
    /// For the head of an institution, and only for them.
    pub facility: Option<FacilityId>,
    pub span: Span,
}

/// Gives an account a post.
///
/// Errors: [`Error::NotFound`] for an account or unit that does not exist; `post.closed` for a closed account;
/// `post.place` when the place does not lie in that of the unit on the first day; `post.facility` when the head of an
/// institution has none or anybody else has one; `post.group` for a unit that stands for several; `post.exists` when
/// the account holds the same post on some of the days.
pub async fn give_post(tx: &mut Tx, ids: &Ids, now: Instant, new: NewPost) -> Result<PostId> {
    let known = people::lock(tx, &new.account).await?.ok_or(Error::NotFound)?;
    let unit = units::get(tx, &new.unit).await?.ok_or(Error::NotFound)?;
    if known.account.closed {
        return Err(RuleViolation::new("post.closed").into());
    }
    if unit.is_group {
        return Err(RuleViolation::field("unit", "post.group").into());
    }
    if !places::within(tx, &unit.place, &new.place, new.span.from).await? {
        return Err(RuleViolation::field("place", "post.place").into());
    }
    if (new.role == Role::InstitutionHead) != new.facility.is_some() {
        return Err(RuleViolation::field("facility", "post.facility").into());
    }
    let post = Post {
        id: ids.new_id(now),
        account: new.account,
        unit: unit.id,
        unit_name_zh: unit.name_zh,
        unit_name_en: unit.name_en,
        role: new.role,
        place: new.place,
        facility: new.facility,
        span: new.span,
    };
    let same = |p: &Post| {
        (&p.unit, p.role, &p.place, &p.facility) == (&post.unit, post.role, &post.place, &post.facility)
            && p.span.overlaps(post.span)
    };
    if people::posts_ever(tx, &post.account).await?.iter().any(same) {
        return Err(RuleViolation::new("post.exists").into());
    }
    people::insert_post(tx, &post).await?;
    Ok(post.id)
}

/// Ends a post: `on` is the first day on which it is no longer held. Every session of the account ends now; who has
/// another post signs in again.
///
/// Errors: [`Error::NotFound`]; `post.end` when the post would never have been held, or has ended by then already.
pub async fn end_post(tx: &mut Tx, post: &PostId, on: Day) -> Result<()> {
    let post = people::post(tx, post).await?.ok_or(Error::NotFound)?;
    if on <= post.span.from || on >= post.span.until {
        return Err(RuleViolation::field("on", "post.end").into());
    }
    people::end_post(tx, &post.id, on).await?;
    web::session::close_all(tx, &post.account).await
}

/// Closes an account for good: its posts end today, its sessions now. The rows stay, because the audit names them.
///
/// Errors: [`Error::NotFound`]; closing it again changes nothing.
pub async fn close_account(tx: &mut Tx, account: &AccountId, today: Day) -> Result<()> {
    let known = people::lock(tx, account).await?.ok_or(Error::NotFound)?;
    people::close(tx, &known.account.id).await?;
    for post in people::posts_ever(tx, account).await?.into_iter().filter(|post| post.span.until > today) {
        // A post is never taken back to before its first day: that it was held stays on record.
        people::end_post(tx, &post.id, today.max(post.span.from.next())).await?;
    }
    web::session::close_all(tx, account).await
}

/// Sets another password: every session of the account ends, a lock-out is lifted.
///
/// Errors: [`Error::NotFound`] for an account that does not exist or is closed.
pub async fn change_password(tx: &mut Tx, account: &AccountId, new: Hashed) -> Result<()> {
    let known = people::lock(tx, account).await?.filter(|known| !known.account.closed).ok_or(Error::NotFound)?;
    people::set_password(tx, &known.account.id, new).await?;
    web::session::close_all(tx, account).await
}

/// The posts that an account holds on a day, the longest held first; the first one is taken at sign-in.
pub async fn posts(read: &mut Read, account: &AccountId, day: Day) -> db::Result<Vec<Post>> {
    people::posts_on(read, account, day).await
}

/// Who an account is in one of its posts on a day; `None` when it is closed or no longer holds the post. For work that
/// goes on after the request that asked for it.
pub async fn actor(read: &mut Read, account: &AccountId, post: &PostId, day: Day) -> db::Result<Option<Actor>> {
    let Some(known) = people::by_id(read, account).await?.filter(|known| !known.account.closed) else {
        return Ok(None);
    };
    let held = people::posts_on(read, account, day).await?.into_iter().find(|held| held.id == *post);
    Ok(held.map(|held| held.actor(&known.account.name)))
}
