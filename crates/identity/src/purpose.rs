//! What an audit row says of why, in the reader's language. The rows keep the short fixed phrases of the program, so
//! that the chain does not depend on a language; this is how they are read. What is not one of them stays as it is.

use web::Words;

/// A phrase as the program writes it, `{}` where something stands in it, and the end of its key `audit.purpose.<..>`.
/// The first one that fits is taken. Phrases of one word are `audit.word.<word>`.
const PHRASES: &[(&str, &str)] = &[
    ("signed in", "signed_in"),
    ("signed out", "signed_out"),
    ("no such account", "no_account"),
    ("wrong password", "wrong_password"),
    ("wrong code", "wrong_code"),
    ("locked account", "locked"),
    ("code sent", "code_sent"),
    ("account opened by number", "opened_by_number"),
    ("not let in by number", "not_by_number"),
    ("organisation named", "organisation_named"),
    ("organisation confirmed", "organisation_confirmed"),
    ("organisation refused", "organisation_refused"),
    ("asked to be let in", "join_asked"),
    ("agent let in", "agent_let_in"),
    ("agent not let in", "agent_refused"),
    ("agent ended", "agent_ended"),
    ("agent invited", "agent_invited"),
    ("first agent", "agent_first"),
    ("invitation accepted", "invite_accepted"),
    ("invitation declined", "invite_declined"),
    ("invitation withdrawn", "invite_withdrawn"),
    ("demo account on real data", "demo_account"),
    ("no post", "no_post"),
    ("entered the demonstration", "door"),
    ("switched to this post", "switched"),
    ("changed the password", "password"),
    ("set a password", "password_set"),
    ("one-time link", "link"),
    ("let in again", "resumed"),
    ("lock-out lifted", "unlocked"),
    ("asked for a new second factor", "factor_asked"),
    ("second factor begun", "factor_begun"),
    ("second factor set up", "factor_set"),
    ("new recovery codes", "factor_codes"),
    ("made at the first start", "first"),
    ("asked for another value", "value_asked"),
    ("another value", "value"),
    ("check begun", "check"),
    ("duty added", "duty_added"),
    ("duty ended", "duty_ended"),
    ("tried again", "job_again"),
    ("called off", "job_off"),
    ("key task", "key_task"),
    ("no key task", "no_key_task"),
    ("export in the background", "export"),
    ("columns confirmed", "columns"),
    ("added a material", "material_added"),
    ("took a material out", "material_out"),
    ("ended {} other sessions", "sessions"),
    ("exported {} rows", "exported"),
    ("closed: {}", "closed"),
    ("asked for a post: {}", "post_asked"),
    ("post {} given: {}", "post_given"),
    ("post {} ended: {}", "post_ended"),
    ("acts in post {} as {}", "deputy"),
    ("{} posts handed over to {}", "handed_over"),
    ("member {} added", "member_added"),
    ("member {} ended", "member_ended"),
    ("approved {} {}", "approval_agreed"),
    ("refused {} {}", "approval_refused"),
    ("withdrawn {} {}", "approval_withdrawn"),
    ("asked {}", "desk_asked"),
    ("urged {}", "desk_urged"),
    ("answered {}", "desk_answered"),
    ("returned {}", "desk_returned"),
    ("closed {}", "desk_closed"),
    ("said whether it helped", "guide_helped"),
    ("asked a question", "guide_asked"),
    ("wrote a guide", "guide_wrote"),
    ("wrote an answer", "guide_answered"),
    ("dealt with a question", "guide_dealt"),
    ("library entry proposed", "entry_proposed"),
    ("library entry approved", "entry_approved"),
    ("library entry refused", "entry_refused"),
    ("library entry withdrawn", "entry_withdrawn"),
    ("recorded a self-check", "duty_recorded"),
    ("mended a deficiency", "duty_mended"),
    ("asked for self-checks", "duty_asked"),
    ("gave an opinion", "matter_opinion"),
    ("rated the service", "matter_rated"),
    ("moved on by the clock", "matter_lapsed"),
    ("moved on: {}", "matter_moved"),
    ("clock stopped", "matter_paused"),
    ("clock runs on", "matter_resumed"),
    ("clock extended", "matter_extended"),
    ("remarked", "matter_remarked"),
    ("remark settled", "matter_settled"),
    ("remark answered", "matter_answered"),
    ("filled in {}", "matter_filled"),
    ("took a file out", "matter_file_out"),
    ("brought {}", "matter_brought"),
    ("the unit above was told", "matter_told"),
    ("premises entered", "premises_entered"),
    ("premises changed", "premises_changed"),
    ("looked at a place", "premises_looked"),
    ("report taken", "premises_reported"),
    ("report answered", "premises_answered"),
    ("version {}", "version"),
    ("{} reminded", "reminded"),
    ("{} rows, {} erasures repeated", "restored"),
    ("{}: {} rows", "listed"),
    ("{} rows", "rows"),
    ("{} {} reported", "declared_reported"),
    ("{} {} confirmed", "declared_confirmed"),
    ("{} {} returned", "declared_returned"),
    ("{} proposed", "norm_proposed"),
    ("{} approved", "norm_approved"),
    ("{} refused", "norm_refused"),
    ("{} withdrawn", "norm_withdrawn"),
];

