//! The self-check before an application: a short decision path. Each answer leads to the next question, to a form, or to
//! a sentence that says why there is no form. It comes from a pack and is walked once at the start.

use matter::{Kinds, Text};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The whole path.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The first question.
    pub first: String,
    pub steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    pub ask: Text,
    #[serde(default)]
    pub help: Option<Text>,
    pub answers: Vec<Answer>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub id: String,
    pub name: Text,
    /// Exactly one of the three.
    #[serde(default)]
    pub next: Option<String>,
    #[serde(default)]
    pub form: Option<String>,
    #[serde(default)]
    pub stop: Option<Text>,
}

/// Where answers lead.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum At<'a> {
    Ask(&'a Step),
    Form(&'a str),
    Stop(&'a Text),
}

impl Path {
    /// Reads the pack.
    ///
    /// # Errors
    /// A sentence with the step and the reason.
    pub fn read(text: &str, kinds: &Kinds) -> Result<Path, String> {
        let path: Path = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut seen = BTreeSet::new();
        path.walk(&path.first, kinds, &mut Vec::new(), &mut seen)?;
        match path.steps.iter().find(|step| !seen.contains(step.id.as_str())) {
            Some(lost) => Err(format!("{} is never asked", lost.id)),
            None => Ok(path),
        }
    }

    fn walk<'a>(
        &'a self,
        id: &str,
        kinds: &Kinds,
        way: &mut Vec<&'a str>,
        seen: &mut BTreeSet<&'a str>,
    ) -> Result<(), String> {
        let step = self.step(id).ok_or_else(|| format!("no step is called {id}"))?;
        if way.contains(&step.id.as_str()) {
            return Err(format!("{id} leads back to itself"));
        }
        way.push(&step.id);
        seen.insert(&step.id);
        for answer in &step.answers {
            match (&answer.next, &answer.form, &answer.stop) {
                (Some(next), None, None) => self.walk(next, kinds, way, seen)?,
                (None, Some(form), None) if kinds.sheets().iter().any(|sheet| sheet.id == *form) => {}
                (None, Some(form), None) => return Err(format!("{id}: no form is called {form}")),
                (None, None, Some(_)) => {}
                _ => return Err(format!("{id}: {} leads nowhere or to several places", answer.id)),
            }
        }
        way.pop();
        Ok(())
    }

    fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Where the answers given so far lead, and which of them counted: step and answer.
    pub fn at<'a>(&'a self, given: &[(&str, &str)]) -> (At<'a>, Vec<(&'a Step, &'a Answer)>) {
        let mut way = Vec::new();
        let mut step = self.step(&self.first).expect("walked at the start");
        loop {
            let said = given.iter().find(|(id, _)| *id == step.id).map(|(_, answer)| *answer);
            let Some(answer) = step.answers.iter().find(|answer| Some(answer.id.as_str()) == said) else {
                return (At::Ask(step), way);
            };
            way.push((step, answer));
            match (&answer.next, &answer.form, &answer.stop) {
                (Some(next), _, _) => step = self.step(next).expect("walked at the start"),
                (_, Some(form), _) => return (At::Form(form), way),
                (_, _, Some(stop)) => return (At::Stop(stop), way),
                _ => return (At::Ask(step), way),
            }
        }
    }
}
