//! Pages: every page that an account may open answers 200 in both languages, without a key that has no text, without
//! script or style in the page, and says that its data is synthetic.

use crate::world::World;
use axum::http::{Method, StatusCode};
use db::Db;

const PAGES: &[&str] = &[
    "/plans",
    "/plans/shanghai-2020-2022",
    "/plans/shanghai-2020-2022?region=310109&as_of=2020-06-30",
    "/plans/hongkou-demonstration",
    "/plans/jingan-2021-2023",
    "/plans/pudong-2021-2023",
    "/plans/shanghai-2020-2022/tasks",
    "/plans/shanghai-2020-2022/targets/SH-01",
    "/plans/shanghai-2020-2022/targets/SH-02?part=numerator",
    "/plans/shanghai-2020-2022/targets/SH-05",
    "/plans/shanghai-2020-2022/targets/SH-15",
    "/plans/jingan-2021-2023/targets/JA-03",
    "/plans/hongkou-demonstration/targets/HK-02?part=denominator",
    "/plans/targets",
    "/plans/targets?plan=shanghai-2020-2022&light=risk&group=supply",
    "/plans/compare",
    "/plans/compare?group=guidance&as_of=2021-06-30",
    "/plans/shanghai-2020-2022/stated",
    "/plans/pudong-2021-2023/stated",
    "/plans/shanghai-2020-2022/targets/SH-02/league",
    "/plans/shanghai-2020-2022/targets/SH-04/league?level=street&sort=change",
    "/plans/shanghai-2020-2022/targets/SH-01/league?sort=name",
    "/indicators/inclusive_point_street_coverage/why",
    "/indicators/places_per_thousand/why?region=310109&as_of=2021-06-30",
    "/indicators/integrated_kindergarten_share/why?plan=shanghai-2020-2022&target=SH-04",
    "/indicators/staff_certificate_rate/why",
    "/indicators",
    "/find?q=%E5%AE%9D%E5%AE%9D%E5%B1%8B",
    "/find?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA",
    "/start",
    "/door",
    "/facilities",
    "/facilities?kind=kindergarten&inclusive=yes&as_of=2021-06-30",
    "/facilities?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA",
    "/ledgers",
    "/ledgers?within=ended",
    "/ledgers/support",
    "/ledgers/support?region=310109&year=2021",
    "/ledgers/services?months=24",
    "/ledgers/chains",
    "/ledgers/growth?year=2021",
    "/ledgers/fees",
    "/ledgers/operating-support",
    "/ledgers/operating-support?region=310109",
    "/ledgers/operating-support?region=310109009",
    "/facilities/import",
    "/errands",
    "/units",
    "/desk",
    "/desk?tab=asked",
    "/desk?tab=below",
    "/library",
    "/library?q=%E5%BD%95%E5%83%8F",
    "/library/documents/sh-plan-2020",
    "/library/clauses/shanyu-design.inclusive",
    "/library/norms/inclusive.counts?region=310109&facet=kind%3Dbaby_house",
    "/library/norms/video.retention_days?date=2019-01-01",
    "/library/norms/inclusive.counts/change?facet=kind%3Dbaby_house&region=310109",
    "/library/changes",
    "/library/packs",
    "/library/policies?serves=institution&inclusive=yes&region=310106",
    "/library/policies/new",
    "/library/policies/sh-tax/edit",
    "/library/clauses/nat-filing-2019.9",
    "/library/documents/new",
    "/library/documents/nat-setting-2019/clauses/new",
    "/library/entries",
    "/guide?region=310106",
    "/guide/routes/opening.for_profit?region=310106",
    "/guide/routes/opening.licence",
    "/guide/questions",
    "/guide/questions/q301?region=310109",
    "/guide/keep/guide?form=opening.for_profit",
    "/guide/policies",
    "/guide/policies?region=310106&form=opening.kindergarten_class",
    "/guide/policies/sh-tax",
    "/guide/check?region=310109&what=care&who=company&where=premises",
    "/duties/all",
    "/duties/open",
    "/plans/jingan-2021-2023/declared",
    "/plans/jingan-2021-2023/targets/JA-15/declare",
    "/premises",
    "/premises?region=310109&purpose=childcare&outcome=unmatched",
    "/premises/new",
    "/premises/import",
    "/suspicions",
    "/suspicions?state=confirmed",
    "/reports",
    "/reports?state=all&region=310106",
    "/reports/new",
    "/report",
    "/report?region=310109",
    "/report/results?region=310109",
];

/// Pages of the administration, by the account that may open them.
const ADMINISTRATION: &[(&str, &str)] = &[
    ("admin", "/accounts"),
    ("admin", "/accounts?role=guidance_officer"),
    ("admin", "/accounts/new"),
    ("admin", "/units/new"),
    ("admin", "/units/ja_education"),
    ("admin", "/units/ja_education/rename"),
    ("admin", "/approvals"),
    ("admin", "/settings"),
    ("admin", "/settings/session.hours"),
    ("admin", "/settings/factor.roles/change"),
    ("admin", "/jobs"),
    ("admin", "/matrix"),
    ("secadmin", "/accounts"),
    ("secadmin", "/approvals?state=done"),
    ("secadmin", "/matrix?role=auditor"),
    ("auditor", "/audit"),
    ("auditor", "/audit?deed=change&from=2019-01-01"),
    ("auditor", "/audit/check"),
    ("auditor", "/settings"),
    ("city", "/sessions"),
    ("city", "/second-factor"),
    ("admin", "/sms"),
    ("hkapply", "/apply"),
    ("hkapply", "/apply/organisation"),
    ("hkapply", "/apply/agents"),
    ("hongkou", "/applicants"),
    ("hongkou", "/applicants?state=confirmed"),
    ("yuanzhang", "/duties"),
];

