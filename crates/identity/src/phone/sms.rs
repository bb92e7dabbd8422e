//! Short messages. They are written into the transaction of what they tell of and sent by the job `identity.sms`, so
//! that nobody waits for an operator's gateway and nothing is told that did not happen. Who sends is decided by the
//! configuration; what was handed over is thrown away, its time and kind stay for a while.

use super::number::{day_key, opened, parsed, sealer};
use crate::settings::Settings;
use crate::store::{phone, sms as store};
use db::{Job, JobRow, Tx};
use kernel::{Instant, Mobile};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use web::{App, Error, Jobs, Result};

/// Who sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sender {
    /// Nobody: pages that need a message say so.
    #[default]
    Nobody,
    /// Messages stay here and can be read on a page: for demonstrations and tests.
    Simulator,
    /// A program of the operator: the number on the first line of its standard input, the text on the lines after it;
    /// it answers 0 when the message was taken.
    Program(PathBuf),
}

impl Sender {
    /// What the binary handed over.
    pub fn of(app: &App) -> Sender {
        app.kept.get::<Sender>().cloned().unwrap_or_default()
    }
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Waiting,
    Sent,
    /// It came too late to be of use, or nobody sends.
    Void,
}

impl State {
    /// The name in the database; the key of its word is `sms.state.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Void => "void",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [State::Waiting, State::Sent, State::Void].into_iter().find(|s| s.as_str() == text)
    }
}

/// A message as it stands here.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub kind: String,
    /// Number and text on a line each; `None` once it was handed over.
    pub sealed: Option<Vec<u8>>,
    pub sealed_by: String,
    pub state: State,
    pub tries: i64,
    pub at: Instant,
    pub expires: Instant,
}

/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Seconds for which news is of use: later the person has seen it on the page.
pub const NEWS: i64 = 2 * 24 * 3600;

/// A message to be written: what it is, to whom, its text, and until when it is of use.
pub struct New<'a> {
    pub to: &'a Mobile,
    /// The key of its word is `sms.kind.<kind>`.
    pub kind: &'static str,
    pub text: &'a str,
    pub expires: Instant,
}

/// What a message needs before its transaction begins: the data key of the day.
pub struct Ready(db::PersonKey);

/// Makes ready for messages; outside of a transaction.
pub async fn ready(app: &App) -> Result<Ready> {
    Ok(Ready(day_key(app, app.clock.today()).await?))
}

impl Ready {
    pub(crate) fn key(&self) -> &db::PersonKey {
        &self.0
    }
}

/// Writes a message into the caller's transaction. Where nobody sends, nothing is written.
pub async fn put(app: &App, tx: &mut Tx, ready: &Ready, new: New<'_>) -> Result<()> {
    if Sender::of(app) == Sender::Nobody {
        return Ok(());
    }
    let at = app.clock.now();
    let id = app.ids.new_id::<kernel::kinds::Job>(at);
    let sealed = sealer(app).seal_text(&ready.0, &format!("{}\n{}", new.to.as_str(), new.text))?;
    let message = Message {
        id: id.to_string(),
        kind: new.kind.to_owned(),
        sealed: Some(sealed),
        sealed_by: ready.0.subject().to_owned(),
        state: State::Waiting,
        tries: 0,
        at,
        expires: new.expires,
    };
    store::insert(tx, &super::number::lookup(app, new.to), &message).await?;
    let job = Job { home: String::new(), kind: "identity.sms".to_owned(), payload: id.to_string(), run_at: at, id };
    Ok(tx.enqueue(job).await?)
}

/// Number and text of a message; `None` when it was thrown away.
pub(crate) async fn read(app: &App, message: &Message) -> Result<Option<(Mobile, String)>> {
    let Some(sealed) = &message.sealed else { return Ok(None) };
    let mut read = app.db.read().await?;
    let Some(text) = opened(app, &mut read, &message.sealed_by, sealed).await? else { return Ok(None) };
    let (number, text) = text.split_once('\n').unwrap_or((&text, ""));
    Ok(Some((parsed(number)?, text.to_owned())))
}

/// The jobs of this slice.
pub fn jobs() -> Jobs {
    Jobs::new().on("identity.sms", send).daily("identity.sms_clear", clear)
}

/// Sends one message. One that could not be handed over is tried again by the house's rule for jobs, until it is of no
/// use any more.
async fn send(app: App, job: JobRow) -> Result<()> {
    let Some(message) = store::get(&mut app.db.read().await?, &job.payload).await? else { return Ok(()) };
    if message.state != State::Waiting {
        return Ok(());
    }
    let now = app.clock.now();
    let sender = Sender::of(&app);
    let content = read(&app, &message).await?.filter(|_| now < message.expires);
    let (to, keep, wrong) = match (&sender, content) {
        (Sender::Nobody, _) | (_, None) => (State::Void, false, None),
        (Sender::Simulator, Some(_)) => (State::Sent, true, None),
        (Sender::Program(program), Some((number, text))) => match hand_over(program.clone(), number, text).await {
            Ok(()) => (State::Sent, false, None),
            Err(why) => (State::Waiting, true, Some(why)),
        },
    };
    let id = message.id.as_str();
    app.db.write::<_, db::Error, _>(async |tx| store::step(tx, id, to, keep, now).await).await?;
    match wrong {
        Some(why) => Err(Error::Internal(why)),
        None => Ok(()),
    }
}

/// Gives a message to the operator's program. What goes wrong is said without number and text.
async fn hand_over(program: PathBuf, number: Mobile, text: String) -> Result<(), String> {
    let run = move || run(&program, &format!("{}\n{text}\n", number.as_str()));
    tokio::task::spawn_blocking(run).await.map_err(|_| "the program for messages broke off".to_owned())?
}

fn run(program: &Path, input: &str) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("the program for messages: {}", e.kind());
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read its input may still answer; its answer counts.
        let _ = stdin.write_all(input.as_bytes());
    }
    let mut waited = Duration::ZERO;
    let step = Duration::from_millis(20);
    loop {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("the program for messages answered {status}")),
            None if waited >= PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("the program for messages took too long".to_owned());
            }
            None => {
                std::thread::sleep(step);
                waited += step;
            }
        }
    }
}

/// The daily job `identity.sms_clear`: codes and messages are forgotten, and the keys that sealed them.
async fn clear(app: App, _: JobRow) -> Result<()> {
    let (today, now, sealer) = (app.clock.today(), app.clock.now(), sealer(&app));
    let mut read = app.db.read().await?;
    let days = Settings::on(&mut read, today).await?.whole("sms.kept_days")?;
    drop(read);
    // Today's codes are counted against today's limits.
    let before = Instant::start_of(today.plus(-days.max(1)));
    app.db
        .write::<_, db::Error, _>(async |tx| {
            for key in phone::forget(tx, before).await? {
                sealer.erase(tx, "", &key, now).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn program(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("send");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_program_gets_number_and_text_and_its_answer_counts() {
        let folder = std::env::temp_dir().join(format!("shanyu-sms-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let out = folder.join("out");
        let good = program(&folder, &format!("cat > {}", out.display()));
        run(&good, "13800131234\n验证码 012345\n").unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "13800131234\n验证码 012345\n");
        let bad = program(&folder, "exit 3");
        let why = run(&bad, "13800131234\n验证码 012345\n").unwrap_err();
        assert!(why.contains('3') && !why.contains("13800131234") && !why.contains("012345"), "{why}");
        assert!(run(&folder.join("none"), "x").is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
