//! Applications of the demonstration. Institutions of Hongkou got the notices that are in force today by matters that
//! went their whole way in the past; in Hongkou and Jing'an some are under way, so that every desk that has to do with
//! them has something on it. Each step is made at the pages, by the person whose turn it is (hand.rs).

use super::filled::{answers, form_of, of_file};
use super::frame::HONGKOU;
use super::hand::{Hand, Seat, Stand, head, office, refused, stand, unknown_password};
use crate::{Done, house::House};
use identity::Unit;
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, Role, Span};
use matter::{Section, Values};
use registry::codes::{FacilityKind, LegalForm};
use registry::store::file;
use serde_json::json;

/// An institution whose notice is not written down but applied for.
#[derive(Clone, Debug)]
pub struct Asks {
    pub facility: FacilityId,
    /// Days on which the notice holds.
    pub span: Span,
}

/// Days before the first day of the notice on which each step is made.
const BROUGHT: i64 = 46;
const ACCEPTED: i64 = 43;
const AGREED: i64 = 36;
const VISITED: i64 = 26;
const RETURNED: i64 = 22;
const MENDED: i64 = 18;
const DECIDED: i64 = 10;

/// The form of what is under way.
const FORM: &str = "opening.for_profit";

/// A person of Hongkou's bureau, and one of its department of health: the door has no card for them.
const BUREAU: &str = "hkbureau";
const HEALTH: &str = "hkhealth";

/// The form by which a notice from this day on can have been applied for: the city has its history by then, the work
/// calendar knows the days, and there is a form of its kind, or, before that, of its legal form.
pub fn form_on(house: &House, kind: FacilityKind, legal: LegalForm, from: Day) -> Option<&'static str> {
    let first = from.plus(-BROUGHT);
    let known = |day: Day| house.kinds.calendar.is_workday(day).is_ok();
    let usable = |form: &&'static str| house.kinds.sheet_on(form, first).is_some();
    let forms = [form_of(kind, legal), form_of(FacilityKind::Institution, legal)].into_iter();
    let begun = first >= super::frame::day(super::frame::FIRST, 1, 1) && known(first) && known(from.plus(60));
    forms.filter(|_| begun).find(usable)
}

/// Everybody's steps; the accounts of the door are there already.
pub async fn add(house: &House, today: Day, asks: &[Asks]) -> Done {
    let hand = Hand::new(house, today);
    let password = unknown_password(house).await?;
    let mut tx = house.db.begin().await?;
    let hongkou = places::by_code(&mut tx, HONGKOU, today).await?.ok_or_else(|| refused("no Hongkou"))?;
    let bureau = identity::office_at(&mut tx, &hongkou, &["education"], today).await.map_err(refused)?;
    let bureau = bureau.ok_or_else(|| refused("no bureau"))?;
    identity::record_office(&mut tx, &bureau, today).await.map_err(refused)?;
    let health = identity::unit(&mut tx, &UnitId::new("hk_health")).await?.ok_or_else(|| refused("no hk_health"))?;
    let from = super::frame::day(2019, 1, 1);
    for (login, name, role, unit) in [
        (BUREAU, "虹口区教育局工作人员", Role::EducationOfficer, &bureau),
        (HEALTH, "虹口区卫生健康委工作人员", Role::DepartmentOfficer, &health),
    ] {
        let unit = &Unit { place: hongkou.id.clone(), ..unit.clone() };
        let new = Stand { login: login.to_owned(), name: name.to_owned(), role, unit, facility: None, from };
        stand(house, &mut tx, new, &password).await?;
    }
    tx.commit().await?;
    for (n, asks) in asks.iter().enumerate() {
        past(house, &hand, n, asks, &password).await?;
    }
    match form_on(house, FacilityKind::Institution, LegalForm::ForProfit, today) {
        Some(_) => present(&hand, today).await,
        None => Ok(()),
    }
}

/// Somebody who applies for an institution; its office is there where the door has its head.
async fn applicant(house: &House, n: usize, asks: &Asks, password: &identity::Hashed) -> Done<String> {
    let mut tx = house.db.begin().await?;
    let h = file::history(&mut tx, &asks.facility).await?.ok_or_else(|| refused("no file"))?;
    let office = office(&asks.facility, &h.profile[0].value.name, &h.site[0].value.place);
    let from = h.opened().unwrap_or(asks.span.from).min(asks.span.from.plus(-BROUGHT));
    let login = format!("hkhead{n:02}");
    head(house, &mut tx, &office, (login.clone(), from), password).await?;
    tx.commit().await?;
    Ok(login)
}

