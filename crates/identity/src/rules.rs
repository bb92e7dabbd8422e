//! Decisions about signing in: what a password must be, when an account is locked and for how long, where to go
//! afterwards. The figures come from the settings `signin.lockout_attempts`, `signin.lockout_minutes` and
//! `session.hours` (packs/settings.toml) and are passed in; GB/T 22239 8.1.4.1 asks for handling of failed
//! sign-ins and leaves the figures to the operator.

use crate::model::{Level, Login, Unit};
use crate::units::STREET_OFFICE;
use kernel::{Id, Instant, RuleViolation, Span};
use places::{Place, PlaceKind};

/// Shortest password, in characters. Length keeps a password safe, mixed signs do not; so there is no rule about them.
pub const MIN_PASSWORD: usize = 12;
/// Longest password, in bytes: hashing must not be a way to keep the server busy.
pub const MAX_PASSWORD: usize = 256;
/// Fewest different characters: refuses `aaaaaaaaaaaa` and `121212121212`.
const MIN_DIFFERENT: usize = 5;

/// A new password that keeps the rules.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Checks a new password for an account. Spaces at its ends are dropped, as they are at sign-in: they come from
    /// copying; others count.
    ///
    /// Errors: `password.short`, `password.long`, `password.plain` (few different characters), `password.login`
    /// (holds the account's name), each at the field `password`.
    pub fn parse(text: &str, login: &Login) -> Result<Password, RuleViolation> {
        let text = text.trim();
        let mut different: Vec<char> = text.chars().collect();
        different.sort_unstable();
        different.dedup();
        let code = if text.chars().count() < MIN_PASSWORD {
            "password.short"
        } else if text.len() > MAX_PASSWORD {
            "password.long"
        } else if different.len() < MIN_DIFFERENT {
            "password.plain"
        } else if text.to_lowercase().contains(login.as_str()) {
            "password.login"
        } else {
            return Ok(Password(text.to_owned()));
        };
        Err(RuleViolation::field("password", code))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never shown, not even in a log.
impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// The figures of the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignInPolicy {
    /// Failed attempts in a row before the lock-out, at least 1.
    pub attempts: i64,
    /// Minutes of the lock-out.
    pub lock_minutes: i64,
    /// Hours of a session.
    pub session_hours: i64,
}

/// What an account remembers of failed attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempts {
    /// Failed attempts since the last success or lock-out.
    pub failed: i64,
    pub locked_until: Instant,
}

/// What becomes of one attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Fine,
    Wrong,
    /// The account is locked; the password was not looked at.
    Locked,
}

/// Judges one attempt, and what the account remembers afterwards. An attempt during the lock-out does not prolong
/// it: nobody can keep somebody else out for ever by trying on.
pub fn judge(before: Attempts, right: bool, now: Instant, policy: SignInPolicy) -> (Verdict, Attempts) {
    // A lock-out that ends later than any could: it was set while the clock ran ahead, and does not count.
    if now < before.locked_until && before.locked_until <= now.plus_seconds(policy.lock_minutes * 60) {
        return (Verdict::Locked, before);
    }
    if right {
        return (Verdict::Fine, Attempts { failed: 0, locked_until: Instant(0) });
    }
    let failed = before.failed.max(0) + 1;
    let after = if failed >= policy.attempts {
        Attempts { failed: 0, locked_until: now.plus_seconds(policy.lock_minutes * 60) }
    } else {
        Attempts { failed, locked_until: Instant(0) }
    };
    (Verdict::Wrong, after)
}

/// When a session ends that begins now: after the hours of the setting, or at the midnight on which one of the account's
/// posts ends, so that no session outlives the post that it works in.
pub fn session_end(now: Instant, policy: SignInPolicy, posts: impl IntoIterator<Item = Span>) -> Instant {
    let hours = now.plus_seconds(policy.session_hours * 3600);
    posts.into_iter().map(|span| Instant::start_of(span.until)).fold(hours, Instant::min)
}

