//! What is given out: sheets and paper that say what their pages say, to those who may see the page, and no more.

use crate::world::World;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use db::Db;
use http_body_util::BodyExt;
use sheet::{Grid, Kind, Limits};
use std::{io::Write, process::Command};
use tower::ServiceExt;

/// Status, name of the file and bytes.
async fn fetch(world: &mut World, login: &str, path: &str) -> (StatusCode, String, Vec<u8>) {
    let token = world.token(login).await;
    let request =
        Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).unwrap();
    let (parts, body) = world.router.clone().oneshot(request).await.unwrap().into_parts();
    let name = parts.headers.get("content-disposition").map(|v| v.to_str().unwrap().to_owned());
    (parts.status, name.unwrap_or_default(), body.collect().await.unwrap().to_bytes().to_vec())
}

async fn sheets(world: &mut World, login: &str, path: &str) -> Vec<Grid> {
    let (status, name, bytes) = fetch(world, login, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&bytes));
    assert!(name.starts_with("attachment"), "{path}: {name}");
    sheet::read(&bytes, &Limits::default()).unwrap()
}

/// The rows below the heading that has this word, with that heading.
fn table(grid: &Grid, word: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let at = grid.lines.iter().position(|l| l.cells.len() > 1 && l.cells.iter().any(|(_, c)| c.text == word));
    let at = at.unwrap_or_else(|| panic!("no heading {word} in {:?}", grid.lines.first()));
    let width = grid.width();
    let row = |l: &sheet::Line| (0..width).map(|c| l.cell(c).map_or_else(String::new, |c| c.text.clone())).collect();
    (row(&grid.lines[at]), grid.lines[at + 1..].iter().map(row).collect())
}

fn column(table: &(Vec<String>, Vec<Vec<String>>), word: &str) -> Vec<String> {
    let at = table.0.iter().position(|h| h == word).unwrap_or_else(|| panic!("no column {word} in {:?}", table.0));
    table.1.iter().map(|row| row[at].clone()).collect()
}

