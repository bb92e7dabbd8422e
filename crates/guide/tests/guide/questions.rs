//! Versions of the guide, questions, what is asked and counted.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

db::both! {
    async fn an_application_keeps_the_version_it_followed(db: Db) {
        let house = house(db).await;
        let (agent, centre) = (house.token("agent").await, house.token("centre").await);
        assert!(house.get("", "/guide?region=310106").await.body.contains("还没有发布申办指南"));
        let write = |title: &'static str, from: &'static str| {
            let fields = [("title", title), ("body", "## 一、条件\n- 租期\n<b>"), ("from_day", from)];
            let (house, centre) = (&house, &centre);
            async move { house.form(centre, "/guide/keep/guide", &fields).await }
        };
        assert_eq!(write("静安指南", "2022-02-01").await.status, StatusCode::UNPROCESSABLE_ENTITY, "not in the past");
        assert_eq!(write("静安指南", "2022-03-01").await.status, StatusCode::SEE_OTHER);
        let page = house.get("", "/guide?region=310106").await.body;
        assert!(page.contains("静安指南") && page.contains("<h2>一、条件</h2><ul><li>租期</li></ul><p>&lt;b&gt;</p>"), "{page}");
        assert!(page.contains("待决定"), "steps and their days: {page}");
        let new = json!({"title": "小满托育园", "region": "310106"});
        let id = house.call(&agent, "/api/v1/matters/new/opening.a", new).await.json()["id"].as_str().unwrap().to_owned();
        house.call(&agent, &format!("/api/v1/matters/{id}/moves"), json!({"move": "submit"})).await;
        // The next version does not change what was followed.
        assert_eq!(write("静安指南（修订）", "2022-03-01").await.status, StatusCode::SEE_OTHER);
        let matter = house.get(&agent, &format!("/matters/{id}")).await.body;
        assert!(matter.contains("静安指南 v1（2022-03-01）") && matter.contains("/guide?region=310106&amp;no=1"), "{matter}");
        let old = house.get("", "/guide?region=310106&no=1").await.body;
        assert!(old.contains("不是现在的版本") && old.contains("第 2 版"), "{old}");
        assert_eq!(house.get("", "/guide?region=310106&no=9").await.status, StatusCode::NOT_FOUND);
        let hongkou = house.token("hongkou").await;
        assert!(!house.get(&hongkou, "/guide/keep").await.body.contains("静安指南"), "each district its own");
    }

    async fn what_recurs_is_counted(db: Db) {
        let house = house(db).await;
        let centre = house.token("centre").await;
        for text in ["二楼可以办吗", "能不能在二楼开班"] {
            let asked = house.public("/guide/questions?region=310106", &[("asked", text)]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        }
        assert_eq!(house.public("/guide/questions", &[("asked", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let keep = house.get(&centre, "/guide/keep").await.body;
        let ids: Vec<&str> = keep.split("/guide/keep/asked/").skip(1).map(|t| t.split('"').next().unwrap()).collect();
        assert_eq!(ids.len(), 2, "{keep}");
        let form = house.get(&centre, &format!("/guide/keep/questions/new?asked={}", ids[0])).await.body;
        assert!(form.contains("二楼"), "{form}");
        let answer = [("topic", "场地"), ("asked", "可以在几楼办？"), ("answer", "不高于三楼。"), ("of", ids[0])];
        assert_eq!(house.form(&centre, "/guide/keep/questions/new", &answer).await.status, StatusCode::SEE_OTHER);
        let list = house.get("", "/api/v1/guide/questions?region=310106&q=几楼").await.json();
        let question = list["items"][0]["id"].as_str().unwrap().to_owned();
        let dealt = house.form(&centre, &format!("/guide/keep/asked/{}", ids[1]), &[("question", &question)]).await;
        assert_eq!(dealt.status, StatusCode::SEE_OTHER, "{}", dealt.body);
        let again = house.form(&centre, &format!("/guide/keep/asked/{}", ids[1]), &[("question", &question)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        for said in ["yes", "yes", "no"] {
            house.public(&format!("/guide/questions/{question}/helped"), &[("helped", said)]).await;
        }
        let keep = house.get(&centre, "/guide/keep").await.body;
        assert!(keep.contains("data-label=\"问过\">2<") && keep.contains("data-label=\"有用\">2<") && keep.contains("data-label=\"没用\">1<"), "{keep}");
        assert!(house.get("", "/guide/questions?region=310106").await.body.contains("问过 2 次"));
        // Another district does not see it; a retired one is not found.
        assert_eq!(house.get("", "/api/v1/guide/questions?region=310109").await.json()["items"].as_array().unwrap().len(), 0);
        let off = [("topic", "场地"), ("asked", "可以在几楼办？"), ("answer", "不高于三楼。"), ("shown", "no")];
        house.form(&centre, &format!("/guide/keep/questions/{question}"), &off).await;
        assert_eq!(house.get("", &format!("/guide/questions/{question}")).await.status, StatusCode::NOT_FOUND);
        let hongkou = house.token("hongkou").await;
        let foreign = house.form(&hongkou, &format!("/guide/keep/questions/{question}"), &off).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }
}
