//! A sheet as a centre keeps it for itself: streets by name, kinds as people call them, places and fees as numbers,
//! classes counted. And rows without a key: they mean the file of their name and street, never a second one.

use crate::city::*;
use crate::house::house;
use axum::http::StatusCode;
use db::Db;
use kernel::kinds::FacilityId;
use kernel::{Ids, Role, Scope};
use registry::codes::{Band, FacilityKind, Measure, Mode, Per, State};
use registry::import::{self, Examined};
use registry::model::History;

const HEAD: &str = "序号,机构名称,统一社会信用代码,类型,性质,登记类型,所属区,街镇,地址,运营状态,开办时间,班级,托位数,收费标准,是否普惠,普惠起始日,普惠认定单位\n";

async fn look(db: &Db, ids: &Ids, text: &str, scope: &Scope) -> Examined {
    let mut read = db.read().await.unwrap();
    import::examine(&mut read, &stamp(ids), text.as_bytes(), scope).await.unwrap()
}

async fn write(db: &Db, ids: &Ids, examined: &Examined) {
    assert_eq!(said(examined), Vec::<String>::new());
    let mut tx = db.begin().await.unwrap();
    import::run(&mut tx, &stamp(ids), examined, "表.csv").await.unwrap();
    tx.commit().await.unwrap();
}

fn said(examined: &Examined) -> Vec<String> {
    examined.faults.iter().map(|f| format!("{} {} {}", f.line, f.column, f.code)).collect()
}

async fn file(db: &Db, name: &str) -> History {
    let mut read = db.read().await.unwrap();
    let id: FacilityId =
        read.one(db::q!("select distinct facility from facility_profile where name = $1", name)).await.unwrap();
    registry::store::file::history(&mut read, &id).await.unwrap().unwrap()
}

fn approved(h: &History) -> Vec<(Mode, Band, i64)> {
    let of = h.capacity.iter().filter(|c| c.value.measure == Measure::Approved);
    of.map(|c| (c.value.mode, c.value.band, c.value.places)).collect()
}