/// Cells of the tables of a page, row by row, without markup.
fn cells_of(page: &str) -> Vec<Vec<String>> {
    let text = |html: &str| {
        let mut out = String::new();
        for piece in html.split('<') {
            out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        out.replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&").trim().to_owned()
    };
    let rows = page.split("<tr>").skip(1).filter(|row| row.contains("<td"));
    rows.map(|row| {
        row.split("<td").skip(1).map(|cell| text(&format!("<td{}", cell.split("</td>").next().unwrap()))).collect()
    })
    .collect()
}

fn pdf_text(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let out = Command::new("pdftotext").arg("-layout").arg(file.path()).arg("-").output();
    let out = out.unwrap_or_else(|e| panic!("pdftotext (poppler-utils, scripts/install.sh): {e}"));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Who looks, the list with its filters, and the column by which a row is known on the page.
const LISTS: [(&str, &str, &str, &str); 11] = [
    ("hongkou", "/matters", "?tab=place", "number"),
    ("hongkou", "/desk", "?tab=mine", "what"),
    ("hongkou", "/notices", "", "number"),
    ("city", "/suspicions", "?state=open", "address"),
    ("city", "/reports", "?state=all", "address"),
    ("hongkou", "/publications", "?year=2021", "name"),
    ("hongkou", "/duties/all", "", "name"),
    ("admin", "/accounts", "?state=active", "login"),
    ("hongkou", "/ledgers", "", "name"),
    ("city", "/ledgers/premises", "", "name"),
    ("city", "/ledgers/support", "?year=2022", "name"),
];

db::both! {
    async fn every_list_is_given_out_as_its_page_shows_it(db: Db) {
        let mut world = World::new(db).await;
        let mut empty = Vec::new();
        for (login, list, query, known_by) in LISTS {
            let more = if query.is_empty() { "?" } else { "&" };
            let page = world.get(login, &format!("{list}{query}{more}limit=200")).await;
            assert_eq!(page.status, StatusCode::OK, "{list}: {}", page.body);
            let plain = page.body.replace("&#38;", "&").replace("&#39;", "'");
            let at = match list {
                "/ledgers" => "/ledgers/export".to_owned(),
                list if list.starts_with("/ledgers/") => list.to_owned(),
                list => format!("{list}/export"),
            };
            let csv = sheets(&mut world, login, &format!("{at}.csv{query}")).await;
            let csv = table(&csv[0], known_by);
            let known = column(&csv, known_by);
            if known.is_empty() {
                empty.push(list);
                continue;
            }
            assert!(plain.contains(&format!("{at}.csv")) && plain.contains(&format!("{at}.xlsx")), "{list} leads to its sheets");
            // Both know what the page shows; a page holds 200 at most.
            for value in known.iter().take(20) {
                assert!(plain.contains(value.as_str()), "{list}: {value} is not on the page");
            }
            let xlsx = sheets(&mut world, login, &format!("{at}.xlsx{query}")).await;
            let rows = xlsx[0].lines.iter().filter(|l| l.cells.iter().any(|(_, c)| c.text == known[0])).count();
            assert!(rows >= 1, "{list}: {} is not in the workbook", known[0]);
        }
        assert!(empty.len() <= 3, "too many lists of the demonstration are empty: {empty:?}");
        // Who may not see the page does not get its sheet.
        for (list, login) in [("/accounts", "hongkou"), ("/suspicions", "yuanzhang"), ("/reports", "jahealth"), ("/notices", "yuanzhang")] {
            let refused = fetch(&mut world, login, &format!("{list}/export.csv")).await.0;
            assert_eq!(refused, StatusCode::FORBIDDEN, "{list} {login}");
        }
    }

    async fn page_paper_and_workbook_of_the_report_name_the_same_values(db: Db) {
        let mut world = World::new(db).await;
        for lang in ["zh", "en"] {
            let query = format!("?region=310109&month=2022-11&lang={lang}");
            let at = "/plans/shanghai-2020-2022/report";
            let page = world.get("city", &format!("{at}{query}")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains("/plans/shanghai-2020-2022/report.xlsx?region=310109"));
            let (_, _, pdf) = fetch(&mut world, "city", &format!("{at}.pdf{query}")).await;
            let paper = bare(&pdf_text(&pdf));
            let book = sheets(&mut world, "city", &format!("{at}.xlsx{query}")).await;
            let names: Vec<&str> = book.iter().map(|g| g.name.as_str()).collect();
            let want = if lang == "zh" {
                ["概况", "需要关注", "本月变化", "全部目标", "任务分工"]
            } else {
                ["Overview", "Needs attention", "Changes of the month", "All targets", "Tasks by lead unit"]
            };
            assert_eq!(names, want);
            // Every row of every table of the page stands in the workbook, cell by cell.
            let mut sheet_rows: Vec<Vec<(String, Kind)>> = Vec::new();
            for grid in &book[1..] {
                sheet_rows.extend(grid.lines.iter().map(|l| l.cells.iter().map(|(_, c)| (c.text.clone(), c.kind)).collect()));
            }
            let mut numbers = 0;
            let rows = cells_of(&page.body);
            assert!(rows.len() > 30, "{}", rows.len());
            for row in rows {
                let row: Vec<String> = row.into_iter().filter(|cell| !cell.is_empty()).collect();
                let same = |cell: &str, (text, kind): &(String, Kind)| match kind {
                    Kind::Number => {
                        let shown: f64 = cell.split(' ').next().unwrap().replace(',', "").parse().unwrap_or(f64::NAN);
                        shown == text.parse::<f64>().unwrap()
                    }
                    _ => cell == text,
                };
                let found = sheet_rows.iter().find(|s| s.len() == row.len() && row.iter().zip(*s).all(|(c, s)| same(c, s)));
                let found = found.unwrap_or_else(|| panic!("not in the workbook: {row:?}"));
                for (cell, (_, kind)) in row.iter().zip(found) {
                    // Long texts are broken over lines on paper, in columns beside one another.
                    if *kind == Kind::Number {
                        numbers += 1;
                        assert!(paper.contains(&bare(cell)), "{cell} is not on paper");
                    }
                }
            }
            assert!(numbers > 20, "figures are numbers in the sheet: {numbers}");
            let keys = table(&book[0], if lang == "zh" { "指标" } else { "Indicator" });
            assert_eq!(keys.1.len(), 6);
            for row in &keys.1 {
                assert!(bare(&page.body).contains(&bare(&row[0])) && paper.contains(&bare(&row[0])), "{row:?}");
            }
        }
        let (status, ..) = fetch(&mut world, "jingan", "/plans/shanghai-2020-2022/report.xlsx?region=310109").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "outside the post");
    }

    async fn lists_of_plans_are_given_out_as_their_pages_show_them(db: Db) {
        let mut world = World::new(db).await;
        let filters = "?plan=shanghai-2020-2022&light=no_records";
        let api = world.get("city", "/api/v1/plans/shanghai-2020-2022/targets").await.json();
        let api = api["items"].as_array().unwrap().clone();
        let all = table(&sheets(&mut world, "city", "/plans/targets/export.xlsx?plan=shanghai-2020-2022").await[0], "编号");
        assert_eq!(column(&all, "编号"), api.iter().map(|t| t["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        let values = column(&all, "数值");
        let decimals = api.iter().zip(&values).filter(|(_, v)| !v.is_empty()).map(|(t, v)| {
            assert!((t["value"].as_f64().unwrap() - v.parse::<f64>().unwrap()).abs() < 0.06, "{t} {v}");
        });
        assert!(decimals.count() > 3);
        let some = table(&sheets(&mut world, "city", &format!("/plans/targets/export.xlsx{filters}")).await[0], "编号");
        let want: Vec<String> = api.iter().filter(|t| t["light"] == "no_records").map(|t| t["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(column(&some, "编号"), want, "the filter holds");
        assert!(column(&some, "状态").iter().all(|s| s == "暂无记录"));
        let page = world.get("city", &format!("/plans/targets{filters}")).await.body;
        assert!(page.contains("/plans/targets/export.xlsx?plan=shanghai-2020-2022&#38;light=no_records"), "the link keeps the filter");
        let csv = fetch(&mut world, "city", &format!("/plans/targets/export.csv{filters}")).await;
        assert!(csv.1.contains("targets-2022-11-15-demo.csv"), "{}", csv.1);
        assert!(String::from_utf8(csv.2).unwrap().starts_with("\u{feff}plan,place,id,target,"), "codes for programs");

        let tasks = table(&sheets(&mut world, "city", "/plans/shanghai-2020-2022/tasks/export.xlsx").await[0], "任务内容");
        assert_eq!(tasks.1.len(), world.house.plans.plan("shanghai-2020-2022").unwrap().tasks.len());
        let unit = world.house.plans.plan("shanghai-2020-2022").unwrap().tasks[0].lead_units[0].clone();
        let led = table(&sheets(&mut world, "city", &format!("/plans/shanghai-2020-2022/tasks/export.xlsx?unit={unit}")).await[0], "任务内容");
        assert!(!led.1.is_empty() && led.1.len() < tasks.1.len(), "{} of {}", led.1.len(), tasks.1.len());

        let catalogue = table(&sheets(&mut world, "city", "/indicators/export.xlsx?lang=en").await[0], "Indicator ID");
        assert_eq!(catalogue.1.len(), world.house.plans.catalogue.list().len());
        let computed = column(&catalogue, "Computed from records").iter().filter(|c| *c == "Yes").count();
        assert_eq!(computed, world.house.plans.declared.len());
        for path in ["/plans/jingan-2021-2023/declared.xlsx", "/plans/jingan-2021-2023/declared.csv"] {
            let (status, name, _) = fetch(&mut world, "jingan", path).await;
            assert_eq!((status, name.is_empty()), (StatusCode::OK, false), "{path}");
        }
    }

    async fn the_rows_behind_a_figure_are_given_out_whole_and_only_within_the_post(db: Db) {
        let mut world = World::new(db).await;
        for (target, part) in [("SH-01", "numerator"), ("SH-02", "missing"), ("SH-02", "denominator"), ("SH-04", "numerator"), ("SH-15", "numerator")] {
            let at = format!("/plans/shanghai-2020-2022/targets/{target}");
            let query = format!("?part={part}&region=310109");
            let rows = table(&sheets(&mut world, "city", &format!("{at}/export.xlsx{query}")).await[0], "对象");
            let mut page = world.get("city", &format!("{at}{query}&limit=200")).await.body;
            page = page.split("id=\"rows\"").nth(1).map_or("", |rows| rows.split("</section>").next().unwrap()).to_owned();
            let shown = cells_of(&page);
            let linked = page.contains(&format!("{at}/export.xlsx?part={part}"));
            assert_eq!(linked, !shown.is_empty(), "{target}: the page leads to it");
            assert_eq!(rows.1.len(), shown.len(), "{target} {part}");
            for (row, cells) in rows.1.iter().zip(&shown) {
                assert!(cells[0].starts_with(&row[0]) && cells[1] == row[1] && cells[2] == row[3], "{row:?} {cells:?}");
            }
        }
        // A district officer gets the own district only, and nothing of another one.
        let own = table(&sheets(&mut world, "jingan", "/plans/shanghai-2020-2022/targets/SH-04/export.xlsx?part=denominator").await[0], "对象");
        assert!(!own.1.is_empty() && column(&own, "区划代码").iter().all(|code| code.starts_with("310106")), "{own:?}");
        let other = "/plans/shanghai-2020-2022/targets/SH-04/export.xlsx?part=denominator&region=310109";
        assert_eq!(fetch(&mut world, "jingan", other).await.0, StatusCode::NOT_FOUND);
        assert_eq!(world.submit(Some("jingan"), other).await.status, StatusCode::NOT_FOUND, "not in the background either");
    }

    async fn a_long_list_becomes_an_errand_with_the_same_rows(db: Db) {
        let mut world = World::new(db).await;
        let at = "/plans/shanghai-2020-2022/targets/SH-04/export.csv?part=denominator";
        let direct = fetch(&mut world, "city", at).await.2;
        let left = world.submit(Some("city"), at).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
        let errand = left.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
        shanyu::house::jobs().run_due(&world.app).await.unwrap();
        let page = world.get("city", &errand).await;
        assert!(page.body.contains("已办好"), "{}", page.body);
        let (status, _, file) = fetch(&mut world, "city", &format!("{errand}/file/result")).await;
        assert_eq!((status, file == direct), (StatusCode::OK, true));
        assert_ne!(fetch(&mut world, "jingan", &format!("{errand}/file/result")).await.0, StatusCode::OK, "nobody else's");
    }

    async fn units_and_audit_entries_are_given_out_by_their_filters(db: Db) {
        let mut world = World::new(db).await;
        let all = table(&sheets(&mut world, "admin", "/units/export.xlsx").await[0], "单位编号");
        assert!(column(&all, "单位编号").contains(&"ja_education".to_owned()), "{}", all.1.len());
        let page = world.get("admin", "/units").await.body;
        assert!(bare(&page).contains(&format!("共{}个单位", all.1.len())), "as many as the page counts: {}", all.1.len());
        let city = table(&sheets(&mut world, "admin", "/units/export.xlsx?level=city").await[0], "单位编号");
        assert!(city.1.len() < all.1.len() && column(&city, "层级").windows(2).all(|w| w[0] == w[1]));
        assert_eq!(fetch(&mut world, "yuanzhang", "/units/export.xlsx").await.0, StatusCode::FORBIDDEN);

        world.get("city", "/facilities").await;
        web::flush_seen(&world.app).await.unwrap();
        let looks = table(&sheets(&mut world, "auditor", "/audit/export.xlsx?action=registry.view&deed=look").await[0], "对象");
        assert!(!looks.1.is_empty() && column(&looks, "事项代码").iter().all(|a| a == "registry.view"), "{looks:?}");
        assert!(column(&looks, "对象").contains(&"/facilities".to_owned()));
        for login in ["city", "admin", "secadmin"] {
            assert_eq!(fetch(&mut world, login, "/audit/export.xlsx").await.0, StatusCode::FORBIDDEN, "{login}");
        }
        // That it was given out stands in the audit.
        let told = table(&sheets(&mut world, "auditor", "/audit/export.csv?deed=change&action=identity.audit").await[0], "object");
        assert!(column(&told, "purpose").contains(&format!("exported {} rows", looks.1.len())), "{told:?}");
        assert_eq!(fetch(&mut world, "auditor", "/audit/export.csv?deed=nothing").await.0, StatusCode::BAD_REQUEST);
    }

    async fn matrix_and_file_on_paper_say_what_their_pages_say(db: Db) {
        let mut world = World::new(db).await;
        for lang in ["zh", "en"] {
            for role in ["", "&role=auditor"] {
                let page = world.get("admin", &format!("/matrix?lang={lang}{role}")).await.body;
                let (status, _, pdf) = fetch(&mut world, "admin", &format!("/matrix.pdf?lang={lang}{role}")).await;
                assert_eq!(status, StatusCode::OK);
                let paper = bare(&pdf_text(&pdf));
                let page = page.split("<tbody>").last().unwrap();
                let ids = page.split("<small class=\"unit id\">").skip(1).map(|p| p.split('<').next().unwrap());
                let mut n = 0;
                for id in ids {
                    n += 1;
                    assert!(paper.contains(id), "{lang} {role}: {id} is missing\n{paper}");
                }
                assert!(n > 3, "{role}: {n}");
            }
        }
        assert_eq!(fetch(&mut world, "city", "/matrix.pdf").await.0, StatusCode::FORBIDDEN);

        let own = world.get("yuanzhang", "/api/v1/institutions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let at = format!("/facilities/{own}");
        for lang in ["zh", "en"] {
            let page = world.get("yuanzhang", &format!("{at}/print?lang={lang}")).await.body;
            let (status, _, pdf) = fetch(&mut world, "yuanzhang", &format!("{at}/file.pdf?lang={lang}")).await;
            assert_eq!(status, StatusCode::OK);
            let paper = bare(&pdf_text(&pdf));
            let values: Vec<&str> = page.split("<dd>").skip(1).map(|p| p.split("</dd>").next().unwrap()).collect();
            assert!(values.len() > 10, "{}", values.len());
            for value in values.iter().filter(|v| v.chars().count() < 30 && !v.contains('&')) {
                assert!(paper.contains(&bare(value)), "{lang}: {value} is not on paper\n{paper}");
            }
        }
        // Outside the post it is not found; reading it stands in the audit beside the looks at the page.
        let far = world.get("city", "/api/v1/institutions?region=310106&limit=3").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(fetch(&mut world, "hongkou", &format!("/facilities/{far}/file.pdf")).await.0, StatusCode::NOT_FOUND);
        assert_eq!(fetch(&mut world, "yuanzhang", &format!("/facilities/{far}/file.pdf")).await.0, StatusCode::NOT_FOUND);
        web::flush_seen(&world.app).await.unwrap();
        let looks = world.get("auditor", &format!("/audit?kind=facility&object={own}")).await.body;
        assert!(looks.contains(&format!("{at}/file.pdf")), "{looks}");
    }
}
