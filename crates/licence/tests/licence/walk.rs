//! The whole way of the for-profit route over HTTP, with the form of the packs: draft, completion, departments, visit,
//! a return, the decision, the notice that anybody can check.

use crate::house::{House, filled, house};
use axum::http::StatusCode;
use db::Db;
use matter::{Entry, Input, Kinds, Values};
use serde_json::{Map, Value, json};

/// Something that fits a field.
fn answer(field: &Entry) -> Option<String> {
    let given = filled();
    let own = [
        ("places_junior", "30"),
        ("classes_junior", "2"),
        ("caregivers_junior", "6"),
        ("places_senior", "20"),
        ("classes_senior", "1"),
        ("caregivers_senior", "3"),
        ("places", "50"),
        ("head_years", "6"),
        ("guards", "1"),
        ("head_training", "60"),
        ("video_days", "90"),
        ("first_day", "2022-06-01"),
        ("credit_code", ""),
    ];
    if let Some((_, value)) = own.iter().find(|(name, _)| *name == field.id) {
        return Some((*value).to_owned()).filter(|value| !value.is_empty());
    }
    if given.has(&field.id) {
        return Some(given.get(&field.id).to_owned());
    }
    match &field.input {
        _ if !field.required => None,
        Input::Choice { of } => of.first().map(|choice| choice.id.clone()),
        Input::Tick => Some("yes".to_owned()),
        Input::Phone => Some("13800001234".to_owned()),
        Input::Day => Some("2022-05-10".to_owned()),
        Input::Text { .. } | Input::Long { .. } => Some("示例".to_owned()),
        Input::Whole { least, .. } => Some(least.to_string()),
        _ => None,
    }
}

/// Fills in one section, with what is in `values` already or something that fits; what it lacks afterwards.
pub async fn fill(house: &House, token: &str, id: &str, section: &matter::Section, values: &mut Values) -> Value {
    let mut sent = Map::new();
    for field in section.fields.iter().filter(|field| !field.input.is_files()) {
        if field.asked(values)
            && let Some(value) =
                Some(values.get(&field.id).to_owned()).filter(|v| !v.is_empty()).or_else(|| answer(field))
        {
            values.set(&field.id, value.as_str());
            sent.insert(field.id.clone(), json!(value));
        }
    }
    let path = format!("/api/v1/matters/{id}/fill/{}", section.id);
    let saved = house.call(token, &path, Value::Object(sent)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}: {}", section.id, saved.body);
    let files = section.fields.iter().filter(|f| f.input.is_files() && f.required && f.asked(values));
    let files: Vec<&str> = files.map(|field| field.id.as_str()).collect();
    if !files.is_empty() {
        let page = format!("/matters/{id}/fill/{}", section.id);
        let sent = house.form(token, &page, &page, &[], &files).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}: {}", section.id, sent.body);
    }
    // Once more: how much lacks now.
    let said = house.call(token, &path, json!({})).await.body;
    serde_json::from_str::<Value>(&said).unwrap()["missing"].clone()
}

pub async fn go(house: &House, token: &str, id: &str, step: &str, words: &str) -> String {
    let path = format!("/api/v1/matters/{id}/moves");
    let went = house.call(token, &path, json!({"move": step, "words": words})).await;
    let told: Value = serde_json::from_str(&went.body).unwrap_or_default();
    told["state"].as_str().map_or(went.body, str::to_owned)
}

