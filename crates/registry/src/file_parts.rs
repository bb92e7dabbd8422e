//! The parts of a file as cards of its page: what is recorded as of the day, who changed it last, what is missing.

use crate::complete::{Completeness, Part};
use crate::extra::{Extra, ExtraKey};
use crate::file_tables::{capacity, classes, credentials, fees, releases, services, support, traits};
use crate::forms::Aspect;
use crate::upkeep;
use crate::view::{self, File};
use crate::{said, words};
use std::collections::BTreeMap;
use web::Words;
use web::parts::{Markup, light};

/// One part of the page.
pub struct Card {
    pub id: &'static str,
    pub title: &'static str,
    /// 批准 75 · 开放 70
    pub crumb: String,
    pub updated: Option<String>,
    /// Words and addresses of the forms that change it.
    pub edits: Vec<(&'static str, String)>,
    pub blocks: Vec<Block>,
    /// What is missing, in words.
    pub lack: Option<String>,
}

pub enum Block {
    Text(String),
    Note(String),
    /// Label, value, address of the value.
    Data(Vec<(String, String, Option<String>)>),
    Table(Table),
}

pub struct Table {
    /// Heading, and whether numbers stand below it.
    pub heads: Vec<(&'static str, bool)>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell: what it says, a second line, a light.
pub struct Cell {
    pub label: &'static str,
    pub number: bool,
    pub text: String,
    pub small: String,
    pub light: Option<Markup>,
}

/// What the cards are drawn from.
pub struct Drawn<'a> {
    pub words: Words,
    pub file: &'a File,
    pub completeness: &'a Completeness,
    pub path: &'a [places::Place],
    /// 批准 75 · 开放 70 · 在托 61
    pub places_line: String,
    /// Who changed a part last, by the id of the part.
    pub updated: &'a BTreeMap<String, String>,
    /// Address under which forms lie, for those who may change the file.
    pub edit: Option<String>,
    /// For an institution, which keeps up a part of it itself.
    pub own: bool,
    /// A credential that ends within so many days is pointed out.
    pub soon: i64,
}

impl Drawn<'_> {
    pub fn cards(&self) -> Vec<Card> {
        Part::of(self.file.kind).map(|part| self.card(part)).collect()
    }

    fn card(&self, part: Part) -> Card {
        let edits = Aspect::of(self.file.kind).filter(|a| a.part() == part && *a != Aspect::Double);
        let edits = edits.filter(|a| !self.own || upkeep::aspect(*a));
        let edit = |a: Aspect| Some((self.words.t(a.key()), format!("{}/{}", self.edit.as_ref()?, a.id())));
        Card {
            id: part.id(),
            title: self.words.t(part.key()),
            crumb: if part == Part::Classes { self.places_line.clone() } else { String::new() },
            updated: self.updated.get(part.id()).cloned(),
            edits: edits.filter_map(edit).collect(),
            blocks: self.blocks(part),
            lack: self.lack(part),
        }
    }

    /// What a part lacks, in words; `None` when it is complete.
    pub fn lack(&self, part: Part) -> Option<String> {
        let state = self.completeness.parts.iter().find(|p| p.part == part).filter(|p| !p.missing.is_empty())?;
        let names: Vec<&str> = state.missing.iter().map(|m| self.words.t(&format!("registry.missing.{m}"))).collect();
        Some(self.words.tf("registry.still_missing", &[&names.join(self.words.t("registry.comma"))]))
    }

    fn blocks(&self, part: Part) -> Vec<Block> {
        match part {
            Part::Base => vec![Block::Data(self.base())],
            Part::Site => or_none(self.words, self.site()),
            Part::Classes => self.classes(),
            Part::Credentials => self.table_or(credentials(self.words, self.file, self.soon)),
            Part::Fees => self.table_or(fees(self.words, self.file)),
            Part::Inclusive => self.inclusive(),
            Part::Support => self.support(),
            Part::Services => self.table_or(services(self.words, self.file)),
            Part::Building => self.building(),
            Part::Traits => self.table_or(traits(self.words, self.file)),
        }
    }

    fn table_or(&self, table: Table) -> Vec<Block> {
        let none = || Block::Text(self.words.t("registry.no_records").to_owned());
        vec![if table.rows.is_empty() { none() } else { Block::Table(table) }]
    }

    fn base(&self) -> Vec<(String, String, Option<String>)> {
        let (words, file) = (self.words, self.file);
        let mut out = Vec::new();
        let mut put = |key: &str, value: String| out.push((words.t(key).to_owned(), value, None));
        let or_dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
        if let Some(p) = &file.profile {
            put("registry.field.name", p.value.name.clone());
            put("registry.list.form", words::form(words, p.value.ownership, p.value.legal_form));
            put("registry.field.operator", or_dash(&p.value.operator));
            put("registry.field.credit_code", p.value.credit_code.clone().unwrap_or_else(|| "—".to_owned()));
            put("registry.field.phone", or_dash(&p.value.phone));
            put("registry.held", words::span(words, p.span));
        }
        put("registry.opened", file.opened.map_or_else(|| "—".to_owned(), |d| d.to_string()));
        if let Some(s) = &file.state {
            put("registry.list.state", format!("{} · {}", words.t(s.value.state.key()), words::span(words, s.span)));
            if !s.value.reason.is_empty() {
                put("registry.field.reason", s.value.reason.clone());
            }
        }
        // Both roles of a kindergarten, each with its days; one role alone is said by the kind.
        let dual = file.roles.iter().any(|(role, _)| *role == crate::rules::Role::Kindergarten);
        for (role, span) in file.roles.iter().filter(|_| dual) {
            out.push((words.t(role.key()).to_owned(), words::span(words, *span), None));
        }
        if let Some(c) = &file.chain {
            let line = said::extra(words, &Extra::Chain(c.value.clone()));
            let href = format!("/ledgers/chains/{}", crate::ledger::chains::slug(&c.value.brand));
            out.push((said::title(words, ExtraKey::Chain), line, Some(href)));
        }
        out
    }

