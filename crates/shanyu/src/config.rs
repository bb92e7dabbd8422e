//! Configuration: a TOML file, then SHANYU_* variables, then arguments. An unknown key stops the start with its name;
//! this is the only place that reads the environment.

use crate::{Done, Stop, cli::Where};
use identity::phone::sms::Sender;
use kernel::Day;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use web::scan::Scanner;

/// What is in force. `shanyu check` prints it without the secret part of the database URL.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Config {
    pub data: PathBuf,
    pub database: String,
    pub listen: String,
    /// Where the public reaches this installation, such as `https://tuoyu.example.gov.cn`; printed into codes.
    pub address: Option<String>,
    pub packs: Option<PathBuf>,
    /// Folders of fonts for documents; the system's where none is named.
    pub fonts: Vec<PathBuf>,
    pub today: Option<Day>,
    pub secure_cookies: bool,
    /// A proxy of ours stands in front; without it `X-Forwarded-For` is not believed.
    pub behind_proxy: bool,
    /// Who sends short messages; in a demonstration the simulator, where nothing is said.
    pub sms: Option<Sms>,
    /// Where clamd listens, which looks through every file that is sent in; nobody does where nothing is said.
    pub virus_scan: Option<Scanner>,
    pub log: String,
}

/// Who sends short messages (docs/adr/0032-short-messages.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sms {
    /// Nobody: signing in with a number says that it is not set up.
    None,
    /// Messages stay in the program and can be read there: for demonstrations and tests.
    Simulator,
    /// A program of the operator, which takes number and text on its standard input.
    Program(PathBuf),
}

impl Sms {
    /// `none`, `simulator`, or the absolute path of a program.
    fn parse(text: &str) -> Done<Sms> {
        match text {
            "none" => Ok(Sms::None),
            "simulator" => Ok(Sms::Simulator),
            path if Path::new(path).is_absolute() => Ok(Sms::Program(PathBuf::from(path))),
            other => Err(Stop::Wrong(format!(
                "configuration: sms: `none`, `simulator` or the absolute path of a program, not {other:?}"
            ))),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Raw {
    data: Option<PathBuf>,
    database: Option<String>,
    listen: Option<String>,
    address: Option<String>,
    packs: Option<PathBuf>,
    fonts: Option<String>,
    today: Option<String>,
    secure_cookies: Option<bool>,
    behind_proxy: Option<bool>,
    sms: Option<String>,
    virus_scan: Option<String>,
    log: Option<String>,
}

impl Config {
    /// Reads file and environment, then lets arguments win.
    pub fn read(at: &Where) -> Done<Config> {
        let mut sources = config::Config::builder();
        if let Some(file) = &at.config {
            sources = sources.add_source(config::File::from(file.as_path()).format(config::FileFormat::Toml));
        }
        // The address of the test server is no configuration of the program.
        let variables = config::Environment::with_prefix("SHANYU").try_parsing(true).ignore_empty(true);
        let raw: Raw = sources
            .add_source(variables)
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|e| Stop::Wrong(format!("configuration: {e}")))?;
        let today = match raw.today {
            None => None,
            Some(text) => Some(text.parse().map_err(|e| Stop::Wrong(format!("configuration: today: {e}")))?),
        };
        let data = at.data.clone().or(raw.data).unwrap_or_else(|| PathBuf::from("data"));
        let database = at.database.clone().or(raw.database).unwrap_or_else(|| url_in(&data));
        if !database.starts_with("sqlite:")
            && !database.starts_with("postgres:")
            && !database.starts_with("postgresql:")
        {
            return Err(Stop::Wrong(format!(
                "configuration: database: begins with sqlite: or postgres:, not {database:?}"
            )));
        }
        Ok(Config {
            listen: raw.listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            address: raw.address.map(|a| a.trim_end_matches('/').to_owned()).filter(|a| !a.is_empty()),
            packs: at.packs.clone().or(raw.packs),
            fonts: raw.fonts.map(|f| std::env::split_paths(&f).collect()).unwrap_or_default(),
            secure_cookies: raw.secure_cookies.unwrap_or(false),
            behind_proxy: raw.behind_proxy.unwrap_or(false),
            sms: raw.sms.as_deref().map(Sms::parse).transpose()?,
            virus_scan: raw.virus_scan.as_deref().map(scanner).transpose()?,
            log: raw.log.unwrap_or_else(|| "warn,shanyu=info".to_owned()),
            database,
            today,
            data,
        })
    }

    /// Who sends short messages; a demonstration shows them unless something else is said.
    pub fn sender(&self, synthetic: bool) -> Sender {
        match &self.sms {
            Some(Sms::Program(program)) => Sender::Program(program.clone()),
            Some(Sms::Simulator) => Sender::Simulator,
            None if synthetic => Sender::Simulator,
            Some(Sms::None) | None => Sender::Nobody,
        }
    }

    /// Without a password in the URL, for printing.
    pub fn redacted(&self) -> Config {
        let database = match self.database.split_once('@') {
            Some((head, tail)) if head.matches(':').count() > 1 => {
                let user = head.rsplit_once(':').map_or(head, |(user, _)| user);
                format!("{user}:…@{tail}")
            }
            _ => self.database.clone(),
        };
        Config { database, ..self.clone() }
    }
}

/// `virus_scan`: the absolute path of a socket, or `host:port`.
fn scanner(text: &str) -> Done<Scanner> {
    Scanner::parse(text).ok_or_else(|| {
        Stop::Wrong(format!(
            "configuration: virus_scan: the absolute path of clamd's socket or host:port, not {text:?}"
        ))
    })
}

fn url_in(data: &Path) -> String {
    format!("sqlite:{}", data.join("shanyu.db").display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_is_one_of_three() {
        assert!(matches!(Sms::parse("none"), Ok(Sms::None)));
        assert!(matches!(Sms::parse("simulator"), Ok(Sms::Simulator)));
        assert!(matches!(Sms::parse("/usr/local/bin/send-sms"), Ok(Sms::Program(_))));
        for wrong in ["", "send-sms", "http://gateway"] {
            assert!(Sms::parse(wrong).is_err(), "{wrong}");
        }
    }
}
