//! The accounts of the demonstration: one of each kind of work, in the units of the plans. Their passwords are made
//! from the seed and printed, so `serve` refuses them on every folder that `demo` did not make.

use super::deck::Stream;
use super::frame::day;
use super::hand::office;
use super::write::Head;
use crate::{Done, Stop, house::House};
use db::{AuditEntry, Tx};
use identity::{Login, NewAccount, NewPost, Password, Unit};
use kernel::kinds::{AccountId, PlaceId, UnitId};
use kernel::{CreditCode, Day, Instant, Role, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// One line of `DIR/demo-accounts.json` (contract.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub account: String,
    pub password: String,
    /// Name of the unit.
    pub unit: String,
    /// Code of what the post reaches.
    pub region: String,
    /// What the post does.
    pub post: String,
    /// What to look at first, a sentence.
    pub look_first: String,
}

/// Account, name on screen, role, unit, region, post, what to look at first.
type Line = (&'static str, &'static str, Role, &'static str, &'static str, &'static str, &'static str);

const LINES: [Line; 17] = [
    (
        "admin",
        "系统管理员",
        Role::SystemAdmin,
        "sh_education",
        "310000",
        "系统管理员",
        "打开“账号”，给人发一次性链接、任命岗位；管理员岗位和安全设置要另一名安全管理员同意。业务档案不开放。",
    ),
    (
        "secadmin",
        "安全管理员",
        Role::SecurityAdmin,
        "sh_government_office",
        "310000",
        "安全管理员",
        "打开“双人办理”，看系统管理员提出了什么、要不要同意；自己提出的自己不能同意。",
    ),
    (
        "city",
        "市教委托幼工作人员",
        Role::EducationOfficer,
        "sh_education",
        "310000",
        "市级教育管理员",
        "打开市三年行动计划的驾驶舱，点开红灯“中心城区每个街镇至少1个普惠性托育点”，一直看到缺的是哪个街镇。",
    ),
    (
        "jingan",
        "静安区托育服务指导中心",
        Role::GuidanceOfficer,
        "ja_childcare_guidance_centre",
        "310106",
        "区托育服务指导中心工作人员",
        "打开静安区计划，看“游戏观察室街镇全覆盖”为什么是黄灯；再到机构档案，把一家机构补录完整。",
    ),
    (
        "hongkou",
        "虹口区托育服务指导中心",
        Role::GuidanceOfficer,
        "hk_childcare_guidance_centre",
        "310109",
        "区托育服务指导中心工作人员",
        "把日期拨到2022年1月31日，看方案里的17家、4家、42个班、19家是不是由档案算出来的。",
    ),
    (
        "pudong",
        "浦东新区教育局工作人员",
        Role::EducationOfficer,
        "pd_education",
        "310115",
        "区级教育管理员",
        "打开浦东计划，看36个街镇里还差哪一个普惠性托育点。",
    ),
    (
        "quyang",
        "曲阳路街道工作人员",
        Role::StreetOfficer,
        "hk_quyang",
        "310109010",
        "街道工作人员",
        "打开机构清单，看到的只有本街道的机构；换一个街道的网址，看系统怎样回答。",
    ),
    (
        "jahealth",
        "静安区卫生健康委工作人员",
        Role::DepartmentOfficer,
        "ja_health",
        "310106",
        "卫生健康部门工作人员",
        "打开静安区计划的任务清单，筛出本单位牵头的任务，看它们连着的目标。",
    ),
    (
        "jamarket",
        "静安区市场监管局工作人员",
        Role::DepartmentOfficer,
        "ja_market",
        "310106",
        "市场监管部门工作人员",
        "打开一家托育机构的档案，看营业执照、食品经营许可证是否在有效期内。",
    ),
    (
        "jafinance",
        "静安区财政局工作人员",
        Role::FinanceOfficer,
        "ja_finance",
        "310106",
        "财政部门工作人员",
        "打开机构清单，只看普惠性的，再看一家机构的收费和核定托位。",
    ),
    (
        "yuanzhang",
        "园长",
        Role::InstitutionHead,
        "",
        "310109",
        "托育机构负责人",
        "打开本机构的档案，看还缺什么；别家的档案打不开。",
    ),
    (
        "auditor",
        "审计人员",
        Role::Auditor,
        "sh_government_office",
        "310000",
        "审计人员",
        "打开“审计记录”，看谁看过什么、改过什么，点“核验”；业务页面一律打不开，这是应当的。",
    ),
    (
        "jabureau",
        "静安区教育局工作人员",
        Role::EducationOfficer,
        "ja_education",
        "310106",
        "区级教育管理员",
        "打开“办理事项”：申办由指导中心受理、征求意见、现场核查，到这里决定；同意后告知书自动编号。",
    ),
    (
        "jafire",
        "静安区消防救援支队工作人员",
        Role::DepartmentOfficer,
        "ja_fire",
        "310106",
        "协同部门工作人员",
        "打开“待办”，有申办征求意见时在这里：看材料，同意、需整改或者不同意，一页办完。",
    ),
    (
        "japolice",
        "静安公安分局工作人员",
        Role::DepartmentOfficer,
        "ja_public_security",
        "310106",
        "协同部门工作人员",
        "打开“待办”，有申办征求意见时在这里出具意见。",
    ),
    (
        "hkapply",
        "申办经办人",
        Role::Applicant,
        "上海晨曦托育服务有限公司",
        "310109",
        "申办单位经办人",
        "从办事入口开始：单位已经确认，邀请一位同事来填写，再看自己的事项。也可以退出后用任意手机号体验验证码进入。",
    ),
    (
        "jaapply",
        "申办经办人",
        Role::Applicant,
        "上海禾苗托育服务有限公司",
        "310106",
        "申办单位经办人",
        "从办事入口开始，看单位由谁确认、谁可以代表单位提交。",
    ),
];

