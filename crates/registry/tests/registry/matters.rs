//! Matters on the page of a file: those that the viewer may open, as far as they were there on the day that is shown.

use crate::city::*;
use crate::house::house;
use db::Db;
use kernel::{Instant, Role};
use registry::codes::FacilityKind;

/// Title, state, where it is decided, first day, day of the last step.
const MATTERS: [(&str, &str, &str, &str, &str); 5] = [
    ("还没提交的", "draft", "310109", "2022-01-10", "2022-01-11"),
    ("早就办结的", "done", "310109", "2021-03-01", "2021-05-01"),
    ("后来才有结果的", "done", "310109", "2021-04-01", "2022-05-01"),
    ("今年提出的", "review", "310109", "2022-03-01", "2022-03-02"),
    ("外区办理的", "review", "310106", "2021-03-01", "2021-03-02"),
];

db::both! {
    async fn only_what_opens_is_listed_and_nothing_of_later_days(db: Db) {
        let house = house(db, 2).await;
        let officer = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        let other = "insert into unit (id, name_zh, name_en, level, place, kind, aliases, is_group)
            select 'other', name_zh, name_en, level, place, kind, aliases, is_group from unit where id = 'unit'";
        tx.exec(db::q!(other)).await.unwrap();
        for (n, (title, state, at, opened, changed)) in MATTERS.into_iter().enumerate() {
            let at_noon = |text: &str| Instant::start_of(day(text)).plus_seconds(12 * 3600);
            let ended = state == "done";
            tx.exec(db::q!(
                "insert into matter (home, id, number, kind, form, place, applicant, facility, title, state, turn, round,
                   since, days, more, due, opened, changed, ending, ended)
                 values ('310109', $1, $1, 'test.kind', 'test@2018-01-01', $2, 'other', $3, $4, $5, $6, 0,
                   '2021-01-01', 1, 0, '9999-12-31', $7, $8, $9, $10)",
                format!("m{n}"), place(at), &own, title, state, (!ended).then(|| "other".to_owned()),
                at_noon(opened), at_noon(changed), ended.then(|| "granted".to_owned()), ended.then(|| at_noon(changed))
            ))
            .await
            .unwrap();
            let way = [("draft", "review", at_noon(opened)), ("review", "done", at_noon(changed))];
            let gone = match state { "draft" => 0, "review" => 1, _ => 2 };
            for (no, (from, to, at)) in way.into_iter().take(gone).enumerate() {
                tx.exec(db::q!(
                    "insert into matter_step (home, matter, no, at, verb, from_state, to_state, account, unit, words)
                     values ('310109', $1, $2, $3, 'moved', $4, $5, null, 'other', '')",
                    format!("m{n}"), no as i64 + 1, at, from, to
                ))
                .await
                .unwrap();
            }
        }
        tx.commit().await.unwrap();
        let listed = async |token: &str, query: &str| {
            let page = house.get(&format!("/facilities/{own}{query}"), token).await;
            assert_eq!(page.status, axum::http::StatusCode::OK, "{}", page.body);
            let table = page.body.split("id=\"matters\"").nth(1).unwrap_or_default().split("</section>").next().unwrap().to_owned();
            let titles: Vec<&str> = MATTERS.iter().map(|m| m.0).filter(|t| table.contains(t)).collect();
            (titles, table)
        };
        let (today, _) = listed(&officer, "").await;
        assert_eq!(today, ["早就办结的", "后来才有结果的", "今年提出的"]);
        let (then, table) = listed(&officer, "?as_of=2021-06-30").await;
        assert_eq!(then, ["早就办结的", "后来才有结果的"]);
        assert!(table.contains("2021-04-01") && !table.contains("2022-05-01") && table.contains(">—</td>"), "{table}");
        // Its head sees all of it but what somebody else still writes.
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        assert_eq!(listed(&head, "").await.0, ["早就办结的", "后来才有结果的", "今年提出的", "外区办理的"]);
    }
}
