//! `shanyu backup FILE`: everything but the key file, from one moment, while the program may go on serving. With a
//! folder instead of a file the name is made of the time, and `--keep N` leaves the newest N there.

use crate::{
    Done, Stop,
    config::Config,
    house::{self, Made},
};
use db::{Blobs, Db, Keys, backup::Small};
use kernel::{Clock, Ids, Instant};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    fs::{self, File},
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// Small files of the data folder that belong to the records.
const BESIDE: [&str; 2] = [Made::NAME, "demo-accounts.json"];
const ENDING: &str = ".shanyu-backup";
/// Where the data folder keeps the list of persons who were erased, for a restore of an older backup.
pub const ERASURES: &str = "erasures.txt";

/// What the data folder remembers of the last backup; shown by `/metrics`.
#[derive(Serialize, Deserialize, Debug)]
pub struct Last {
    /// Microseconds since 1970 UTC.
    pub made: i64,
    pub file: String,
    pub bytes: u64,
    pub sm3: String,
}

impl Last {
    const NAME: &str = "last-backup.json";

    pub fn read(data: &Path) -> Option<Last> {
        serde_json::from_str(&fs::read_to_string(data.join(Last::NAME)).ok()?).ok()
    }

    fn write(&self, data: &Path) -> Done {
        let text = serde_json::to_string_pretty(self).map_err(|e| Stop::Wrong(e.to_string()))?;
        fs::write(data.join(Last::NAME), text).map_err(|e| Stop::Wrong(format!("{}: {e}", Last::NAME)))
    }
}

pub async fn run(config: Config, file: &Path, keep: Option<usize>, as_json: bool) -> Done {
    super::log(&config);
    if keep.is_some() && !file.is_dir() {
        return Err(Stop::Wrong(format!("--keep needs a folder: {} is none", file.display())));
    }
    let now = Clock::System.now();
    let file = if file.is_dir() { file.join(name(now)) } else { file.to_owned() };
    if file.exists() {
        return Err(Stop::Wrong(format!("{} is there already", file.display())));
    }
    let open = db::Config { data_dir: Some(config.data.clone()), ..db::Config::new(&config.database) };
    let db = Db::connect_beside(&open).await?;
    let done = write(&db, &config, &file, now).await;
    db.close().await;
    let written = done?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Last { made: now.0, file: name, bytes: written.bytes, sm3: written.sm3.clone() }.write(&config.data)?;
    if let Some(keep) = keep {
        prune(file.parent().unwrap_or(Path::new(".")), keep.max(1))?;
    }
    let shown = file.display();
    if as_json {
        let out = json!({"file": shown.to_string(), "tables": written.tables.len(), "rows": written.rows(),
            "blobs": written.blobs, "missing": written.missing, "bytes": written.bytes, "sm3": written.sm3});
        println!("{out}");
    } else {
        let (tables, rows, bytes) = (written.tables.len(), written.rows(), written.bytes);
        println!("{shown}: {tables} tables, {rows} rows, {} files, {bytes} bytes, SM3 {}", written.blobs, written.sm3);
    }
    match written.missing.first() {
        None => Ok(()),
        Some(one) => Err(Stop::Fault(format!(
            "the backup is written, but {} files have a row and are not in {}: {one} ..",
            written.missing.len(),
            config.data.join("blobs").display()
        ))),
    }
}

