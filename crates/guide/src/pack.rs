//! Guides and questions of the packs: written for the whole city, in both languages, from a day. Loading is an import in
//! versions: what a pack says anew becomes the next version, what an officer wrote here is left alone from then on, and
//! what an applicant followed stays. Every reference is looked up before anything is written.

use crate::model::{Guide, Question};
use crate::store;
use crate::text::{Piece, pieces};
use db::{Read, Tx};
use kernel::kinds::QuestionId;
use kernel::{Day, Instant};
use matter::{Kinds, Text};
use places::load::Pack;
use places::{NormError, Place};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuideFile {
    guides: Vec<GuideEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuideEntry {
    /// Empty: all applications.
    form: String,
    from: Day,
    title: Text,
    body: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    topics: Vec<Topic>,
    questions: Vec<QuestionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    id: String,
    name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionEntry {
    id: String,
    from: Day,
    topic: String,
    asked: Text,
    answer: Text,
    /// Clauses or documents of the library, parted by `; `.
    clause: String,
}

/// The two packs as they were read.
pub struct Book {
    guides: Vec<GuideEntry>,
    topics: Vec<Topic>,
    questions: Vec<QuestionEntry>,
    files: [String; 2],
}

/// Why a pack is refused: `file: entry: reason`.
fn refuse(file: &str, entry: &str, why: impl std::fmt::Display) -> String {
    format!("{file}: {entry}: {why}")
}

fn said(text: &Text) -> bool {
    !text.zh.trim().is_empty() && !text.en.trim().is_empty()
}

impl Book {
    /// Reads both packs.
    ///
    /// # Errors
    /// A sentence with file, entry and reason: no such TOML, a form that there is not, an entry twice, a language that lacks.
    pub fn read(guides: Pack<'_>, questions: Pack<'_>, kinds: &Kinds) -> Result<Book, String> {
        let toml = |file: &str, e: toml::de::Error| format!("{file}: {e}");
        let of: GuideFile = toml::from_str(guides.text).map_err(|e| toml(guides.file, e))?;
        let asked: QuestionFile = toml::from_str(questions.text).map_err(|e| toml(questions.file, e))?;
        let mut seen = BTreeSet::new();
        for entry in &of.guides {
            let name = entry.name();
            let known = entry.form.is_empty() || kinds.sheets().iter().any(|sheet| sheet.id == entry.form);
            if !known {
                return Err(refuse(guides.file, &name, format!("no form is called {}", entry.form)));
            }
            if !said(&entry.title) || !said(&entry.body) {
                return Err(refuse(guides.file, &name, "title and body need both languages"));
            }
            if !seen.insert(name.clone()) {
                return Err(refuse(guides.file, &name, "stands there twice"));
            }
        }
        for entry in &asked.questions {
            let name = entry.name();
            if QuestionId::parse(&entry.id).is_none() {
                return Err(refuse(questions.file, &name, "an id is made of a-z, 0-9, -, _ and ."));
            }
            if !asked.topics.iter().any(|topic| topic.id == entry.topic && said(&topic.name)) {
                return Err(refuse(questions.file, &name, format!("no topic is called {}", entry.topic)));
            }
            if !said(&entry.asked) || !said(&entry.answer) {
                return Err(refuse(questions.file, &name, "question and answer need both languages"));
            }
            if !seen.insert(name.clone()) {
                return Err(refuse(questions.file, &name, "stands there twice"));
            }
        }
        let files = [guides.file.to_owned(), questions.file.to_owned()];
        Ok(Book { guides: of.guides, topics: asked.topics, questions: asked.questions, files })
    }

    /// Form, title and body of each guide, the last version of each form.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &Text, &Text)> {
        let last = |at: usize, form: &str| self.guides[at + 1..].iter().all(|later| later.form != form);
        let all = self.guides.iter().enumerate().filter(move |(at, guide)| last(*at, &guide.form));
        all.map(|(_, guide)| (guide.form.as_str(), &guide.title, &guide.body))
    }

    /// Question, answer and clauses of each question.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&Text, &Text, &str)> {
        self.questions.iter().map(|q| (&q.asked, &q.answer, q.clause.as_str()))
    }

    /// Writes what is new for the whole city; answers the number of versions written.
    ///
    /// # Errors
    /// A sentence with file, entry and reason where a reference leads nowhere; what the database says.
    pub async fn load(&self, tx: &mut Tx, root: &Place, now: Instant) -> Result<u64, Refused> {
        let mut written = 0;
        for entry in &self.guides {
            let texts = [&entry.body.zh, &entry.body.en];
            self.check(tx, (0, &entry.name()), &texts, (root, entry.from)).await?;
            written += u64::from(entry.put(tx, root, now).await?);
        }
        for entry in &self.questions {
            let name = entry.name();
            let texts = [&entry.answer.zh, &entry.answer.en];
            self.check(tx, (1, &name), &texts, (root, entry.from)).await?;
            if let Some(id) = places::unknown_basis(tx, &entry.clause).await? {
                return Err(Refused::Pack(refuse(&self.files[1], &name, format!("clause {id} is nowhere"))));
            }
            let topic = self.topics.iter().find(|topic| topic.id == entry.topic).expect("checked when it was read");
            written += u64::from(entry.put(tx, (root, &topic.name), now).await?);
        }
        Ok(written)
    }

    /// Every reference of an entry leads somewhere on its first day.
    async fn check(
        &self,
        read: &mut Read,
        (file, entry): (usize, &str),
        texts: &[&String; 2],
        (root, from): (&Place, Day),
    ) -> Result<(), Refused> {
        for piece in texts.iter().flat_map(|text| pieces(text)).collect::<Vec<_>>() {
            let why = match piece {
                Piece::Plain(_) => None,
                Piece::Clause(id) => places::unknown_basis(read, id).await?.map(|id| format!("clause {id} is nowhere")),
                Piece::Norm { key, facet } => match places::norm(read, key, facet, &root.id, from).await {
                    Ok(_) => None,
                    Err(NormError::Db(e)) => return Err(e.into()),
                    Err(why) => Some(why.to_string()),
                },
            };
            if let Some(why) = why {
                return Err(Refused::Pack(refuse(&self.files[file], entry, why)));
            }
        }
        Ok(())
    }
}

