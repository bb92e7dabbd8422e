//! Accounts, by the filters of their list: what the page shows, no number and nothing of a password.

use errand::{List, Pen};
use web::{Cx, Result};

pub static LIST: List = List {
    kind: "identity.accounts",
    action: &identity::ACCOUNTS,
    title: "account.title",
    name: "accounts",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

/// Code, message key, width.
const COLUMNS: [(&str, &str, u16); 5] = [
    ("login", "account.login", 20),
    ("name", "account.name", 20),
    ("posts", "account.posts_today", 60),
    ("state", "account.state_label", 12),
    ("second_factor", "factor.title", 14),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let (mut n, mut next) = (0, None);
    loop {
        let (page, more) = identity::listed_accounts(&cx.turned(next.as_deref()), &mut read).await?;
        n += page.len() as i64;
        next = more;
        if next.is_none() || n > most {
            return Ok(n);
        }
    }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, cx.today(), &cx.actor()?.unit_name.clone(), &columns)?;
    let mut next = None;
    loop {
        let (page, more) = identity::listed_accounts(&cx.turned(next.as_deref()), &mut read).await?;
        for account in page {
            let factor = cx.t(if account.factor { "factor.works" } else { "factor.not_set_up" });
            pen.row([
                account.login.into(),
                account.name.into(),
                account.posts.into(),
                account.state.into(),
                factor.into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
