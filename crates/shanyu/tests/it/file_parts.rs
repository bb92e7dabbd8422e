//! One file per institution: it tells what every room knows of it, to the office and to the institution alike, as of any
//! day, on its page, on its timeline and on paper.

use crate::world::World;
use axum::http::StatusCode;
use db::Db;
use kernel::kinds::PlaceId;
use kernel::{Day, Instant};

/// A part of the page, as far as it is there.
fn part<'p>(page: &'p str, id: &str) -> Option<&'p str> {
    page.split(&format!("<section class=\"card\" id=\"{id}\">")).nth(1)?.split("</section>").next()
}

/// What its table says: a line for each row, without markup.
fn lines(part: &str) -> Vec<String> {
    let plain = |html: &str| {
        let text = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        text.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    part.split("<tr>").skip(2).map(plain).collect()
}

/// Two suspicions about an institution: one is still to be looked at, one was decided on 2022-10-20.
async fn suspect(world: &World, facility: &str) {
    let noon = |text: &str| Instant::start_of(text.parse::<Day>().unwrap()).plus_seconds(12 * 3600);
    let mut tx = world.house.db.begin().await.unwrap();
    let place: PlaceId = tx
        .one(db::q!("select place from place_span where code = '310109010' and until_day = '9999-12-31'"))
        .await
        .unwrap();
    for (n, state, decided, changed) in
        [(1, "open", None, "2022-11-01"), (2, "guided", Some("2022-10-20"), "2022-10-20")]
    {
        tx.exec(db::q!(
            "insert into suspicion (home, id, place, subject, name, address, premises, facility, grounds, since, opened,
               state, shown, decided, due, unit, raised, ended, ending, changed)
             values ('310109', $1, $2, $1, '', $3, null, $4, '[]', '2022-10-01', $5, $6, '', $7, '2022-12-01', null,
               false, null, null, $8)",
            format!("suspicion-{n}"), &place, format!("样例弄{n}号"), facility, noon("2022-10-01"), state, decided,
            noon(changed)
        ))
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

const PARTS: [&str; 5] = ["matters", "notices", "duties", "checks", "publications"];

db::both! {
    async fn the_office_and_the_institution_see_the_same_but_what_a_rule_withholds(db: Db) {
        let mut world = World::new(db).await;
        let own = world.get("yuanzhang", "/api/v1/institutions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        suspect(&world, &own).await;
        let at = format!("/facilities/{own}");
        let office = world.get("hongkou", &at).await.body;
        let head = world.get("yuanzhang", &at).await.body;
        for id in PARTS {
            let (office, head) = (part(&office, id), part(&head, id));
            assert_eq!(office.map(lines), head.map(lines), "{id}");
            assert!(head.is_some(), "{id}");
        }
        for id in ["notices", "duties", "publications"] {
            assert!(!lines(part(&head, id).unwrap()).is_empty(), "{id}: {}", part(&head, id).unwrap());
        }
        assert!(part(&head, "notices").unwrap().contains(&format!("{at}/notice.pdf")));
        // What waits for a visit is not told beforehand.
        let (office, head) = (part(&office, "suspicions").unwrap(), part(&head, "suspicions").unwrap());
        assert!(office.contains("样例弄1号") && office.contains("样例弄2号") && office.contains("/suspicions/"), "{office}");
        assert!(!head.contains("样例弄1号") && head.contains("样例弄2号") && !head.contains("/suspicions/"), "{head}");
        // Who has nothing to do with suspicions is told of none; what is public everybody reads.
        let finance = world.get("city", "/api/v1/institutions?region=310106&limit=1").await.json();
        let finance = format!("/facilities/{}", finance["items"][0]["id"].as_str().unwrap());
        let finance = world.get("jafinance", &finance).await.body;
        assert!(part(&finance, "suspicions").is_none() && part(&finance, "checks").is_none());
    }

    async fn a_day_in_the_past_knows_nothing_of_later_days(db: Db) {
        let mut world = World::new(db).await;
        let own = world.get("yuanzhang", "/api/v1/institutions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        suspect(&world, &own).await;
        let told = world.get("hongkou", &format!("/api/v1/facilities/{own}")).await.json();
        let events = told["events"].as_array().unwrap();
        let days: Vec<&str> = events.iter().map(|e| e["day"].as_str().unwrap()).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "newest first: {days:?}");
        let parts: std::collections::BTreeSet<&str> = events.iter().map(|e| e["part"].as_str().unwrap()).collect();
        for id in ["base", "notices", "duties", "publications", "suspicions"] {
            assert!(parts.contains(id), "{id} in {parts:?}");
        }
        for day in ["2022-10-19", "2022-06-30", "2020-01-01"] {
            let then = world.get("hongkou", &format!("/api/v1/facilities/{own}?as_of={day}")).await.json();
            for event in then["events"].as_array().unwrap() {
                assert!(event["day"].as_str().unwrap() <= day, "{day}: {event}");
            }
            for part in then["shares"].as_array().unwrap() {
                for line in part["lines"].as_array().unwrap() {
                    assert!(line["day"].as_str().unwrap() <= day, "{day}: {} {line}", part["part"]);
                }
            }
            let head = world.get("yuanzhang", &format!("/facilities/{own}?as_of={day}")).await.body;
            assert!(!head.contains("样例弄2号"), "decided after {day}");
        }
        let only = world.get("hongkou", &format!("/facilities/{own}/timeline?part=publications")).await;
        assert_eq!(only.status, StatusCode::OK);
        assert!(only.body.contains("/publications/") && only.body.contains("年度"), "{}", only.body);
        let wrong = world.get("hongkou", &format!("/facilities/{own}/timeline?part=nothing")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }

    async fn what_the_page_says_of_them_is_printed_as_well(db: Db) {
        let mut world = World::new(db).await;
        let own = world.get("yuanzhang", "/api/v1/institutions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let told = world.get("yuanzhang", &format!("/api/v1/facilities/{own}")).await.json();
        let print = world.get("yuanzhang", &format!("/facilities/{own}/print")).await.body;
        let mut n = 0;
        for part in told["shares"].as_array().unwrap() {
            for line in part["lines"].as_array().unwrap() {
                let title = line["title"].as_str().unwrap();
                assert!(print.contains(title), "{} {title}", part["part"]);
                n += 1;
            }
        }
        assert!(n > 2, "{n}");
    }
}
