//! A sheet of premises: as people type it, with faults named by their line, whole or not at all, and once.

use crate::house::{House, house};
use axum::http::StatusCode;
use db::Db;

async fn send(house: &House, csv: &str) -> String {
    let done = house.upload("quyang", "/premises/import", &[], &[("file", "场地.csv", csv.as_bytes())]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    done.headers["location"].to_str().unwrap().to_owned()
}

async fn rows(house: &House) -> usize {
    house.get("quyang", "/api/v1/premises").await.json()["items"].as_array().unwrap().len()
}

const GOOD: &str = "曲阳路街道场地排查表,,,,,,,,,\n\
街镇,地址,房屋类型,建筑面积,承租方,用途,出租方,起租日期,到期日期,排查人\n\
曲阳路街道,曲阳路１号2楼,商铺,１２０.5,小满托育,托育,邻安物业,2022.1.5,2024年1月4日,甲\n\
310109010,曲阳路3号,商务楼,,大树早教,早教,邻安物业,2022/2/1,,乙\n";

db::both! {
    async fn a_sheet_is_looked_at_and_then_written_whole_and_once(db: Db) {
        let house = house(db).await;
        let page = send(&house, GOOD).await;
        let looked = house.get("quyang", &page).await.body;
        assert!(looked.contains("写入 2 行") && looked.contains("排查人"), "{looked}");
        assert_eq!(rows(&house).await, 0, "nothing is written by looking");
        assert_eq!(house.get("centre", &page).await.status, StatusCode::NOT_FOUND, "somebody else's");
        for _ in 0..2 {
            let answer = house.form("quyang", &format!("{page}/write"), &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
            house.run_jobs().await;
        }
        assert_eq!(rows(&house).await, 2);
        let done = house.get("quyang", &page).await.body;
        assert!(done.contains("已写入"), "{done}");
        // The suspicion that follows from it is there at once.
        let suspected = house.get("quyang", "/api/v1/suspicions").await.json();
        assert_eq!(suspected["items"][0]["name"], "小满托育");
        // The same sheet again changes nothing; the next tenant is a new letting.
        let again = house.get("quyang", &send(&house, GOOD).await).await.body;
        assert!(!again.contains("/write\""), "{again}");
        let next = GOOD.replace("小满托育", "月亮托育").replace("2022.1.5", "2022.2.20");
        let page = send(&house, &next).await;
        assert!(house.get("quyang", &page).await.body.contains("写入 1 行"));
    }

    async fn a_sheet_with_faults_is_not_written(db: Db) {
        let house = house(db).await;
        let bad = GOOD.replace("310109010", "310106012").replace("2022.1.5", "去年").replace(",早教,", ",托儿,");
        let page = send(&house, &bad).await;
        let looked = house.get("quyang", &page).await.body;
        for part in ["<td class=\"id\" data-label=\"行\">3", "<td class=\"id\" data-label=\"行\">4", "街镇", "起始日期", "用途"] {
            assert!(looked.contains(part), "{part}: {looked}");
        }
        assert!(!looked.contains("/write\""));
        house.form("quyang", &format!("{page}/write"), &[]).await;
        house.run_jobs().await;
        assert_eq!(rows(&house).await, 0, "a form that was never shown writes nothing either");
        let refused = house.upload("quyang", "/premises/import", &[], &[("file", "a.csv", "甲,乙\n1,2\n".as_bytes())]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("街镇") && refused.body.contains("用途"), "{}", refused.body);
    }
}
