//! Sheets of institutions: in and out, dry, all or nothing, once.

use crate::city::*;
use crate::house::house;
use crate::messy;
use axum::http::StatusCode;
use db::Db;
use kernel::{Ids, Role, Scope};
use registry::import::{self, Examined};
use registry::store::list::{self, Filter, Within};
use std::time::Instant;

const HEADING: &str = "credit_code,name,kind,ownership,legal_form,region,address,state,opened,phone";

fn sheet(rows: usize, bad: Option<(usize, &str)>) -> String {
    let mut out = format!("{HEADING}\r\n");
    for n in 0..rows {
        let region = match bad {
            Some((at, region)) if at == n => region,
            _ => ["310106001", "310109001", "310109002"][n % 3],
        };
        out.push_str(&format!(
            ",第{n}托育园,institution,private,for_profit,{region},样例路{n}号,operating,2020-09-01,\r\n"
        ));
    }
    out
}

async fn examine(db: &Db, ids: &Ids, sheet: &[u8], scope: &Scope) -> Examined {
    let mut read = db.read().await.unwrap();
    import::examine(&mut read, &stamp(ids), sheet, scope).await.unwrap()
}

async fn facilities(db: &Db) -> i64 {
    db.read().await.unwrap().one(db::q!("select count(*) from facility")).await.unwrap()
}

fn said(examined: &Examined) -> Vec<String> {
    examined.faults.iter().map(|f| format!("{} {} {}", f.line, f.column, f.code)).collect()
}

