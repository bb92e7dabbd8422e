//! The norms by which people sign in, for the library.

use crate::sign_in::NORMS;
use kernel::Lang;
use places::{Citation, RestsOn};
use web::Words;

/// What the rules of this slice rest on.
pub fn citations() -> Vec<Citation> {
    let said = |lang| Words(lang).t("identity.sign_in_rule").to_owned();
    NORMS
        .iter()
        .map(|key| Citation {
            rests_on: RestsOn::Norm((*key).to_owned()),
            kind: "rule",
            zh: said(Lang::Zh),
            en: said(Lang::En),
            href: String::new(),
        })
        .collect()
}
