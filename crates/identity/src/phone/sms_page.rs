//! GET /sms: the messages of late, for the system administrator: when, what kind, what became of it. Numbers are masked;
//! a text is shown only where nobody sends it but the simulator.

use super::sms::{Message, Sender, State, read};
use crate::store::sms as store;
use axum::response::Response;
use kernel::Instant;
use web::{Crumb, Cursor, Cx, PageLinks, Result, Shell, paging};

struct Line {
    at: String,
    number: String,
    kind: String,
    state: &'static str,
    light: &'static str,
    tries: i64,
    text: String,
}

#[derive(askama::Template)]
#[template(path = "identity/sms.html")]
struct SmsPage {
    shell: Shell,
    lede: &'static str,
    texts: bool,
    lines: Vec<Line>,
    links: PageLinks,
}

pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let below = Instant(if cursor.key.is_empty() { i64::MAX } else { cursor.key.parse().unwrap_or(i64::MAX) });
    let below_id = if cursor.id.is_empty() { "~" } else { &cursor.id };
    let rows: Vec<Message> = cx.read().await?.all(store::list((below, below_id), limit + 1)).await?;
    let (rows, next) = paging::cut(rows, limit, |m| Cursor { key: m.at.0.to_string(), id: m.id.clone() });
    let sender = Sender::of(&cx.app);
    let mut lines = Vec::with_capacity(rows.len());
    for message in rows {
        let (number, text) = match read(&cx.app, &message).await? {
            Some((number, text)) => (number.masked(), text),
            None => (String::new(), String::new()),
        };
        lines.push(Line {
            at: message.at.minute(),
            number,
            kind: cx.t(&format!("sms.kind.{}", message.kind)).to_owned(),
            state: cx.t(&format!("sms.state.{}", message.state.as_str())),
            light: match message.state {
                State::Waiting => "at_risk",
                State::Sent => "met",
                State::Void => "not_due",
            },
            tries: message.tries,
            text: if sender == Sender::Simulator { text } else { String::new() },
        });
    }
    let title = cx.t("sms.title");
    let page = SmsPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        lede: cx.t(match sender {
            Sender::Nobody => "sms.lede_nobody",
            Sender::Simulator => "sms.lede_simulator",
            Sender::Program(_) => "sms.lede_program",
        }),
        texts: sender == Sender::Simulator,
        lines,
        links: PageLinks::new(&cx, next.as_deref()),
    };
    web::page(&page)
}
