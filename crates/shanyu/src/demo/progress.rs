//! What the making of the city says while it works: a bar on a terminal, plain lines elsewhere (in logs, in CI).

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// Tells stages and counts on standard error.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn start(all: u64) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(all);
            let style = ProgressStyle::with_template("demo {bar:32} {pos:>6} {msg}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress { bar }
    }

    /// A new stage.
    pub fn stage(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => eprintln!("demo: {text}"),
        }
    }

    /// So many facilities more.
    pub fn add(&self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(count);
        }
    }

    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
