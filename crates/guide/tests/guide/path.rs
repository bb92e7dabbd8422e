//! The self-check: each answer leads on, the end names form, papers and standards.

use crate::house::{PATH, house};
use axum::http::StatusCode;
use db::Db;
use guide::{At, Path};

db::both! {
    async fn a_few_answers_end_in_a_form_with_its_standards(db: Db) {
        let house = house(db).await;
        let first = house.get("", "/guide/check?region=310106").await.body;
        assert!(first.contains("做什么？") && first.contains("region=310106&#38;what=a"), "{first}");
        let end = house.get("", "/guide/check?region=310106&what=a&who=a").await.body;
        assert!(end.contains("可以申办：甲表") && end.contains("/matters/new/opening.a") && end.contains("租赁合同"), "{end}");
        assert!(end.contains("不低于 360") && end.contains("场地面积"), "the limit and its clause: {end}");
        let later = house.get("", "/guide/check?what=a&who=b").await.body;
        assert!(later.contains("现在还不能用这份表单申办") && !later.contains("/matters/new/opening.b"), "{later}");
        assert!(house.get("", "/guide/check?what=no").await.body.contains("不用申办。"));
        // An answer that does not exist is asked again; a place that does not exist is not found.
        assert!(house.get("", "/guide/check?what=zzz").await.body.contains("做什么？"));
        assert_eq!(house.get("", "/guide/check?region=999999").await.status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_path_with_a_fault_stops_the_start() {
    let kinds = crate::house::kinds();
    let wrong = |from: &str, to: &str| Path::read(&PATH.replacen(from, to, 1), &kinds).unwrap_err();
    assert_eq!(wrong("next = \"who\"", "next = \"where\""), "no step is called where");
    assert_eq!(wrong("form = \"opening.a\"", "form = \"opening.c\""), "who: no form is called opening.c");
    assert_eq!(wrong("form = \"opening.a\"", "next = \"what\""), "what leads back to itself");
    assert_eq!(wrong("next = \"who\"", "form = \"opening.a\""), "who is never asked");
    assert_eq!(
        wrong("form = \"opening.a\"", "next = \"who\", form = \"opening.a\""),
        "who: a leads nowhere or to several places"
    );
    let path = Path::read(PATH, &kinds).unwrap();
    let (at, way) = path.at(&[("what", "a"), ("who", "a")]);
    assert_eq!((at, way.len()), (At::Form("opening.a"), 2));
}