/// Under another name until it is whole and on the disk.
async fn write(db: &Db, config: &Config, file: &Path, now: Instant) -> Done<db::backup::Written> {
    let wrong = |e: std::io::Error| Stop::Wrong(format!("{}: {e}", file.display()));
    let keys = Keys::open(&config.data.join(house::KEY_FILE), db, &Ids::system()).await?;
    let blobs = Blobs::open(&config.data)?;
    let mut beside = Vec::new();
    for name in BESIDE {
        if let Ok(content) = fs::read(config.data.join(name)) {
            beside.push(Small { name: name.to_owned(), content });
        }
    }
    let part = with_ending(file, ".part");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut to = BufWriter::with_capacity(1 << 20, options.open(&part).map_err(wrong)?);
    let version = env!("CARGO_PKG_VERSION");
    let written = db::backup::backup(db, &keys, Some(&blobs), &beside, version, now, &mut to).await;
    let end = written.map_err(Stop::from).and_then(|written| {
        let to = to.into_inner().map_err(|e| wrong(e.into_error()))?;
        to.sync_all().map_err(wrong)?;
        fs::rename(&part, file).map_err(wrong)?;
        Ok(written)
    });
    if end.is_err() {
        let _ = fs::remove_file(&part);
        return end;
    }
    let list = db::erasures(&mut db.read().await?, Instant(0)).await?;
    let lines: String = list.iter().map(|(home, person, when)| format!("{home}\t{person}\t{}\n", when.0)).collect();
    fs::write(config.data.join(ERASURES), lines).map_err(|e| Stop::Wrong(format!("{ERASURES}: {e}")))?;
    end
}

/// `shanyu-20221115-103000.shanyu-backup`, which sorts by time.
fn name(now: Instant) -> String {
    let digits: String = now.to_string().chars().take(19).filter(|c| c.is_ascii_digit()).collect();
    let (day, time) = digits.split_at(8.min(digits.len()));
    format!("shanyu-{day}-{time}{ENDING}")
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Only files that this command named are taken away.
fn prune(folder: &Path, keep: usize) -> Done {
    let wrong = |e: std::io::Error| Stop::Wrong(format!("{}: {e}", folder.display()));
    let mut ours: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("shanyu-") && name.ends_with(ENDING) {
            ours.push(path);
        }
    }
    ours.sort();
    let old = ours.len().saturating_sub(keep);
    for path in &ours[..old] {
        fs::remove_file(path).map_err(wrong)?;
    }
    Ok(())
}

/// `shanyu verify backup FILE`: from the file alone; with the key file of `--data` also that it was made with it.
pub fn verify(config: &Config, file: &Path, as_json: bool) -> Done {
    let keys = config.data.join(house::KEY_FILE);
    let keys = if keys.exists() { Some(Keys::read(&keys)?) } else { None };
    let checked = check(file, keys.as_ref())?;
    let (tables, rows, made) = (checked.tables.len(), checked.rows(), checked.header.made());
    if as_json {
        let counts: serde_json::Map<_, _> =
            checked.tables.iter().map(|t| (t.name.clone(), json!({"rows": t.rows, "sm3": t.sm3}))).collect();
        let out = json!({"made": made, "version": checked.header.version, "engine": checked.header.engine,
            "tables": counts, "rows": rows, "blobs": checked.blobs, "missing": checked.missing,
            "bytes": checked.bytes, "sm3": checked.sm3, "signature": checked.signed});
        println!("{out}");
    } else {
        println!("whole: of {made}, {tables} tables, {rows} rows, {} files, SM3 {}", checked.blobs, checked.sm3);
        if !checked.signed {
            println!("the signature was not checked: no key file in {}", config.data.display());
        }
    }
    Ok(())
}

/// A fault in a backup is a fault that a check found, not a wrong argument.
pub fn check(file: &Path, keys: Option<&Keys>) -> Done<db::backup::Checked> {
    let from = open(file)?;
    db::backup::verify_backup(from, keys).map_err(|e| Stop::Fault(format!("{}: {e}", file.display())))
}

pub fn open(file: &Path) -> Done<impl Read + use<>> {
    let opened = File::open(file).map_err(|e| Stop::Wrong(format!("{}: {e}", file.display())))?;
    Ok(std::io::BufReader::with_capacity(1 << 20, opened))
}

/// Writes a small file of the data folder.
pub fn put(data: &Path, small: &Small) -> Done {
    let path = data.join(&small.name);
    let wrong = |e: std::io::Error| Stop::Wrong(format!("{}: {e}", path.display()));
    let mut file = File::create(&path).map_err(wrong)?;
    file.write_all(&small.content).and_then(|()| file.sync_all()).map_err(wrong)
}