db::both! {
    async fn the_administration_answers_in_both_languages(db: Db) {
        let mut world = World::new(db).await;
        let account = world.get("admin", "/accounts").await.body;
        let account = account.split("href=\"/accounts/").find(|p| p.contains("</a><small")).unwrap();
        let account = format!("/accounts/{}", account.split('"').next().unwrap());
        let more = ["", "/close", "/factor-reset", "/posts/new", "/hand-over"].map(|p| ("admin", format!("{account}{p}")));
        let pages = ADMINISTRATION.iter().map(|(login, page)| (*login, (*page).to_owned())).chain(more);
        for (login, page) in pages {
            for lang in ["zh", "en"] {
                let join = if page.contains('?') { '&' } else { '?' };
                let answer = world.get(login, &format!("{page}{join}lang={lang}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{login} {page} {lang}: {}", answer.body);
                check(&page, lang, &answer.body);
            }
        }
    }

    async fn pages_answer_in_both_languages(db: Db) {
        let mut world = World::new(db).await;
        let city = "city";
        for page in PAGES {
            for lang in ["zh", "en"] {
                let join = if page.contains('?') { '&' } else { '?' };
                let answer = world.get(city, &format!("{page}{join}lang={lang}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{page} {lang}: {}", answer.body);
                check(page, lang, &answer.body);
            }
        }
    }

    async fn a_clause_names_fields_tests_duties_and_answers_that_rest_on_it(db: Db) {
        let mut world = World::new(db).await;
        for (clause, named) in [
            ("nat-management-2019.32", ["营利性托育机构：录像保存天数", "监控录像要保存多久？"]),
            ("nat-management-2019.24", ["晨检、午检和全日观察", "晨检要做哪些？"]),
            ("sh-setting-2018.area", ["营利性托育机构：生均建筑面积", "建筑面积（平方米）"]),
        ] {
            let body = world.get("city", &format!("/library/clauses/{clause}")).await.body;
            for name in named {
                assert!(body.contains(name), "{clause} does not name {name}: {body}");
            }
        }
        let body = world.get("city", "/library/packs").await.body;
        for file in ["forms/opening-home.toml", "guide/questions.toml", "duties.toml", "settings.toml", "disclosure.toml"] {
            assert!(body.contains(&format!("<td class=\"name\">{file}</td>")), "{file} is in use");
        }
        assert!(body.contains("问答 61") && !body.contains("error-summary"), "{body}");
    }

    async fn a_place_outside_the_post_shows_nothing_and_says_so(db: Db) {
        let mut world = World::new(db).await;
        let jingan = "jingan";
        let answer = world.get(jingan, "/plans/shanghai-2020-2022?region=310109").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.body.contains("不在您岗位的范围内"), "{}", answer.body);
        let own = world.get(jingan, "/plans/shanghai-2020-2022").await;
        assert!(own.body.contains("街镇 14 个"), "the streets of this place are counted, not those of the city");
        assert!(own.body.contains("静安区") && !own.body.contains("虹口区"), "only the own district");
    }

    async fn nobody_is_led_to_the_sign_in_page(db: Db) {
        let mut world = World::new(db).await;
        let answer = world.ask(None, Method::GET, "/plans?as_of=2021-01-01", None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.headers["location"], "/sign-in?back=%2Fplans%3Fas_of%3D2021-01-01");
        let page = world.ask(None, Method::GET, "/sign-in", None).await;
        assert_eq!(page.status, StatusCode::OK);
    }
}

fn check(page: &str, lang: &str, body: &str) {
    let tag = if lang == "en" { "lang=\"en\"" } else { "lang=\"zh-CN\"" };
    assert!(body.contains(tag), "{page}: {tag}");
    for forbidden in [" style=", "<style", " onclick=", " onchange=", "javascript:"] {
        assert!(!body.contains(forbidden), "{page}: {forbidden} in the page");
    }
    assert!(!body.contains("<script>"), "{page}: a script with content");
    let word = if lang == "en" { "Demonstration data" } else { "演示数据" };
    assert!(body.contains(word), "{page}: says that the data is synthetic");
    // A key without text shows itself in brackets.
    let missing = body.split('[').skip(1).find(|rest| {
        let key = rest.split(']').next().unwrap_or_default();
        key.len() > 3
            && key.contains('.')
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_')
    });
    assert!(
        missing.is_none(),
        "{page}: a key without text: {}",
        &missing.unwrap_or_default()[..40.min(missing.unwrap_or_default().len())]
    );
}