/// One application of the past, from the draft to the notice; every fourth came back once.
async fn past(house: &House, hand: &Hand, n: usize, asks: &Asks, password: &identity::Hashed) -> Done {
    let login = applicant(house, n, asks, password).await?;
    let first = asks.span.from;
    let at = |before: i64, hour: i64| hand.set(first.plus(-before), hour);
    let mut read = house.db.read().await?;
    let h = file::history(&mut read, &asks.facility).await?.ok_or_else(|| refused("no file"))?;
    let street = h.site_near(first).map(|held| held.value.place.clone());
    let street = street.ok_or_else(|| refused("no site"))?;
    let street = places::get(&mut read, &street, first).await?.map_or(String::new(), |place| place.code);
    drop(read);
    let values = of_file(&h, &street, first, asks.span.until);
    let form =
        form_on(house, h.facility.kind, h.profile[0].value.legal_form, first).ok_or_else(|| refused("no form"))?;
    at(BROUGHT, 9);
    let mine = hand.sit(&login).await?;
    let id = bring(hand, &mine, form, json!({"title": values.get("name")})).await?;
    fill_all(hand, &mine, form, &id, "", &values).await?;
    go(hand, &mine, &id, "submit", "").await?;
    at(ACCEPTED, 10);
    go(hand, &hand.sit("hongkou").await?, &id, "consult", "材料齐全，征求意见").await?;
    at(AGREED, 14);
    opine(hand, HEALTH, &id, "agree", "").await?;
    at(VISITED, 9);
    let centre = hand.sit("hongkou").await?;
    go(hand, &centre, &id, "collect", "").await?;
    fill_all(hand, &centre, form, &id, "visiting", &values).await?;
    go(hand, &centre, &id, "visited", "").await?;
    if n.is_multiple_of(4) {
        at(RETURNED, 15);
        let bureau = hand.sit(BUREAU).await?;
        remark(hand, &bureau, &id, "site/area", "建筑面积与现场核查记录不一致，请核对").await?;
        go(hand, &bureau, &id, "return", "请核对面积").await?;
        at(MENDED, 11);
        let mine = hand.sit(&login).await?;
        let area = (values.whole("area").unwrap_or(400) + 6).to_string();
        hand.call(&mine, &format!("/api/v1/matters/{id}/fill/site"), json!({"area": area})).await?;
        go(hand, &mine, &id, "resubmit", "").await?;
    }
    at(DECIDED, 10);
    let bureau = hand.sit(BUREAU).await?;
    fill_all(hand, &bureau, form, &id, "deciding", &values).await?;
    go(hand, &bureau, &id, "grant", "").await
}

/// What is under way: somebody is filling in, somebody's was received, departments are asked, one is to be decided, one
/// went back.
async fn present(hand: &Hand, today: Day) -> Done {
    let values = |name: &str, street: &str, address: &str| -> Values {
        let own = [
            ("name", name),
            ("operator", "上海禾苗托育服务有限公司"),
            ("street", street),
            ("address", address),
            ("area", "430"),
            ("classes_junior", "2"),
            ("places_junior", "30"),
            ("caregivers_junior", "6"),
            ("classes_senior", "1"),
            ("places_senior", "20"),
            ("caregivers_senior", "3"),
            ("places", "50"),
            ("fee_full_day", "3600"),
        ];
        own.into_iter().collect()
    };
    let days = |before: i64, hour: i64| hand.set(today.plus(-before), hour);
    // Hongkou: a draft, and one that was handed in yesterday.
    let draft = values("晨曦托育园（凉城店）", "310109016", "凉城路465弄2号1层");
    let handed = values("晨曦托育园（曲阳店）", "310109010", "玉田路180号1层");
    days(4, 10);
    let mine = hand.sit("hkapply").await?;
    let id = bring(hand, &mine, FORM, json!({"title": "晨曦托育园（凉城店）", "region": HONGKOU})).await?;
    fill_some(hand, &mine, FORM, &id, &draft, 2).await?;
    days(1, 16);
    hand_in(hand, "hkapply", HONGKOU, FORM, &handed).await?;
    // Jing'an, from the youngest to the oldest.
    const JINGAN: &str = "310106";
    days(2, 9);
    hand_in(hand, "jaapply", JINGAN, FORM, &values("禾苗托育园（石门二路店）", "310106011", "石门二路330号1层"))
        .await?;
    let asked = values("禾苗托育园（南京西路店）", "310106012", "南京西路1522号2层");
    days(12, 9);
    let id = hand_in(hand, "jaapply", JINGAN, FORM, &asked).await?;
    days(9, 10);
    go(hand, &hand.sit("jingan").await?, &id, "consult", "材料齐全，请各部门出具意见").await?;
    days(5, 14);
    opine(hand, "jahealth", &id, "agree", "").await?;
    opine(hand, "jamarket", &id, "agree", "").await?;
    decided_soon(hand, today, JINGAN, FORM, &values("禾苗托育园（江宁路店）", "310106006", "江宁路838号1层"), false)
        .await?;
    decided_soon(hand, today, JINGAN, FORM, &values("禾苗托育园（曹家渡店）", "310106014", "武宁南路488号1层"), true)
        .await
}

