//! The body of a guide: lines that begin with `## ` are headings, with `- ` points, others paragraphs. Nothing else is
//! understood, so that nothing else can be put on a page.

use web::form::escape;
use web::parts::Markup;

/// The body as HTML.
pub fn html(body: &str) -> Markup {
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
            (Some(point), _) => out.push_str(&format!("<li>{}</li>", escape(point))),
            (None, Some(heading)) => out.push_str(&format!("<h2>{}</h2>", escape(heading))),
            (None, None) => out.push_str(&format!("<p>{}</p>", escape(line))),
        }
    }
    if list {
        out.push_str("</ul>");
    }
    Markup(out)
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
            html(body).0,
            "<h2>一、先看条件</h2><p>租期不少于三年。</p><ul><li>消防</li><li>卫生</li></ul><p>结束 &lt;script&gt;</p>"
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
