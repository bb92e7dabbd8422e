//! The packs: data that people edit. They travel in the program; `--packs DIR` puts a folder in their place, so that a
//! city can keep its own.

use crate::{Done, Stop};
use rust_embed::RustEmbed;
use std::path::{Path, PathBuf};

#[derive(RustEmbed)]
#[folder = "../../packs"]
#[include = "*.toml"]
#[include = "*.csv"]
struct Built;

/// Where packs come from.
#[derive(Clone, Debug, Default)]
pub struct Packs {
    folder: Option<PathBuf>,
}

/// A file of the packs: name and text.
pub type File = (String, String);

impl Packs {
    pub fn new(folder: Option<&Path>) -> Packs {
        Packs { folder: folder.map(Path::to_path_buf) }
    }

    /// A folder of the city's own stands in the place of the built-in ones.
    pub fn own(&self) -> bool {
        self.folder.is_some()
    }

    /// One file, such as `units.toml`.
    pub fn file(&self, name: &str) -> Done<File> {
        let text = match &self.folder {
            Some(folder) => {
                std::fs::read_to_string(folder.join(name)).map_err(|e| Stop::Wrong(format!("packs: {name}: {e}")))?
            }
            None => {
                let found =
                    Built::get(name).ok_or_else(|| Stop::Wrong(format!("packs: {name}: not in the program")))?;
                String::from_utf8(found.data.into_owned())
                    .map_err(|_| Stop::Wrong(format!("packs: {name}: is not UTF-8")))?
            }
        };
        Ok((name.to_owned(), text))
    }

    /// All files of a folder with an ending, in the order of their names.
    pub fn folder(&self, under: &str, ending: &str) -> Done<Vec<File>> {
        let mut names: Vec<String> = match &self.folder {
            Some(folder) => std::fs::read_dir(folder.join(under))
                .map_err(|e| Stop::Wrong(format!("packs: {under}: {e}")))?
                .filter_map(|entry| Some(format!("{under}/{}", entry.ok()?.file_name().to_str()?)))
                .collect(),
            None => Built::iter().filter(|n| n.starts_with(&format!("{under}/"))).map(|n| n.to_string()).collect(),
        };
        names.retain(|n| n.ends_with(ending));
        names.sort();
        names.iter().map(|n| self.file(n)).collect()
    }
}
