//! Names of units and persons of one page, each looked up once.

use db::Read;
use kernel::Day;
use kernel::kinds::{AccountId, UnitId};
use std::collections::HashMap;
use web::Words;

/// What was looked up so far.
pub struct Names {
    words: Words,
    day: Day,
    units: HashMap<String, String>,
    persons: HashMap<String, String>,
}

impl Names {
    pub fn new(words: Words, day: Day) -> Names {
        Names { words, day, units: HashMap::new(), persons: HashMap::new() }
    }

    /// The unit with its district; its id when it is no more.
    pub async fn unit(&mut self, read: &mut Read, id: &UnitId) -> db::Result<String> {
        if let Some(name) = self.units.get(id.as_str()) {
            return Ok(name.clone());
        }
        let found = identity::unit_name(read, id, self.day).await?;
        let name = found.map_or_else(|| id.to_string(), |(zh, en)| self.words.pick(&zh, &en).to_owned());
        self.units.insert(id.to_string(), name.clone());
        Ok(name)
    }

    /// Who asked or acted: unit and person, or that the system did.
    pub async fn who(
        &mut self,
        read: &mut Read,
        unit: Option<&UnitId>,
        account: Option<&AccountId>,
    ) -> db::Result<String> {
        let Some(unit) = unit else { return Ok(self.words.t("desk.system").to_owned()) };
        let unit = self.unit(read, unit).await?;
        let Some(account) = account else { return Ok(unit) };
        if !self.persons.contains_key(account.as_str()) {
            let name = identity::person_name(read, account).await?.unwrap_or_default();
            self.persons.insert(account.to_string(), name);
        }
        let person = &self.persons[account.as_str()];
        // Accounts of an office are often named after it.
        Ok(if person.is_empty() || unit.contains(person.as_str()) { unit } else { format!("{unit} · {person}") })
    }
}