/// A phrase of a row in words.
pub(crate) fn said(words: Words, purpose: &str) -> String {
    known(words, purpose).unwrap_or_else(|| purpose.to_owned())
}

/// `None` for a phrase that the program does not write.
fn known(words: Words, purpose: &str) -> Option<String> {
    if let Some(word) = words.find(&format!("audit.word.{purpose}")) {
        return Some(word.to_owned());
    }
    let (slug, values) = PHRASES.iter().find_map(|(phrase, slug)| Some((slug, fits(phrase, purpose)?)))?;
    let mut text = words.find(&format!("audit.purpose.{slug}"))?.to_owned();
    for value in values {
        text = text.replacen("{}", &part(words, value), 1);
    }
    Some(text)
}

/// What stands where the phrase has `{}`; `None` where the text is not this phrase.
fn fits<'a>(phrase: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = phrase.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let (value, after) = match pieces.peek() {
            Some(_) => rest.split_once(piece)?,
            None => (rest.strip_suffix(piece)?, ""),
        };
        // Two ids side by side are two: one value holds no space but the last, which may be a sentence.
        if value.is_empty() || (pieces.peek().is_some() || !piece.is_empty()) && value.contains(' ') {
            return None;
        }
        values.push(value);
        rest = after;
    }
    rest.is_empty().then_some(values)
}

/// A role, a matter for two persons, a kind of to-do or of a job or a norm by its name; everything else is an id or a number.
fn part(words: Words, value: &str) -> String {
    let named = ["role", "approval.kind", "todo", "norm", "job_kind"];
    let name = named.iter().find_map(|prefix| words.find(&format!("{prefix}.{value}")));
    name.map_or_else(|| value.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Lang;
    use std::{fs, path::Path};

    fn words(lang: Lang) -> Words {
        web::i18n::install(&[web::MESSAGES, crate::MESSAGES]).unwrap();
        Words(lang)
    }

    #[test]
    fn phrases_are_read_and_other_text_stays() {
        let zh = |text| said(words(Lang::Zh), text);
        assert_eq!(zh("signed in"), "登录");
        assert_eq!(
            zh("post p-1 given: street_officer"),
            format!("任命（岗位编号 p-1）：{}", words(Lang::Zh).t("role.street_officer"))
        );
        assert_eq!(zh("post p-1 ended: 轮岗 到 别处"), "免去（岗位编号 p-1）：轮岗 到 别处");
        assert_eq!(zh("approved setting session.hours"), "同意：安全设置，session.hours");
        assert_eq!(zh("video.retention_days approved"), "批准变更：video.retention_days");
        assert_eq!(zh("shanghai-2020-2022 SH-15 reported"), "填报：shanghai-2020-2022 的 SH-15");
        assert_eq!(zh("registry.facilities: 120 rows"), "registry.facilities：120 行");
        assert_eq!(zh("12 rows"), "12 行");
        assert_eq!(zh("add_credential"), "登记证照");
        assert_eq!(said(words(Lang::En), "ended 2 other sessions"), "Ended 2 other sessions");
        for text in ["", "区教育局来函", "signed in twice", "rows", "{}", "closed: "] {
            assert_eq!(zh(text), text);
        }
    }

    #[test]
    fn every_phrase_has_its_text_in_both_languages() {
        for (phrase, slug) in PHRASES {
            for lang in [Lang::Zh, Lang::En] {
                let text = words(lang).find(&format!("audit.purpose.{slug}")).unwrap_or_default();
                assert!(!text.is_empty(), "{slug}");
                assert_eq!(text.matches("{}").count(), phrase.matches("{}").count(), "{slug}");
            }
        }
    }

    /// Every literal that the program gives as a reason, with `x` for what is filled in.
    fn reasons(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                reasons(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                // As the builder takes them, and as rows have them that are written without a request.
                for start in [".why(\"", ".why(format!(\"", " purpose: \"", " purpose: format!(\""] {
                    for rest in text.split(start).skip(1) {
                        let literal = rest.split('"').next().unwrap();
                        let fixed = literal.split('{').enumerate();
                        let filled =
                            fixed.map(
                                |(i, p)| {
                                    if i == 0 { p.to_owned() } else { format!("x{}", p.split_once('}').unwrap().1) }
                                },
                            );
                        found.push(filled.collect());
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_the_program_gives_as_a_reason_is_read() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut found = Vec::new();
        for slice in fs::read_dir(crates).unwrap() {
            let source = slice.unwrap().path().join("src");
            if source.is_dir() {
                reasons(&source, &mut found);
            }
        }
        assert!(found.len() > 30, "the scan finds reasons: {found:?}");
        // Two values side by side are ids; nothing is fixed in them.
        found.retain(|text| text.split(' ').any(|word| word != "x"));
        let unread: Vec<_> = found.iter().filter(|text| known(words(Lang::Zh), text).is_none()).collect();
        assert!(unread.is_empty(), "without words: {unread:?}");
    }
}
