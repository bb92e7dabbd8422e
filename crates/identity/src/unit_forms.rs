//! Units in the browser: made, renamed and ended by day; their duties; the members of a group.

use crate::form_page::{self, field};
use crate::model::{Level, Unit};
use crate::post_forms::unit_of;
use crate::store::units::{self, Duty};
use crate::units as cases;
use axum::extract::Path;
use axum::response::Response;
use kernel::kinds::UnitId;
use kernel::{Day, FieldError, RuleViolation};
use web::form::Input;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

async fn known(cx: &Cx, id: &str) -> Result<Unit> {
    let id = UnitId::parse(id).ok_or(Error::NotFound)?;
    crate::unit(&mut cx.read().await?, &id).await?.ok_or(Error::NotFound)
}

/// GET /units/new
pub(crate) async fn new_page(cx: Cx) -> Result<Response> {
    draw_new(&cx, &Form::default(), &[]).await
}

async fn draw_new(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let kinds = units::kinds(&mut cx.read().await?).await?;
    let kinds = kinds.iter().map(|k| (k.as_str(), crate::unit_pages::kind_word(cx.words(), k))).collect();
    let levels = [Level::City, Level::District, Level::Street];
    let levels = levels.map(|l| (l.as_str(), cx.t(&format!("unit.level.{}", l.as_str())).to_owned()));
    let ask = form_page::Ask {
        title: cx.t("unit.new").to_owned(),
        back: (cx.t("units.title").to_owned(), "/units".to_owned()),
        lede: cx.t("unit.new_lede").to_owned(),
        action: "/units/new".to_owned(),
        fields: vec![
            field(cx, "unit_form", "name_zh", true, Input::Text),
            field(cx, "unit_form", "name_en", true, Input::Text),
            field(cx, "unit_form", "level", true, Input::Select(levels.into())),
            field(cx, "unit_form", "kind", true, Input::Select(kinds)),
            field(cx, "unit_form", "place", true, Input::Text),
        ],
        button: cx.t("unit.new"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /units/new
pub(crate) async fn new(cx: Cx, form: Form) -> Result<Response> {
    match save_new(&cx, &form).await {
        Err(error) => draw_new(&cx, &form, &form_page::refused(error, "name_zh")?).await,
        done => done,
    }
}

async fn save_new(cx: &Cx, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let name_zh = wrong.required(form, "name_zh", 60);
    let name_en = wrong.required(form, "name_en", 120);
    let level = wrong.choice(form, "level", &["city", "district", "street"]).and_then(Level::parse);
    let kind = wrong.required(form, "kind", 40);
    let code = wrong.required(form, "place", 12);
    wrong.check()?;
    let level = level.ok_or_else(|| Error::bad("form.choice", "level"))?;
    let mut writing = cx.write(form).await?;
    if !units::kinds(&mut writing).await?.contains(&kind) {
        return Err(RuleViolation::field("kind", "form.choice").into());
    }
    let place = places::by_code(&mut writing, &code, cx.today()).await?;
    let place = place.ok_or_else(|| RuleViolation::field("place", "unit.place"))?.id;
    let id: UnitId = cx.app.ids.new_id(cx.app.clock.now());
    let (aliases, facility) = (Vec::new(), None);
    let unit = Unit { id, name_zh, name_en, level, place, kind, aliases, is_group: false, facility, ended: None };
    cases::create_unit(&mut writing, &unit, cx.today()).await?;
    let entry = Entry::new("", "unit", &unit.id).why("made");
    cx.commit(writing, entry, Reply::To(format!("/units/{}?done=unit", unit.id))).await
}

/// GET /units/{id}/rename
pub(crate) async fn rename_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let today = cx.today().to_string();
    let filled = [("name_zh", unit.name_zh.as_str()), ("name_en", unit.name_en.as_str()), ("on", &today)];
    draw_rename(&cx, &unit, &Form::filled(&filled), &[])
}

fn name(cx: &Cx, unit: &Unit) -> String {
    cx.words().pick(&unit.name_zh, &unit.name_en).to_owned()
}

fn draw_rename(cx: &Cx, unit: &Unit, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let ask = form_page::Ask {
        title: cx.tf("unit.rename_title", &[&name(cx, unit)]),
        back: (name(cx, unit), format!("/units/{}", unit.id)),
        lede: cx.t("unit.rename_lede").to_owned(),
        action: format!("/units/{}/rename", unit.id),
        fields: vec![
            field(cx, "unit_form", "name_zh", true, Input::Text),
            field(cx, "unit_form", "name_en", true, Input::Text),
            field(cx, "unit_form", "on", true, Input::Day),
        ],
        button: cx.t("unit.rename"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /units/{id}/rename
pub(crate) async fn rename(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let done = async {
        let mut wrong = Invalid::default();
        let zh = wrong.required(&form, "name_zh", 60);
        let en = wrong.required(&form, "name_en", 120);
        let on = wrong.day(&form, "on");
        wrong.check()?;
        let on = on.ok_or_else(|| Error::bad("form.required", "on"))?;
        let mut writing = cx.write(&form).await?;
        cases::rename_unit(&mut writing, &unit, &zh, &en, on, cx.today()).await?;
        dated(&cx, writing, &unit, "renamed", on, "unit_renamed").await
    };
    match done.await {
        Err(error) => draw_rename(&cx, &unit, &form, &form_page::refused(error, "name_zh")?),
        done => done,
    }
}

async fn dated(cx: &Cx, w: web::Writing, unit: &Unit, why: &str, on: Day, done: &str) -> Result<Response> {
    let mut entry = Entry::new("", "unit", &unit.id).why(why);
    entry.span_from = Some(on);
    cx.commit(w, entry, Reply::To(format!("/units/{}?done={done}", unit.id))).await
}

/// GET /units/{id}/end
pub(crate) async fn end_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let today = cx.today().to_string();
    draw_end(&cx, &unit, &Form::filled(&[("on", &today)]), &[])
}

fn draw_end(cx: &Cx, unit: &Unit, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let ask = form_page::Ask {
        title: cx.tf("unit.end_title", &[&name(cx, unit)]),
        back: (name(cx, unit), format!("/units/{}", unit.id)),
        lede: cx.t("unit.end_lede").to_owned(),
        action: format!("/units/{}/end", unit.id),
        fields: vec![field(cx, "unit_form", "on", true, Input::Day)],
        button: cx.t("unit.end"),
        danger: true,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /units/{id}/end
pub(crate) async fn end(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let done = async {
        let mut wrong = Invalid::default();
        let on = wrong.day(&form, "on");
        wrong.check()?;
        let on = on.ok_or_else(|| Error::bad("form.required", "on"))?;
        let mut writing = cx.write(&form).await?;
        cases::end_unit(&mut writing, &unit, on).await?;
        dated(&cx, writing, &unit, "ended", on, "unit_ended").await
    };
    match done.await {
        Err(error) => draw_end(&cx, &unit, &form, &form_page::refused(error, "on")?),
        done => done,
    }
}

/// GET /units/{id}/duties/new
pub(crate) async fn duty_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let today = cx.today().to_string();
    draw_duty(&cx, &unit, &Form::filled(&[("on", &today)]), &[])
}

fn draw_duty(cx: &Cx, unit: &Unit, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let ask = form_page::Ask {
        title: cx.tf("unit.duty_title", &[&name(cx, unit)]),
        back: (name(cx, unit), format!("/units/{}", unit.id)),
        lede: String::new(),
        action: format!("/units/{}/duties/new", unit.id),
        fields: vec![
            field(cx, "unit_form", "duty", true, Input::Area),
            field(cx, "unit_form", "basis", true, Input::Text),
            field(cx, "unit_form", "on", true, Input::Day),
        ],
        button: cx.t("unit.duty_add"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /units/{id}/duties/new
pub(crate) async fn duty(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let done = async {
        let mut wrong = Invalid::default();
        let duty = wrong.required(&form, "duty", 300);
        let basis = wrong.required(&form, "basis", 120);
        let on = wrong.day(&form, "on");
        wrong.check()?;
        let from = on.ok_or_else(|| Error::bad("form.required", "on"))?;
        let mut writing = cx.write(&form).await?;
        let id = cx.app.ids.new_id::<kernel::kinds::SpanRow>(cx.app.clock.now()).into_string();
        units::add_duty(&mut writing, &unit.id, &Duty { id, duty, basis, from, until: Day::OPEN }).await?;
        dated(&cx, writing, &unit, "duty added", from, "duty").await
    };
    match done.await {
        Err(error) => draw_duty(&cx, &unit, &form, &form_page::refused(error, "duty")?),
        done => done,
    }
}

/// POST /units/{id}/duties/{duty}/end: it ends today.
pub(crate) async fn duty_end(cx: Cx, Path((id, duty)): Path<(String, String)>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let mut writing = cx.write(&form).await?;
    if !units::end_duty(&mut writing, &unit.id, &duty, cx.today()).await? {
        return Err(Error::NotFound);
    }
    dated(&cx, writing, &unit, "duty ended", cx.today(), "duty_ended").await
}

/// GET /units/{id}/members/new
pub(crate) async fn member_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let today = cx.today().to_string();
    draw_member(&cx, &unit, &Form::filled(&[("on", &today)]), &[])
}

fn draw_member(cx: &Cx, unit: &Unit, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let ask = form_page::Ask {
        title: cx.tf("unit.member_title", &[&name(cx, unit)]),
        back: (name(cx, unit), format!("/units/{}", unit.id)),
        lede: cx.t("unit.member_lede").to_owned(),
        action: format!("/units/{}/members/new", unit.id),
        fields: vec![
            field(cx, "unit_form", "member", true, Input::Text),
            field(cx, "unit_form", "on", true, Input::Day),
        ],
        button: cx.t("unit.member_add"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /units/{id}/members/new
pub(crate) async fn member(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let done = async {
        let mut wrong = Invalid::default();
        let typed = wrong.required(&form, "member", 100);
        let on = wrong.day(&form, "on");
        wrong.check()?;
        let on = on.ok_or_else(|| Error::bad("form.required", "on"))?;
        let mut writing = cx.write(&form).await?;
        let member = unit_of(&mut writing, &typed, "member").await?;
        if !unit.is_group || member.is_group {
            return Err(RuleViolation::field("member", "unit.member_group").into());
        }
        if !units::add_member(&mut writing, &unit.id, &member.id, on).await? {
            return Err(RuleViolation::field("member", "unit.member_exists").into());
        }
        dated(&cx, writing, &unit, &format!("member {} added", member.id), on, "member").await
    };
    match done.await {
        Err(error) => draw_member(&cx, &unit, &form, &form_page::refused(error, "member")?),
        done => done,
    }
}

/// POST /units/{id}/members/{member}/end: it ends today.
pub(crate) async fn member_end(cx: Cx, Path((id, member)): Path<(String, String)>, form: Form) -> Result<Response> {
    let unit = known(&cx, &id).await?;
    let member = UnitId::parse(&member).ok_or(Error::NotFound)?;
    let mut writing = cx.write(&form).await?;
    if !units::end_member(&mut writing, &unit.id, &member, cx.today()).await? {
        return Err(Error::NotFound);
    }
    dated(&cx, writing, &unit, &format!("member {member} ended"), cx.today(), "member_ended").await
}
