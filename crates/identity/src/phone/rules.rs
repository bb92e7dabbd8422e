//! Decisions about codes: how they look, when another one may be sent, what a typed one is worth. Pure; the figures are
//! the settings `code.*` (packs/settings.toml).

use kernel::{Instant, RuleViolation};

/// The figures of the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodePolicy {
    /// A code is of use for so long.
    pub minutes: i64,
    /// Codes that may be typed before it is void.
    pub tries: i64,
    /// Seconds between two codes to the same number.
    pub pause: i64,
    /// Codes to the same number on one day.
    pub per_day: i64,
    /// Codes asked for from one address within an hour.
    pub per_hour: i64,
    /// Time for name and consent after the first code.
    pub first_minutes: i64,
}

/// Where a code stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Sent,
    /// It was typed rightly by somebody who is not known yet.
    Passed,
    Done,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Sent => "sent",
            State::Passed => "passed",
            State::Done => "done",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [State::Sent, State::Passed, State::Done].into_iter().find(|s| s.as_str() == text)
    }
}

/// What is known of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    pub expires: Instant,
    /// Typed codes, this one among them.
    pub tries: i64,
    pub state: State,
}

/// Six digits from randomness; the few numbers that would come a little more often do not matter among 2^64.
pub fn digits(random: [u8; 8]) -> String {
    format!("{:06}", u64::from_be_bytes(random) % 1_000_000)
}

/// A code as it was typed: its digits, also full-width ones; nothing else may stand in it but spaces.
pub fn typed(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0),
        c => Some(c),
    };
    let digits: Option<String> = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    digits.filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    let differ = a.bytes().zip(b.bytes()).fold(0u8, |sum, (x, y)| sum | (x ^ y));
    std::hint::black_box(differ) == 0 && a.len() == b.len()
}

/// Whether another code may be sent. `last`, `today`: to this number; `address`: from this address within an hour.
///
/// Errors, at the field `phone`: `code.pause` with the seconds to wait, `code.day`, `code.address`.
pub fn may_send(
    last: Option<Instant>,
    today: i64,
    address: i64,
    now: Instant,
    policy: CodePolicy,
) -> Result<(), RuleViolation> {
    // A code that was sent while the clock ran ahead stops nobody.
    if let Some(last) = last.filter(|last| *last <= now) {
        let wait = last.plus_seconds(policy.pause).0 - now.0;
        if wait > 0 {
            let mut rule = RuleViolation::field("phone", "code.pause");
            rule.fields[0].values = vec![((wait + 999_999) / 1_000_000).to_string()];
            return Err(rule);
        }
    }
    if today >= policy.per_day {
        return Err(RuleViolation::field("phone", "code.day"));
    }
    if address >= policy.per_hour {
        return Err(RuleViolation::field("phone", "code.address"));
    }
    Ok(())
}

