//! Several posts, one at a time: the list of one's own posts, and the switch to another one in the same session. What
//! may be seen and done is always that of the post in use, never the sum of all.

use crate::accounts;
use crate::model::Post;
use crate::second_factor;
use crate::sign_in::landing;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::kinds::PostId;
use kernel::{Actor, RuleViolation};
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell, Writing};

struct PostLine {
    id: String,
    unit: String,
    role: &'static str,
    place: String,
    since: String,
    until: String,
    current: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/posts.html")]
struct PostsPage {
    shell: Shell,
    account: String,
    posts: Vec<PostLine>,
    /// The hidden fields of each form: every press is a write of its own.
    hidden: web::parts::Markup,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let actor = cx.actor()?;
    let mut read = cx.read().await?;
    let mut posts = Vec::new();
    for post in accounts::posts(&mut read, &actor.account, cx.today()).await? {
        let place = places::get(&mut read, &post.place, cx.today()).await?;
        posts.push(PostLine {
            unit: cx.words().pick(&post.unit_name_zh, &post.unit_name_en).to_owned(),
            role: cx.t(&format!("role.{}", post.role.as_str())),
            place: place.map_or_else(|| post.place.to_string(), |place| place.name),
            since: post.span.from.to_string(),
            until: if post.span.is_open() { String::new() } else { post.span.until.plus(-1).to_string() },
            current: post.id == actor.post,
            id: post.id.into_string(),
        });
    }
    let title = cx.t("posts.title");
    let shell = Shell::new(&cx, title, vec![Crumb::here(title)]);
    web::page(&PostsPage { shell, account: actor.account.to_string(), posts, hidden: web::form::hidden(&cx) })
}

pub(crate) async fn submit(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let (writing, actor, _) = switch(&cx, &headers, &form).await?;
    let to = Reply::To(landing(&cx, &actor).to_owned());
    cx.commit(writing, entry(&actor), to).await
}

/// Puts the session of a request into another post of the same account; the caller commits.
///
/// Errors: `post.not_yours` for a post that the account does not hold today.
pub(crate) async fn switch(cx: &Cx, headers: &HeaderMap, form: &Form) -> Result<(Writing, Actor, Vec<Post>)> {
    let actor = cx.actor()?;
    let token = web::session::token(headers).ok_or(Error::SignIn)?;
    let wanted = PostId::parse(form.text("post"));
    let mut writing = cx.write(form).await?;
    let posts = accounts::posts(&mut writing, &actor.account, cx.today()).await?;
    let wanted = posts.iter().find(|post| Some(&post.id) == wanted.as_ref());
    let next = wanted.ok_or_else(|| RuleViolation::field("post", "post.not_yours"))?.actor(&actor.name);
    web::session::switch(&mut writing, &token, &next).await?;
    let first = if second_factor::is_missing(cx, &mut writing, &next).await? { second_factor::PAGE } else { "" };
    web::session::hold(&mut writing, &token, first).await?;
    Ok((writing, next, posts))
}

pub(crate) fn entry(actor: &Actor) -> Entry {
    Entry::new("", "post", &actor.post).why("switched to this post")
}
