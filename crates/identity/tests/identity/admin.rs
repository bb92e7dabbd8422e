//! Administration over HTTP: accounts by one-time link, posts that need a second person, the last administrator,
//! deputies and hand-overs, units by day, settings, jobs.

use crate::house::{Answer, House, SECRET, day, house};
use axum::http::StatusCode;
use db::Db;
use kernel::Role;
use kernel::kinds::{AccountId, JobId};

impl House {
    /// Sends a form of a page with its hidden fields.
    pub async fn press(&self, page: &str, action: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, key) = self.hidden(page, cookie).await;
        let mut all = vec![("csrf", csrf.as_str()), ("idempotency_key", key.as_str())];
        all.extend(fields);
        self.form(action, cookie, &all).await
    }

    /// An account with one post, signed in.
    pub async fn person(&self, login: &str, unit: &str, role: Role, code: &str) -> (AccountId, String) {
        let account = self.account(login, false).await;
        self.post_at(&account, unit, role, code).await;
        let cookie = self.signed_in(login).await;
        (account, cookie)
    }

    /// System administrator, security administrator and auditor.
    pub async fn three(&self) -> [(AccountId, String); 3] {
        let unit = "sh_education";
        [
            self.person("system", unit, Role::SystemAdmin, "310000").await,
            self.person("security", unit, Role::SecurityAdmin, "310000").await,
            self.person("audit", unit, Role::Auditor, "310000").await,
        ]
    }
}