/// Days ago on which applicants opened their accounts.
const CAME: i64 = 40;

/// Who confirmed the organisation of an applicant: the account, and its unit.
const CONFIRMED: [(&str, &str, &str); 2] =
    [("hkapply", "hongkou", "hk_childcare_guidance_centre"), ("jaapply", "jingan", "ja_childcare_guidance_centre")];

/// Opens all accounts with their posts. Hashing is slow and is done before the transaction.
pub async fn open(house: &House, seed: u64, today: Day, head: Option<&Head>) -> Done<Vec<DemoAccount>> {
    let now = Instant::start_of(today).plus_seconds(9 * 3600);
    let inner = |e: web::Error| Stop::Refused(format!("demo: accounts: {e:?}"));
    let mut stream = Stream::of(seed, "passwords", "");
    let mut hashed = Vec::new();
    for line in LINES.iter().filter(|l| l.2 != Role::InstitutionHead || head.is_some()) {
        let password = password(&mut stream);
        let login = Login::parse(line.0).ok_or_else(|| Stop::Refused(format!("demo: the login {}", line.0)))?;
        let checked =
            Password::parse(&password, &login).map_err(|e| Stop::Refused(format!("demo: {}: {e}", line.0)))?;
        hashed.push((
            line,
            login,
            password,
            identity::hash_password(&checked, house.ids.bytes()).await.map_err(inner)?,
        ));
    }
    let mut tx = house.db.begin().await?;
    identity::demo_settings(&mut tx, day(2019, 1, 1), now).await.map_err(inner)?;
    let mut out = Vec::new();
    let mut opened: BTreeMap<&str, AccountId> = BTreeMap::new();
    for (line, login, password, hash) in hashed {
        let (account, name, role, unit, region, post, look_first) = *line;
        // Who applies came some weeks ago: their matters are under way.
        let now = if role == Role::Applicant { now.plus_seconds(-CAME * 86_400) } else { now };
        let head = head.filter(|_| role == Role::InstitutionHead);
        let new = NewAccount { login, name: name.to_owned(), password: hash, demo: true };
        let id = identity::create_account(&mut tx, &house.ids, now, new).await.map_err(inner)?;
        opened.insert(account, id.clone());
        let (unit, region, facility, from) = match head {
            _ if role == Role::Applicant => {
                let place = place(&mut tx, region, today).await?;
                let (unit, _) =
                    identity::open_applicant(&mut tx, &house.ids, now, &id, unit, &place).await.map_err(inner)?;
                let unit = identity::unit(&mut tx, &unit).await?;
                let unit = unit.ok_or_else(|| Stop::Refused("demo: no unit of an applicant".to_owned()))?;
                confirm(house, &mut tx, (account, &id), &unit, &opened, now).await?;
                (unit, region.to_owned(), None, now.day())
            }
            Some(head) => {
                let office = office(&head.facility, &head.name, &head.place);
                identity::create_unit(&mut tx, &office, today).await.map_err(inner)?;
                let region = places::get(&mut tx, &head.place, today).await?.map_or(region.to_owned(), |p| p.code);
                (office, region, Some(head.facility.clone()), head.opened)
            }
            None => {
                let found = identity::unit(&mut tx, &UnitId::new(unit)).await?;
                let unit = found.ok_or_else(|| Stop::Refused(format!("demo: the packs hold no unit {unit}")))?;
                (unit, region.to_owned(), None, day(2019, 1, 1))
            }
        };
        // An applicant has its post with its unit.
        if role != Role::Applicant {
            let new = NewPost {
                account: id.clone(),
                unit: unit.id.clone(),
                role,
                place: place(&mut tx, &region, today).await?,
                facility,
                span: Span::since(from),
            };
            identity::give_post(&mut tx, &house.ids, now, new).await.map_err(inner)?;
        }
        tx.audit(AuditEntry {
            id: house.ids.new_id(now),
            home: String::new(),
            at: now,
            account: None,
            post: None,
            unit: None,
            action: "demo.accounts".to_owned(),
            object_kind: "account".to_owned(),
            object: id.to_string(),
            persons: Vec::new(),
            purpose: "demo".to_owned(),
            span_from: None,
            idempotency_key: None,
        })
        .await?;
        // The name as pages show it, with its district.
        let posts = identity::posts(&mut tx, &id, today).await?;
        let unit = posts.into_iter().next().map_or(unit.name_zh, |post| post.unit_name_zh);
        out.push(DemoAccount {
            account: account.to_owned(),
            password,
            unit,
            region,
            post: post.to_owned(),
            look_first: look_first.to_owned(),
        });
    }
    tx.commit().await?;
    Ok(out)
}

