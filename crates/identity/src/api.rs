//! The JSON twins: a session by name and password, who one is, another post, the end. The token is sent as
//! `Authorization: Bearer`; it is stored nowhere but at the caller.

use crate::accounts;
use crate::model::Post;
use crate::sign_in;
use crate::sign_out;
use crate::store::people;
use crate::switch_post;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use db::Read;
use kernel::kinds::PostId;
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::{Cx, Error, Form, Invalid, Reply, Result};

pub(crate) const SIGN_IN: Doc =
    Doc::new("Open a session; the token goes into `Authorization: Bearer`", &[], session_schema)
        .body(credentials_schema);
pub(crate) const ME: Doc = Doc::new("Who is signed in, and in which post", &[], me_schema);
pub(crate) const END: Doc = Doc::new("End the session of this token", &[], ended_schema);
pub(crate) const SWITCH: Doc =
    Doc::new("Work in another post of the same account", &[], posts_schema).body(switch_schema);

fn credentials_schema() -> Value {
    let mut schema = object(&[("account", "string"), ("password", "string")]);
    // Needed where the account has a second factor: its code, or a recovery code.
    schema["properties"]["totp"] = json!({"type": "string"});
    schema
}

fn switch_schema() -> Value {
    object(&[("post", "string")])
}

fn post_schema() -> Value {
    let fields = [
        ("id", "string"),
        ("unit", "string"),
        ("unit_name", "string"),
        ("role", "string"),
        ("region", "string?"),
        ("current", "boolean"),
    ];
    object(&fields)
}

fn with_posts(fields: &[(&str, &str)]) -> Value {
    let mut schema = object(fields);
    schema["properties"]["posts"] = json!({"type": "array", "items": post_schema()});
    if let Some(required) = schema["required"].as_array_mut() {
        required.push("posts".into());
    }
    schema
}

fn posts_schema() -> Value {
    with_posts(&[])
}

fn session_schema() -> Value {
    with_posts(&[("token", "string")])
}

fn me_schema() -> Value {
    with_posts(&[("account", "string"), ("name", "string"), ("today", "string"), ("synthetic", "boolean")])
}

fn ended_schema() -> Value {
    object(&[("ended", "boolean")])
}

/// Posts as the API shows them: `region` is the code of the post's place today, null once the place is no more.
async fn posts_json(cx: &Cx, read: &mut Read, posts: &[Post], current: &PostId) -> Result<Vec<Value>> {
    let mut out = Vec::with_capacity(posts.len());
    for post in posts {
        let region = places::get(read, &post.place, cx.today()).await?.map(|place| place.code);
        out.push(json!({
            "id": post.id,
            "unit": post.unit,
            "unit_name": cx.words().pick(&post.unit_name_zh, &post.unit_name_en),
            "role": post.role.as_str(),
            "region": region,
            "current": post.id == *current,
        }));
    }
    Ok(out)
}

pub(crate) async fn session(cx: Cx, form: Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let account = wrong.required(&form, "account", 200);
    if !form.has("password") {
        wrong.add("password", "form.required");
    }
    wrong.check()?;
    let signed = sign_in::sign_in(&cx, &account, form.text("password"), form.text("totp")).await?;
    let mut read = cx.read().await?;
    let posts = posts_json(&cx, &mut read, &signed.posts, &signed.actor.post).await?;
    Ok(web::api::reply(&json!({"token": signed.token, "posts": posts})))
}

pub(crate) async fn me(cx: Cx) -> Result<Response> {
    let actor = cx.actor()?;
    let mut read = cx.read().await?;
    let account = people::by_id(&mut read, &actor.account).await?.ok_or(Error::SignIn)?.account;
    let posts = accounts::posts(&mut read, &actor.account, cx.today()).await?;
    let posts = posts_json(&cx, &mut read, &posts, &actor.post).await?;
    Ok(web::api::reply(&json!({
        "account": account.login.as_str(),
        "name": account.name,
        "today": cx.today(),
        "synthetic": cx.app.settings.synthetic,
        "posts": posts,
    })))
}

pub(crate) async fn end(cx: Cx, headers: HeaderMap) -> Result<Response> {
    sign_out::end(&cx, &headers).await?;
    Ok(web::api::reply(&json!({"ended": true})))
}

pub(crate) async fn switch(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let (mut writing, actor, posts) = switch_post::switch(&cx, &headers, &form).await?;
    let posts = posts_json(&cx, &mut writing, &posts, &actor.post).await?;
    let reply = Reply::json(StatusCode::OK, &json!({"posts": posts}));
    cx.commit(writing, switch_post::entry(&actor), reply).await
}