/// The name of a unit outside its own district: the plans print 区教育局, its name is 静安区教育局.
pub fn full_name(name: &str, place: &str) -> String {
    match name.strip_prefix('区') {
        Some(rest) if place.ends_with('区') => format!("{place}{rest}"),
        _ => name.to_owned(),
    }
}

/// The office that every street, town and district has by law, under a name and an id of its own until it is recorded;
/// `None` for other places (Organic Law of Local People's Governments, articles 1 and 85: governments of districts and
/// towns, sub-district offices of streets; 教育法 第十五条: an education department at each level).
pub fn lawful_office(place: &Place) -> Option<Unit> {
    let (kind, level, name_zh, name_en) = match place.kind {
        PlaceKind::Street => (STREET_OFFICE, Level::Street, format!("{}办事处", place.name), "Sub-district office of"),
        PlaceKind::Town | PlaceKind::Township => {
            (STREET_OFFICE, Level::Street, format!("{}人民政府", place.name), "People's government of")
        }
        PlaceKind::District => ("education", Level::District, "区教育局".to_owned(), "Education bureau of"),
        _ => return None,
    };
    Some(Unit {
        id: Id::new(format!("{kind}-{}", place.id)),
        name_zh,
        name_en: format!("{name_en} {}", place.name),
        level,
        place: place.id.clone(),
        kind: kind.to_owned(),
        aliases: Vec::new(),
        is_group: false,
        facility: None,
        ended: None,
    })
}

