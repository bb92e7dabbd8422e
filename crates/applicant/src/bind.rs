//! POST /apply/organisation: says which organisation one acts for. With a credit code comes the proof, and the guidance
//! centre of the district has it on its desk; without one it is a name to go on with.

use crate::form_page::refused;
use crate::model::{Claim, ClaimState, KINDS};
use crate::organisation_page::draw;
use crate::store::claims;
use crate::{rules, standing, tell};
use axum::response::Response;
use kernel::kinds::BlobId;
use kernel::{CreditCode, FieldError, RuleViolation};
use web::upload::Sent;
use web::{Cx, Entry, Form, Invalid, Reply, Result, Uploads, evidence};

/// What was typed.
struct Typed {
    name: String,
    kind: String,
    /// `None`: a name to go on with.
    code: Option<CreditCode>,
}

pub(crate) async fn submit(cx: Cx, Uploads { form, files }: Uploads) -> Result<Response> {
    let saved = match parse(&form, &files) {
        Ok(typed) => save(&cx, &form, typed, &files).await,
        Err(rule) => Err(rule.into()),
    };
    match saved {
        Err(error) => draw(&cx, &form, &refused(error, "name")?).await,
        done => done,
    }
}

/// The fields, and everything that is wrong with them or the proof.
fn parse(form: &Form, files: &[Sent]) -> Result<Typed, RuleViolation> {
    let mut wrong = Invalid::default();
    let name = wrong.required(form, "name", rules::NAME);
    let kind = wrong.choice(form, "kind", &KINDS).unwrap_or_default().to_owned();
    let code = code(form, &mut wrong);
    if let Some(fault) = evidence::fault("files", files) {
        wrong.0.push(fault);
    } else if files.len() > 1 {
        wrong.add("files", "applicant.one_file");
    } else if form.has("code") && files.is_empty() {
        wrong.add("files", "applicant.proof");
    }
    wrong.check()?;
    Ok(Typed { name, kind, code })
}

/// The credit code of a form, checked.
pub(crate) fn code(form: &Form, wrong: &mut Invalid) -> Option<CreditCode> {
    if !form.has("code") {
        return None;
    }
    let parsed = CreditCode::parse(form.text("code"));
    parsed.map_err(|r| wrong.0.push(FieldError { field: "code".to_owned(), code: r.code, values: r.values })).ok()
}

async fn save(cx: &Cx, form: &Form, typed: Typed, files: &[Sent]) -> Result<Response> {
    let actor = cx.actor()?;
    let mut body = form.canonical();
    let mut kept = None;
    // On the disk before its row; one without a row is swept.
    if let Some(file) = files.first().filter(|_| typed.code.is_some()) {
        let file = evidence::keep(&cx.app, file).await?;
        body.push_str(file.digest());
        kept = Some(file);
    }
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let now = cx.app.clock.now();
    let standing = standing::first(&mut writing, actor).await?;
    rules::may_claim(standing.state())?;
    let home = tell::home(&mut writing, &actor.place, now.day()).await?;
    let mut file = None;
    if let Some(kept) = kept {
        let blob: BlobId = cx.app.ids.new_id(now);
        kept.record(&mut writing, &home, blob.clone(), now).await?;
        file = Some(blob.into_string());
    }
    let claim = Claim {
        home,
        id: cx.app.ids.new_id::<kernel::kinds::SpanRow>(now).into_string(),
        unit: actor.unit.clone(),
        place: actor.place.clone(),
        name: typed.name,
        kind: typed.kind,
        state: if typed.code.is_some() { ClaimState::Waiting } else { ClaimState::Provisional },
        code: typed.code.map(|c| c.to_string()).unwrap_or_default(),
        file,
        account: actor.account.clone(),
        at: now,
        decided_by: None,
        decided_unit: None,
        decided_at: None,
        words: String::new(),
    };
    claims::replace(&mut writing, &actor.unit).await?;
    if !claims::insert(&mut writing, &claim).await? {
        // Who is bound is not told; whoever it is decides whether to let this one in.
        return Err(RuleViolation::field("code", "applicant.taken").into());
    }
    if identity::name_applicant(&mut writing, &actor.unit, &claim.name).await?
        && let Some(token) = cx.token()
    {
        let mut renamed = actor.clone();
        renamed.unit_name = claim.name.clone();
        web::session::switch(&mut writing, token, &renamed).await?;
    }
    if claim.state == ClaimState::Waiting {
        let href = format!("/applicants/{}", claim.id);
        let (name, subject) = (&claim.name, &claim.id);
        let asked =
            tell::Asked { kind: tell::CLAIM, named: true, key: "applicant.desk.claim", name, subject, href: &href };
        tell::office_of(cx, &mut writing, &actor.place, &actor.unit, &asked).await?;
    }
    let entry = Entry::new(&claim.home, "applicant", &claim.id).why("organisation named");
    cx.commit(writing, entry, Reply::To(format!("/apply/organisation?done=applicant_{}", claim.state.as_str()))).await
}
