//! A granted opening: file, notice, paper, code.

use crate::house::{House, SITE, day, filled, house};
use axum::http::{StatusCode, header};
use db::Db;
use registry::codes::{Band, CredentialKind, Measure, Mode, State};
use std::io::Write;
use std::process::{Command, Stdio};

/// What another program reads out of the codes of some pages of a document (`pdftoppm` of poppler, `zbarimg` of zbar).
pub fn codes(pdf: &[u8], first: usize, last: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("notice.pdf")).unwrap();
    file.write_all(pdf).unwrap();
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        let command = command.current_dir(folder.path()).args(args).stderr(Stdio::null());
        command.output().unwrap_or_else(|e| panic!("{program} (scripts/install.sh names its package): {e}"))
    };
    let (from, to) = (first.to_string(), last.to_string());
    assert!(
        run("pdftoppm", &["-f", &from, "-l", &to, "-r", "110", "-gray", "-png", "notice.pdf", "page"]).status.success()
    );
    let mut pages: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    pages.sort();
    let pages = pages.iter().filter_map(|name| name.to_str().filter(|name| name.ends_with(".png")));
    let read = |page: &str| String::from_utf8(run("zbarimg", &["-q", "--raw", page]).stdout).unwrap().trim().to_owned();
    pages.map(read).collect()
}

/// The path of an address that was printed.
pub fn path(address: &str) -> &str {
    address.strip_prefix(SITE).unwrap_or_else(|| panic!("{address} does not lead here"))
}