/// Why a book was not loaded.
#[derive(Debug)]
pub enum Refused {
    /// File, entry and reason.
    Pack(String),
    Db(db::Error),
}

impl From<db::Error> for Refused {
    fn from(e: db::Error) -> Refused {
        Refused::Db(e)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::Pack(why) => f.write_str(why),
            Refused::Db(e) => e.fmt(f),
        }
    }
}

impl GuideEntry {
    fn name(&self) -> String {
        format!("guides {} {}", if self.form.is_empty() { "-" } else { &self.form }, self.from)
    }

    async fn put(&self, tx: &mut Tx, root: &Place, now: Instant) -> db::Result<bool> {
        let known = store::guides(tx, &root.id, &self.form).await?;
        let new = Guide {
            home: root.home.clone(),
            place: root.id.clone(),
            form: self.form.clone(),
            no: known.first().map_or(1, |last| last.no + 1),
            from_day: self.from,
            title: self.title.zh.clone(),
            title_en: self.title.en.clone(),
            body: self.body.zh.trim().to_owned(),
            body_en: self.body.en.trim().to_owned(),
            account: None,
            made: now,
        };
        if known.iter().any(|old| old.account.is_some()) {
            return Ok(false);
        }
        let same = |old: &&Guide| old.from_day == new.from_day;
        let text = |g: &Guide| [g.title.clone(), g.title_en.clone(), g.body.clone(), g.body_en.clone()];
        if known.iter().find(same).is_some_and(|old| text(old) == text(&new)) {
            return Ok(false);
        }
        store::add_guide(tx, &new).await
    }
}

impl QuestionEntry {
    fn name(&self) -> String {
        format!("questions {} {}", self.id, self.from)
    }

    async fn put(&self, tx: &mut Tx, (root, topic): (&Place, &Text), now: Instant) -> db::Result<bool> {
        let id = QuestionId::new(self.id.as_str());
        let known = store::versions(tx, &root.home, &id).await?;
        if known.iter().any(|old| !old.pack) {
            return Ok(false);
        }
        let new = Question {
            home: root.home.clone(),
            id: id.clone(),
            place: root.id.clone(),
            no: known.first().map_or(1, |last| last.no + 1),
            from_day: self.from,
            topic: topic.zh.clone(),
            topic_en: topic.en.clone(),
            asked: self.asked.zh.clone(),
            asked_en: self.asked.en.clone(),
            answer: self.answer.zh.trim().to_owned(),
            answer_en: self.answer.en.trim().to_owned(),
            basis: String::new(),
            clauses: self.clause.clone(),
            retired: false,
            account: None,
            made: now,
            times: 0,
            helped: 0,
            not_helped: 0,
        };
        let text = [&new.topic, &new.topic_en, &new.asked, &new.asked_en, &new.answer, &new.answer_en, &new.clauses];
        let same = |old: &&store::Version| old.from_day == new.from_day;
        if known.iter().find(same).is_some_and(|old| old.text.iter().eq(text)) {
            return Ok(false);
        }
        store::add_question(tx, &root.home, &id, &root.id).await?;
        store::add_version(tx, &new).await
    }
}
