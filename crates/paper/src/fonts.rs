//! Chinese faces from a folder that somebody named, or from where systems keep them. None is carried in the program:
//! the free ones are larger than the program itself.

use crate::Error;
use std::path::{Path, PathBuf};
use typst::{foundations::Bytes, text::Font};

/// Where Debian, Fedora and a user of either keep fonts.
const SYSTEM: &[&str] = &["/usr/share/fonts", "/usr/local/share/fonts"];

/// Families in the order in which they are tried; a folder of one's own may carry any other.
pub const FAMILIES: &[&str] =
    &["Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Micro Hei"];

/// Faces of `folders`; of the system's folders when none is given.
pub fn load(folders: &[PathBuf]) -> Result<Vec<Font>, Error> {
    let own = !folders.is_empty();
    let roots: Vec<PathBuf> = if own { folders.to_vec() } else { SYSTEM.iter().map(PathBuf::from).collect() };
    let mut files = Vec::new();
    roots.iter().for_each(|root| walk(root, own, 0, &mut files));
    files.sort();
    let mut fonts = Vec::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(|why| Error::Font { file: file.display().to_string(), why })?;
        fonts.extend(Font::iter(Bytes::new(bytes)).filter(|font| own || wanted(&font.info().family)));
    }
    let looked = || roots.iter().map(|r| r.display().to_string()).collect::<Vec<_>>().join(", ");
    if fonts.is_empty() { Err(Error::NoFont(looked())) } else { Ok(fonts) }
}

fn wanted(family: &str) -> bool {
    FAMILIES.contains(&family)
}

/// Font files below a folder. In the system's folders only those that may hold a wanted face in the two weights that
/// documents use: reading every font of a machine would take seconds.
fn walk(folder: &Path, own: bool, depth: usize, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && depth < 6 {
            walk(&path, own, depth + 1, out);
        } else if is_font(&path) && (own || promising(&path)) {
            out.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    matches!(extension.as_str(), "ttc" | "otf" | "ttf" | "otc")
}

fn promising(path: &Path) -> bool {
    let name = path.file_stem().and_then(|n| n.to_str()).unwrap_or("").to_ascii_lowercase();
    let family = ["notosanscjk", "sourcehansans", "notosanssc", "wqy-microhei"].iter().any(|f| name.starts_with(f));
    let weight = !name.contains('-') || ["-regular", "-bold", "-microhei"].iter().any(|w| name.ends_with(w));
    family && weight
}
