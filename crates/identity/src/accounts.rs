//! Accounts and posts: the use cases behind the pages, the demo city and `init`. Each works in the caller's
//! transaction and leaves audit and commit to it. Passwords come hashed, because hashing takes long and must not
//! happen while a transaction is held.

use crate::model::{Account, Login, Post};
use crate::password::Hashed;
use crate::rights::{self, Holder};
use crate::store::{factor, people, units};
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
        suspended: false,
        created: now,
    };
    people::insert(tx, &account, new.password).await?;
    Ok(account.id)
}

/// Opens an account without a password: the person sets one through a link ([`invite`]).
///
/// Errors: as [`create_account`].
pub(crate) async fn open_account(tx: &mut Tx, ids: &Ids, now: Instant, login: Login, name: &str) -> Result<AccountId> {
    if name.is_empty() || name.chars().count() > 40 {
        return Err(RuleViolation::field("name", "account.name").into());
    }
    if people::by_login(tx, &login).await?.is_some() {
        return Err(RuleViolation::field("login", "account.login_taken").into());
    }
    let id = ids.new_id(now);
    let name = name.to_owned();
    let account = Account { id, login, name, demo: false, closed: false, suspended: false, created: now };
    people::insert_without_password(tx, &account).await?;
    Ok(account.id)
}