/// What a typed code is worth; `right`: it is the one that was sent. The count of tries is looked at before the code:
/// after the last one the right code is of no use either.
///
/// Errors, at the field `code`: `code.used`, `code.void`, `code.expired`, `code.wrong` with the tries that are left.
pub fn judge(code: Code, right: bool, now: Instant, policy: CodePolicy) -> Result<(), RuleViolation> {
    let wrong = |key| Err(RuleViolation::field("code", key));
    if code.state != State::Sent {
        return wrong("code.used");
    }
    if code.tries > policy.tries {
        return wrong("code.void");
    }
    // One that lasts longer than any could was sent while the clock ran ahead.
    if now >= code.expires || code.expires > now.plus_seconds(policy.minutes * 60) {
        return wrong("code.expired");
    }
    if !right {
        let left = policy.tries - code.tries;
        if left == 0 {
            return wrong("code.void");
        }
        let mut rule = RuleViolation::field("code", "code.wrong");
        rule.fields[0].values = vec![left.to_string()];
        return Err(rule);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POLICY: CodePolicy =
        CodePolicy { minutes: 5, tries: 5, pause: 60, per_day: 10, per_hour: 30, first_minutes: 30 };
    const NOW: Instant = Instant(1_000_000_000_000);

    fn code(tries: i64) -> Code {
        Code { expires: NOW.plus_seconds(300), tries, state: State::Sent }
    }

    fn why(result: Result<(), RuleViolation>) -> (&'static str, Vec<String>) {
        result.err().map_or(("", Vec::new()), |rule| (rule.fields[0].code, rule.fields[0].values.clone()))
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_typed() {
        assert_eq!(digits([0; 8]), "000000");
        assert_eq!(digits([0, 0, 0, 0, 0, 0, 0x30, 0x39]), "012345");
        assert_eq!(typed(" 012 345 ").as_deref(), Some("012345"));
        assert_eq!(typed("０１２３４５").as_deref(), Some("012345"));
        for bad in ["", "12345", "1234567", "12345a", "一二三四五六"] {
            assert_eq!(typed(bad), None, "{bad}");
        }
    }

    #[test]
    fn equal_is_equal() {
        assert!(same("ab", "ab") && same("", ""));
        assert!(!same("ab", "ac") && !same("ab", "abc") && !same("abc", "ab"));
    }

    #[test]
    fn one_a_minute_ten_a_day_and_not_too_many_from_one_place() {
        let ask = |last, today, address| why(may_send(last, today, address, NOW, POLICY));
        assert_eq!(ask(None, 0, 0).0, "");
        assert_eq!(ask(Some(NOW), 1, 1), ("code.pause", vec!["60".to_owned()]));
        assert_eq!(ask(Some(NOW.plus_seconds(-59)), 1, 1), ("code.pause", vec!["1".to_owned()]));
        assert_eq!(ask(Some(NOW.plus_seconds(-60)), 9, 29).0, "");
        assert_eq!(ask(Some(NOW.plus_seconds(-60)), 10, 0).0, "code.day");
        assert_eq!(ask(None, 0, 30).0, "code.address");
        assert_eq!(ask(Some(NOW.plus_seconds(3600)), 1, 1).0, "", "from a clock that ran ahead");
    }

    #[test]
    fn a_code_is_worth_something_once_in_its_time_and_for_a_few_tries() {
        assert_eq!(why(judge(code(1), true, NOW, POLICY)).0, "");
        assert_eq!(why(judge(code(5), true, NOW, POLICY)).0, "", "the last try may be right");
        assert_eq!(why(judge(code(1), false, NOW, POLICY)), ("code.wrong", vec!["4".to_owned()]));
        assert_eq!(why(judge(code(5), false, NOW, POLICY)).0, "code.void");
        assert_eq!(why(judge(code(6), true, NOW, POLICY)).0, "code.void");
        let end = NOW.plus_seconds(300);
        assert_eq!(why(judge(code(1), true, Instant(end.0 - 1), POLICY)).0, "");
        assert_eq!(why(judge(code(1), true, end, POLICY)).0, "code.expired");
        assert_eq!(why(judge(code(1), true, NOW.plus_seconds(-1), POLICY)).0, "code.expired");
        for state in [State::Passed, State::Done] {
            assert_eq!(why(judge(Code { state, ..code(1) }, true, NOW, POLICY)).0, "code.used");
        }
    }

    proptest! {
        /// Whoever guesses on a number for days has so many guesses a day, and no more.
        #[test]
        fn guesses_a_day_are_bounded(waits in proptest::collection::vec(0i64..400, 1..400)) {
            let (mut now, mut last, mut sent) = (Instant::start_of("2022-11-15".parse().unwrap()), None, Vec::new());
            let day = now.day();
            for wait in waits {
                now = now.plus_seconds(wait);
                if now.day() != day {
                    break;
                }
                if may_send(last, sent.len() as i64, 0, now, POLICY).is_ok() {
                    last = Some(now);
                    sent.push(now);
                }
            }
            prop_assert!(sent.len() as i64 <= POLICY.per_day);
            prop_assert!(sent.windows(2).all(|w| w[1].0 - w[0].0 >= POLICY.pause * 1_000_000));
        }
    }
}
