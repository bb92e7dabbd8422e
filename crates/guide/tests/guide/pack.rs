//! The guide and the answers of the packs: loaded once, in versions, refused whole where something leads nowhere.

use crate::house::{House, day, house, kinds};
use axum::http::StatusCode;
use db::Db;
use guide::{Book, Refused};
use kernel::Instant;
use places::load::Pack;
use serde_json::json;

const GUIDES: &str = r##"
[[guides]]
form = "opening.a"
from = "2021-01-01"
title = { zh = "甲表怎样办", en = "Opening A" }
[guides.body]
zh = """
## 场地
- 面积不低于{norm premises.min_area}。{clause sh-setting-2018.area}
"""
en = """
## Premises
- At least {norm premises.min_area}. {clause sh-setting-2018.area}
"""
"##;
const QUESTIONS: &str = r#"
[[topics]]
id = "site"
name = { zh = "场地", en = "Premises" }
[[questions]]
id = "q1"
from = "2021-01-01"
topic = "site"
asked = { zh = "面积要多少？", en = "How much area?" }
answer.zh = "不低于{norm premises.min_area}。"
answer.en = "{norm premises.min_area} or more."
clause = "sh-setting-2018.area"
[[questions]]
id = "q2"
from = "2022-03-02"
topic = "site"
asked = { zh = "明天的问题？", en = "A question of tomorrow?" }
answer.zh = "明天。"
answer.en = "Tomorrow."
clause = ""
"#;

fn read(guides: &str, questions: &str) -> Result<Book, String> {
    let [guides, questions] =
        [("guide.toml", guides), ("questions.toml", questions)].map(|(file, text)| Pack { file, text });
    Book::read(guides, questions, &kinds())
}

async fn load(house: &House, book: &Book) -> Result<u64, Refused> {
    let mut tx = house.app.db.begin().await?;
    let root = places::root(&mut tx, day("2022-03-01")).await?.unwrap();
    let written = book.load(&mut tx, &root, Instant::start_of(day("2022-03-01"))).await?;
    tx.commit().await?;
    Ok(written)
}

