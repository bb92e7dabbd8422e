//! What an institution brings after it has opened, over HTTP with the forms of the packs: moving, suspension and
//! resumption, closing.

use crate::house::{House, day, house};
use crate::walk::{fill, go};
use axum::http::StatusCode;
use db::Db;
use kernel::kinds::FacilityId;
use matter::{Kinds, Values};
use registry::codes::State;
use serde_json::{Value, json};

/// A matter on its way.
struct Way<'a> {
    house: &'a House,
    id: String,
    form: &'static str,
    values: Values,
}

impl Way<'_> {
    /// The head brings it, fills it in and hands it in.
    async fn begin<'a>(house: &'a House, form: &'static str, values: &[(&str, &str)], state: &str) -> Way<'a> {
        let head = house.token("agent").await;
        let new = house.call(&head, &format!("/api/v1/matters/new/{form}"), json!({"title": "小芽托育园"})).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let id = serde_json::from_str::<Value>(&new.body).unwrap()["id"].as_str().unwrap().to_owned();
        let mut way = Way { house, id, form, values: values.iter().copied().collect() };
        way.fill("agent", "").await;
        assert_eq!(way.go("agent", "submit").await, state);
        way
    }

    /// Fills in what is asked in a state; in none, what the applicant is asked.
    async fn fill(&mut self, login: &str, at: &str) {
        let kinds = Kinds::of(&self.house.app).unwrap();
        let sheet = kinds.sheet_on(self.form, self.house.clock.today()).unwrap();
        let token = self.house.token(login).await;
        let asked = |s: &&matter::Section| if at.is_empty() { s.at.is_empty() } else { s.at.iter().any(|a| a == at) };
        for section in sheet.sections.iter().filter(asked) {
            assert_eq!(fill(self.house, &token, &self.id, section, &mut self.values).await, 0, "{}", section.id);
        }
    }

    async fn go(&self, login: &str, step: &str) -> String {
        go(self.house, &self.house.token(login).await, &self.id, step, "").await
    }

    /// One field once more.
    async fn again(&self, login: &str, section: &str, body: Value) {
        let path = format!("/api/v1/matters/{}/fill/{section}", self.id);
        let saved = self.house.call(&self.house.token(login).await, &path, body).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
    }
}

async fn visits(house: &House, facility: &FacilityId) -> usize {
    licence::visits::visits(&mut house.db.read().await.unwrap(), facility, crate::house::year(2022))
        .await
        .unwrap()
        .len()
}

async fn verdict(house: &House, token: &str) -> String {
    let page = house.ask(&format!("/notices/{token}")).await.body;
    page.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap().to_owned()
}

