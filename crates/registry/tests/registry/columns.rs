//! Which column is which: asked once, remembered for the unit, chosen again where it was wrong.

use crate::house::house;
use crate::messy;
use axum::http::StatusCode;
use db::Db;
use kernel::Role;

fn fields(leave_out: &str) -> Vec<(String, &'static str)> {
    let code = |c: &&'static str| if *c == leave_out { "" } else { *c };
    messy::COLUMNS.iter().enumerate().map(|(at, c)| (format!("c{at}"), code(c))).collect()
}

fn pairs<'a>(all: &'a [(String, &'static str)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(k, v)| (k.as_str(), *v)).collect()
}

db::both! {
    async fn the_last_choice_of_a_unit_is_where_the_next_sheet_begins_and_can_be_changed(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let chosen = |body: &str| body.contains("<option value=\"address\" selected>");
        let sheet = messy::workbook(&messy::SMALL, false);
        let first = house.upload(&token, "表.xlsx", &sheet).await.location;
        let sent = house.form_at(&first, "columns", &token, &pairs(&fields("address"))).await;
        assert_eq!((sent.status, &sent.location), (StatusCode::SEE_OTHER, &first), "{}", sent.body);
        house.work().await;

        // The same heading: nothing is asked, and what was left out last time is left out.
        let second = house.upload(&token, "表.xlsx", &sheet).await.location;
        house.work().await;
        let page = house.get(&second, &token).await.body;
        assert!(page.contains("columns=1"), "{page}");
        let asked = house.get(&format!("{second}?columns=1"), &token).await.body;
        assert!(asked.contains("核对各列") && !chosen(&asked), "{asked}");

        // Chosen again: a mistake comes back beside its field, the right choice looks at the same file once more.
        let mut twice = fields("");
        twice[1].1 = "credit_code";
        let wrong = house.form_at(&second, "columns", &token, &pairs(&twice)).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("选了两列"), "{}", wrong.body);
        let again = house.form_at(&second, "columns", &token, &pairs(&fields(""))).await;
        assert!(again.status == StatusCode::SEE_OTHER && again.location != second, "{} {}", again.location, again.body);
        house.work().await;
        assert!(house.get(&again.location, &token).await.body.contains(&format!("确认导入 {} 行", messy::ROWS)));
        assert!(house.get(&second, &token).await.body.contains("columns=1"), "what was found first is still there");

        // And that is where the next one begins.
        let third = house.upload(&token, "表.xlsx", &sheet).await.location;
        house.work().await;
        assert!(chosen(&house.get(&format!("{third}?columns=1"), &token).await.body));
    }
}