db::both! {
    async fn from_a_draft_to_a_notice_with_a_return_in_between(db: Db) {
        let house = house(db).await;
        let kinds = Kinds::of(&house.app).unwrap();
        let sheet = kinds.sheet_on("opening.for_profit", house.clock.today()).unwrap();
        let agent = house.token("agent").await;
        let new = json!({"title": "小芽托育园", "region": "310109"});
        let new = house.call(&agent, "/api/v1/matters/new/opening.for_profit", new).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let id = serde_json::from_str::<Value>(&new.body).unwrap()["id"].as_str().unwrap().to_owned();
        let (page, path) = (format!("/matters/{id}"), format!("/api/v1/matters/{id}"));
        assert!(go(&house, &agent, &id, "submit", "").await.contains("need_complete"), "nothing was filled in");
        let mut values = Values::default();
        for section in sheet.of_applicant() {
            let lacks = fill(&house, &agent, &id, section, &mut values).await;
            assert_eq!(lacks, 0, "{}", section.id);
        }
        // Too many children for a class stop it, by the clause.
        let many = json!({"places_senior": "26"});
        house.call(&agent, &format!("{path}/fill/classes"), many).await;
        assert!(go(&house, &agent, &id, "submit", "").await.contains("need_complete"));
        let shown = house.get(&agent, &page).await.body;
        assert!(shown.contains("托大班每班人数") && shown.contains("第十九条"), "{shown}");
        house.call(&agent, &format!("{path}/fill/classes"), json!({"places_senior": "20"})).await;
        assert_eq!(go(&house, &agent, &id, "submit", "").await, "accepting");
        let centre = house.token("centre").await;
        assert_eq!(go(&house, &centre, &id, "consult", "").await, "consulting");
        assert!(go(&house, &centre, &id, "collect", "").await.contains("need_opinions"), "health still has time");
        let health = house.token("health").await;
        // Papers of persons are for the office in charge and the applicant.
        let mut read = house.db.read().await.unwrap();
        let files = matter::by_id(&house.app, &mut read, &id).await.unwrap().files;
        drop(read);
        for (field, to_health) in [("staff_papers", 404), ("health_certificates", 404), ("fire_proof", 200)] {
            let file = format!("{page}/files/{}", files.iter().find(|file| file.field == field).unwrap().no);
            for (token, status) in [(&health, to_health), (&centre, 200), (&agent, 200)] {
                assert_eq!(house.get(token, &file).await.status.as_u16(), status, "{field}");
            }
        }
        let agreed = house.call(&health, &format!("{path}/opinion"), json!({"verdict": "agree"})).await;
        assert_eq!(agreed.status, StatusCode::OK, "{}", agreed.body);
        house.set("2022-03-28");
        let (centre, bureau) = (house.token("centre").await, house.token("bureau").await);
        // Of the other departments none is recorded in Hongkou, which the timeline says and which stops nobody.
        assert_eq!(go(&house, &centre, &id, "collect", "").await, "visiting");
        assert!(go(&house, &centre, &id, "visited", "").await.contains("need_office"));
        let visit = sheet.section("visit").unwrap();
        assert_eq!(fill(&house, &centre, &id, visit, &mut values).await, 0);
        assert_eq!(go(&house, &centre, &id, "visited", "").await, "deciding");
        // Back once, for one field.
        let remark = [("at", "site/area"), ("remark", "面积与租约不符")];
        let noted = house.form(&bureau, &page, &format!("{page}/remarks"), &remark, &[]).await;
        assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.body);
        assert_eq!(go(&house, &bureau, &id, "return", "请核对").await, "mending");
        let agent = house.token("agent").await;
        let other = house.call(&agent, &format!("{path}/fill/base"), json!({"name": "别的名字"})).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.body);
        house.call(&agent, &format!("{path}/fill/site"), json!({"area": "432"})).await;
        assert_eq!(go(&house, &agent, &id, "resubmit", "").await, "deciding");
        let decision = sheet.section("decision").unwrap();
        assert_eq!(fill(&house, &bureau, &id, decision, &mut values).await, 0);
        assert_eq!(go(&house, &bureau, &id, "grant", "").await, "granted");
        let told: Value = serde_json::from_str(&house.get(&bureau, &path).await.body).unwrap();
        let facility = kernel::Id::new(told["facility"].as_str().unwrap());
        let notice = house.notice(&facility).await;
        assert!(house.get(&bureau, &page).await.body.contains(&notice.number), "the paper is linked from the matter");
        assert_eq!(house.history(&facility).await.extra.premises[0].value.area, Some(432), "what was mended");
        let mut read = house.db.read().await.unwrap();
        let kept = registry::store::material::of(&mut read, "310109", &facility).await.unwrap();
        let kinds: Vec<&str> = kept.iter().map(|m| m.kind.as_str()).collect();
        assert_eq!(kinds, ["fire_proof", "health_report", "plan", "site_proof"], "papers of the house; those of persons stay");
        assert!(kept.iter().all(|m| m.matter == id && m.from_day == crate::house::day("2022-06-01")));
        let visits = licence::visits::visits(&mut read, &facility, crate::house::year(2022)).await.unwrap();
        let told: Vec<_> = visits.iter().map(|v| (v.day, v.finding, v.office.0.contains("托育服务指导中心"))).collect();
        assert_eq!(told, [(crate::house::day("2022-05-10"), licence::visits::Finding::Good, true)], "{visits:?}");
        assert!(licence::visits::visits(&mut read, &facility, crate::house::year(2023)).await.unwrap().is_empty());
        drop(read);
        house.set("2022-06-01");
        assert!(house.ask(&format!("/notices/{}", notice.token)).await.body.contains("这份告知书有效"));
    }
}
