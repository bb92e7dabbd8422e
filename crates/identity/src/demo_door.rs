//! The door of a demonstration: its people are entered with one press and no password. It exists only where `demo`
//! made the folder, and only for accounts that `demo` opened; everywhere else there is no such address.

use crate::model::Post;
use crate::rules;
use crate::store::people;
use crate::{accounts, sign_in, sign_out};
use axum::http::HeaderMap;
use db::Read;
use kernel::{Actor, Day};
use web::{Cx, Entry, Error, Result};

/// Somebody of the demonstration, in the post held longest.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    pub login: String,
    /// The name on screen.
    pub name: String,
    pub post: Post,
}

/// The people of a demonstration who hold a post on a day, by login.
pub async fn demo_people(read: &mut Read, day: Day) -> db::Result<Vec<DemoPerson>> {
    let mut people = Vec::new();
    for known in people::demo(read).await? {
        if let Some(post) = accounts::posts(read, &known.account.id, day).await?.into_iter().next() {
            people.push(DemoPerson { login: known.account.login.to_string(), name: known.account.name, post });
        }
    }
    Ok(people)
}

/// Opens a session for one of the demonstration's people, and ends the one of whoever asks. The actor and the
/// `Set-Cookie` of the new session.
///
/// Errors: [`Error::NotFound`] on real data, for an account that `demo` did not open, and for one without a post.
pub async fn enter_as(cx: &Cx, headers: &HeaderMap, login: &str) -> Result<(Actor, String)> {
    if !cx.app.settings.synthetic {
        return Err(Error::NotFound);
    }
    let mut read = cx.read().await?;
    let policy = sign_in::policy(cx, &mut read).await?;
    let found = people::demo(&mut read).await?.into_iter().find(|known| known.account.login.as_str() == login);
    let account = found.ok_or(Error::NotFound)?.account;
    let posts = accounts::posts(&mut read, &account.id, cx.today()).await?;
    let actor = posts.first().ok_or(Error::NotFound)?.actor(&account.name);
    drop(read);
    sign_out::end(cx, headers).await?;
    let mut tx = cx.app.db.begin().await?;
    let expires = rules::session_end(cx.app.clock.now(), policy, posts.iter().map(|post| post.span));
    let token = web::session::open(&mut tx, &cx.app, &actor, expires).await?;
    let entry = Entry { account: Some(account.id.clone()), ..Entry::new("", "account", &account.id) };
    cx.audit(&mut tx, entry.why("entered the demonstration")).await?;
    tx.commit().await?;
    Ok((actor, web::session::set_cookie(&cx.app, Some(&token))))
}