db::both! {
    async fn a_sheet_as_a_centre_keeps_it_is_taken(db: Db) {
        crate::house::words();
        city(&db, 2).await;
        let ids = Ids::seeded(1);
        let sheet = format!("{HEAD}\
            1,小满托育园,,托育园,民办,营利性,,虹口区第1街道,样例路1号,运营,2020.9.1,托大班2个；托小班一个,托大班40；托小班20,3000,是,2021-01-01,区教育局\n\
            2,曲阳宝宝屋,,宝宝屋,公办,机关或街镇内设,虹口区,虹口区第2,样例路2号,正常运营,2021年9月1日,3个混合班,60,20元/小时,否,,\n\
            3,大满幼儿园,,幼儿园,公办,事业单位,,310109001,样例路3号,运营中,2010/9/1,2个班,40个,半日制=1800元/月；3000元/月,,,\n\
            4,家门口托育点,,社区托育点,公办,非营利性,,上海市虹口区虹口区第1街道,样例路4号,运营,2020-09-01,3,托小班60个托位,\"¥2,800/月\",,,\n");
        let scope = Scope::Place(place("310109"));
        let examined = look(&db, &ids, &sheet, &scope).await;
        write(&db, &ids, &examined).await;

        let one = file(&db, "小满托育园").await;
        assert_eq!((one.facility.kind, one.state[0].value.state), (FacilityKind::Institution, State::Operating));
        assert_eq!(one.site[0].value.place, place("310109001"));
        let mut names: Vec<&str> = one.classes.iter().map(|c| c.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["托大班1", "托大班2", "托小班"]);
        assert_eq!(approved(&one), [(Mode::FullDay, Band::Junior, 20), (Mode::FullDay, Band::Senior, 40)]);
        assert_eq!((one.fee[0].value.mode, one.fee[0].value.fen.0, one.fee[0].value.per), (Mode::FullDay, 300_000, Per::Month));
        assert_eq!(one.inclusive[0].value.confirmed_by, "区教育局");
        // One kind in the column of classes says of which kind the places are.
        let two = file(&db, "曲阳宝宝屋").await;
        assert_eq!((two.facility.kind, two.site[0].value.place.clone()), (FacilityKind::BabyHouse, place("310109002")));
        assert_eq!((approved(&two), two.classes.len()), (vec![(Mode::FullDay, Band::Mixed, 60)], 3));
        assert_eq!((two.fee[0].value.mode, two.fee[0].value.per), (Mode::Hourly, Per::Hour));
        // A kindergarten has one kind only.
        let three = file(&db, "大满幼儿园").await;
        assert_eq!((approved(&three), three.fee.len()), (vec![(Mode::FullDay, Band::Toddler, 40)], 2));
        // And the places say it of the classes.
        let four = file(&db, "家门口托育点").await;
        assert!(four.classes.len() == 3 && four.classes.iter().all(|c| c.kind == Band::Junior), "{:?}", four.classes);

        // The same rows, corrected in one cell: they mean these files.
        let again = sheet.replace("托大班40；托小班20", "60").replace("样例路1号", "样例路1-1号").replace(",否,,", ",,,");
        let same = look(&db, &ids, &again, &scope).await;
        let counts = same.counts();
        assert_eq!((said(&same), counts.entered, counts.changed, counts.same), (Vec::<String>::new(), 0, 1, 3));
        assert_eq!(same.matched.len(), 4);
    }

    async fn what_can_mean_two_things_is_refused_with_how_to_write_it(db: Db) {
        let house = house(db, 2).await;
        let ids = Ids::seeded(2);

        let all = [
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,3个班,,,,,", "classes registry.sheet.classes_band"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,60,,,,", "places registry.sheet.places_band"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,托大班1个；托小班1个,60,,,,", "places registry.sheet.places_band"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,托大班20；40,,,,", "places registry.sheet.places"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,,面议,,,", "fees registry.sheet.fees"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,,200元/天,,,", "fees registry.sheet.fees"),
            ("托育机构,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,,,是,,", "inclusive registry.sheet.inclusive_from"),
            ("小饭桌,民办,营利性,,虹口区第1街道,路,运营,2020-09-01,,,,,,", "kind registry.sheet.value"),
            ("托育机构,民办,营利性,,第9街道,路,运营,2020-09-01,,,,,,", "region registry.site.place"),
            ("托育机构,民办,营利性,,静安区第1街道,路,运营,2020-09-01,,,,,,", "region registry.enter.outside"),
            ("托育机构,民办,营利性,静安区,虹口区第1街道,路,运营,2020-09-01,,,,,,", "region registry.site.place"),
        ];
        let mut sheet = HEAD.to_owned();
        for (n, (cells, _)) in all.iter().enumerate() {
            sheet.push_str(&format!("{n},甲{n},,{cells}\n"));
        }
        let examined = look(&house.db, &ids, &sheet, &Scope::Place(place("310109"))).await;
        let wanted: Vec<String> = all.iter().enumerate().map(|(n, (_, said))| format!("{} {said}", n + 2)).collect();
        assert_eq!(said(&examined), wanted);
        // On the page, in words.
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let sent = house.upload(&token, "表.csv", sheet.as_bytes()).await;
        let columns = ["", "name", "credit_code", "kind", "ownership", "legal_form", "district", "region", "address", "state", "opened", "classes", "places", "fees", "inclusive", "inclusive_from", "inclusive_by"];
        let names: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
        let chosen: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(columns).collect();
        let begun = house.form_at(&sent.location, "columns", &token, &chosen).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        house.work().await;
        let page = house.get(&sent.location, &token).await.body;
        for words in ["不认识这个内容：小饭桌，可以写：幼儿园、托儿所、托育机构", "这 60 个托位是哪种班型的", "托大班2个；托小班1个", "3000元/月"] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }

    async fn a_street_that_two_districts_have_is_named_by_both(db: Db) {
        crate::house::words();
        city(&db, 1).await;
        let ids = Ids::seeded(3);
        let mut tx = db.begin().await.unwrap();
        for code in ["310106001", "310109001"] {
            places::change::rename(&mut tx, &place(code), "样例路街道", day("2001-01-01")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let sheet = |district: &str, region: &str| {
            format!("名称,信用代码,类别,举办性质,登记形式,所在区,街镇,地址,状态,开办日期\n甲,,托育机构,民办,营利性,{district},{region},路,运营,2020-09-01\n")
        };
        let found = async |district: &str, region: &str, scope: &Scope| look(&db, &ids, &sheet(district, region), scope).await;
        let unclear = found("", "样例路", &Scope::Everything).await;
        assert_eq!(said(&unclear), ["2 region registry.sheet.streets"]);
        assert_eq!(unclear.faults[0].values[1], "静安区样例路街道 310106001、虹口区样例路街道 310109001");
        for (district, region) in [("虹口区", "样例路街道"), ("虹口", "样例路"), ("", "虹口区样例路"), ("", "310109001")] {
            let clear = found(district, region, &Scope::Everything).await;
            write(&db, &ids, &clear).await;
        }
        // Of one district, the one there is meant.
        assert_eq!(found("", "样例路", &Scope::Place(place("310109"))).await.counts().same, 1);
        assert_eq!(file(&db, "甲").await.site[0].value.place, place("310109001"));
    }

    async fn a_row_without_a_key_never_makes_a_second_file(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let sheet = |name: &str, code: &str, phone: &str| {
            format!("credit_code,name,kind,ownership,legal_form,region,address,state,opened,phone\n{code},{name},institution,private,for_profit,310109001,路,operating,2020-09-01,{phone}\n")
        };
        let files = async || house.db.read().await.unwrap().one::<i64>(db::q!("select count(*) from facility")).await.unwrap();
        let look = async |text: &str| look(&house.db, &house.ids, text, &Scope::Place(place("310109"))).await;
        let first = look(&sheet("小满（虹口）托育园", "", "")).await;
        write(&house.db, &house.ids, &first).await;

        // Written a little otherwise, and shown before it is confirmed.
        let sent = house.upload(&token, "a.csv", sheet("小满(虹口) 托育园", "", "021-65").as_bytes()).await;
        house.work().await;
        let page = house.get(&sent.location, &token).await.body;
        assert!(page.contains("按名称和街镇认作已有档案") && page.contains("第 2 行") && page.contains("确认导入 1 行"), "{page}");
        let run = house.form_at(&sent.location, "write", &token, &[("rows", "all")]).await;
        house.work().await;
        assert!(house.get(&run.location, &token).await.body.contains("导入完成"));
        assert_eq!(files().await, 1);

        // A code that the file has not yet is the file's; another one than it has is another institution.
        let code = crate::messy::code(1);
        let coded = look(&sheet("小满(虹口)托育园", &code, "021-65")).await;
        assert_eq!((coded.counts().changed, coded.matched.len()), (1, 1));
        write(&house.db, &house.ids, &coded).await;
        let other = look(&sheet("小满(虹口)托育园", &crate::messy::code(2), "021-65")).await;
        assert_eq!((other.counts().entered, other.matched.len()), (1, 0));
        write(&house.db, &house.ids, &other).await;
        let unclear = look(&sheet("小满(虹口)托育园", "", "021-66")).await;
        assert_eq!(said(&unclear), ["2 name registry.sheet.same_names"]);
        assert_eq!(files().await, 2);

        // The same institution twice in one sheet.
        let row = sheet("大满", "", "");
        let twice = format!("{row}{}", row.lines().nth(1).unwrap());
        assert_eq!(said(&look(&twice).await), ["3 name registry.sheet.same_name"]);
        let coded = twice.replacen("\n,大满", &format!("\n{},大满", crate::messy::code(3)), 1);
        assert_eq!(said(&look(&coded).await), ["3 name registry.sheet.same_name"]);
        let both = format!("{}{}", sheet("大满", &crate::messy::code(3), ""), sheet("大满", &crate::messy::code(4), "").lines().nth(1).unwrap());
        assert_eq!((said(&look(&both).await), look(&both).await.counts().entered), (Vec::<String>::new(), 2));

        // Without any key a sheet may come if it says name and street.
        let bare = "名称,街镇,电话,变更日期\n大满,虹口区第1街道,021-1,2022-01-01\n";
        assert_eq!(said(&look(bare).await)[0], "2 address form.required");
    }

    async fn the_template_offers_the_streets_of_the_importer(db: Db) {
        let house = house(db, 2).await;
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let template = house.get("/facilities/import/template.xlsx", &token).await;
        let grids = ::sheet::read(&template.bytes, &Default::default()).unwrap();
        let lists: Vec<&str> = grids.iter().flat_map(|g| &g.lines).flat_map(|l| &l.cells).map(|(_, c)| c.text.as_str()).collect();
        assert!(lists.contains(&"虹口区第1街道") && lists.contains(&"虹口区第2街道"), "{lists:?}");
        assert!(!lists.contains(&"静安区第1街道"));
    }
}