    fn site(&self) -> Vec<(String, String, Option<String>)> {
        let (words, file) = (self.words, self.file);
        let mut out = Vec::new();
        let mut put = |key: &str, value: String| out.push((words.t(key).to_owned(), value, None));
        if let Some(s) = &file.site {
            let names: Vec<&str> = self.path.iter().map(|p| p.name.as_str()).collect();
            put("registry.field.region", names.join(" · "));
            put("registry.field.address", s.value.address.clone());
            if let Some((lon, lat)) = s.value.lon.zip(s.value.lat) {
                put("registry.field.position", format!("{lon:.5}, {lat:.5}"));
            }
            put("registry.held", words::span(words, s.span));
        }
        if let Some(p) = &file.premises {
            let line = said::extra(words, &Extra::Premises(p.value.clone()));
            put("registry.extra.premises", format!("{line} · {}", words::span(words, p.span)));
        }
        out
    }

    fn classes(&self) -> Vec<Block> {
        let (words, file) = (self.words, self.file);
        let mut out = Vec::new();
        let classes = classes(words, file);
        if classes.rows.is_empty() {
            out.push(Block::Text(words.t("registry.no_classes").to_owned()));
        } else {
            out.push(Block::Table(classes));
        }
        for table in [capacity(words, file), releases(words, file)] {
            if !table.rows.is_empty() {
                out.push(Block::Table(table));
            }
        }
        if let Some((named, summed)) = file.differ {
            out.push(Block::Note(words.tf("registry.places_differ", &[&named, &summed])));
        }
        out.push(Block::Note(words.t("registry.classes_basis").to_owned()));
        out
    }

    fn inclusive(&self) -> Vec<Block> {
        let (words, file) = (self.words, self.file);
        let mut out = Vec::new();
        let mut put = |label: &str, value: String| out.push((label.to_owned(), value, None));
        match &file.inclusive {
            None => put(words.t("registry.list.inclusive"), words.t("registry.list.not_inclusive").to_owned()),
            Some(i) => {
                put(words.t("registry.field.confirmed_by"), i.value.confirmed_by.clone());
                put(words.t("registry.held"), words::span(words, i.span));
                if !i.value.reason.is_empty() {
                    put(words.t("registry.field.reason"), i.value.reason.clone());
                }
            }
        }
        let mut extra = |extra: Extra, span| {
            let line = format!("{} · {}", said::extra(words, &extra), words::span(words, span));
            put(&said::title(words, extra.key()), line);
        };
        if let Some(a) = &file.agreement {
            extra(Extra::Agreement(a.value.clone()), a.span);
        }
        if let Some(w) = &file.welfare {
            extra(Extra::Welfare(w.value.clone()), w.span);
        }
        vec![Block::Data(out)]
    }

    fn support(&self) -> Vec<Block> {
        let (words, file) = (self.words, self.file);
        let mut out = self.table_or(support(words, file));
        let total: i64 = file.support.iter().filter_map(|s| s.fen).map(|f| f.0).sum();
        if total > 0 {
            let text = words.tf("registry.support_total", &[&file.support.len(), &said::grouped(kernel::Fen(total))]);
            out.push(Block::Note(text));
        }
        out
    }

    /// Every stage with the days that it took, the promise beside it.
    fn building(&self) -> Vec<Block> {
        let (words, file) = (self.words, self.file);
        let stage = |e: &view::Event| match &e.what {
            view::What::Extra { after: Some(Extra::Building(b)), .. } => Some((e.day, b.clone())),
            _ => None,
        };
        let stages: Vec<_> = file.events.iter().filter_map(stage).collect();
        let heads = vec![
            (words.t("registry.field.building"), false),
            (words.t("registry.field.from"), false),
            (words.t("registry.field.due"), false),
            (words.t("registry.field.unit"), false),
        ];
        let rows = stages.iter().rev().map(|(day, b)| {
            let late = b.stage == crate::codes::Stage::HandedOver && b.due.is_some_and(|due| *day > due);
            let due = b.due.map_or_else(|| "—".to_owned(), |d| d.to_string());
            vec![
                cell(&heads[0], words.t(b.stage.key())).small(&b.note),
                cell(&heads[1], day.to_string()),
                cell(&heads[2], due).lit(late.then(|| light("risk", words.t("registry.building.late")))),
                cell(&heads[3], b.unit.clone()),
            ]
        });
        let rows = rows.collect();
        self.table_or(Table { heads, rows })
    }
}

fn or_none(words: Words, data: Vec<(String, String, Option<String>)>) -> Vec<Block> {
    if data.is_empty() { vec![Block::Text(words.t("registry.no_records").to_owned())] } else { vec![Block::Data(data)] }
}

pub fn cell(head: &(&'static str, bool), text: impl Into<String>) -> Cell {
    Cell { label: head.0, number: head.1, text: text.into(), small: String::new(), light: None }
}

impl Cell {
    pub fn small(mut self, text: &str) -> Cell {
        self.small = text.to_owned();
        self
    }

    pub fn lit(mut self, light: Option<Markup>) -> Cell {
        self.light = light;
        self
    }
}