/// Makes a one-time link: the password is taken away, sessions end, earlier links no longer open. The answer is the
/// token, which is kept nowhere.
///
/// Errors: [`Error::NotFound`] for an account that does not exist or is closed.
pub(crate) async fn invite(tx: &mut Tx, ids: &Ids, account: &AccountId, expires: Instant) -> Result<String> {
    let known = people::lock(tx, account).await?.filter(|known| !known.account.closed).ok_or(Error::NotFound)?;
    let token = ids.bytes::<20>().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    people::put_invite(tx, &known.account.id, &web::session::digest(&token), expires).await?;
    people::take_password(tx, account).await?;
    web::session::close_all(tx, account).await?;
    Ok(token)
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
/// `post.unit_ended` for a unit that is no more on the first day; `post.separated` when the account holds a post that
/// must be another person's;
/// `post.place` when the place does not lie in that of the unit on the first day; `post.facility` when the head of an
/// institution has none or anybody else has one; `post.group` for a unit that stands for several; `post.exists` when
/// the account holds the same post on some of the days.
pub async fn give_post(tx: &mut Tx, ids: &Ids, now: Instant, new: NewPost) -> Result<PostId> {
    give(tx, ids, now, new, None).await
}

/// Lets an account act for the holder of a post, in the same unit, role and place, until a day.
///
/// Errors: as [`give_post`]; `post.acting_end` when the span is open or not within that of the post; `post.self`.
pub(crate) async fn give_deputy(
    tx: &mut Tx,
    ids: &Ids,
    now: Instant,
    post: &PostId,
    deputy: AccountId,
    span: Span,
) -> Result<PostId> {
    let of = people::post(tx, post).await?.ok_or(Error::NotFound)?;
    if span.is_open() || span.from < of.span.from || span.until > of.span.until {
        return Err(RuleViolation::field("until", "post.acting_end").into());
    }
    if of.account == deputy {
        return Err(RuleViolation::field("login", "post.self").into());
    }
    let new = NewPost { account: deputy, unit: of.unit, role: of.role, place: of.place, facility: of.facility, span };
    give(tx, ids, now, new, Some(of.id)).await
}

async fn give(tx: &mut Tx, ids: &Ids, now: Instant, new: NewPost, acting_for: Option<PostId>) -> Result<PostId> {
    let known = people::lock(tx, &new.account).await?.ok_or(Error::NotFound)?;
    let unit = units::get(tx, &new.unit).await?.ok_or(Error::NotFound)?;
    if known.account.closed {
        return Err(RuleViolation::new("post.closed").into());
    }
    if unit.is_group {
        return Err(RuleViolation::field("unit", "post.group").into());
    }
    if unit.ended.is_some_and(|ended| ended <= new.span.from) {
        return Err(RuleViolation::field("unit", "post.unit_ended").into());
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
        acting_for,
    };
    let same = |p: &Post| {
        (&p.unit, p.role, &p.place, &p.facility) == (&post.unit, post.role, &post.place, &post.facility)
            && p.span.overlaps(post.span)
    };
    let ever = people::posts_ever(tx, &post.account).await?;
    if ever.iter().any(same) {
        return Err(RuleViolation::new("post.exists").into());
    }
    let held: Vec<_> = ever.iter().map(|p| (p.role, p.span)).collect();
    rights::may_add(&held, post.role, post.span)?;
    people::insert_post(tx, &post).await?;
    Ok(post.id)
}

/// Ends a post: `on` is the first day on which it is no longer held. Every session of the account ends now; who has
/// another post signs in again.
///
/// Errors: [`Error::NotFound`]; `post.end` when the post would never have been held, or has ended by then already;
/// `post.last_administrator`.
pub async fn end_post(tx: &mut Tx, post: &PostId, on: Day) -> Result<()> {
    let post = people::post(tx, post).await?.ok_or(Error::NotFound)?;
    if on <= post.span.from || on >= post.span.until {
        return Err(RuleViolation::field("on", "post.end").into());
    }
    remains(tx, post.role, on, |held, _| *held == post.id).await?;
    people::end_post(tx, &post.id, on).await?;
    web::session::close_all(tx, &post.account).await
}

/// Takes a post away at once: from today on it is no longer held, and one that began today is withdrawn. Every session
/// of the account ends now. Not for administrators, of whom one must remain.
///
/// Errors: [`Error::NotFound`] for a post that does not exist or has ended; `handover.power`.
pub async fn take_post(tx: &mut Tx, post: &PostId, today: Day) -> Result<()> {
    let post = people::post(tx, post).await?.filter(|post| post.span.until > today).ok_or(Error::NotFound)?;
    if rights::is_powerful(post.role) {
        return Err(RuleViolation::new("handover.power").into());
    }
    if post.span.from < today {
        people::end_post(tx, &post.id, today).await?;
    } else {
        people::withdraw_post(tx, &post.id, post.span.from.next()).await?;
    }
    web::session::close_all(tx, &post.account).await
}

/// Whether an administrator of a role remains once those posts are gone that `leaves` names.
async fn remains(tx: &mut Tx, role: Role, on: Day, leaves: impl Fn(&PostId, &AccountId) -> bool) -> Result<()> {
    if !rights::is_powerful(role) {
        return Ok(());
    }
    // Two that would leave at the same time wait for one another here.
    people::lock_holders(tx, role).await?;
    let all = people::holders(tx, role, on).await?;
    let stay = all.into_iter().filter(|(post, account, ..)| !leaves(post, account));
    let stay: Vec<Holder> =
        stay.filter_map(|(_, _, active, from, until)| Some(Holder { active, span: Span::new(from, until)? })).collect();
    Ok(rights::somebody_remains(role, &stay, on)?)
}

/// Whether all administrators remain when an account goes.
async fn others_remain(tx: &mut Tx, account: &AccountId, today: Day) -> Result<()> {
    let posts = people::posts_ever(tx, account).await?;
    for role in rights::POWERFUL {
        if posts.iter().any(|post| post.role == role && post.span.until > today) {
            remains(tx, role, today, |_, holder| holder == account).await?;
        }
    }
    Ok(())
}

/// Closes an account for good: its posts end today, its sessions now. The rows stay, because the audit names them.
///
/// Errors: [`Error::NotFound`]; `post.last_administrator`; closing it again changes nothing.
pub async fn close_account(tx: &mut Tx, account: &AccountId, today: Day) -> Result<()> {
    let known = people::lock(tx, account).await?.ok_or(Error::NotFound)?;
    others_remain(tx, account, today).await?;
    people::close(tx, &known.account.id).await?;
    people::take_invites(tx, account).await?;
    factor::reset(tx, account).await?;
    for post in people::posts_ever(tx, account).await?.into_iter().filter(|post| post.span.until > today) {
        // A post is never taken back to before its first day: that it was held stays on record.
        people::end_post(tx, &post.id, today.max(post.span.from.next())).await?;
    }
    web::session::close_all(tx, account).await
}

/// Keeps an account from signing in, or lets it again; its posts stay as they are.
///
/// Errors: [`Error::NotFound`] for an account that does not exist or is closed; `post.last_administrator`.
pub(crate) async fn suspend(tx: &mut Tx, account: &AccountId, suspended: bool, today: Day) -> Result<()> {
    people::lock(tx, account).await?.filter(|known| !known.account.closed).ok_or(Error::NotFound)?;
    if suspended {
        others_remain(tx, account, today).await?;
    }
    people::set_suspended(tx, account, suspended).await?;
    web::session::close_all(tx, account).await
}

/// Somebody leaves: every post held on the day passes to the successor from that day on, with unit, role and place.
/// What waits at the units stays there, so nothing of it is moved. The answer is the number of posts.
///
/// Errors: `handover.nothing`; `handover.self`; `handover.power` when a post with power is among them (that needs a
/// second person); what [`give_post`] and [`end_post`] refuse, except that a post which the successor holds already
/// is not given twice.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    ids: &Ids,
    now: Instant,
    leaver: &AccountId,
    heir: &AccountId,
    on: Day,
) -> Result<i64> {
    if leaver == heir {
        return Err(RuleViolation::field("login", "handover.self").into());
    }
    let posts = people::posts_on(tx, leaver, on).await?;
    if posts.is_empty() {
        return Err(RuleViolation::field("on", "handover.nothing").into());
    }
    if posts.iter().any(|post| rights::is_powerful(post.role)) {
        return Err(RuleViolation::new("handover.power").into());
    }
    let theirs = people::posts_on(tx, heir, on).await?;
    for post in &posts {
        end_post(tx, &post.id, on).await?;
        let same =
            |p: &Post| (&p.unit, p.role, &p.place, &p.facility) == (&post.unit, post.role, &post.place, &post.facility);
        let Some(span) = Span::new(on, post.span.until).filter(|_| !theirs.iter().any(same)) else { continue };
        let (unit, place, facility) = (post.unit.clone(), post.place.clone(), post.facility.clone());
        let new = NewPost { account: heir.clone(), unit, role: post.role, place, facility, span };
        give(tx, ids, now, new, post.acting_for.clone()).await?;
    }
    Ok(posts.len() as i64)
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
