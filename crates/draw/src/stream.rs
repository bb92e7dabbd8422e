//! All the chance there is: SHA-256 keyed by the digest of the record and the seed.
//!
//! A *ticket* is a 64-bit number for a name; sorting by ticket is a shuffle. A *bounded number* comes from a counter
//! stream with rejection, so that every value has exactly the same chance.

use crate::refusal::Refusal;
use sha2::{Digest, Sha256};

/// The public value that decides the draw: 1 to 256 hexadecimal digits, kept in lower case. Leading zeros count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed(String);

impl Seed {
    /// # Errors
    /// `Refusal::Field` when `text` is empty, too long or holds anything but hexadecimal digits.
    pub fn parse(text: &str) -> Result<Seed, Refusal> {
        if text.is_empty() || text.len() > 256 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Refusal::field("seed", "is not 1 to 256 hexadecimal digits (0-9, a-f)"));
        }
        Ok(Seed(text.to_ascii_lowercase()))
    }

    /// The digits as they are hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The source of tickets and bounded numbers for one record and one seed.
pub(crate) struct Stream {
    /// SHA-256 after the 32 bytes of the key.
    keyed: Sha256,
}

impl Stream {
    pub fn new(record_sha256: &str, seed: &Seed) -> Stream {
        let key = Sha256::digest(format!("shanyu-draw/1\n{record_sha256}\n{}", seed.as_str()));
        Stream { keyed: Sha256::new().chain_update(key) }
    }

    fn block(&self, parts: &[&str]) -> [u8; 32] {
        let mut hash = self.keyed.clone();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                hash.update(b"\n");
            }
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }

    /// The first eight bytes of SHA-256(key, label, line break, name), big-endian.
    pub fn ticket(&self, label: &str, name: &str) -> u64 {
        u64_at(&self.block(&[label, name]), 0)
    }

    /// A number in `0 .. bound`, every one with the same chance.
    pub fn below(&self, label: &str, name: &str, bound: u64) -> u64 {
        // The largest multiple of bound that fits: numbers from there on would favour the small remainders.
        let limit = u64::MAX - (u64::MAX % bound + 1) % bound;
        let mut counter = 0u64;
        loop {
            let block = self.block(&[label, name, &counter.to_string()]);
            for at in 0..4 {
                let number = u64_at(&block, at);
                if number <= limit {
                    return number % bound;
                }
            }
            counter += 1;
        }
    }
}

fn u64_at(block: &[u8; 32], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&block[at * 8..at * 8 + 8]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::new(&"0".repeat(64), &Seed::parse("00FF").unwrap())
    }

    #[test]
    fn bounded_numbers_reach_every_value_and_stay_below() {
        for bound in [1, 2, 3, 7, 1000, u64::MAX / 2 + 2, u64::MAX] {
            let drawn: Vec<u64> = (0..200).map(|n| stream().below("x", &n.to_string(), bound)).collect();
            assert!(drawn.iter().all(|&n| n < bound), "{bound}");
            if bound <= 7 {
                assert!((0..bound).all(|n| drawn.contains(&n)), "{bound}");
            }
        }
    }

    #[test]
    fn upper_and_lower_case_seeds_are_one_seed_and_leading_zeros_count() {
        assert_eq!(Seed::parse("00fF").unwrap(), Seed::parse("00ff").unwrap());
        let ticket = |seed: &str| Stream::new("", &Seed::parse(seed).unwrap()).ticket("object", "a");
        assert_eq!(ticket("AB"), ticket("ab"));
        assert_ne!(ticket("0ab"), ticket("ab"));
        for bad in ["", "0x12", "xyz", "12 34", "１２"] {
            assert!(Seed::parse(bad).is_err(), "{bad}");
        }
    }
}
