//! Codes of a generator (RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator app takes them) and the
//! recovery codes for the day on which it is lost. Pure: time and randomness come from outside.

use kernel::Instant;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of a secret: as many as the digest has (RFC 4226 4, R6).
pub const SECRET: usize = 20;
/// Seconds of one step.
const STEP: u64 = 30;
/// Recovery codes that are given at once.
pub const RECOVERY_CODES: usize = 10;

fn generator(secret: &[u8; SECRET], window: u16, login: &str) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(window)
        .with_step_duration(STEP)
        .with_secret(Secret::new(Box::from(&secret[..])))
        .with_account_name(login)
        .with_issuer(Some("Shanyu"))
        .build()
        .ok()
}

/// The address that an authenticator app reads from the picture.
pub fn address(secret: &[u8; SECRET], login: &str) -> Option<String> {
    generator(secret, 0, login)?.to_url().ok()
}

/// The secret for typing, in groups of four.
pub fn spelled(secret: &[u8; SECRET]) -> String {
    let text = Secret::new(Box::from(&secret[..])).to_base32();
    text.as_bytes().chunks(4).filter_map(|part| std::str::from_utf8(part).ok()).collect::<Vec<_>>().join(" ")
}

/// The time step whose code was typed, within `window` steps before and after now, and after the last one that was
/// taken: the same code is never taken twice (RFC 6238 5.2).
pub fn matching_step(secret: &[u8; SECRET], typed: &str, now: Instant, window: u16, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let generator = generator(secret, window, "account")?;
    let seconds = u64::try_from(now.0 / 1_000_000).ok()?;
    let step = i64::try_from(generator.check(&typed, seconds)?).ok()?;
    (step > last).then_some(step)
}

/// The picture of an address: dark squares of one path, for a page that allows no foreign image.
pub fn picture(address: &str) -> Option<String> {
    let code = qrcode::QrCode::new(address.as_bytes()).ok()?;
    let svg = code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(220, 220).build();
    svg.find("<svg").map(|start| svg[start..].to_owned())
}

/// A recovery code from randomness: ten signs without those that are mistaken for others, `abcde-fghjk`.
pub fn recovery_code(random: [u8; 10]) -> String {
    const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut out = String::with_capacity(11);
    for (i, byte) in random.iter().enumerate() {
        if i == 5 {
            out.push('-');
        }
        out.push(char::from(SIGNS[usize::from(byte & 31)]));
    }
    out
}

/// A recovery code as it was typed, put into its form; `None` when it cannot be one.
pub fn typed_recovery(typed: &str) -> Option<String> {
    let signs: String = typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    (signs.len() == 10).then(|| format!("{}-{}", &signs[..5], &signs[5..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8; SECRET] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant(seconds * 1_000_000)
    }

    /// RFC 6238 appendix B, SHA-1; six digits are the last six of the eight printed there.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(matching_step(RFC, &code[2..], at(seconds), 0, -1), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn the_window_and_the_last_step() {
        let code = "287082";
        assert_eq!(matching_step(RFC, code, at(59), 0, -1), Some(1));
        assert_eq!(matching_step(RFC, " 287 082 ", at(59), 0, 0), Some(1));
        assert_eq!(matching_step(RFC, code, at(60), 0, -1), None, "the next step has another code");
        assert_eq!(matching_step(RFC, code, at(89), 1, -1), Some(1), "one step late is within a window of one");
        assert_eq!(matching_step(RFC, code, at(90), 1, -1), None);
        assert_eq!(matching_step(RFC, code, at(20), 1, -1), Some(1), "a clock that goes ahead");
        assert_eq!(matching_step(RFC, code, at(59), 1, 1), None, "never twice");
        for wrong in ["", "28708", "2870820", "abcdef", "２８７０８２", "287083"] {
            assert_eq!(matching_step(RFC, wrong, at(59), 1, -1), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_to_be_typed() {
        assert_eq!(spelled(RFC), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = address(RFC, "wang").unwrap();
        assert!(address.starts_with("otpauth://totp/Shanyu:wang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
        let picture = picture(&address).unwrap();
        assert!(picture.starts_with("<svg") && !picture.contains("style") && picture.contains("<path"), "{picture}");
    }

    #[test]
    fn recovery_codes() {
        let code = recovery_code([0, 1, 2, 3, 4, 250, 31, 32, 33, 34]);
        assert_eq!(code, "01234-tz012");
        assert_eq!(typed_recovery(" 01234 TZ012"), Some(code));
        assert_eq!(typed_recovery("0123"), None);
    }
}