fn token(page: &str) -> String {
    let rest = page.split("/welcome/").nth(1).expect("a link");
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

db::both! {
    async fn an_account_begins_with_a_link_that_works_once(db: Db) {
        let house = house(db).await;
        let [(_, system), ..] = house.three().await;
        let bad = house.press("/accounts/new", "/accounts/new", &system, &[("login", "1x"), ("name", "")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("id=\"e-login\"") && bad.body.contains("id=\"e-name\"") && bad.body.contains("value=\"1x\""));
        let (csrf, key) = house.hidden("/accounts/new", &system).await;
        let fields = [("csrf", csrf.as_str()), ("idempotency_key", &key), ("login", "li.na"), ("name", "李娜")];
        let first = house.form("/accounts/new", &system, &fields).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        let again = house.form("/accounts/new", &system, &fields).await;
        assert_eq!(first.location, again.location, "a double click is one account");
        let page = first.location.split('?').next().unwrap().to_owned();
        let id = page.trim_start_matches("/accounts/").to_owned();
        // Without a password nobody signs in, and that is no error of the program.
        assert!(house.try_sign_in("li.na", SECRET).await.body.contains("账号或密码不对"));

        let shown = house.press(&page, &format!("{page}/link"), &system, &[]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let old = token(&shown.body);
        let shown = house.press(&page, &format!("{page}/link"), &system, &[]).await;
        let link = format!("/welcome/{}", token(&shown.body));
        assert_eq!(house.get(&format!("/welcome/{old}"), "").await.status, StatusCode::NOT_FOUND);
        assert!(house.get(&link, "").await.body.contains("李娜"));
        let short = house.form(&link, "", &[("password", "short"), ("again", "short")]).await;
        assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.body.contains("至少 12 个字符"));
        let set = house.form(&link, "", &[("password", SECRET), ("again", SECRET)]).await;
        assert_eq!(set.location, "/sign-in?done=password", "{}", set.body);
        assert_eq!(house.form(&link, "", &[("password", SECRET), ("again", SECRET)]).await.status, StatusCode::NOT_FOUND);
        assert!(house.try_sign_in("li.na", SECRET).await.body.contains("没有岗位"));

        // A link that waited too long.
        let shown = house.press(&page, &format!("{page}/link"), &system, &[]).await;
        let late = format!("/welcome/{}", token(&shown.body));
        assert!(house.try_sign_in("li.na", SECRET).await.body.contains("账号或密码不对"), "a reset takes the password");
        house.wait(72 * 3600);
        assert_eq!(house.get(&late, "").await.status, StatusCode::NOT_FOUND);
        let why: Vec<String> = house.audited("identity.account_edit").await;
        assert_eq!(why, ["opened", "one-time link", "one-time link", "one-time link"]);
        // The token stands nowhere: not in the remembered answer, not in the audit.
        let mut read = house.db.read().await.unwrap();
        let kept: Vec<String> = read.all(db::q!("select response from idempotency")).await.unwrap();
        assert!(kept.iter().all(|r| !r.contains("welcome")), "{kept:?}");
        let seen: i64 = read.one(db::q!("select count(*) from audit where object = $1", &id)).await.unwrap();
        assert_eq!(seen, 8, "five deeds and three attempts to sign in");
    }

    async fn a_post_with_power_waits_for_a_second_person(db: Db) {
        let house = house(db).await;
        let [(system_id, system), (security_id, security), (_, audit)] = house.three().await;
        let new = house.account("zhao", false).await;
        let page = format!("/accounts/{new}/posts/new");
        let fields = [("unit", "sh_education"), ("role", "security_admin"), ("from", "2022-11-15")];
        let unreasoned = house.press(&page, &page, &system, &fields).await;
        assert!(unreasoned.status == StatusCode::UNPROCESSABLE_ENTITY && unreasoned.body.contains("id=\"e-reason\""));
        let fields = [&fields[..], &[("reason", "接替")]].concat();
        let asked = house.press(&page, &page, &security, &fields).await;
        assert_eq!(asked.location, "/approvals?done=asked", "{}", asked.body);
        assert!(house.press(&page, &page, &system, &fields).await.body.contains("正在等待办理"));

        // Who asked cannot agree; the system administrator cannot at all; the auditor does not see it.
        let list = house.get("/approvals", &security).await.body;
        assert!(list.contains("/withdraw") && !list.contains("/approve"), "{list}");
        let id = list.split("/approvals/").find_map(|p| p.split_once("/withdraw")).unwrap().0.to_owned();
        let approve = format!("/approvals/{id}/approve");
        let own = house.press("/approvals", &approve, &security, &[]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.press("/approvals", &approve, &system, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.get("/approvals", &audit).await.status, StatusCode::FORBIDDEN);
        let (_, second) = house.person("second", "sh_education", Role::SecurityAdmin, "310000").await;
        assert!(house.get("/approvals", &second).await.body.contains("/approve"));
        let agreed = house.press("/approvals", &approve, &second, &[]).await;
        assert_eq!(agreed.location, "/approvals?done=approved", "{}", agreed.body);
        house.signed_in("zhao").await;
        assert_eq!(house.press("/approvals", &approve, &second, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");

        // Nobody is two of the three, and the auditor is nothing else.
        for (id, role, fine) in [(&system_id, "auditor", false), (&security_id, "system_admin", false), (&system_id, "education_officer", true)] {
            let page = format!("/accounts/{id}/posts/new");
            let fields = [("unit", "sh_education"), ("role", role), ("from", "2022-11-15"), ("reason", "试")];
            let answer = house.press(&page, &page, &second, &fields).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, fine, "{role}: {}", answer.body);
            assert_eq!(answer.body.contains("不能由一个人兼任"), !fine);
        }
    }

    async fn the_last_administrator_stays(db: Db) {
        let house = house(db).await;
        let [(system_id, system), (security_id, security), _] = house.three().await;
        let page = format!("/accounts/{security_id}");
        let suspended = house.press(&page, &format!("{page}/suspend"), &system, &[]).await;
        assert_eq!(suspended.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(suspended.body.contains("最后一名"), "{}", suspended.body);
        let close = format!("{page}/close");
        let closed = house.press(&close, &close, &system, &[("reason", "离职")]).await;
        assert!(closed.status == StatusCode::UNPROCESSABLE_ENTITY && closed.body.contains("最后一名"));
        let mut read = house.db.read().await.unwrap();
        let post: String = read.one(db::q!("select id from post where account = $1", &system_id)).await.unwrap();
        drop(read);
        let end = format!("/accounts/{system_id}/posts/{post}/end");
        let fields = [("on", "2022-11-15"), ("reason", "轮岗")];
        assert!(house.press(&end, &end, &security, &fields).await.body.contains("最后一名"));
        // A second one may go, and then the first may not.
        house.person("second", "sh_education", Role::SecurityAdmin, "310000").await;
        assert_eq!(house.press(&page, &format!("{page}/suspend"), &system, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(house.try_sign_in("security", SECRET).await.body.contains("账号或密码不对"));
        assert_eq!(house.press(&page, &format!("{page}/resume"), &system, &[]).await.status, StatusCode::SEE_OTHER);
        house.signed_in("security").await;
    }

    async fn two_administrators_cannot_leave_at_the_same_time(db: Db) {
        let house = house(db).await;
        let one = house.account("one", false).await;
        let two = house.account("two", false).await;
        let posts = [
            house.post_at(&one, "sh_education", Role::SystemAdmin, "310000").await,
            house.post_at(&two, "sh_education", Role::SystemAdmin, "310000").await,
        ];
        let leave = async |post: &kernel::kinds::PostId| -> web::Result<()> {
            let mut tx = house.db.begin().await?;
            identity::end_post(&mut tx, post, house.clock.today()).await?;
            Ok(tx.commit().await?)
        };
        let [a, b] = [leave(&posts[0]), leave(&posts[1])];
        let (a, b) = futures_util::future::join(a, b).await;
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
    }

    async fn a_deputy_acts_until_a_day_and_a_successor_takes_over(db: Db) {
        let house = house(db).await;
        let [(_, system), ..] = house.three().await;
        let leaver = house.account("leaver", false).await;
        let post = house.post_at(&leaver, "ja_education", Role::EducationOfficer, "310106").await;
        let heir = house.account("heir", false).await;
        let deputy = format!("/accounts/{leaver}/posts/{post}/deputy");
        let open = house.press(&deputy, &deputy, &system, &[("login", "heir"), ("from", "2022-11-15"), ("until", "")]).await;
        assert!(open.status == StatusCode::UNPROCESSABLE_ENTITY && open.body.contains("id=\"e-until\""));
        let fields = [("login", "heir"), ("from", "2022-11-15"), ("until", "2022-11-20")];
        let set = house.press(&deputy, &deputy, &system, &fields).await;
        assert_eq!(set.location, format!("/accounts/{leaver}?done=deputy"), "{}", set.body);
        let mut read = house.db.read().await.unwrap();
        let acting = identity::posts(&mut read, &heir, day("2022-11-20")).await.unwrap();
        assert_eq!((acting.len(), acting[0].acting_for.as_ref()), (1, Some(&post)));
        assert_eq!(identity::posts(&mut read, &heir, day("2022-11-21")).await.unwrap(), []);
        drop(read);

        let page = format!("/accounts/{leaver}/hand-over");
        let myself = house.press(&page, &page, &system, &[("login", "leaver"), ("on", "2022-12-01")]).await;
        assert!(myself.body.contains("接任人不能是本人"));
        let done = house.press(&page, &page, &system, &[("login", "heir"), ("on", "2022-12-01"), ("note", "退休")]).await;
        assert_eq!(done.location, format!("/accounts/{leaver}?done=handover"), "{}", done.body);
        let mut read = house.db.read().await.unwrap();
        assert_eq!(identity::posts(&mut read, &leaver, day("2022-11-30")).await.unwrap().len(), 1);
        assert_eq!(identity::posts(&mut read, &leaver, day("2022-12-01")).await.unwrap(), []);
        let taken = identity::posts(&mut read, &heir, day("2022-12-01")).await.unwrap();
        assert_eq!((taken.len(), taken[0].unit.as_str(), taken[0].role), (1, "ja_education", Role::EducationOfficer));
        drop(read);
        let shown = house.get(&format!("/accounts/{leaver}"), &system).await.body;
        assert!(shown.contains("退休") && shown.contains("2022-12-01 起，1 个岗位"), "{shown}");
        // Posts with power are not handed over.
        let system_page = house.get("/accounts?role=system_admin", &system).await.body;
        let id = system_page.split("href=\"/accounts/").find(|p| p.contains("</a><small")).unwrap().split('"').next().unwrap().to_owned();
        let page = format!("/accounts/{id}/hand-over");
        assert!(house.press(&page, &page, &system, &[("login", "heir"), ("on", "2022-12-01")]).await.body.contains("不能直接交接"));
    }

    async fn a_unit_is_made_renamed_and_ended_by_day(db: Db) {
        let house = house(db).await;
        let [(_, system), (_, security), _] = house.three().await;
        assert_eq!(house.get("/units/new", &security).await.status, StatusCode::FORBIDDEN);
        let fields = [("name_zh", "曲阳路街道"), ("name_en", "Quyang Road Sub-district"), ("level", "street"), ("kind", "sub_district"), ("place", "31010")];
        let wrong = house.press("/units/new", "/units/new", &system, &fields).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"e-place\"") && wrong.body.contains("曲阳路街道"));
        let fields = [&fields[..4], &[("place", "310109010")]].concat();
        let made = house.press("/units/new", "/units/new", &system, &fields).await;
        assert!(made.location.ends_with("?done=unit"), "{}", made.body);
        let page = made.location.split('?').next().unwrap().to_owned();
        let rename = format!("{page}/rename");
        let names = |on: &'static str| [("name_zh", "曲阳街道"), ("name_en", "Quyang Sub-district"), ("on", on)];
        assert!(house.press(&rename, &rename, &system, &names("2022-11-16")).await.body.contains("id=\"e-on\""), "not after today");
        assert_eq!(house.press(&rename, &rename, &system, &names("2022-11-10")).await.status, StatusCode::SEE_OTHER);
        assert!(house.get(&page, &system).await.body.contains("<h1>曲阳街道</h1>"));
        assert!(house.get(&format!("{page}?as_of=2022-11-09"), &system).await.body.contains("<h1>曲阳路街道</h1>"));
        assert!(house.get(&format!("{page}?as_of=2022-11-10"), &system).await.body.contains("<h1>曲阳街道</h1>"));
        let duty = format!("{page}/duties/new");
        let fields = [("duty", "网格排摸"), ("basis", "三年行动计划 任务12"), ("on", "2022-11-01")];
        assert_eq!(house.press(&duty, &duty, &system, &fields).await.status, StatusCode::SEE_OTHER);
        assert!(house.get(&page, &system).await.body.contains("网格排摸"));

        let unit = page.trim_start_matches("/units/").to_owned();
        let account = house.account("street", false).await;
        let post = house.post_at(&account, &unit, Role::StreetOfficer, "310109010").await;
        assert!(house.get(&page, &system).await.body.contains("王老师"), "who works here");
        let end = format!("{page}/end");
        assert!(house.press(&end, &end, &system, &[("on", "2022-11-15")]).await.body.contains("请先免去或交接"));
        let mut tx = house.db.begin().await.unwrap();
        identity::end_post(&mut tx, &post, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(house.press(&end, &end, &system, &[("on", "2022-11-15")]).await.status, StatusCode::SEE_OTHER);
        let since = kernel::Span::since(house.clock.today());
        assert!(house.try_post(&account, &unit, Role::StreetOfficer, "310109010", since).await.is_err());
        // A pack that is loaded again takes nothing of it back.
        let mut tx = house.db.begin().await.unwrap();
        let units = crate::house::units_pack();
        identity::load_units(&mut tx, places::load::Pack { file: "units.toml", text: &units }, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(house.get(&page, &system).await.body.contains("起撤销"));
        assert_eq!(house.audited("identity.unit_edit").await, ["made", "renamed", "duty added", "ended"]);
    }

    async fn members_of_a_group_by_day(db: Db) {
        let house = house(db).await;
        let [(_, system), ..] = house.three().await;
        let groups: Vec<String> = house.db.read().await.unwrap()
            .all(db::q!("select unit from unit_group where rule = 'unlisted' order by unit limit 1")).await.unwrap();
        let page = format!("/units/{}", groups[0]);
        let add = format!("{page}/members/new");
        let fields = |member: &'static str| [("member", member), ("on", "2022-11-01")];
        assert!(house.press(&add, &add, &system, &fields("没有这个")).await.body.contains("没有这个单位"));
        assert_eq!(house.press(&add, &add, &system, &fields("ja_education")).await.status, StatusCode::SEE_OTHER);
        assert!(house.press(&add, &add, &system, &fields("ja_education")).await.body.contains("已经是成员"));
        assert!(house.get(&page, &system).await.body.contains("/members/ja_education/end"));
        assert!(!house.get(&format!("{page}?as_of=2022-10-31"), &system).await.body.contains("href=\"/units/ja_education\""));
        let end = format!("{page}/members/ja_education/end");
        assert_eq!(house.press(&page, &end, &system, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!house.get(&page, &system).await.body.contains("href=\"/units/ja_education\""));
    }

    async fn settings_hold_from_a_day_and_some_need_two_persons(db: Db) {
        let house = house(db).await;
        let [(_, system), (_, security), (_, audit)] = house.three().await;
        assert!(house.get("/settings", &audit).await.body.contains("每分钟 30 次"));
        assert_eq!(house.get("/settings/limit.sign_in/change", &security).await.status, StatusCode::FORBIDDEN);
        let page = "/settings/limit.sign_in/change";
        for (value, from) in [("4", "2022-11-15"), ("x", "2022-11-15"), ("50", "2022-11-14")] {
            let answer = house.press(page, page, &system, &[("value", value), ("from", from)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{value} {from}");
        }
        let changed = house.press(page, page, &system, &[("value", "5"), ("from", "2022-11-15")]).await;
        assert_eq!(changed.location, "/settings/limit.sign_in?done=setting", "{}", changed.body);
        assert!(house.get("/settings/limit.sign_in", &system).await.body.contains("每分钟 5 次"));

        let page = "/settings/session.hours/change";
        let asked = house.press(page, page, &system, &[("value", "2"), ("from", "2022-11-15"), ("reason", "收紧")]).await;
        assert_eq!(asked.location, "/approvals?done=asked", "{}", asked.body);
        assert!(house.get("/settings/session.hours", &system).await.body.contains("12 小时"));
        let list = house.get("/approvals", &security).await.body;
        let id = list.split("/approvals/").find_map(|p| p.split_once("/approve")).unwrap().0.to_owned();
        let agreed = house.press("/approvals", &format!("/approvals/{id}/approve"), &security, &[]).await;
        assert_eq!(agreed.location, "/approvals?done=approved", "{}", agreed.body);
        assert!(house.get("/settings/session.hours", &system).await.body.contains("2 小时"));
        house.person("late", "ja_education", Role::EducationOfficer, "310106").await;
        let cookie = house.signed_in("late").await;
        house.wait(30 * 60);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
        web::flush_seen(&house.app).await.unwrap();
        for _ in 0..3 {
            house.wait(29 * 60);
            house.get("/posts", &cookie).await;
            web::flush_seen(&house.app).await.unwrap();
        }
        house.wait(4 * 60);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER, "two hours in all, used or not");
    }

    async fn roles_are_ticked_and_none_is_a_choice(db: Db) {
        let house = house(db).await;
        let [(_, system), (_, security), _] = house.three().await;
        let page = "/settings/factor.roles/change";
        let agree = async || {
            let list = house.get("/approvals", &security).await.body;
            let id = list.split("/approvals/").find_map(|p| p.split_once("/approve")).unwrap().0.to_owned();
            let agreed = house.press("/approvals", &format!("/approvals/{id}/approve"), &security, &[]).await;
            assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.body);
        };
        let fields = [("value", "street_officer"), ("value", "finance_officer"), ("from", "2022-11-15"), ("reason", "收紧")];
        let wrong = house.press(page, page, &system, &[fields[0], fields[1], fields[2]]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is missing");
        let ticked = |body: &str, role: &str| body.contains(&format!("value=\"{role}\" checked>"));
        assert!(ticked(&wrong.body, "street_officer") && !ticked(&wrong.body, "auditor"), "{}", wrong.body);
        assert!(!wrong.body.contains("<textarea rows=\"3\" id=\"f-value\""));
        let asked = house.press(page, page, &system, &fields).await;
        assert_eq!(asked.location, "/approvals?done=asked", "{}", asked.body);
        agree().await;
        let mut read = house.db.read().await.unwrap();
        let settings = identity::Settings::on(&mut read, house.clock.today()).await.unwrap();
        assert!(settings.names_role("factor.roles", Role::StreetOfficer) && !settings.names_role("factor.roles", Role::Auditor));
        drop(read);
        let shown = house.get(page, &system).await.body;
        assert!(ticked(&shown, "street_officer") && ticked(&shown, "finance_officer") && !ticked(&shown, "system_admin"), "{shown}");
        let strange = house.press(page, page, &system, &[("value", "mayor"), fields[2], fields[3]]).await;
        assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY);
        let none = house.press(page, page, &system, &[fields[2], fields[3]]).await;
        assert_eq!(none.status, StatusCode::SEE_OTHER, "{}", none.body);
        agree().await;
        assert!(house.get("/settings/factor.roles", &system).await.body.contains("<b>没有</b>"));
    }

    async fn the_last_backup_stands_above_the_jobs(db: Db) {
        let house = house(db).await;
        let [(_, system), ..] = house.three().await;
        let Some(data) = house.db.data_dir().map(std::path::Path::to_owned) else {
            assert!(!house.get("/jobs", &system).await.body.contains("最近一次备份"), "no folder, no backup of it");
            return;
        };
        assert!(house.get("/jobs", &system).await.body.contains("还没有备份过"));
        let made = kernel::Instant::start_of(day("2022-11-12")).plus_seconds(3 * 3600).0;
        let text = format!("{{\"made\": {made}, \"file\": \"shanyu-20221112-030000.shanyu-backup\", \"bytes\": 12400000, \"sm3\": \"ab12\"}}");
        std::fs::write(data.join(identity::LastBackup::NAME), text).unwrap();
        let page = house.get("/jobs", &system).await.body;
        for part in ["2022-11-12 03:00，3 天前", "shanyu-20221112-030000.shanyu-backup", "12.4\u{a0}MB", "ab12"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    async fn jobs_are_tried_again_or_called_off(db: Db) {
        let house = house(db).await;
        let [(_, system), (_, security), _] = house.three().await;
        assert_eq!(house.get("/jobs", &security).await.status, StatusCode::FORBIDDEN);
        let mut tx = house.db.begin().await.unwrap();
        for (home, id) in [("310109", "j1"), ("", "j2")] {
            let job = db::Job { home: home.into(), id: JobId::new(id), kind: "export".into(), payload: "{}".into(), run_at: house.clock.now() };
            tx.enqueue(job).await.unwrap();
        }
        tx.commit().await.unwrap();
        let page = house.get("/jobs", &system).await.body;
        assert!(page.contains("j1") && page.contains("等待和进行中 2"), "{page}");
        for _ in 0..db_tries() {
            db::run_due_jobs(&house.db, &house.clock, async |_, job: db::JobRow| if job.id.as_str() == "j1" { Err("the disk is full".to_owned()) } else { Ok(()) }).await.unwrap();
            house.wait(3600);
        }
        let cookie = house.signed_in("system").await;
        let page = house.get("/jobs?state=given_up", &cookie).await.body;
        assert!(page.contains("the disk is full") && page.contains("/jobs/310109/j1/again"), "{page}");
        assert!(house.get("/jobs?state=done", &cookie).await.body.contains("j2"));
        let again = house.press("/jobs?state=given_up", "/jobs/310109/j1/again", &cookie, &[]).await;
        assert_eq!(again.location, "/jobs?done=job_again", "{}", again.body);
        let off = house.press("/jobs", "/jobs/310109/j1/off", &cookie, &[]).await;
        assert_eq!(off.status, StatusCode::SEE_OTHER);
        assert!(house.get("/jobs?state=given_up", &cookie).await.body.contains("已取消"));
        assert_eq!(house.press("/jobs?state=given_up", "/jobs/310109/none/off", &cookie, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.audited("identity.jobs").await.iter().filter(|w| !w.is_empty()).count(), 2);
    }
}

/// More rounds than a job is tried.
fn db_tries() -> usize {
    9
}
