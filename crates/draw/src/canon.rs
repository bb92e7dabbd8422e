//! The canonical text of a file and its two digests.
//!
//! Canonical = members in the order of their names, no white space, UTF-8, the short escapes of JSON. The structs of
//! this crate declare their members in that order, so that the compact serialisation *is* the canonical text; a test
//! compares it with a generic sort.

use serde::{Deserialize, Serialize};
use sha2::Digest;

/// SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016) of a canonical text, lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    pub sha256: String,
    pub sm3: String,
}

impl Digests {
    pub(crate) fn of(value: &impl Serialize) -> Digests {
        let text = serde_json::to_vec(value).expect("strings, integers and lists always serialise");
        Digests { sha256: hex::encode(sha2::Sha256::digest(&text)), sm3: hex::encode(sm3::Sm3::digest(&text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // The text that is digested is "abc" with its quotation marks.
        let digests = Digests::of(&"abc");
        assert_eq!(digests.sha256, "6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25");
        assert_eq!(digests.sm3, "528c3024b744271c65749567bcd47e81568907bc7becebc2ca7c138e152b517e");
    }
}
