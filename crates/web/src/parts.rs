//! Small parts of pages that are easier as functions than as includes: lights, bars, numbers as an office prints them.
//! Their classes are those of ui/README.md.

use crate::form::escape;
use std::fmt::{self, Write as _};

/// HTML that is already safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(pub String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl askama::FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        dest.write_str(&self.0)?;
        Ok(())
    }
}
impl askama::filters::HtmlSafe for Markup {}

/// A state as shape, colour and word: `class` is one of met, course, risk, missed, none.
pub fn light(class: &str, word: &str) -> Markup {
    Markup(format!("<span class=\"light {class}\">{}</span>", escape(word)))
}

/// A progress bar with a mark at the target; both are shares of the bar's full length, 0 to 1.
pub fn bar(share: f64, mark: Option<f64>, label: &str) -> Markup {
    let percent = |v: f64| (v.clamp(0.0, 1.0) * 100.0).round();
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\
         <rect class=\"track\" width=\"100\" height=\"8\"/><rect class=\"fill\" width=\"{}\" height=\"8\"/>",
        escape(label),
        percent(share)
    );
    if let Some(mark) = mark {
        let _ = write!(
            out,
            "<rect class=\"mark\" x=\"{}\" width=\"2\" height=\"8\"/>",
            (percent(mark) - 1.0).clamp(0.0, 98.0)
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// An icon of the sprite; always beside a word, so it is hidden from readers.
pub fn icon(name: &str) -> Markup {
    Markup(format!(
        "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{}#{}\"></use></svg>",
        crate::assets::url("sprite.svg"),
        escape(name)
    ))
}

/// A whole number with thin grouping: `87 460` is written `87,460` in the house.
pub fn whole(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    if n < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A figure with one decimal (`88.9`), or without when it is whole and `plain`.
pub fn decimal(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.split_once('.') {
        Some((int, frac)) => format!("{}.{frac}", int.parse().map(whole).unwrap_or_else(|_| int.to_owned())),
        None => text.parse().map(whole).unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_an_office_prints_them() {
        assert_eq!(whole(87_460), "87,460");
        assert_eq!(whole(-1_000), "-1,000");
        assert_eq!(whole(7), "7");
        assert_eq!(decimal(88.88, 1), "88.9");
        assert_eq!(decimal(1234.0, 0), "1,234");
    }
}