async fn plain(house: &House, path: &str) -> String {
    let page = house.ask(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(!page.headers.contains_key(header::SET_COOKIE) && !page.body.contains("<script"), "{}", page.body);
    page.body
}

db::both! {
    async fn a_granted_opening_enters_the_file_and_settles_the_applicant(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let h = house.history(&facility).await;
        let on = day("2022-04-01");
        assert_eq!((h.state_on(day("2022-03-31")), h.state_on(on)), (None, Some(State::Operating)));
        assert_eq!(h.profile[0].value.name, "小芽托育园");
        assert_eq!((h.places_on(Measure::Approved, on), h.places_on(Measure::Operational, on)), (Some(50), Some(50)));
        let classes: Vec<(&str, Band, Mode)> = h.classes_on(on).map(|(c, mode)| (&*c.name, c.kind, mode)).collect();
        assert_eq!(classes.len(), 3, "{classes:?}");
        assert_eq!(h.fee[0].value.fen.0, 320_000);
        assert_eq!(h.extra.premises[0].value.area, Some(420));
        let paper = h.credentials.iter().find(|c| c.kind == CredentialKind::OperationNotice).unwrap();
        assert_eq!((paper.number.as_str(), paper.places, paper.from_day), ("310109-2022-0001", Some(50), on));
        // The applicant is the office of the institution, and its agent the head.
        let agent = house.actor("agent").await;
        assert_eq!((agent.role, agent.facility.as_ref()), (kernel::Role::InstitutionHead, Some(&facility)));
    }

    async fn an_institution_that_ran_before_keeps_its_classes(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let before = house.history(&facility).await;
        house.set("2022-09-01");
        let mut values = filled();
        values.set("first_day", "2022-10-01");
        let again = house.granted("opening.for_profit", Some(&facility), &values).await.unwrap();
        assert_eq!(again.facility.as_ref(), Some(&facility));
        let after = house.history(&facility).await;
        assert_eq!((after.classes.len(), after.capacity.len(), after.fee.len()), (before.classes.len(), before.capacity.len(), before.fee.len()));
        assert_eq!(after.places_on(Measure::Approved, day("2022-10-01")), Some(50));
        let papers: Vec<_> = after.credentials.iter().filter(|c| c.kind == CredentialKind::OperationNotice).collect();
        assert_eq!(papers.len(), 2, "a new notice");
        // More places than the file counts are written.
        house.set("2022-11-01");
        values.set("granted_junior", "40");
        values.set("first_day", "2022-12-01");
        house.granted("opening.for_profit", Some(&facility), &values).await.unwrap();
        assert_eq!(house.history(&facility).await.places_on(Measure::Approved, day("2022-12-01")), Some(60));
    }

    async fn a_chain_opens_a_second_branch_with_a_file_and_a_notice_of_its_own(db: Db) {
        let house = house(db).await;
        let first = house.opened().await;
        let (file, paper) = (house.history(&first).await, house.notice(&first).await);
        house.set("2022-04-05");
        let mut values = filled();
        for (field, value) in [
            ("name", "小芽托育园广中分园"), ("street", "310109011"), ("address", "广中路2号"), ("first_day", "2022-05-01"),
        ] {
            values.set(field, value);
        }
        // As its head brings it: about the own institution, since a head has no other.
        let brought = house.granted("opening.for_profit", Some(&first), &values).await.unwrap();
        let second = brought.facility.clone().unwrap();
        assert_ne!(second, first);
        let own = house.notice(&second).await;
        assert_eq!((own.facility.clone(), own.matter.clone()), (second.clone(), Some(brought.id)));
        let printed = own.printed().unwrap();
        assert!(printed.name == "小芽托育园广中分园" && printed.address.contains("广中路2号"), "{printed:?}");
        assert_eq!((house.history(&first).await, house.notice(&first).await), (file, paper), "the first stays as it was");
        // Whoever brought it is head of both, each with its office.
        let mut read = house.db.read().await.unwrap();
        let login = identity::Login::parse("agent").unwrap();
        let account = identity::account(&mut read, &login).await.unwrap().unwrap().id;
        let posts = identity::posts(&mut read, &account, house.clock.today()).await.unwrap();
        let of: Vec<_> = posts.iter().filter_map(|post| post.facility.clone()).collect();
        assert!(of.len() == 2 && of.contains(&first) && of.contains(&second), "{posts:?}");
        let office = identity::office_of(&mut read, &second).await.unwrap().unwrap();
        assert_eq!(office.name_zh, "小芽托育园广中分园");
        assert_eq!(identity::office_of(&mut read, &first).await.unwrap().unwrap().id.as_str(), "ap_xiaoya");
        drop(read);
        // The next one may be in another district.
        let head = house.token("agent").await;
        let form = house.get(&head, "/matters/new/opening.for_profit").await.body;
        assert!(form.contains("name=\"region\"") && form.contains("value=\"310106\""), "{form}");
        // Brought before the first one was granted, about nothing: the same.
        values.set("name", "小芽托育园三部");
        values.set("address", "广中路30号");
        let third = house.granted("opening.for_profit", None, &values).await.unwrap().facility.unwrap();
        assert!(third != first && third != second);
        // The address of the first, written otherwise, is the first.
        values.set("name", "小芽托育园");
        values.set("street", "310109010");
        values.set("address", "上海市虹口区曲阳路１号 一层");
        let again = house.granted("opening.for_profit", None, &values).await.unwrap().facility.unwrap();
        assert_eq!(again, first);
    }

    async fn the_code_on_the_paper_leads_to_what_the_server_says(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-01");
        let centre = house.token("centre").await;
        let file = house.get(&centre, &format!("/facilities/{facility}")).await.body;
        assert!(file.contains("id=\"matters\"") && file.contains("310109-opening-2022-0001"), "the file names it: {file}");
        let pdf = house.get(&centre, &format!("/facilities/{facility}/notice.pdf")).await;
        assert_eq!(pdf.status, StatusCode::OK, "{}", pdf.body);
        let read = codes(&pdf.bytes, 1, 9);
        let notice = house.notice(&facility).await;
        assert_eq!(read, [format!("{SITE}/notices/{}", notice.token)]);
        let page = plain(&house, path(&read[0])).await;
        for said in ["这份告知书有效", "310109-2022-0001", "小芽托育园", "曲阳路1号1层", "50 个", "全日制", "教育局"] {
            assert!(page.contains(said), "{said} is missing in {page}");
        }
        let page = plain(&house, &format!("{}?lang=en", path(&read[0]))).await;
        assert!(page.contains("This notice is valid") && page.contains("2022-04-01"), "{page}");
        // Another district does not print it.
        let other = house.token("jingan").await;
        assert_eq!(house.get(&other, &format!("/facilities/{facility}/notice.pdf")).await.status, StatusCode::NOT_FOUND);
        let list = house.get(&centre, "/notices").await.body;
        assert!(list.contains("310109-2022-0001") && list.contains("小芽托育园"), "{list}");
        assert!(!house.get(&other, "/notices").await.body.contains("小芽托育园"));
    }

    async fn a_forged_code_is_told_from_a_real_one(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let mut token = house.notice(&facility).await.token;
        let last = token.pop().unwrap();
        token.push(if last == 'A' { 'B' } else { 'A' });
        for forged in [token.as_str(), "310109-2022-0001", "%27%20or%201=1", "x".repeat(300).as_str()] {
            let page = house.ask(&format!("/notices/{forged}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{forged}");
            assert!(page.body.contains("查不到这份告知书") && page.body.contains("伪造"), "{}", page.body);
        }
        assert_eq!(house.ask(&format!("/api/v1/notices/{token}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_cannot_be_granted_leaves_nothing(db: Db) {
        let house = house(db).await;
        let mut values = filled();
        for field in ["granted_junior", "granted_senior"] {
            values.set(field, "");
        }
        let refused = house.granted("opening.for_profit", None, &values).await.unwrap_err();
        assert!(matches!(refused, web::Error::Rule(rule) if rule.code == "licence.no_places"));
        let mut read = house.db.read().await.unwrap();
        let left: i64 = read.one(db::q!("select (select count(*) from facility) + (select count(*) from notice)")).await.unwrap();
        assert_eq!(left, 0);
    }
}
