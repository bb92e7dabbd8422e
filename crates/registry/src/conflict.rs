//! Two editors and one file, field by field: what the second one began with, what the first one saved meanwhile, what
//! the second one typed. Only fields that differ are asked about; a field that the second one never touched takes the
//! record. Works as a plain form: `pick.NAME` says which, `theirs.NAME` and `was.NAME` carry the values.

use crate::complete::Part;
use crate::fields::Drawing;
use crate::file::account_name;
use crate::model::History;
use crate::store::file;
use db::Read;
use std::collections::BTreeMap;
use web::form::{Field, Input};
use web::{Form, Result, Words};

/// What the page asks.
pub struct Conflict {
    pub rows: Vec<Asked>,
    /// Who saved what, and when: in words.
    pub edits: Vec<String>,
}

/// One field that differs: its three values in words, and the record as it is sent.
#[derive(PartialEq, Debug)]
pub struct Asked {
    pub name: &'static str,
    pub label: String,
    pub was: String,
    pub theirs: String,
    pub mine: String,
    pub theirs_value: String,
    /// Both changed it; otherwise the one who did is chosen at first.
    pub both: bool,
    pub choose_theirs: bool,
}

/// Days are the editor's alone.
fn asked_about(name: &str) -> bool {
    !matches!(name, "from" | "until")
}

/// What the editor began with, to go along with the form: what is recorded, or what the form carried already.
pub fn was(fields: &[&'static str], recorded: Option<&[(&'static str, String)]>, form: &Form) -> Vec<(String, String)> {
    let value = |name: &str| match recorded {
        Some(rows) => rows.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap_or_default(),
        None => form.text(&format!("was.{name}")).to_owned(),
    };
    fields.iter().filter(|n| asked_about(n)).map(|n| (format!("was.{n}"), value(n))).collect()
}

/// The fields in which the record and what was typed differ.
pub fn beside(
    drawing: &Drawing<'_>,
    fields: &[&'static str],
    theirs: &[(&'static str, String)],
    form: &Form,
) -> Conflict {
    // Where nothing is recorded (a new class, a new credential) there is nothing to weigh.
    let known = |name: &str| theirs.iter().any(|(n, _)| *n == name) || !form.text(&format!("was.{name}")).is_empty();
    let row = |name: &'static str| {
        let field = drawing.field(name);
        let their = theirs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.trim());
        let (was, mine) = (form.text(&format!("was.{name}")).to_owned(), form.text(name).to_owned());
        (their != mine).then(|| Asked {
            name,
            label: field.label.clone(),
            was: said(&field, &was),
            theirs: said(&field, their),
            mine: said(&field, &mine),
            theirs_value: their.to_owned(),
            both: was != mine && was != their,
            choose_theirs: was == mine,
        })
    };
    let rows = fields.iter().copied().filter(|n| asked_about(n) && known(n)).filter_map(row).collect();
    Conflict { rows, edits: Vec::new() }
}

/// A value as it is read: the word of a choice.
fn said(field: &Field<'_>, value: &str) -> String {
    match &field.input {
        Input::Select(options) => {
            options.iter().find(|(v, _)| *v == value).map_or_else(|| value.to_owned(), |(_, label)| label.clone())
        }
        _ => value.to_owned(),
    }
}

/// The form as it is meant: where the record was picked, its value in place of the typed one.
pub fn resolved(sent: &Form) -> Form {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in sent.pairs() {
        let theirs = sent.text(&format!("pick.{name}")) == "theirs";
        let value = if theirs { sent.text(&format!("theirs.{name}")) } else { value };
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut out = Form::filled(&pairs);
    out.key = sent.key.clone();
    out
}

/// Who saved which part after a version: 2022-11-15 09:30 王老师：基本情况.
pub async fn edits(read: &mut Read, words: Words, h: &History, version: i64) -> Result<Vec<String>> {
    let (mut people, mut out) = (BTreeMap::new(), Vec::new());
    for edit in file::edits_since(read, &h.facility, version).await? {
        let who = account_name(read, words, &mut people, &edit.account).await?;
        let part = Part::parse(&edit.part).map_or("", |p| words.t(p.key()));
        out.push(words.tf("registry.conflict.edit", &[&edit.at.minute(), &who, &part]));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_picked_stands_in_and_the_rest_stays_as_typed() {
        let form = Form::filled(&[
            ("name", "中满"),
            ("phone", "2"),
            ("pick.name", "theirs"),
            ("theirs.name", "大满"),
            ("pick.phone", "mine"),
            ("theirs.phone", "1"),
        ]);
        let meant = resolved(&form);
        assert_eq!((meant.text("name"), meant.text("phone")), ("大满", "2"));
    }

    #[test]
    fn what_was_not_touched_takes_the_record_and_what_both_touched_is_asked() {
        let bases = places::Bases::new();
        let drawing = Drawing { words: Words::default(), kind: None, history: None, streets: &[], bases: &bases };
        let theirs = [("name", "大满".to_owned()), ("operator", "乙".to_owned()), ("phone", "9".to_owned())];
        let form = Form::filled(&[
            ("name", "中满"),
            ("was.name", "小满"),
            ("operator", "甲"),
            ("was.operator", "甲"),
            ("phone", "9"),
            ("was.phone", "1"),
        ]);
        let rows = beside(&drawing, &["name", "operator", "phone", "from"], &theirs, &form).rows;
        let told: Vec<_> = rows.iter().map(|r| (r.name, r.both, r.choose_theirs)).collect();
        assert_eq!(told, [("name", true, false), ("operator", false, true)]);
    }
}