db::both! {
    async fn advice_is_given_on_a_day_of_which_who_asked_is_told(db: Db) {
        let house = house(db).await;
        house.opened().await;
        let told = async || -> i64 {
            house.db.read().await.unwrap().one(db::q!("select count(*) from sms where kind = 'matter'")).await.unwrap()
        };
        let before = told().await;
        let mut way = Way::begin(&house, "advice", &[("topic", "想再开一个园"), ("wish_half", "am")], "waiting").await;
        assert_eq!(told().await, before);
        for (field, value) in [("meet_day", "2022-04-20"), ("meet_time", "0900"), ("meet_place", "中心二楼")] {
            way.values.set(field, value);
        }
        way.fill("centre", "waiting").await;
        assert_eq!(way.go("centre", "arrange").await, "arranged");
        assert_eq!(told().await, before + 1, "of the day that was given");
        let seen = house.get(&house.token("agent").await, &format!("/matters/{}", way.id)).await.body;
        assert!(seen.contains("2022-04-20") && seen.contains("9:00") && seen.contains("中心二楼"), "{seen}");
        way.fill("centre", "arranged").await;
        assert_eq!(way.go("centre", "grant").await, "granted");
    }

    async fn a_move_is_looked_at_like_a_new_site(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let first = house.notice(&facility).await;
        house.set("2022-05-05");
        let there = [("street", "310109011"), ("address", "广中路2号"), ("area", "520"), ("first_day", "2022-07-01")];
        let mut way = Way::begin(&house, "moving", &there, "accepting").await;
        assert_eq!(way.go("centre", "consult").await, "consulting");
        assert!(way.go("centre", "collect").await.contains("need_opinions"), "health still has time");
        let health = house.token("health").await;
        let opinion = format!("/api/v1/matters/{}/opinion", way.id);
        let said = house.call(&health, &opinion, json!({"verdict": "agree"})).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        house.set("2022-06-06");
        assert_eq!(way.go("centre", "collect").await, "visiting");
        way.values.set("visit_day", "2022-06-02");
        way.fill("centre", "visiting").await;
        assert_eq!(visits(&house, &facility).await, 0, "typed, not finished");
        assert_eq!(way.go("centre", "visited").await, "deciding");
        assert_eq!(visits(&house, &facility).await, 1);
        way.fill("bureau", "deciding").await;
        assert_eq!(way.go("bureau", "grant").await, "granted");
        let second = house.notice(&facility).await;
        assert!(second.printed().unwrap().address.contains("广中路2号"));
        house.set("2022-07-01");
        assert_eq!(verdict(&house, &first.token).await, "这份告知书已经换发");
        assert_eq!(verdict(&house, &second.token).await, "这份告知书有效");
    }

    async fn a_pause_begins_and_ends(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-05");
        let mut pause = Way::begin(&house, "suspension", &[("first_day", "2022-04-20"), ("prepaid_left", "0")], "reviewing").await;
        pause.fill("bureau", "reviewing").await;
        // What lies before the day of the decision was counted already.
        let refused = pause.go("bureau", "grant").await;
        assert!(refused.contains("first_day") && refused.contains("早于"), "{refused}");
        pause.again("bureau", "decision", json!({"first_day": "2022-05-09"})).await;
        assert_eq!(pause.go("bureau", "grant").await, "granted");
        house.set("2022-06-06");
        assert_eq!(house.history(&facility).await.state_on(house.clock.today()), Some(State::Suspended));
        let back = [("first_day", "2022-06-13"), ("visit_day", "2022-06-06")];
        let mut back = Way::begin(&house, "resumption", &back, "visiting").await;
        back.fill("centre", "visiting").await;
        assert_eq!(back.go("centre", "visited").await, "deciding");
        back.fill("bureau", "deciding").await;
        assert_eq!(back.go("bureau", "grant").await, "granted");
        let h = house.history(&facility).await;
        let states = ["2022-05-08", "2022-05-09", "2022-06-12", "2022-06-13"].map(|on| h.state_on(day(on)).unwrap());
        assert_eq!(states, [State::Operating, State::Suspended, State::Suspended, State::Operating]);
    }

    async fn an_institution_hears_of_a_revocation_when_it_is_told(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-05");
        let (head, centre) = (house.token("agent").await, house.token("centre").await);
        let body = json!({"title": "小芽托育园", "facility": facility});
        let new = house.call(&centre, "/api/v1/matters/new/revocation", body).await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let id = serde_json::from_str::<Value>(&new.body).unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/matters/{id}");
        let listed = async |token: &str| house.get(token, "/api/v1/matters?tab=own").await.body.contains(&id);
        assert_eq!(house.get(&head, &path).await.status, StatusCode::NOT_FOUND, "what an office prepares is its own");
        assert!(!listed(&head).await && listed(&centre).await);
        let mut way = Way { house: &house, id: id.clone(), form: "revocation", values: Values::default() };
        way.fill("centre", "").await;
        assert_eq!(way.go("centre", "tell").await, "stating");
        assert_eq!(house.get(&head, &path).await.status, StatusCode::OK);
        assert!(listed(&head).await);
        let mut read = house.db.read().await.unwrap();
        let told: Vec<String> = read
            .all(db::q!("select text_zh from desk_entry where unit = 'ap_xiaoya' and kind = 'matter.told' and href like '%' || $1", id.as_str()))
            .await
            .unwrap();
        drop(read);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("撤销告知书“小芽托育园”") && told[0].ends_with("陈述申辩"), "{told:?}");
        // Whoever acted by itself does not say how it was served.
        assert_eq!(go(&house, &centre, &id, "drop", "证据不足").await, "dropped");
        let page = format!("/matters/{id}");
        let rated = house.form(&centre, &page, &format!("{page}/rating"), &[("stars", "5")], &[]).await;
        assert_eq!(rated.status, StatusCode::FORBIDDEN);
        // One that was dropped before it was handed in is nobody's business either: no line leads to a refusal.
        let body = json!({"title": "小芽托育园", "facility": facility});
        let second = house.call(&centre, "/api/v1/matters/new/revocation", body).await;
        let second = serde_json::from_str::<Value>(&second.body).unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(go(&house, &centre, &second, "drop", "重复").await, "dropped");
        assert!(!house.get(&head, "/api/v1/matters?tab=own").await.body.contains(&second));
    }

    async fn a_closing_is_not_done_while_children_and_money_are_left(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let token = house.notice(&facility).await.token;
        house.set("2022-05-05");
        let planned = [
            ("children", "12"), ("prepaid_left", "8000"), ("children_placed", "0"), ("prepaid_back", "0"),
            ("first_day", "2022-07-01"),
        ];
        let mut way = Way::begin(&house, "closing", &planned, "reviewing").await;
        assert_eq!(way.go("centre", "plan_holds").await, "settling");
        house.set("2022-05-30");
        way.fill("centre", "settling").await;
        let refused = way.go("centre", "settled").await;
        assert!(refused.contains("children_placed") && refused.contains("prepaid_back"), "{refused}");
        assert_eq!(house.history(&facility).await.state_on(day("2022-07-01")), Some(State::Operating));
        way.again("centre", "settled", json!({"children_placed": "12", "prepaid_back": "7000"})).await;
        assert!(way.go("centre", "settled").await.contains("prepaid_back"));
        way.again("centre", "settled", json!({"settled_words": "一户家长放弃退款，有书面说明"})).await;
        assert_eq!(way.go("centre", "settled").await, "granted");
        house.set("2022-07-01");
        assert_eq!(verdict(&house, &token).await, "这份告知书已经终止");
        assert_eq!(house.history(&facility).await.state_on(day("2022-07-01")), Some(State::Closed));
    }
}
