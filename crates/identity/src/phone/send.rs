//! A code is made and sent: with its limits, so that nobody is flooded with messages, and the same for every number.

use super::number::{lookup, sealer};
use super::rules::{self, CodePolicy, State};
use super::sms::{self, Sender};
use crate::settings::Settings;
use crate::store::phone::{self as store, New};
use db::Read;
use kernel::{Instant, Mobile, RuleViolation};
use web::{Cx, Entry, Result};

/// The figures of the settings on a day.
///
/// Errors: a setting that is missing, named.
pub(crate) async fn policy(cx: &Cx, read: &mut Read) -> Result<CodePolicy> {
    let settings = Settings::on(read, cx.today()).await?;
    Ok(CodePolicy {
        minutes: settings.whole("code.minutes")?,
        tries: settings.whole("code.tries")?,
        pause: settings.whole("code.pause_seconds")?,
        per_day: settings.whole("code.per_day")?,
        per_hour: settings.whole("code.address_per_hour")?,
        first_minutes: settings.whole("code.first_minutes")?,
    })
}

/// What is kept of a code: of use with its ticket only.
pub(crate) fn code_digest(cx: &Cx, ticket: &str, code: &str) -> String {
    cx.app.keys.lookup(&format!("phone-code:{ticket}:{code}"))
}

/// Sends a code to a number; the ticket, which the browser keeps and nobody else has. `key` is that of the form: the
/// same form sent twice is one code.
///
/// Errors, at the field `phone`: `code.nobody` where no sender is set up; those of [`rules::may_send`].
pub(crate) async fn send(cx: &Cx, number: &Mobile, key: &str) -> Result<String> {
    let (app, now) = (&cx.app, cx.app.clock.now());
    if Sender::of(app) == Sender::Nobody {
        return Err(RuleViolation::field("phone", "code.nobody").into());
    }
    let found = lookup(app, number);
    let random = || app.ids.bytes::<32>().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let mut ticket = if key.is_empty() { random() } else { app.keys.lookup(&format!("ticket:{key}:{found}")) };
    let ready = sms::ready(app).await?;
    let mut read = app.db.read().await?;
    let policy = policy(cx, &mut read).await?;
    drop(read);

    let mut tx = app.db.begin().await?;
    let last = store::lock(&mut tx, &found).await?;
    if let Some(there) = store::get(&mut tx, &web::session::digest(&ticket)).await? {
        let known = there.known;
        if known.state == State::Sent && now < known.expires && known.tries < policy.tries {
            return Ok(ticket);
        }
        ticket = random();
    }
    let address = cx.address().map(|a| app.keys.lookup(&format!("address:{a}"))).unwrap_or_default();
    let today = store::sent_to(&mut tx, &found, Instant::start_of(now.day())).await?;
    let asked = match address.as_str() {
        "" => 0,
        address => store::asked_from(&mut tx, address, now.plus_seconds(-3600)).await?,
    };
    rules::may_send(last, today, asked, now, policy)?;
    let (code, expires) = (rules::digits(app.ids.bytes()), now.plus_seconds(policy.minutes * 60));
    let digest = web::session::digest(&ticket);
    let new = New {
        ticket: &digest,
        lookup: &found,
        sealed: sealer(app).seal_text(ready.key(), number.as_str())?,
        sealed_by: ready.key().subject(),
        code: &code_digest(cx, &ticket, &code),
        address: &address,
        sent: now,
        expires,
    };
    store::insert(&mut tx, new).await?;
    store::note(&mut tx, &found, now).await?;
    let text = cx.tf("sms.code", &[&code, &policy.minutes]);
    sms::put(app, &mut tx, &ready, sms::New { to: number, kind: "code", text: &text, expires }).await?;
    cx.audit(&mut tx, Entry::new("", "phone_code", &digest[..16]).why("code sent")).await?;
    tx.commit().await?;
    Ok(ticket)
}