db::both! {
    async fn what_a_pack_says_anew_is_the_next_version(db: Db) {
        let house = house(db).await;
        let (agent, city) = (house.token("agent").await, house.token("city").await);
        assert_eq!(load(&house, &read(GUIDES, QUESTIONS).unwrap()).await.unwrap(), 3);
        assert_eq!(load(&house, &read(GUIDES, QUESTIONS).unwrap()).await.unwrap(), 0, "once");
        let page = house.get("", "/guide/routes/opening.a?region=310106").await.body;
        assert!(page.contains("甲表怎样办") && page.contains("面积不低于360\u{a0}平方米"), "the value of the norm: {page}");
        assert!(page.contains("<cite>《上海市3岁以下幼儿托育机构设置标准（试行）》场地面积</cite>"), "{page}");
        assert!(page.contains("租赁合同") && page.contains("id=\"steps\"") && page.contains("id=\"tests\""), "from the form: {page}");
        let officer = house.get(&city, "/guide/routes/opening.a?lang=en").await.body;
        assert!(officer.contains("At least <a href=\"/library/norms/premises.min_area\">360"), "{officer}");
        assert!(officer.contains("/library/clauses/sh-setting-2018.area"), "{officer}");
        assert!(page.contains("/matters/new/opening.a") && !officer.contains("/matters/new/"), "who brings none is not led there");
        assert_eq!(house.get("", "/guide/routes/opening.zzz").await.status, StatusCode::NOT_FOUND);
        // What is asked, on its day, in the language of who reads.
        let list = house.get("", "/api/v1/guide/questions?region=310106").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "not before its day");
        assert_eq!(list["items"][0]["answer"], "不低于360\u{a0}平方米。");
        assert_eq!(list["items"][0]["clauses"], json!(["sh-setting-2018.area"]));
        let one = house.get("", "/guide/questions/q1?lang=en").await.body;
        assert!(one.contains("How much area?") && one.contains("or more.") && one.contains("<cite>"), "{one}");
        assert_eq!(house.get("", "/guide/questions/q2").await.status, StatusCode::NOT_FOUND);
        // What was followed stays, as it stood.
        let new = json!({"title": "小满托育园", "region": "310106"});
        let id = house.call(&agent, "/api/v1/matters/new/opening.a", new).await.json()["id"].as_str().unwrap().to_owned();
        house.call(&agent, &format!("/api/v1/matters/{id}/moves"), json!({"move": "submit"})).await;
        let link = "/guide/routes/opening.a?region=310106&no=1&by=310000&on=2022-03-01";
        let matter = house.get(&agent, &format!("/matters/{id}")).await.body;
        assert!(matter.contains(&link.replace('&', "&amp;")) && matter.contains("甲表怎样办 v1"), "{matter}");
        let later = GUIDES.replace("甲表怎样办", "甲表怎样办（改）");
        assert_eq!(load(&house, &read(&later, QUESTIONS).unwrap()).await.unwrap(), 1);
        let past = house.get("", link).await.body;
        assert!(past.contains("不是现在的版本") && past.contains("第 2 版"), "{past}");
        assert!(house.get("", "/guide/routes/opening.a").await.body.contains("甲表怎样办（改）"));
        // What an officer of the city wrote is left alone.
        let text = [("topic", "场地"), ("asked", "面积？"), ("answer", "看标准。"), ("shown", "yes")];
        assert_eq!(house.form(&city, "/guide/keep/questions/q1", &text).await.status, StatusCode::SEE_OTHER);
        let other = QUESTIONS.replace("面积要多少？", "建筑面积要多少？");
        assert_eq!(load(&house, &read(&later, &other).unwrap()).await.unwrap(), 0);
        assert!(house.get("", "/guide/questions/q1").await.body.contains("看标准。"));
    }

    async fn a_reference_that_leads_nowhere_is_refused_with_its_place(db: Db) {
        let house = house(db).await;
        for (from, to, why) in [
            ("{norm premises.min_area}", "{norm premises.nothing}", "guide.toml: guides opening.a 2021-01-01: no norm premises.nothing holds"),
            ("{clause sh-setting-2018.area}", "{clause nowhere}", "guide.toml: guides opening.a 2021-01-01: clause nowhere is nowhere"),
            ("from = \"2021-01-01\"", "from = \"2017-01-01\"", "guide.toml: guides opening.a 2017-01-01: no norm premises.min_area holds"),
        ] {
            let book = read(&GUIDES.replace(from, to), QUESTIONS).unwrap();
            let refused = load(&house, &book).await.unwrap_err().to_string();
            assert!(refused.starts_with(why), "{refused}");
        }
        let book = read(GUIDES, &QUESTIONS.replace("clause = \"sh-setting-2018.area\"", "clause = \"zzz\"")).unwrap();
        let refused = load(&house, &book).await.unwrap_err().to_string();
        assert_eq!(refused, "questions.toml: questions q1 2021-01-01: clause zzz is nowhere");
        assert!(house.get("", "/api/v1/guide/questions").await.json()["items"].as_array().unwrap().is_empty(), "nothing was written");
    }
}

#[test]
fn a_pack_with_a_fault_stops_the_start() {
    let wrong = |g: (&str, &str), q: (&str, &str)| {
        let (guides, questions) = (GUIDES.replacen(g.0, g.1, 1), QUESTIONS.replacen(q.0, q.1, 1));
        read(&guides, &questions).err().unwrap()
    };
    let same = ("", "");
    let why = wrong(("opening.a", "opening.zzz"), same);
    assert_eq!(why, "guide.toml: guides opening.zzz 2021-01-01: no form is called opening.zzz");
    let why = wrong(("en = \"Opening A\"", "en = \"\""), same);
    assert_eq!(why, "guide.toml: guides opening.a 2021-01-01: title and body need both languages");
    assert_eq!(
        wrong(same, ("topic = \"site\"", "topic = \"zzz\"")),
        "questions.toml: questions q1 2021-01-01: no topic is called zzz"
    );
    assert!(
        wrong(same, ("id = \"q2\"\nfrom = \"2022-03-02\"", "id = \"q1\"\nfrom = \"2021-01-01\""))
            .ends_with("stands there twice")
    );
    assert!(wrong(same, ("clause = \"\"", "clauses = \"\"")).starts_with("questions.toml: TOML parse error"));
}
