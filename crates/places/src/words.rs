//! How a norm is said to people: its name, its facet, its value with its unit. Keys, facets and units that came after
//! the words are shown as they are.

use crate::model::Norm;
use kernel::Lang;
use std::sync::LazyLock;
use web::Words;

/// `班级人数上限`
pub fn norm_name(words: Words, key: &str) -> String {
    words.find(&format!("norm.{key}")).unwrap_or(key).to_owned()
}

/// `乳儿班`; empty for no facet.
pub fn facet_name(words: Words, facet: &str) -> String {
    let Some((name, value)) = facet.split_once('=') else { return facet.to_owned() };
    words.find(&format!("norm_facet.{name}.{value}")).unwrap_or(facet).to_owned()
}

/// A word of norms in both languages, lower case, and the key or facet that it is said for.
type Said = (String, [String; 2]);

/// Keys and facets of which the word, in either language, holds a text in lower case; each list framed by `|`, or
/// empty. The words never change while the program runs, so they are folded once.
pub fn keys_said(text: &str) -> (String, String) {
    static ALL: LazyLock<(Vec<Said>, Vec<Said>)> = LazyLock::new(|| {
        // `norm_facet.class.infant` is the word of the facet `class=infant`.
        let facets = said_under("norm_facet.").into_iter().map(|(key, names)| (key.replacen('.', "=", 1), names));
        (said_under("norm."), facets.collect())
    });
    let framed = |all: &[Said]| {
        let mut out = String::new();
        for (key, _) in all.iter().filter(|(_, names)| names.iter().any(|name| name.contains(text))) {
            out.push_str(if out.is_empty() { "|" } else { "" });
            out.push_str(key);
            out.push('|');
        }
        out
    };
    (framed(&ALL.0), framed(&ALL.1))
}

/// What the words under a prefix are said for: `norm.a_b` for the key `a_b`.
fn said_under(prefix: &str) -> Vec<Said> {
    let names = |key: &str| [Lang::Zh, Lang::En].map(|lang| Words(lang).t(key).to_lowercase());
    let under = web::i18n::keys().into_iter().filter_map(|key| Some((key, key.strip_prefix(prefix)?)));
    under.map(|(key, rest)| (rest.to_owned(), names(key))).collect()
}

/// Name and facet in one line.
pub fn title(words: Words, key: &str, facet: &str) -> String {
    let name = norm_name(words, key);
    if facet.is_empty() { name } else { words.tf("library.with_facet", &[&name, &facet_name(words, facet)]) }
}

/// `90 天`, `100 元/小时`, `60、30、7 天`, `是`.
pub fn value_text(words: Words, value: &str, unit: &str) -> String {
    if unit == "flag" {
        return match value {
            "1" => words.t("app.yes").to_owned(),
            "0" => words.t("app.no").to_owned(),
            other => other.to_owned(),
        };
    }
    let unit_word = words.find(&format!("norm_unit.{unit}")).unwrap_or(unit);
    if let Some(fen) = unit.starts_with("fen").then(|| value.parse::<i64>().ok()).flatten() {
        let yuan =
            if fen % 100 == 0 { web::parts::whole(fen / 100) } else { format!("{}.{:02}", fen / 100, fen % 100) };
        return format!("{yuan} {unit_word}");
    }
    let value = words.find(&format!("variant.{value}")).filter(|_| unit == "variant").unwrap_or(value);
    let value = value.split(';').collect::<Vec<_>>().join(words.t("library.between"));
    // A number and its unit do not part.
    if unit_word.is_empty() { value } else { format!("{value}\u{a0}{unit_word}") }
}

/// Unit and person in one line; once where they have the same name.
pub fn who(unit: &str, name: &str) -> String {
    if unit == name { unit.to_owned() } else { format!("{unit} {name}") }
}

/// The value of a norm.
pub fn said(words: Words, norm: &Norm) -> String {
    value_text(words, &norm.value, &norm.unit)
}
