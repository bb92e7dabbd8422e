//! What waits for the security administrator of the demo city: the system administrator opened an account and asks for
//! a post with power, which a second person has to agree to.

use super::decisions::{audit, person};
use crate::{Done, Stop, house::House};
use identity::{Login, NewAccount, NewPost, Password};
use kernel::kinds::UnitId;
use kernel::{Day, Instant, Role, Span};

/// Login, name, unit and reason of the auditor who is to come.
const AUDITOR: (&str, &str, &str, &str) =
    ("lu.wen", "陆文", "sh_government_office", "现任审计人员下月轮岗，请陆文接任；两人先同时在岗。");

/// Asks for the post, by the administrator, an hour before the city opens.
pub async fn ask(house: &House, today: Day) -> Done {
    let inner = |e: web::Error| Stop::Refused(format!("demo: rights: {e:?}"));
    let at = Instant::start_of(today).plus_seconds(8 * 3600);
    let admin = person(house, "admin", today).await?;
    let (login, name, unit, reason) = AUDITOR;
    let login = Login::parse(login).ok_or_else(|| Stop::Refused(format!("demo: the login {login}")))?;
    // Nobody knows it: the account is entered by a one-time link, once it has its post.
    let secret = format!("lantern-{}", house.ids.new_id::<kernel::kinds::SpanRow>(at));
    let secret = Password::parse(&secret, &login).map_err(|e| Stop::Refused(format!("demo: {e}")))?;
    let password = identity::hash_password(&secret, house.ids.bytes()).await.map_err(inner)?;
    let mut tx = house.db.begin().await?;
    let new = NewAccount { login, name: name.to_owned(), password, demo: true };
    let account = identity::create_account(&mut tx, &house.ids, at, new).await.map_err(inner)?;
    let root = places::root(&mut tx, today).await?.ok_or_else(|| Stop::Refused("demo: no place".to_owned()))?;
    let span = Span::since(today.first_of_month().plus_months(1));
    let (unit, facility) = (UnitId::new(unit), None);
    let post = NewPost { account: account.clone(), unit, role: Role::Auditor, place: root.id, facility, span };
    identity::ask_for_post(&mut tx, &house.ids, (&admin.account.id, at), post, reason).await.map_err(inner)?;
    audit(house, &mut tx, &admin, "identity.posts_give", "account", account.as_str(), at).await?;
    tx.commit().await?;
    Ok(())
}
