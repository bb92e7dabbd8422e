//! Who is told of what: the desk of the guidance centre, the desk of the applicant, a short message to a person.

use db::{Read, Tx};
use desk::Ask;
use identity::phone::{number, sms};
use kernel::kinds::{AccountId, PlaceId, UnitId};
use kernel::{Actor, Instant, Lang};
use web::{App, Cx, Error, Result, Words};

/// Words of the desk: `todo.applicant.claim`, `todo.applicant.join`.
pub const CLAIM: &str = "applicant.claim";
pub const JOIN: &str = "applicant.join";

/// Which office deals with applicants of a district: its guidance centre, or its education office.
const OFFICES: [&str; 2] = ["guidance_centre", "education"];

/// What all entries about an applicant share.
pub fn about(unit: &UnitId) -> String {
    format!("applicant/{unit}")
}

/// What is asked: the key of its sentence, the organisation in it, and where it is dealt with.
pub struct Asked<'a> {
    pub kind: &'static str,
    /// The unit that asks stands with it, and has it among what it asked for.
    pub named: bool,
    pub key: &'static str,
    pub name: &'a str,
    pub subject: &'a str,
    pub href: &'a str,
}

/// Puts something about an applicant on the desk of a unit.
pub async fn desk_of(cx: &Cx, tx: &mut Tx, to: &UnitId, of: &UnitId, asked: &Asked<'_>) -> Result<()> {
    let text = |lang| Words(lang).tf(asked.key, &[&asked.name]);
    let ask = Ask {
        unit: to,
        kind: asked.kind,
        about: &about(of),
        subject: asked.subject,
        href: asked.href,
        text_zh: &text(Lang::Zh),
        text_en: &text(Lang::En),
        due: None,
        from: if asked.named { Some(cx.actor()?) } else { None },
        words: "",
        at: cx.app.clock.now(),
    };
    desk::ask_there(tx, &cx.app.ids, ask).await?;
    Ok(())
}

/// The same on the desk of the office that deals with applicants of a district.
pub async fn office_of(cx: &Cx, tx: &mut Tx, place: &PlaceId, of: &UnitId, asked: &Asked<'_>) -> Result<()> {
    let day = cx.today();
    let place = places::get(tx, place, day).await?.ok_or(Error::NotFound)?;
    let office = identity::office_at(tx, &place, &OFFICES, day).await?;
    let office = office.ok_or_else(|| Error::Internal(format!("no office deals with applicants of {}", place.code)))?;
    identity::record_office(tx, &office, day).await?;
    desk_of(cx, tx, &office.id, of, asked).await
}

/// It was decided: it leaves every desk.
pub async fn done(
    tx: &mut Tx,
    kind: &str,
    of: &UnitId,
    subject: &str,
    by: &Actor,
    words: &str,
    at: Instant,
) -> Result<()> {
    desk::close(tx, kind, &about(of), subject, Some(by), words, at).await?;
    Ok(())
}

/// Writes a short message to the number of an account, where it has one and somebody sends.
pub async fn message(
    app: &App,
    tx: &mut Tx,
    ready: &sms::Ready,
    to: &AccountId,
    kind: &'static str,
    text: &str,
) -> Result<()> {
    let Some(number) = number::of_account(app, tx, to).await? else { return Ok(()) };
    let expires = app.clock.now().plus_seconds(sms::NEWS);
    sms::put(app, tx, ready, sms::New { to: &number, kind, text, expires }).await
}

/// The district's home, under which its rows are kept.
pub async fn home(read: &mut Read, place: &PlaceId, day: kernel::Day) -> Result<String> {
    Ok(places::get(read, place, day).await?.map(|place| place.home).unwrap_or_default())
}
