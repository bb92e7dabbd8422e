//! Passwords at rest: argon2id (RFC 9106) with the memory and rounds that the crate takes by default (19 MiB, 2). One
//! hash costs tens of milliseconds and 19 MiB, so it runs beside the runtime, a few at a time, and never while a
//! transaction is held.

use crate::rules::{MAX_PASSWORD, Password};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;
use web::{Error, Result};

/// How many are computed at the same time: 4 × 19 MiB at most.
static AT_WORK: Semaphore = Semaphore::const_new(4);
/// How many may wait or be at work; whoever comes then is told to try again.
static IN_ALL: Semaphore = Semaphore::const_new(100);

/// The hash of no password, with the same cost as a real one: verified for accounts that do not exist, so that an
/// answer takes as long as for those that do.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm8gYWNjb3VudCBoZXJl$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it is stored: an argon2id string in PHC format.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl Hashed {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed")
    }
}

/// Hashes a new password. `salt` comes from `kernel::Ids`.
///
/// Errors: [`Error::SlowDown`] when too many wait.
pub async fn hash(password: &Password, salt: [u8; 16]) -> Result<Hashed> {
    let text = password.as_str().to_owned();
    beside(move || {
        let hash = Argon2::default().hash_password_with_salt(text.as_bytes(), &salt);
        hash.map(|hash| Hashed(hash.to_string()))
            .map_err(|e| Error::Internal(format!("a password was not hashed: {e}")))
    })
    .await?
}

/// Whether what was typed is the password of a stored hash. Without one (no such account) the answer is no, after the
/// same work.
///
/// Errors: [`Error::SlowDown`] when too many wait; a stored hash that cannot be read.
pub async fn verify(typed: &str, stored: Option<&str>) -> Result<bool> {
    let (typed, known) = (typed.trim().to_owned(), stored.is_some());
    let stored = stored.unwrap_or(NOBODY).to_owned();
    beside(move || {
        let hash = PasswordHash::new(&stored).map_err(|e| Error::Internal(format!("a stored password: {e}")))?;
        // Longer ones cannot have been set; the work is done all the same, on a part.
        let bytes = &typed.as_bytes()[..typed.len().min(MAX_PASSWORD)];
        let right = Argon2::default().verify_password(bytes, &hash).is_ok();
        Ok(known && right && typed.len() <= MAX_PASSWORD)
    })
    .await?
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _in_all = IN_ALL.try_acquire().map_err(|_| Error::SlowDown(5))?;
    let _slot = AT_WORK.acquire().await.map_err(|e| Error::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(format!("hashing a password: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Login;
    use argon2::Params;

    fn password(text: &str) -> Password {
        Password::parse(text, &Login::parse("nobody").unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_recognised_and_its_hash_says_how_it_was_made() {
        let hash = hash(&password("twelve letters"), [7; 16]).await.unwrap().into_string();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("twelve letters", Some(&hash)).await.unwrap());
        assert!(!verify("twelve letterz", Some(&hash)).await.unwrap());
        assert!(verify(" twelve letters\n", Some(&hash)).await.unwrap());
        assert!(!verify("", Some(&hash)).await.unwrap());
        assert!(!verify("twelve letters", None).await.unwrap());
        assert!(verify("x", Some("not a hash")).await.is_err());
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let nobody = Params::try_from(&PasswordHash::new(NOBODY).unwrap()).unwrap();
        assert_eq!(
            (nobody.m_cost(), nobody.t_cost(), nobody.p_cost()),
            (Params::DEFAULT.m_cost(), Params::DEFAULT.t_cost(), Params::DEFAULT.p_cost())
        );
        assert_eq!(nobody.output_len(), Some(Params::DEFAULT_OUTPUT_LEN));
    }

    #[tokio::test]
    async fn the_end_of_a_long_password_counts() {
        let long: String = ('a'..='z').cycle().take(MAX_PASSWORD).collect();
        let hash = hash(&password(&long), [7; 16]).await.unwrap().into_string();
        assert!(verify(&long, Some(&hash)).await.unwrap());
        assert!(!verify(&format!("{long}x"), Some(&hash)).await.unwrap());
    }
}
