//! The body of a guide: lines that begin with `## ` are headings, with `- ` points, others paragraphs. Within a line
//! `{norm KEY}` or `{norm KEY FACET}` is the value that holds where and when it is read, `{clause ID}` a clause or document
//! of the library. Nothing else is understood, so that nothing else can be put on a page.

use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use places::NormError;
use std::collections::BTreeMap;
use web::form::{Basis, escape};
use web::parts::Markup;
use web::{Cx, Words};

/// A piece of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    Plain(&'a str),
    Norm { key: &'a str, facet: &'a str },
    Clause(&'a str),
}

/// A line in its pieces; what is no reference stays as it was typed.
pub fn pieces(mut text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    while let Some(start) = text.find('{') {
        let (before, rest) = text.split_at(start);
        let Some(end) = rest.find('}') else { break };
        let parts: Vec<&str> = rest[1..end].split_whitespace().collect();
        let piece = match parts[..] {
            ["norm", key] => Piece::Norm { key, facet: "" },
            ["norm", key, facet] => Piece::Norm { key, facet },
            ["clause", id] => Piece::Clause(id),
            _ => Piece::Plain(&rest[..=end]),
        };
        out.extend((!before.is_empty()).then_some(Piece::Plain(before)));
        out.push(piece);
        text = &rest[end + 1..];
    }
    out.extend((!text.is_empty()).then_some(Piece::Plain(text)));
    out
}

/// What the references of texts say at a place on a day.
#[derive(Default)]
pub struct Said {
    norms: BTreeMap<(String, String), Basis>,
    clauses: BTreeMap<String, Basis>,
}

impl Said {
    /// Reads every reference of the texts once. Who may not read the library is led nowhere.
    pub async fn read(cx: &Cx, read: &mut Read, texts: &[&str], (place, day): (&PlaceId, Day)) -> web::Result<Said> {
        let mut out = Said::default();
        let linked = cx.may(&places::NORMS);
        for piece in texts.iter().flat_map(|text| pieces(text)).collect::<Vec<_>>() {
            match piece {
                Piece::Plain(_) => {}
                Piece::Clause(id) => {
                    let basis = places::basis(cx, read, id).await?.into_iter().next();
                    out.clauses.extend(basis.map(|basis| (id.to_owned(), basis)));
                }
                Piece::Norm { key, facet } => {
                    let text = value(read, cx.words(), (key, facet), place, day).await?;
                    let href = if linked { format!("/library/norms/{key}") } else { String::new() };
                    out.norms.insert((key.to_owned(), facet.to_owned()), Basis { text, href });
                }
            }
        }
        Ok(out)
    }

    fn basis(&self, piece: Piece<'_>) -> Option<&Basis> {
        match piece {
            Piece::Plain(_) => None,
            Piece::Clause(id) => self.clauses.get(id),
            Piece::Norm { key, facet } => self.norms.get(&(key.to_owned(), facet.to_owned())),
        }
    }

    /// A text as plain words.
    pub fn plain(&self, text: &str) -> String {
        let word = |piece: Piece<'_>| match (piece, self.basis(piece)) {
            (Piece::Plain(text), _) => text.to_owned(),
            (_, Some(basis)) => basis.text.clone(),
            (_, None) => String::new(),
        };
        pieces(text).into_iter().map(word).collect()
    }

    fn line(&self, text: &str) -> String {
        let one = |piece: Piece<'_>| match (piece, self.basis(piece)) {
            (Piece::Plain(text), _) => escape(text),
            (Piece::Clause(_), Some(basis)) => basis.html().0,
            (Piece::Norm { .. }, Some(b)) if !b.href.is_empty() => {
                format!("<a href=\"{}\">{}</a>", escape(&b.href), escape(&b.text))
            }
            (_, Some(basis)) => escape(&basis.text),
            (_, None) => String::new(),
        };
        pieces(text).into_iter().map(one).collect()
    }

    /// The body as HTML.
    pub fn html(&self, body: &str) -> Markup {
        let (mut out, mut list) = (String::new(), false);
        for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let point = line.strip_prefix("- ");
            if list && point.is_none() {
                out.push_str("</ul>");
            } else if !list && point.is_some() {
                out.push_str("<ul>");
            }
            list = point.is_some();
            match (point, line.strip_prefix("## ")) {
                (Some(point), _) => out.push_str(&format!("<li>{}</li>", self.line(point))),
                (None, Some(heading)) => out.push_str(&format!("<h2>{}</h2>", self.line(heading))),
                (None, None) => out.push_str(&format!("<p>{}</p>", self.line(line))),
            }
        }
        if list {
            out.push_str("</ul>");
        }
        Markup(out)
    }
}

/// The value of a norm in words; where none holds, that is said.
async fn value(
    read: &mut Read,
    words: Words,
    (key, facet): (&str, &str),
    place: &PlaceId,
    day: Day,
) -> web::Result<String> {
    match places::norm(read, key, facet, place, day).await {
        Ok(norm) => Ok(places::words::said(words, &norm)),
        Err(NormError::Db(e)) => Err(e.into()),
        Err(_) => Ok(words.t("guide.no_norm").to_owned()),
    }
}

/// The beginning of a text on one line, at most so many characters.
pub fn short(text: &str, most: usize) -> String {
    let mut out: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = out.char_indices().nth(most) {
        out.truncate(end);
        out.push('…');
    }
    out
}

/// What is looked for stands in a text: each word of the search, in any order.
pub fn holds(text: &str, search: &str) -> bool {
    let text = text.to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_points_and_paragraphs() {
        let body = "## 一、先看条件\n\n租期不少于三年。\n- 消防\n- 卫生\n结束 <script>";
        assert_eq!(
            Said::default().html(body).0,
            "<h2>一、先看条件</h2><p>租期不少于三年。</p><ul><li>消防</li><li>卫生</li></ul><p>结束 &lt;script&gt;</p>"
        );
    }

    #[test]
    fn references_are_read_and_the_rest_stays_as_typed() {
        let text = "租期{norm premises.lease_years}，每班{norm class.max_children class=infant}{clause c.19}{x}{";
        let found = pieces(text);
        assert_eq!(found[1], Piece::Norm { key: "premises.lease_years", facet: "" });
        assert_eq!(found[3], Piece::Norm { key: "class.max_children", facet: "class=infant" });
        assert_eq!(found[4], Piece::Clause("c.19"));
        assert_eq!((found[5], found[6]), (Piece::Plain("{x}"), Piece::Plain("{")));
        let basis = |text: &str, href: &str| Basis { text: text.to_owned(), href: href.to_owned() };
        let mut said = Said::default();
        said.norms.insert(("premises.lease_years".into(), String::new()), basis("3 年", "/library/norms/k"));
        said.norms.insert(("class.max_children".into(), "class=infant".into()), basis("10 人", ""));
        said.clauses.insert("c.19".into(), basis("《标准》第<十九>条", ""));
        assert_eq!(said.plain(text), "租期3 年，每班10 人《标准》第<十九>条{x}{");
        assert_eq!(
            said.html(text).0,
            "<p>租期<a href=\"/library/norms/k\">3 年</a>，每班10 人<cite>《标准》第&lt;十九&gt;条</cite>{x}{</p>"
        );
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(short("减免\n  租金", 10), "减免 租金");
        assert_eq!(short("减免租金", 3), "减免租…");
    }

    #[test]
    fn every_word_must_stand_in_it() {
        assert!(holds("租赁期不少于几年？", "租赁 几年") && !holds("租赁期不少于几年？", "租赁 消防"));
        assert!(holds("WiFi", "wifi") && holds("任何", ""));
    }
}