/// Binds the organisation of an applicant, confirmed by the guidance centre of its district an hour ago.
async fn confirm(
    house: &House,
    tx: &mut Tx,
    (login, account): (&str, &AccountId),
    unit: &Unit,
    opened: &BTreeMap<&str, AccountId>,
    now: Instant,
) -> Done {
    let lacks = || Stop::Refused(format!("demo: nobody confirms the organisation of {login}"));
    let (n, (_, officer, centre)) = (0..).zip(CONFIRMED).find(|(_, line)| line.0 == login).ok_or_else(lacks)?;
    let officer = opened.get(officer).ok_or_else(lacks)?;
    let place = places::get(tx, &unit.place, now.day()).await?.ok_or_else(lacks)?;
    let code = super::names::credit_code("91", &place.code, n, 4_000_000);
    let code = CreditCode::parse(&code).map_err(|e| Stop::Refused(format!("demo: {e}")))?;
    let (by, applicant) = ((officer, &UnitId::new(centre)), (&unit.id, &unit.place, account));
    ::applicant::demo_organisation(tx, &house.ids, now.plus_seconds(-7200), applicant, &unit.name_zh, &code, by)
        .await
        .map_err(|e| Stop::Refused(format!("demo: accounts: {e:?}")))
}

async fn place(read: &mut db::Read, code: &str, today: Day) -> Done<PlaceId> {
    let found = places::by_code(read, code, today).await?;
    found.map(|p| p.id).ok_or_else(|| Stop::Refused(format!("demo: no place has the code {code}")))
}

/// Three words and a number, such as `maple-harbor-lantern-42`.
fn password(stream: &mut Stream) -> String {
    const WORDS: [&str; 24] = [
        "maple", "harbor", "lantern", "meadow", "willow", "orchid", "pebble", "rocket", "saddle", "timber", "velvet",
        "walnut", "amber", "breeze", "cactus", "dragon", "ember", "falcon", "garnet", "hazel", "indigo", "jasper",
        "kettle", "lemon",
    ];
    let words: Vec<&str> = (0..3).map(|_| *stream.pick(&WORDS)).collect();
    format!("{}-{}", words.join("-"), stream.between(10, 99))
}

const FILE: &str = "demo-accounts.json";

/// Writes `DIR/demo-accounts.json`.
pub fn write(data: &Path, accounts: &[DemoAccount]) -> Done {
    let text = serde_json::to_string_pretty(accounts).map_err(|e| Stop::Wrong(e.to_string()))?;
    std::fs::write(data.join(FILE), text + "\n").map_err(|e| Stop::Wrong(format!("{FILE}: {e}")))
}

/// Prints `DIR/demo-accounts.json` as a table on standard output.
pub fn print(data: &Path) -> Done {
    let text = std::fs::read_to_string(data.join(FILE)).map_err(|e| Stop::Wrong(format!("{FILE}: {e}")))?;
    let accounts: Vec<DemoAccount> = serde_json::from_str(&text).map_err(|e| Stop::Wrong(format!("{FILE}: {e}")))?;
    print!("{}", table(&accounts));
    Ok(())
}

/// The table: columns stand under one another, also where Chinese characters take two cells.
pub fn table(accounts: &[DemoAccount]) -> String {
    let mut rows = vec![["账号", "密码", "单位", "区划", "岗位", "先看什么"].map(str::to_owned)];
    rows.extend(
        accounts
            .iter()
            .map(|a| [&a.account, &a.password, &a.unit, &a.region, &a.post, &a.look_first].map(String::clone)),
    );
    super::text::columns(&rows)
}