/// Through departments and visit; it waits for the decision, or went back to the applicant.
async fn decided_soon(hand: &Hand, today: Day, region: &str, form: &str, values: &Values, back: bool) -> Done {
    let days = |before: i64, hour: i64| hand.set(today.plus(-before), hour);
    days(30, 9);
    let id = hand_in(hand, "jaapply", region, form, values).await?;
    days(27, 10);
    go(hand, &hand.sit("jingan").await?, &id, "consult", "").await?;
    days(22, 14);
    for department in ["jahealth", "jamarket", "jafire", "japolice"] {
        opine(hand, department, &id, "agree", "").await?;
    }
    days(8, 9);
    let centre = hand.sit("jingan").await?;
    go(hand, &centre, &id, "collect", "").await?;
    fill_all(hand, &centre, form, &id, "visiting", values).await?;
    go(hand, &centre, &id, "visited", "现场核查已完成").await?;
    if back {
        days(3, 11);
        let bureau = hand.sit("jabureau").await?;
        remark(hand, &bureau, &id, "classes/places_junior", "托小班托位数与平面图不一致，请改成平面图上的数").await?;
        remark(hand, &bureau, &id, "site/plan", "平面图没有标出摄像头位置").await?;
        go(hand, &bureau, &id, "return", "改好两处再交").await?;
    }
    Ok(())
}

async fn hand_in(hand: &Hand, login: &str, region: &str, form: &str, values: &Values) -> Done<String> {
    let mine = hand.sit(login).await?;
    let id = bring(hand, &mine, form, json!({"title": values.get("name"), "region": region})).await?;
    fill_all(hand, &mine, form, &id, "", values).await?;
    go(hand, &mine, &id, "submit", "").await?;
    Ok(id)
}

async fn bring(hand: &Hand, mine: &Seat, form: &str, body: serde_json::Value) -> Done<String> {
    let new = hand.call(mine, &format!("/api/v1/matters/new/{form}"), body).await?;
    new["id"].as_str().map(str::to_owned).ok_or_else(|| refused(new.to_string()))
}

/// All sections of the applicant (`""`), or those that an office fills in in a state.
async fn fill_all(hand: &Hand, seat: &Seat, form: &str, id: &str, state: &str, values: &Values) -> Done {
    let sheet = hand.kinds.sheet_on(form, hand.today()).ok_or_else(|| refused(form))?;
    let of =
        |section: &&Section| section.at.iter().any(|at| at == state) || (state.is_empty() && section.at.is_empty());
    for section in sheet.sections.iter().filter(of) {
        fill(hand, seat, id, section, values).await?;
    }
    Ok(())
}

async fn fill_some(hand: &Hand, seat: &Seat, form: &str, id: &str, values: &Values, sections: usize) -> Done {
    let sheet = hand.kinds.sheet_on(form, hand.today()).ok_or_else(|| refused(form))?;
    for section in sheet.of_applicant().take(sections) {
        fill(hand, seat, id, section, values).await?;
    }
    Ok(())
}

async fn fill(hand: &Hand, seat: &Seat, id: &str, section: &Section, values: &Values) -> Done {
    let (fields, files) = answers(section, values, hand.today());
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.push(("whole", "1"));
    hand.form(seat, &format!("/matters/{id}/fill/{}", section.id), &pairs, &files).await
}

async fn go(hand: &Hand, seat: &Seat, id: &str, step: &str, words: &str) -> Done {
    hand.call(seat, &format!("/api/v1/matters/{id}/moves"), json!({"move": step, "words": words})).await?;
    Ok(())
}

async fn opine(hand: &Hand, login: &str, id: &str, verdict: &str, words: &str) -> Done {
    let seat = hand.sit(login).await?;
    hand.call(&seat, &format!("/api/v1/matters/{id}/opinion"), json!({"verdict": verdict, "words": words})).await?;
    Ok(())
}

async fn remark(hand: &Hand, seat: &Seat, id: &str, at: &str, words: &str) -> Done {
    hand.plain(seat, &format!("/matters/{id}/remarks"), &[("at", at), ("remark", words)]).await
}