db::both! {
    async fn one_bad_row_of_ten_thousand_changes_nothing_and_is_named(db: Db) {
        crate::house::words();
        city(&db, 2).await;
        let ids = Ids::seeded(1);
        let bad = sheet(10_000, Some((7_776, "310999999")));
        let examined = examine(&db, &ids, bad.as_bytes(), &Scope::Everything).await;
        // The heading is line 1.
        assert_eq!(said(&examined), ["7778 region registry.site.place"]);
        assert_eq!((examined.jobs.len(), examined.counts().faulty), (9_999, 1));
        assert_eq!(facilities(&db).await, 0);

        let good = sheet(10_000, None);
        let started = Instant::now();
        let examined = examine(&db, &ids, good.as_bytes(), &Scope::Everything).await;
        let looked = started.elapsed();
        assert_eq!(said(&examined), Vec::<String>::new());
        let mut tx = db.begin().await.unwrap();
        let counts = import::run(&mut tx, &stamp(&ids), &examined, "good.csv").await.unwrap();
        tx.commit().await.unwrap();
        println!("10,000 rows on {:?}: looked at in {looked:?}, all in {:?}", db.engine(), started.elapsed());
        assert_eq!((counts.rows, counts.entered), (10_000, 10_000));
        assert_eq!(facilities(&db).await, 10_000);
        let mut read = db.read().await.unwrap();
        let filter = Filter::new(Within::Place(place("310109")), day("2022-01-01"));
        assert_eq!(list::count(&mut read, &filter).await.unwrap(), 6_666);
        drop(read);

        // The same file once more is the same write.
        let again = examine(&db, &ids, good.as_bytes(), &Scope::Everything).await;
        assert!(again.repeated);
        let mut tx = db.begin().await.unwrap();
        let counts = import::run(&mut tx, &stamp(&ids), &again, "good.csv").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((counts.entered, counts.changed), (0, 0));
        assert_eq!(facilities(&db).await, 10_000);
    }

    async fn every_fault_is_named_by_line_and_column(db: Db) {
        crate::house::words();
        city(&db, 2).await;
        let ids = Ids::seeded(2);
        let text = format!(
            "{HEADING}\n\
             91310109MA1G500000,甲,institution,private,for_profit,310109001,路,operating,2020-09-01,\n\
             ,乙,nothing,private,for_profit,310109001,路,operating,2020-09-01,\n\
             ,,institution,private,for_profit,,路,operating,2020-02-30,\n\
             ,丁,institution,private,for_profit,310106001,路,operating,2020-09-01,\n\
             ,戊,institution,private,for_profit,310109001,路,planned\n\
             91310109MA1G50000C,己,托育机构,民办,营利性,310109001,路,正常运营,2020年9月1日,\n\
             91310109MA1G50000C,庚,institution,private,for_profit,310109001,路,operating,2099-01-01,\n"
        );
        let scope = Scope::Place(place("310109"));
        let examined = examine(&db, &ids, text.as_bytes(), &scope).await;
        assert_eq!(said(&examined), [
            "2 credit_code kernel.credit_code.check",
            "3 kind registry.sheet.value",
            "4 opened registry.sheet.day",
            "5 region registry.enter.outside",
            "6 opened form.required",
            "8 credit_code registry.sheet.same_row",
            "8 opened registry.date.far",
        ]);
        let examined = examine(&db, &ids, "名称,价格,类别\n甲,1,\n".as_bytes(), &scope).await;
        assert_eq!(said(&examined)[..2], ["1 价格 registry.sheet.unknown_column", "1 credit_code registry.sheet.no_key"]);
        assert_eq!(said(&examine(&db, &ids, b"", &scope).await), ["1  registry.sheet.empty"]);
        assert_eq!(said(&examine(&db, &ids, &[0xff, 0xff, 0x41], &scope).await), ["1  registry.sheet.encoding"]);
    }

    async fn what_goes_out_comes_in_again(db: Db) {
        crate::house::words();
        city(&db, 2).await;
        let ids = Ids::seeded(3);
        let text = "credit_code,name,kind,ownership,legal_form,operator,region,address,lon,lat,state,opened,inclusive_from,inclusive_until,inclusive_by,notice_number,notice_from,notice_until,notice_places,classes,places,fees\n\
            91310109MA1G50000C,\"小满, 托育园\",institution,private,for_profit,=样例公司,310109001,样例路1号,121.48,31.27,operating,2020-09-01,2021-01-01,2025-06-19,区教育局,沪虹托告〔2021〕0019号,2021-01-01,,60,托大一班/senior/full_day/new/2020-09-01;托小一班/junior/half_day/expansion/2021-09-01,full_day/senior=20;half_day/junior=15,full_day=3000/month\n\
            ,大满幼儿园,kindergarten,public,public_institution,,310109002,样例路2号,,,operating,2010-09-01,,,,,,,,托一班/toddler/full_day/new/2021-09-01,full_day/toddler=20,\n";
        let gbk = encoding(text);
        let examined = examine(&db, &ids, &gbk, &Scope::Everything).await;
        assert_eq!(said(&examined), Vec::<String>::new());
        let mut tx = db.begin().await.unwrap();
        import::run(&mut tx, &stamp(&ids), &examined, "a.csv").await.unwrap();
        tx.commit().await.unwrap();
        let filter = Filter::new(Within::Place(place("310000")), day(NOW));
        let mut read = db.read().await.unwrap();
        for format in [::sheet::Format::Csv, ::sheet::Format::Xlsx] {
            let out = registry::transfer::sheet_of(&mut read, &filter, format).await.unwrap();
            if format == ::sheet::Format::Csv {
                let text = String::from_utf8(out.clone()).unwrap();
                assert!(text.contains("'=样例公司") && text.contains("\"小满,托育园\""), "{text}");
            }
            // Into the same house: nothing differs.
            let same = examine(&db, &ids, &out, &Scope::Everything).await;
            assert_eq!((said(&same), same.counts().same), (Vec::<String>::new(), 2));
        }
        drop(read);
        // A row changes only what is filled in.
        let phone = "credit_code,phone,changed_on,state\n91310109MA1G50000C,021-65,2022-10-01,\n";
        let examined = examine(&db, &ids, phone.as_bytes(), &Scope::Everything).await;
        assert_eq!((said(&examined), examined.counts().changed), (Vec::<String>::new(), 1));
        let mut tx = db.begin().await.unwrap();
        import::run(&mut tx, &stamp(&ids), &examined, "b.csv").await.unwrap();
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        let page = list::page(&mut read, &filter, ("", ""), 9).await.unwrap();
        let id = page.iter().find(|i| i.name.starts_with("小满")).unwrap().facility.clone();
        let phone = async |read: &mut db::Read, d: &str| registry::file(read, &id, day(d)).await.unwrap().unwrap().profile.unwrap().value.phone;
        assert_eq!((phone(&mut read, "2022-09-30").await.as_str(), phone(&mut read, "2022-10-01").await.as_str()), ("", "021-65"));
        assert!(registry::listing_faults(&mut read).await.unwrap().is_empty());
    }

    async fn the_page_looks_refuses_and_writes_once(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let good = "credit_code,name,kind,ownership,legal_form,region,address,state,opened\n,小满,institution,private,for_profit,310109001,路,operating,2020-09-01\n";
        // Broken files are refused beside the field.
        let broken = house.upload(&token, "a.xlsx", b"PK nothing").await;
        assert!(broken.status == StatusCode::UNPROCESSABLE_ENTITY && broken.body.contains("文件已损坏"), "{}", broken.body);
        let bad = good.replace("310109001", "310106001");
        let sent = house.upload(&token, "a.csv", bad.as_bytes()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        assert!(house.get(&sent.location, &token).await.body.contains("等待开始"));
        house.work().await;
        let page = house.get(&sent.location, &token).await;
        assert!(page.body.contains("有 1 行、1 处错误") && page.body.contains(">F2<"), "{}", page.body);
        // There is nothing without a fault to write.
        assert!(!page.body.contains("name=\"rows\""));
        let refused = house.form_at(&sent.location, "write", &token, &[("rows", "all")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Somebody else's errand is not there.
        let other = house.clerk_at(Role::GuidanceOfficer, "310106").await;
        assert_eq!(house.get(&sent.location, &other).await.status, StatusCode::NOT_FOUND);

        let sent = house.upload(&token, "a.csv", good.as_bytes()).await;
        house.work().await;
        let page = house.get(&sent.location, &token).await;
        assert!(page.body.contains("确认导入 1 行"), "{}", page.body);
        assert_eq!(facilities(&house.db).await, 0);
        // Pressed twice, it is one errand; confirmed once more later, it is no second write.
        let (csrf, key) = house.hidden(&sent.location, &token).await;
        let body = format!("csrf={csrf}&idempotency_key={key}&rows=all");
        let path = format!("{}/write", sent.location);
        let first = house.post(&path, &token, "application/x-www-form-urlencoded", body.clone()).await;
        let again = house.post(&path, &token, "application/x-www-form-urlencoded", body).await;
        assert_eq!((first.status, &first.location), (StatusCode::SEE_OTHER, &again.location));
        house.work().await;
        let done = house.get(&first.location, &token).await;
        assert!(done.body.contains("导入完成") && done.body.contains("小满"), "{}", done.body);
        let second = house.form_at(&sent.location, "write", &token, &[("rows", "all")]).await;
        house.work().await;
        assert!(house.get(&second.location, &token).await.body.contains("不会重复写入"));
        assert_eq!(facilities(&house.db).await, 1);

        let out = house.get("/facilities/export.csv?region=310109", &token).await;
        assert!(out.body.starts_with("\u{feff}id,credit_code,name") && out.body.contains("小满"));
        let out = house.get("/facilities/export.xlsx?col=name&col=opened", &token).await;
        let grid = &::sheet::read(&out.bytes, &Default::default()).unwrap()[0];
        let head = ::sheet::Head::find(grid, registry::import::known).unwrap();
        assert_eq!(head.columns, [(0, "名称".to_owned()), (1, "开办日期".to_owned())]);
        assert_eq!(grid.lines[0].cells[0].1.text, "托育机构名单");
        assert_eq!(head.rows(grid)[0].cell(1).unwrap().text, "2020-09-01");
        let none = house.get("/facilities/export.xlsx?ticked=1", &token).await;
        assert_eq!(none.status, StatusCode::BAD_REQUEST);
        let template = house.get("/facilities/import/template.xlsx", &token).await;
        let opened = import::open(&template.bytes).unwrap();
        assert!(import::Columns::recognised(&opened).iter().all(|r| r.certain) && opened.rows().count() == 0);
    }

    async fn the_messy_sheet_comes_back_with_37_errors_and_goes_in_whole(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let sent = house.upload(&token, "表.xlsx", &messy::workbook(&messy::SMALL, true)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        // Headings of their own are confirmed once.
        let asked = house.get(&sent.location, &token).await;
        assert!(asked.body.contains("核对各列") && asked.body.contains("机构名称"), "{}", asked.body);
        let mut chosen: Vec<(String, &str)> = messy::COLUMNS.iter().enumerate().map(|(at, c)| (format!("c{at}"), *c)).collect();
        chosen[1].1 = "credit_code";
        let fields: Vec<(&str, &str)> = chosen.iter().map(|(k, v)| (k.as_str(), *v)).collect();
        let twice = house.form_at(&sent.location, "columns", &token, &fields).await;
        assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.body.contains("选了两列"), "{}", twice.body);
        chosen[1].1 = messy::COLUMNS[1];
        let fields: Vec<(&str, &str)> = chosen.iter().map(|(k, v)| (k.as_str(), *v)).collect();
        let begun = house.form_at(&sent.location, "columns", &token, &fields).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        house.work().await;
        let found = house.get(&sent.location, &token).await;
        assert!(found.body.contains("37 处错误"), "{}", found.body);
        assert!(found.body.contains("末几位已丢失"));
        assert_eq!(facilities(&house.db).await, 0);
        let id = sent.location.rsplit('/').next().unwrap();
        let marked = house.get(&format!("/errands/{id}/file/result"), &token).await;
        let opened = import::open(&marked.bytes).unwrap();
        let (last, heading) = opened.head.columns.last().unwrap();
        assert_eq!((heading.as_str(), opened.rows().count()), ("错误说明", messy::ROWS));
        let said: usize = opened.rows().filter_map(|l| l.cell(*last)).map(|c| c.text.split('；').count()).sum();
        assert_eq!(said, 37);
        let extract = house.get(&format!("/errands/{id}/file/extract"), &token).await;
        let faulty = import::open(&extract.bytes).unwrap().rows().count();
        assert!(faulty < messy::ROWS && found.body.contains(&format!("有 {faulty} 行")));

        // Corrected, with the same heading: no question, no fault, all of it.
        let sent = house.upload(&token, "表.xlsx", &messy::workbook(&messy::SMALL, false)).await;
        house.work().await;
        let found = house.get(&sent.location, &token).await;
        assert!(found.body.contains(&format!("确认导入 {} 行", messy::ROWS)), "{}", found.body);
        let run = house.form_at(&sent.location, "write", &token, &[("rows", "all")]).await;
        house.work().await;
        assert!(house.get(&run.location, &token).await.body.contains("导入完成"));
        assert_eq!(facilities(&house.db).await, messy::ROWS as i64);
        let mut read = house.db.read().await.unwrap();
        assert!(registry::listing_faults(&mut read).await.unwrap().is_empty());
        let opened: Vec<String> = read.all(db::q!("select distinct from_day from facility_state order by from_day")).await.unwrap();
        assert_eq!(opened, ["2020-09-01"], "every way to write the day is that day");
    }

    async fn what_is_stopped_or_fails_midway_leaves_nothing(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::EducationOfficer, "310000").await;
        let ids = Ids::seeded(9);
        let text = sheet(600, None);
        // The transaction is lost after 400 rows.
        let examined = examine(&house.db, &ids, text.as_bytes(), &Scope::Everything).await;
        let mut tx = house.db.begin().await.unwrap();
        let mut run = import::Run::begin(&mut tx, stamp(&ids), &examined, "a.csv").await.unwrap();
        assert!(run.step(&mut tx, 400).await.unwrap());
        drop(run);
        drop(tx);
        let rows = async || {
            let all = "select (select count(*) from facility) + (select count(*) from import_run)
                       + (select count(*) from facility_state) + (select count(*) from event where kind = 'registry.changed')";
            house.db.read().await.unwrap().one::<i64>(db::q!(all)).await.unwrap()
        };
        assert_eq!(rows().await, 0);

        // Its owner stops it: before it begins, and while it works.
        for running in [false, true] {
            let sent = house.upload(&token, "a.csv", text.as_bytes()).await;
            house.work().await;
            let run = house.form_at(&sent.location, "write", &token, &[("rows", "all")]).await;
            let id = run.location.rsplit('/').next().unwrap().to_owned();
            if running {
                let mut tx = house.db.begin().await.unwrap();
                let wish = "update errand set stopping = true where home = '' and id = $1";
                tx.exec(db::q!(wish, id.as_str())).await.unwrap();
                tx.commit().await.unwrap();
            } else {
                let stopped = house.form_from("/errands", &format!("/errands/{id}/stop"), &token, &[]).await;
                assert_eq!(stopped.location, "/errands?done=errand_stopped", "{}", stopped.body);
            }
            house.work().await;
            assert!(house.get(&run.location, &token).await.body.contains("没有写入任何内容"));
            assert_eq!(rows().await, 0);
        }
    }

    async fn records_that_moved_after_the_check_stop_the_write(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::EducationOfficer, "310000").await;
        let code = messy::code(1);
        let row = |name: &str| format!("{HEADING}\n{code},{name},institution,private,for_profit,310109001,路,operating,2020-09-01,\n");
        let sent = house.upload(&token, "a.csv", row("甲").as_bytes()).await;
        house.work().await;
        let other = house.upload(&token, "b.csv", row("乙").as_bytes()).await;
        house.work().await;
        for (at, said) in [(other.location, "导入完成"), (sent.location, "与您确认的不一致")] {
            let run = house.form_at(&at, "write", &token, &[("rows", "all")]).await;
            house.work().await;
            let page = house.get(&run.location, &token).await;
            assert!(page.body.contains(said), "{}", page.body);
        }
        assert_eq!(facilities(&house.db).await, 1);
    }

    async fn a_long_list_is_given_out_in_the_background(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::EducationOfficer, "310000").await;
        let ids = Ids::seeded(4);
        let examined = examine(&house.db, &ids, sheet(2_100, None).as_bytes(), &Scope::Everything).await;
        let mut tx = house.db.begin().await.unwrap();
        import::run(&mut tx, &stamp(&ids), &examined, "a.csv").await.unwrap();
        tx.commit().await.unwrap();
        let page = house.get("/facilities/export.csv", &token).await;
        assert!(page.body.contains("共 2,100 行"), "{}", page.body);
        let left = house.form("/facilities/export.csv", &token, &[]).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
        house.work().await;
        let one = house.get(&left.location, &token).await;
        assert!(one.body.contains("已办好"), "{}", one.body);
        let file = house.get(&format!("{}/file/result", left.location), &token).await;
        assert_eq!(file.body.lines().count(), 2_101);
        let json = house.get(&format!("/api/v1{}", left.location), &token).await.json();
        assert_eq!((json["state"].as_str(), json["outcome"]["rows"].as_i64()), (Some("done"), Some(2_100)));
        // After its days it is gone.
        let later = house.now().plus_seconds(9 * 86_400);
        house.set_clock(later);
        let mut tx = house.db.begin().await.unwrap();
        tx.enqueue(db::Job { home: String::new(), id: kernel::Id::new("clear"), kind: "errand.clear".into(), payload: String::new(), run_at: later }).await.unwrap();
        tx.commit().await.unwrap();
        house.work().await;
        let left: i64 = house.db.read().await.unwrap().one(db::q!("select (select count(*) from errand) + (select count(*) from errand_file)")).await.unwrap();
        assert_eq!(left, 0);
    }
}

/// The text as a spreadsheet on a Chinese system writes it.
fn encoding(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

/// The browser tests send these sheets in; they hold what [`messy`] writes. One that is
/// removed is written anew.
#[test]
fn the_sheets_of_the_browser_tests_are_the_messy_ones() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sheets");
    let all = |bytes: &[u8]| {
        let opened = import::open(bytes).unwrap();
        let columns: Vec<_> = opened.head.columns.iter().map(|(at, heading)| (*at, heading.clone())).collect();
        let mut out = vec![format!("{columns:?}")];
        for line in opened.rows() {
            let cells: Vec<&str> =
                columns.iter().map(|(at, _)| line.cell(*at).map_or("", |c| c.text.as_str())).collect();
            out.push(cells.join("|"));
        }
        out
    };
    for (name, with_errors) in [("messy.xlsx", true), ("mended.xlsx", false)] {
        let written = messy::workbook(&messy::REAL, with_errors);
        let path = folder.join(name);
        if !path.exists() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &written).unwrap();
        }
        assert_eq!(all(&std::fs::read(&path).unwrap()), all(&written), "{name}");
    }
}
