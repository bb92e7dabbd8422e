//! What the data folder remembers of the last backup. The command that makes one writes it there, beside the records and
//! not among them: a folder that is restored from a backup must not say that it was backed up.

use std::path::Path;
use web::{App, Cx};

/// The last backup that was made of this folder.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct LastBackup {
    /// Microseconds since 1970 UTC.
    pub made: i64,
    /// The name of the file, without its folder.
    pub file: String,
    pub bytes: u64,
    /// SM3 of the file, in hexadecimal digits.
    pub sm3: String,
}

impl LastBackup {
    /// The small file of the data folder that says so.
    pub const NAME: &str = "last-backup.json";

    /// `None` where none was made, or the file cannot be read.
    pub fn read(data: &Path) -> Option<LastBackup> {
        serde_json::from_str(&std::fs::read_to_string(data.join(LastBackup::NAME)).ok()?).ok()
    }
}

/// What the administrator's page says of it.
pub(crate) struct BackupLine {
    /// Class of the light.
    pub light: &'static str,
    /// `2022-11-14 03:00，1 天前`
    pub when: String,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
}

/// The last backup in words; `None` for a house without a folder.
pub(crate) async fn line(cx: &Cx) -> Option<BackupLine> {
    let last = last(&cx.app).await?;
    let Some(last) = last else {
        return Some(BackupLine { light: "at_risk", when: cx.t("backup.none").to_owned(), facts: Vec::new() });
    };
    let made = kernel::Instant(last.made);
    let days = made.day().until(cx.today()).max(0);
    let ago = if days == 0 { cx.t("backup.today").to_owned() } else { cx.tf("backup.days_ago", &[&days]) };
    Some(BackupLine {
        // How old is too old, no document says: it is told, not judged.
        light: "tracked",
        when: cx.tf("backup.when", &[&made.minute(), &ago]),
        facts: vec![(cx.t("backup.file"), last.file), (cx.t("backup.size"), megabytes(last.bytes)), ("SM3", last.sm3)],
    })
}

/// `None`: there is no folder; `Some(None)`: no backup of it.
async fn last(app: &App) -> Option<Option<LastBackup>> {
    let data = app.db.data_dir()?.to_owned();
    // A file of a few lines, but a disk all the same.
    tokio::task::spawn_blocking(move || LastBackup::read(&data)).await.ok()
}

/// `12.4 MB`, at least `0.1 MB`.
fn megabytes(bytes: u64) -> String {
    format!("{}\u{a0}MB", web::parts::decimal((bytes as f64 / 1e6).max(0.1), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!([0, 12_440_000, 2_000_000_000].map(megabytes), ["0.1\u{a0}MB", "12.4\u{a0}MB", "2,000.0\u{a0}MB"]);
    }
}
