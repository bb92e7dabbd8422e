//! What becoming lawful costs, on a demo city: the to-do of an officer with 5,000 open matters, a notice as PDF, all
//! notices of a district in one document. CPU of this process, without the network. `make bench`.
//!
//!     lawful DATA [DATABASE]

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use identity::Login;
use kernel::{Clock, Day, Ids, Instant as Moment};
use matter::{Kinds, Making, New, Values};
use shanyu::{cli::Where, config::Config, house};
use std::{sync::Arc, time::Instant};
use tower::ServiceExt;

const OPEN: usize = 5000;
const ROUNDS: usize = 200;

/// Seconds of CPU that this process has used, user and system.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    ticks / 100.0
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let at = Where { data: args.first().map(Into::into), database: args.get(1).cloned(), ..Where::default() };
    let config = Config::read(&at).unwrap_or_else(|e| panic!("{}", e.line()));
    let house = house::open(&config, Arc::new(Ids::system())).await.unwrap_or_else(|e| panic!("{}", e.line()));
    let made = house::Made::read(&config.data).ok().flatten();
    let today: Day = made.and_then(|m| m.today).unwrap_or_else(|| Clock::System.today());
    let clock = Arc::new(Clock::set_to(Moment::start_of(today).plus_seconds(15 * 3600)));
    let app = house.app(clock, true);
    let router = house::routes(&house).into_router(app.clone());
    let begun = Instant::now();
    fill(&app, today).await;
    println!("{OPEN} matters brought and handed in: {:.1} s", begun.elapsed().as_secs_f64());
    let token = seat(&app, "hongkou").await;
    let ask = |path: String| {
        let (router, token) = (router.clone(), token.clone());
        async move {
            let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
            let answer = router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
            let status = answer.status();
            let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
            assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&bytes));
            bytes.len()
        }
    };
    for (what, path, limit) in [
        ("to-do of an officer, 5,000 open", "/matters", 2.0),
        ("the same as JSON", "/api/v1/matters?mine=true", 2.0),
        ("all of the district", "/matters?tab=place", 2.0),
        ("desk with 5,000 entries", "/desk", 0.0),
    ] {
        let mut bytes = 0;
        for _ in 0..20 {
            bytes = ask(path.to_owned()).await;
        }
        let before = cpu();
        for _ in 0..ROUNDS {
            ask(path.to_owned()).await;
        }
        let ms = (cpu() - before) * 1e3 / ROUNDS as f64;
        let over = if limit > 0.0 && ms > limit { " over" } else { "" };
        println!("{what:<34} {ms:>8.2} ms CPU (limit {limit}), {bytes} bytes{over}");
    }
    let mut read = app.db.read().await.expect("a connection");
    let place = places::by_code(&mut read, "310109", today).await.expect("places").expect("Hongkou");
    let notices = licence::store::valid(&mut read, &place.id, today, "", 100).await.expect("notices");
    drop(read);
    let path = format!("/facilities/{}/notice.pdf", notices.first().expect("a notice").facility);
    ask(path.clone()).await;
    let before = cpu();
    for _ in 0..20 {
        ask(path.clone()).await;
    }
    println!("notice as PDF, once warm            {:>8.1} ms CPU (limit 100)", (cpu() - before) * 1e3 / 20.0);
    let valid = |notice: &licence::notice::Notice| (notice.clone(), licence::notice::Standing::Valid);
    let made: Vec<_> = notices.iter().cycle().take(100).map(valid).collect();
    let begun = Instant::now();
    let words = web::Words(kernel::Lang::Zh);
    let print = licence::notice::paper::Print { words, site: "https://tuoyu.example.cn", today, synthetic: true };
    let document = licence::notice::paper::document(&print, &made).expect("a document");
    let pdf = house.press.print_notices(&document).expect("a PDF");
    println!("100 notices in one document         {:>8.1} s, {} kB", begun.elapsed().as_secs_f64(), pdf.len() / 1024);
    house.db.close().await;
}

async fn seat(app: &web::App, login: &str) -> String {
    let mut tx = app.db.begin().await.expect("a connection");
    let login = Login::parse(login).expect("a login");
    let account = identity::account(&mut tx, &login).await.expect("accounts").expect("an account of the demonstration");
    let posts = identity::posts(&mut tx, &account.id, app.clock.today()).await.expect("posts");
    let expires = app.clock.now().plus_seconds(3600);
    let token = web::session::open(&mut tx, app, &posts[0].actor(&account.name), expires).await.expect("a session");
    tx.commit().await.expect("a commit");
    token
}

/// Matters of Hongkou that wait to be received.
async fn fill(app: &web::App, today: Day) {
    let kinds = Kinds::of(app).expect("kinds");
    let sheet = kinds.sheet_on("opening.for_profit", today).expect("a form");
    let kind = kinds.kind(&sheet.kind).expect("a kind");
    let step = kind.moves.iter().copied().find(|step| step.id == "submit").expect("a move");
    let mut read = app.db.read().await.expect("a connection");
    let place = places::by_code(&mut read, "310109", today).await.expect("places").expect("Hongkou");
    let login = Login::parse("hkapply").expect("a login");
    let account = identity::account(&mut read, &login).await.expect("accounts").expect("an applicant");
    let posts = identity::posts(&mut read, &account.id, today).await.expect("posts");
    let by = posts[0].actor(&account.name);
    drop(read);
    let values = Values::default();
    for part in 0..OPEN / 100 {
        let mut tx = app.db.begin().await.expect("a connection");
        for n in 0..100 {
            let title = format!("样例托育园{}", part * 100 + n);
            let new = New { kind, sheet, place: &place, applicant: &by.unit, facility: None, title: &title };
            let brought = matter::bring(app, &mut tx, new, Some(&by)).await.expect("a matter");
            let (pauses, words) = (&[], "");
            let making = Making { kind, sheet, before: &brought, pauses, step, values: &values, by: Some(&by), words };
            matter::advance(app, &mut tx, making).await.expect("handed in");
        }
        tx.commit().await.expect("a commit");
    }
}
