//! Who is told besides the unit that has to act: the applicant by a short message when it is their turn again, the
//! matter has ended or comes to a state that the kind names, and on the desk; the institution that an office acts about, once that was handed in.

use crate::declaration::{Kind, Owner, State};
use crate::model::Matter;
use crate::values::Values;
use crate::words;
use db::Tx;
use identity::phone::sms;
use kernel::kinds::UnitId;
use kernel::{Actor, Lang, Mobile};
use web::{App, Result, Words};

/// Word of the desk: `todo.matter.told`.
pub const TOLD: &str = "matter.told";
/// The field of every form that asks for a number so that progress can be told.
const NUMBER: &str = "contact_phone";

/// What a message needs before its transaction begins; `None` where nobody sends.
pub(crate) async fn ready(app: &App) -> Result<Option<sms::Ready>> {
    match sms::Sender::of(app) {
        sms::Sender::Nobody => Ok(None),
        _ => sms::ready(app).await.map(Some),
    }
}

/// A move that was made.
pub(crate) struct Made<'a> {
    pub kind: &'static Kind,
    pub from: &'static State,
    pub to: &'static State,
    pub matter: &'a Matter,
    pub values: &'a Values,
    pub by: Option<&'a Actor>,
}

/// Tells of a move.
pub(crate) async fn told(app: &App, tx: &mut Tx, ready: Option<&sms::Ready>, made: &Made<'_>) -> Result<()> {
    let (matter, ended) = (made.matter, matches!(made.to.owner, Owner::Nobody(_)));
    let own = |by: &Actor| by.unit == matter.applicant;
    let named = made.kind.tells.iter().any(|state| state.id == made.to.id);
    let theirs = made.to.owner == Owner::Applicant || ended || named;
    if theirs && !made.by.is_some_and(own) {
        message(app, tx, ready, made).await?;
        if ended || named {
            desk_of(app, tx, &matter.applicant, made).await?;
        }
    }
    // What was dropped before anybody saw it is nobody's business.
    let begun_only = ended && made.from.id == made.kind.first.id;
    if let (Some(facility), false) = (&matter.facility, begun_only)
        && let Some(office) = identity::office_of(tx, facility).await?
        && office.id != matter.applicant
        && office.ended.is_none()
    {
        desk_of(app, tx, &office.id, made).await?;
    }
    Ok(())
}

fn text(lang: Lang, made: &Made<'_>) -> String {
    let (w, matter) = (Words(lang), made.matter);
    let (title, state) = (words::title(w, &matter.kind), words::state(w, made.kind, made.to.id));
    w.tf("matter.told", &[&title, &matter.title, &matter.number, &state])
}

async fn message(app: &App, tx: &mut Tx, ready: Option<&sms::Ready>, made: &Made<'_>) -> Result<()> {
    let (Some(ready), Ok(to)) = (ready, Mobile::parse(made.values.get(NUMBER))) else { return Ok(()) };
    let expires = app.clock.now().plus_seconds(sms::NEWS);
    let text = format!("【善育】{}", text(Lang::Zh, made));
    sms::put(app, tx, ready, sms::New { to: &to, kind: "matter", text: &text, expires }).await
}

/// What is read and then put away.
async fn desk_of(app: &App, tx: &mut Tx, unit: &UnitId, made: &Made<'_>) -> Result<()> {
    let matter = made.matter;
    let ask = desk::Ask {
        unit,
        kind: TOLD,
        about: matter.id.as_str(),
        subject: &format!("{}/{}", matter.id, matter.changed.0),
        href: &format!("/matters/{}", matter.id),
        text_zh: &text(Lang::Zh, made),
        text_en: &text(Lang::En, made),
        due: None,
        from: None,
        words: "",
        at: app.clock.now(),
    };
    desk::ask(tx, &app.ids, ask).await?;
    Ok(())
}
