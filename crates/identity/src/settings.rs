//! Settings: figures that the operator chooses, not thresholds of a document (those are norms). The pack
//! `packs/settings.toml` brings each with its limits and its first value; what was chosen here holds from a day on.

use crate::store::settings as store;
use db::{Read, Tx};
use kernel::{Day, Role, RuleViolation};
use places::load::{LoadError, Loaded, Pack};
use std::collections::BTreeMap;
use web::limit::PerMinute;
use web::{App, Error, Knobs, Result};

/// How a value is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A whole number between `least` and `most`.
    Whole,
    /// Names of roles with spaces between; may be empty.
    Roles,
}

impl Form {
    pub fn as_str(self) -> &'static str {
        if self == Form::Whole { "whole" } else { "roles" }
    }

    pub fn parse(text: &str) -> Option<Form> {
        [Form::Whole, Form::Roles].into_iter().find(|form| form.as_str() == text)
    }
}

/// One setting and what it is today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// `session.hours`; the keys of its words are `setting.<name>.name` and `.help`.
    pub name: String,
    /// Key of the unit's word `setting.unit.<unit>`; empty for none.
    pub unit: String,
    pub form: Form,
    pub least: i64,
    pub most: i64,
    /// Changed by two persons.
    pub security: bool,
    /// What asks for it, as printed.
    pub source: String,
    /// What holds on the day it was asked for.
    pub value: String,
    /// Since when, and by whom; `None`: as the pack brought it.
    pub chosen: Option<Chosen>,
}

/// A choice made here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    pub from: Day,
    pub value: String,
    /// Names on screen.
    pub by: String,
    pub approved: String,
}

impl Setting {
    /// A value as typed, in the form in which it is kept.
    ///
    /// Errors: `setting.whole`, `setting.limits`, `setting.roles`, at the field `value`.
    pub fn parse_value(&self, typed: &str) -> std::result::Result<String, RuleViolation> {
        match self.form {
            Form::Whole => {
                let number: i64 = typed.trim().parse().map_err(|_| RuleViolation::field("value", "setting.whole"))?;
                if (self.least..=self.most).contains(&number) {
                    return Ok(number.to_string());
                }
                let mut rule = RuleViolation::field("value", "setting.limits");
                rule.fields[0].values = vec![self.least.to_string(), self.most.to_string()];
                Err(rule)
            }
            Form::Roles => {
                let mut roles: Vec<&str> = typed.split_whitespace().collect();
                roles.sort_unstable();
                roles.dedup();
                if roles.iter().any(|role| Role::parse(role).is_none()) {
                    return Err(RuleViolation::field("value", "setting.roles"));
                }
                Ok(roles.join(" "))
            }
        }
    }
}

/// All settings of a day.
#[derive(Clone, Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    pub async fn on(read: &mut Read, day: Day) -> Result<Settings> {
        Ok(Settings(store::values(read, day).await?.into_iter().collect()))
    }

    /// A whole number.
    ///
    /// Errors: a setting that is not there, named: the packs were not loaded (`shanyu migrate`).
    pub fn whole(&self, name: &str) -> Result<i64> {
        let value = self.0.get(name).and_then(|value| value.parse().ok());
        value.ok_or_else(|| Error::Internal(format!("the setting {name} is missing; run `shanyu migrate`")))
    }

    /// Whether a role stands in a list of roles.
    pub fn names_role(&self, name: &str, role: Role) -> bool {
        self.0.get(name).is_some_and(|value| value.split(' ').any(|word| word == role.as_str()))
    }

    /// What the guard of every request needs.
    fn knobs(&self) -> Result<Knobs> {
        Ok(Knobs {
            idle_seconds: Some(self.whole("session.idle_minutes")? * 60),
            sign_in: Some(PerMinute(self.whole("limit.sign_in")?)),
            token: Some(PerMinute(self.whole("limit.token")?)),
            address: Some(PerMinute(self.whole("limit.address")?)),
            upload: Some(PerMinute(self.whole("limit.upload")?)),
        })
    }
}

/// Reads the settings again and hands them to the guard; called at the start, now and then, and after a change.
pub async fn apply_settings(app: &App) -> Result<()> {
    let mut read = app.db.read().await?;
    let knobs = Settings::on(&mut read, app.clock.today()).await?.knobs()?;
    app.turn(knobs);
    Ok(())
}

/// Chooses a value from a day on; choosing again for the same day replaces the choice.
///
/// Errors: [`Error::NotFound`]; the field errors of [`Setting::parse_value`].
pub async fn choose(tx: &mut Tx, name: &str, typed: &str, day: Day, by: store::By<'_>) -> Result<()> {
    let setting = store::one(tx, name, day).await?.ok_or(Error::NotFound)?;
    let value = setting.parse_value(typed)?;
    Ok(store::choose(tx, name, &value, day, by).await?)
}

/// The demo's accounts are for everybody who opens it: none of them has a generator, and a class that tries it from one
/// address is not slowed down.
pub async fn demo_settings(tx: &mut Tx, day: Day, now: kernel::Instant) -> Result<()> {
    let by = store::By { by: "demo", at: now, approved: None };
    choose(tx, "factor.roles", "", day, by).await?;
    for name in ["limit.sign_in", "limit.token", "limit.address", "limit.upload", "code.address_per_hour"] {
        let most = store::one(tx, name, day).await?.ok_or(Error::NotFound)?.most;
        choose(tx, name, &most.to_string(), day, by).await?;
    }
    Ok(())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    settings: Vec<Line>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    unit: String,
    form: String,
    value: String,
    least: i64,
    most: i64,
    security: bool,
    source: String,
}

/// Loads `packs/settings.toml`; loading it again writes nothing.
///
/// Errors: a line that cannot be read, a form that is not known, a value outside of its own limits.
pub async fn load_settings(tx: &mut Tx, pack: Pack<'_>) -> std::result::Result<Loaded, LoadError> {
    let refuse =
        |at: String, reason: &str| LoadError::Pack { file: pack.file.to_owned(), at, reason: reason.to_owned() };
    let file: File = toml::from_str(pack.text).map_err(|e| {
        let line = pack.text[..e.span().map_or(0, |s| s.start)].matches('\n').count() + 1;
        refuse(format!("line {line}"), e.message())
    })?;
    let mut loaded = Loaded::default();
    for (sort, line) in (0_i64..).zip(file.settings) {
        let at = format!("setting {}", line.name);
        let form = Form::parse(&line.form).ok_or_else(|| refuse(at.clone(), "form: `whole` or `roles`"))?;
        let setting = Setting {
            name: line.name,
            unit: line.unit,
            form,
            least: line.least,
            most: line.most,
            security: line.security,
            source: line.source,
            value: line.value,
            chosen: None,
        };
        let fits = setting.parse_value(&setting.value).is_ok_and(|value| value == setting.value || form == Form::Roles);
        if !fits {
            return Err(refuse(at, "value: outside of its own limits"));
        }
        loaded.read += 1;
        loaded.written += u64::from(store::put(tx, sort, &setting).await?);
    }
    Ok(loaded)
}