/// The page to return to after signing in, if it is one of ours: a path, no other host. Browsers drop tabs and line
/// ends and take `\` for `/`, so none of these may stand in it.
pub fn local_path(back: &str) -> Option<&str> {
    let fine = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let path = back.split(['?', '#']).next().unwrap_or_default();
    let ours = back.starts_with('/') && !back.starts_with("//") && path != "/sign-in" && path != "/sign-out";
    (fine && ours && back.len() <= 2000).then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Day;
    use proptest::prelude::*;

    const POLICY: SignInPolicy = SignInPolicy { attempts: 5, lock_minutes: 15, session_hours: 12 };
    const NONE: Attempts = Attempts { failed: 0, locked_until: Instant(0) };

    #[test]
    fn passwords() {
        let login = Login::parse("hongkou").unwrap();
        let code = |text: &str| Password::parse(text, &login).err().map(|rule| rule.fields[0].code);
        assert_eq!(code("correct horse"), None);
        assert_eq!(code("一二三四五六七八九十甲乙"), None);
        assert_eq!(code("short"), Some("password.short"));
        assert_eq!(code("    short       "), Some("password.short"));
        assert_eq!(code("一二三四五六七八九十甲"), Some("password.short"));
        assert_eq!(code("aaaabbbbccccdddd"), Some("password.plain"));
        assert_eq!(code("my HongKou password"), Some("password.login"));
        assert_eq!(code(&"abcdefgh".repeat(33)), Some("password.long"));
    }

    #[test]
    fn the_fifth_wrong_attempt_locks_for_fifteen_minutes() {
        let now = Instant(1_000_000_000);
        let mut attempts = NONE;
        for n in 1..=4 {
            attempts = judge(attempts, false, now, POLICY).1;
            assert_eq!(attempts, Attempts { failed: n, locked_until: Instant(0) });
        }
        let (verdict, locked) = judge(attempts, false, now, POLICY);
        assert_eq!((verdict, locked.locked_until), (Verdict::Wrong, now.plus_seconds(900)));
        let last = Instant(now.plus_seconds(900).0 - 1);
        assert_eq!(judge(locked, true, last, POLICY), (Verdict::Locked, locked));
        assert_eq!(judge(locked, false, last, POLICY), (Verdict::Locked, locked));
        assert_eq!(judge(locked, true, now.plus_seconds(900), POLICY), (Verdict::Fine, NONE));
        assert_eq!(judge(attempts, true, now, POLICY), (Verdict::Fine, NONE));
    }

    #[test]
    fn a_lock_out_from_a_clock_that_ran_ahead_does_not_last() {
        let now = Instant(1_000_000_000);
        let ahead = Attempts { failed: 0, locked_until: now.plus_seconds(365 * 86_400) };
        assert_eq!(judge(ahead, true, now, POLICY), (Verdict::Fine, NONE));
        assert_eq!(judge(ahead, false, now, POLICY).1, Attempts { failed: 1, locked_until: Instant(0) });
        let longest = Attempts { failed: 0, locked_until: now.plus_seconds(900) };
        assert_eq!(judge(longest, true, now, POLICY).0, Verdict::Locked);
    }

    #[test]
    fn a_session_ends_with_the_first_post_that_ends() {
        let day: Day = "2022-11-15".parse().unwrap();
        let evening = Instant::start_of(day).plus_seconds(20 * 3600);
        let open = Span::since(day);
        let last_day = Span::new(day, day.next()).unwrap();
        assert_eq!(session_end(evening, POLICY, [open]), evening.plus_seconds(12 * 3600));
        assert_eq!(session_end(evening, POLICY, [open, last_day]), Instant::start_of(day.next()));
    }

    #[test]
    fn a_district_office_has_its_district_in_its_name() {
        assert_eq!(full_name("区教育局", "静安区"), "静安区教育局");
        assert_eq!(full_name("区教育局", "浦东新区"), "浦东新区教育局");
        assert_eq!(full_name("市教委", "上海市"), "市教委");
        assert_eq!(full_name("区教育局", ""), "区教育局");
    }

    #[test]
    fn every_street_and_district_has_an_office_by_law() {
        let place = |name: &str, kind| Place {
            id: Id::new("p1"),
            home: String::new(),
            code: "310109010".to_owned(),
            name: name.to_owned(),
            kind,
            flags: places::Flags::default(),
            parent: None,
            span: Span::since(kernel::Day::MIN),
            mark: "V".to_owned(),
        };
        let name = |name, kind| lawful_office(&place(name, kind)).map(|u| u.name_zh);
        assert_eq!(name("曲阳路街道", PlaceKind::Street).unwrap(), "曲阳路街道办事处");
        assert_eq!(name("罗泾镇", PlaceKind::Town).unwrap(), "罗泾镇人民政府");
        assert_eq!(name("黄浦区", PlaceKind::District).unwrap(), "区教育局");
        assert_eq!(name("上海市", PlaceKind::City), None);
        assert_eq!(name("市工业区", PlaceKind::Zone), None);
        let office = lawful_office(&place("曲阳路街道", PlaceKind::Street)).unwrap();
        assert!(kernel::kinds::UnitId::parse(office.id.as_str()).is_some(), "an id that may stand in an address");
    }

    #[test]
    fn only_our_own_pages_are_returned_to() {
        for fine in ["/", "/plans?region=310109", "/a/b?q=%E8%99%B9#top", "/sign-ins"] {
            assert_eq!(local_path(fine), Some(fine));
        }
        let bad = [
            "",
            "plans",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a b",
            "/\n",
            "/虹口",
            "\\\\evil.example",
            "/sign-in?back=/",
            "/sign-out",
        ];
        for bad in bad {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    proptest! {
        /// Whatever is tried, between two successes or lock-outs there are never more wrong attempts than allowed.
        #[test]
        fn guesses_are_bounded(tries in proptest::collection::vec((any::<bool>(), 0i64..1200), 1..200)) {
            let (mut now, mut attempts, mut wrong) = (Instant(1), NONE, 0);
            for (right, wait) in tries {
                now = now.plus_seconds(wait);
                let (verdict, after) = judge(attempts, right, now, POLICY);
                match verdict {
                    Verdict::Wrong => wrong += 1,
                    Verdict::Fine => wrong = 0,
                    Verdict::Locked => prop_assert_eq!(after, attempts),
                }
                prop_assert!(wrong <= POLICY.attempts);
                if after.locked_until > now {
                    wrong = 0;
                }
                attempts = after;
            }
        }
    }
}
