//! One's own sessions: where one is signed in, since when, last used; and the end of all others at once.

use axum::response::Response;
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell};

struct SessionLine {
    post: String,
    opened: String,
    seen: String,
    expires: String,
    from: String,
    agent: String,
    current: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/sessions.html")]
struct SessionsPage {
    shell: Shell,
    sessions: Vec<SessionLine>,
    others: usize,
    hidden: Markup,
}

/// GET /sessions
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let actor = cx.actor()?;
    let here = cx.token().map(web::session::digest).unwrap_or_default();
    let mut read = cx.read().await?;
    let open = web::session::open_of(&mut read, &cx.app, &actor.account).await?;
    let sessions: Vec<SessionLine> = open
        .into_iter()
        .map(|s| SessionLine {
            post: format!("{} · {}", s.unit_name, cx.t(&format!("role.{}", s.role))),
            opened: s.created.minute(),
            seen: if s.digest == here { cx.t("sessions.now").to_owned() } else { s.seen.minute() },
            expires: s.expires.minute(),
            from: s.address,
            agent: s.agent,
            current: s.digest == here,
        })
        .collect();
    let title = cx.t("sessions.title");
    let page = SessionsPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("posts.title"), "/posts"), Crumb::here(title)]),
        others: sessions.iter().filter(|s| !s.current).count(),
        sessions,
        hidden: web::form::hidden(&cx),
    };
    web::page(&page)
}

/// POST /sessions/end-others
pub(crate) async fn end_others(cx: Cx, form: Form) -> Result<Response> {
    let account = cx.actor()?.account.clone();
    let token = cx.token().ok_or(Error::SignIn)?.to_owned();
    let mut writing = cx.write(&form).await?;
    let ended = web::session::close_others(&mut writing, &account, &token).await?;
    let entry = Entry::new("", "account", &account).why(format!("ended {ended} other sessions"));
    cx.commit(writing, entry, Reply::To("/sessions?done=sessions".to_owned())).await
}
