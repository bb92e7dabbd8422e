//! POST /matters/{id}/rating: how the applicant found the service, once, after the matter has ended (好差评). A bad one
//! goes to the desk of the unit above, which answers it.

use crate::advance::unit_at;
use crate::model::Rating;
use crate::one;
use crate::seen::seen;
use crate::store::{after, rated};
use axum::extract::Path;
use axum::response::Response;
use kernel::{Lang, Month};
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Words};

/// Word of the desk: `todo.matter.rated`.
pub const RATED: &str = "matter.rated";
const WORDS: usize = 500;
/// 不满意 and 非常不满意, the two lowest of the five answers, are a bad rating (国办发〔2019〕51号 二(二)).
pub const BAD: i64 = 2;

pub(crate) async fn post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let stars = wrong.choice(&form, "stars", &["5", "4", "3", "2", "1"]).and_then(|s| s.parse::<i64>().ok());
    let words = form.text("words").to_owned();
    if words.chars().count() > WORDS {
        wrong.add("rating_words", "form.too_long");
    } else if words.is_empty() && stars.is_some_and(|stars| stars <= BAD) {
        wrong.add("rating_words", "matter.rating_why");
    }
    if !wrong.is_empty() {
        return one::draw(&cx, &id, &form, &wrong.0, None).await;
    }
    let Some(stars) = stars else { return Err(Error::bad("form.choice", "stars")) };
    let mut writing = cx.write(&form).await?;
    if !met.may_rate() {
        return Err(Error::Forbidden);
    }
    let (matter, now, actor) = (&met.whole.matter, cx.app.clock.now(), cx.actor()?);
    let rating = Rating { stars, words, account: actor.account.clone(), at: now };
    if !after::rate(&mut writing, matter, &rating).await? {
        return Err(Error::Conflict("matter.rated"));
    }
    rated::add(&mut writing, &matter.home, &matter.kind, stars, Month::of(now.day())).await?;
    if stars <= BAD
        && let Some(above) = unit_at(&mut writing, &matter.place, met.bound()?.kind.above, now.day()).await?
    {
        let text = |lang| Words(lang).tf("matter.rated_text", &[&stars, &matter.title, &rating.words]);
        let ask = desk::Ask {
            unit: &above.id,
            kind: RATED,
            about: matter.id.as_str(),
            subject: &format!("{}/rating", matter.id),
            href: &format!("/matters/{}", matter.id),
            text_zh: &text(Lang::Zh),
            text_en: &text(Lang::En),
            due: None,
            from: None,
            words: "",
            at: now,
        };
        desk::ask(&mut writing, &cx.app.ids, ask).await?;
    }
    let entry = Entry::new(&matter.home, "matter", &id).why("rated the service");
    cx.commit(writing, entry, Reply::To(format!("/matters/{id}?done=matter_rated"))).await
}
