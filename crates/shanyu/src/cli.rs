//! The command line (contract.md). Wrong arguments stop with one clear line and exit code 2.

use clap::{Args, Parser, Subcommand};
use kernel::Day;
use std::path::PathBuf;

/// Shanyu (善育): the childcare service of a city, from its records to its plans.
#[derive(Parser, Debug)]
#[command(name = "shanyu", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// Where records are; every command that touches them takes these.
#[derive(Args, Debug, Clone, Default)]
pub struct Where {
    /// Configuration file (TOML); SHANYU_* variables win over it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// sqlite:PATH or postgres://…; a database in the data folder when absent.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Folder of the embedded database, the key file and blobs.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Folder with packs that replace those in the program.
    #[arg(long, value_name = "DIR")]
    pub packs: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve pages and the API.
    Serve {
        #[command(flatten)]
        at: Where,
        /// Address to listen on.
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Move the whole program to this day.
        #[arg(long, value_name = "DAY")]
        today: Option<Day>,
        /// Start although the last record lies after the machine's time.
        #[arg(long)]
        accept_clock: bool,
    },
    /// Make a demonstration city and serve it.
    Demo {
        #[command(flatten)]
        at: Where,
        /// Size: 1 is Shanghai.
        #[arg(long, default_value_t = 1.0)]
        scale: f64,
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// The day up to which there is history.
        #[arg(long, value_name = "DAY", default_value = "2023-12-31")]
        today: Day,
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Only make the city.
        #[arg(long, conflicts_with = "listen")]
        no_serve: bool,
    },
    /// An empty city: divisions, units, norms, no record of the service.
    Init {
        #[command(flatten)]
        at: Where,
        /// Code of the district that begins to work.
        #[arg(long, value_name = "CODE")]
        district: String,
    },
    /// Bring tables and packs up to date.
    Migrate {
        #[command(flatten)]
        at: Where,
    },
    /// Check configuration, packs and the database, and print what is in force.
    Check {
        #[command(flatten)]
        at: Where,
    },
    /// Import a sheet: institutions.
    Import {
        #[command(flatten)]
        at: Where,
        what: ImportKind,
        file: PathBuf,
        /// Say what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
    /// Export: institutions, indicators or the audit.
    Export {
        #[command(flatten)]
        at: Where,
        what: ExportKind,
        #[arg(long, default_value = "json")]
        format: Format,
        #[arg(long, value_name = "CODE")]
        region: Option<String>,
        #[arg(long, value_name = "DATE")]
        as_of: Option<Day>,
    },
    /// Print figures: all indicators, or the targets of a plan with their lights.
    Indicators {
        #[command(flatten)]
        at: Where,
        #[arg(long, value_name = "ID")]
        plan: Option<String>,
        #[arg(long, value_name = "CODE")]
        region: Option<String>,
        #[arg(long, value_name = "DATE")]
        as_of: Option<Day>,
        #[arg(long)]
        json: bool,
    },
    /// Write everything but the key file into one file, also while the program serves.
    Backup {
        #[command(flatten)]
        at: Where,
        /// A new file, or a folder: the name is then made of the time.
        file: PathBuf,
        /// In a folder: leave the newest N backups.
        #[arg(long, value_name = "N")]
        keep: Option<usize>,
        #[arg(long)]
        json: bool,
    },
    /// Bring a backup back into an empty place, on either engine.
    Restore {
        #[command(flatten)]
        at: Where,
        file: PathBuf,
        /// The key file, when it is not in the data folder yet.
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// A newer backup, or a list: persons who were erased since are erased again.
        #[arg(long, value_name = "FILE")]
        erasures: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Verify the audit, or a backup.
    Verify {
        #[command(flatten)]
        at: Where,
        what: VerifyKind,
        /// The backup.
        file: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// Walking reach: build a network, or see what lies within some minutes of a point.
    Reach {
        #[command(subcommand)]
        step: ReachStep,
    },
    /// Where the next places go.
    Siting {
        #[command(subcommand)]
        step: SitingStep,
    },
    /// Continue a series of births.
    Forecast {
        /// CSV of births by year.
        #[arg(long)]
        births: PathBuf,
        /// Years ahead.
        #[arg(long)]
        horizon: usize,
        #[arg(long)]
        json: bool,
    },
    /// Draw by lot: commit, run, replace, verify.
    Draw {
        #[command(subcommand)]
        step: DrawStep,
    },
}

#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum ImportKind {
    Divisions,
    Institutions,
    /// Residents and children of places, in the columns of packs/facts/population.csv.
    Population,
}

#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum ExportKind {
    Institutions,
    Indicators,
    Audit,
}

#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Xlsx,
}

#[derive(clap::ValueEnum, Debug, Clone, Copy)]
pub enum VerifyKind {
    Audit,
    Backup,
}

#[derive(Subcommand, Debug)]
pub enum DrawStep {
    /// Publish pools, rules and their hash, and name the future seed.
    Commit {
        input: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
    /// Draw with the seed.
    Run {
        record: PathBuf,
        #[arg(long, value_name = "HEX")]
        seed: String,
        #[arg(long)]
        out: PathBuf,
    },
    /// Draw a replacement from the same seed; it stays in the result with its reason.
    Replace {
        result: PathBuf,
        /// This object, or all objects of the officer.
        #[arg(long, value_name = "ID")]
        object: Option<String>,
        /// This officer, or (with the object alone) its whole team with another object.
        #[arg(long, value_name = "ID", required_unless_present = "object")]
        officer: Option<String>,
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[arg(long)]
        out: PathBuf,
    },
    /// Check a result from its file alone; exit 1 names the first difference.
    Verify { result: PathBuf },
}

#[derive(Subcommand, Debug)]
pub enum ReachStep {
    /// Read an OpenStreetMap extract into a walking network.
    Build {
        #[arg(long)]
        osm: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
    /// What can be reached from a point.
    Minutes {
        #[arg(long)]
        network: PathBuf,
        /// lon,lat in degrees (WGS-84, or GCJ-02 with --gcj02).
        #[arg(long, allow_hyphen_values = true)]
        from: String,
        #[arg(long, default_value_t = 15.0)]
        minutes: f64,
        /// km/h; an adult with a small child
        #[arg(long, default_value_t = reach::Walk::DEFAULT_SPEED_KMH)]
        speed: f64,
        #[arg(long)]
        gcj02: bool,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand, Debug)]
pub enum SitingStep {
    /// Solve an instance; the status says proved, gap or heuristic.
    Solve {
        /// mclp, p-median or p-median-capacitated
        #[arg(long)]
        model: String,
        #[arg(long)]
        instance: PathBuf,
        /// orlib, matrix or planar
        #[arg(long)]
        format: String,
        /// Weights beside a matrix.
        #[arg(long)]
        weights: Option<PathBuf>,
        #[arg(long)]
        p: Option<usize>,
        #[arg(long)]
        radius: Option<f64>,
        /// Capacity of every site, where the file holds none.
        #[arg(long)]
        capacity: Option<f64>,
        /// Number of a site that must open (p-median, mclp); may be given again.
        #[arg(long, value_name = "NUMBER")]
        lock: Vec<usize>,
        /// Seconds of the CPU; 60 where neither this nor --iterations is given.
        #[arg(long, allow_hyphen_values = true)]
        time_limit: Option<f64>,
        /// Iteration budget: with the same seed it gives the same answer on any machine.
        #[arg(long)]
        iterations: Option<u64>,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long)]
        json: bool,
    },
}
