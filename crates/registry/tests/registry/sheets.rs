//! Sheets of institutions: in and out, dry, all or nothing, once.

use crate::city::*;
use crate::house::house;
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
        assert!(examined.jobs.is_empty());
        assert_eq!(facilities(&db).await, 0);
        let rejected = examined.rejected(|f| f.code.to_owned());
        assert_eq!(rejected.lines().count(), 2);
        assert!(rejected.lines().nth(1).unwrap().contains("第7776托育园") && rejected.ends_with("registry.site.place\r\n"));

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
            "6  registry.sheet.columns",
            "8 credit_code registry.sheet.same_row",
            "8 opened registry.date.far",
        ]);
        let examined = examine(&db, &ids, "名称,价格\n甲,1\n".as_bytes(), &scope).await;
        assert_eq!(said(&examined)[..2], ["1 credit_code registry.sheet.no_key", "1 价格 registry.sheet.unknown_column"]);
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
        let out = registry::transfer::export_csv(&mut read, &filter).await.unwrap();
        assert!(out.contains("'=样例公司") && out.contains("\"小满, 托育园\""));
        // Into the same house: nothing differs.
        let same = examine(&db, &ids, out.as_bytes(), &Scope::Everything).await;
        assert_eq!((said(&same), same.counts().same), (Vec::<String>::new(), 2));
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

    async fn the_page_tries_refuses_and_imports(db: Db) {
        let house = house(db, 2).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let good = "credit_code,name,kind,ownership,legal_form,region,address,state,opened\n,小满,institution,private,for_profit,310109001,路,operating,2020-09-01\n";
        let tried = house.upload(&token, "try", "a.csv", good).await;
        assert!(tried.status == StatusCode::OK && tried.body.contains("检查通过"), "{}", tried.body);
        assert_eq!(facilities(&house.db).await, 0);
        let bad = good.replace("310109001", "310106001");
        let refused = house.upload(&token, "run", "a.csv", &bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("有 1 处错误") && refused.body.contains("街镇代码（region）") && refused.body.contains("data:text/csv"));
        assert_eq!(facilities(&house.db).await, 0);
        for (n, done) in [(1, "registry_imported"), (1, "registry_imported_before")] {
            let run = house.upload(&token, "run", "a.csv", good).await;
            assert_eq!((run.status, run.location.as_str()), (StatusCode::SEE_OTHER, format!("/facilities?done={done}").as_str()), "{}", run.body);
            assert_eq!(facilities(&house.db).await, n);
        }
        let out = house.get("/facilities/export.csv?region=310109", &token).await;
        assert!(out.body.starts_with("\u{feff}id,credit_code,name") && out.body.contains("小满"));
    }
}

/// The text as a spreadsheet on a Chinese system writes it.
fn encoding(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}
