//! Sealed columns: a person (or household) has a data key of its own, wrapped by the master key; what is sealed with
//! it can be read as long as the key is there. Dropping the key erases the person's data wherever it stands, while
//! rows, counts and chains stay whole. A backup made before still has the wrapped key (unreadable without the key
//! file), so a restore repeats the erasures made since: [`erasures`].

use crate::{Error, Keys, Read, Result, Tx, q};
use aes_gcm::{
    AesGcm, Nonce,
    aead::{Aead, KeyInit, Payload, consts::U12},
};
use kernel::{Ids, Instant};
use std::sync::Arc;
use zeroize::Zeroizing;

/// SM4 (GB/T 32907) in Galois/Counter mode.
type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// The first byte of what is sealed: which way it was sealed.
const SM4_GCM: u8 = 1;
const NONCE: usize = 12;

/// The data key of one person or household, unwrapped.
#[derive(Clone)]
pub struct PersonKey {
    subject: String,
    key: Zeroizing<[u8; 16]>,
}

impl PersonKey {
    /// Whose it is.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Seals and opens with the keys of the installation.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<Keys>,
    ids: Arc<Ids>,
}

impl Sealer {
    /// `ids` gives the nonces: the machine's randomness outside of tests.
    pub fn new(keys: Arc<Keys>, ids: Arc<Ids>) -> Sealer {
        Sealer { keys, ids }
    }

    /// Makes the data key of a new person and keeps it wrapped. A second key for the same person is refused
    /// ([`Error::Unique`]).
    pub async fn new_person(&self, tx: &mut Tx, home: &str, subject: &str, now: Instant) -> Result<PersonKey> {
        let key = Zeroizing::new(self.ids.bytes::<16>());
        let wrapped = self.encrypt(self.keys.master(), subject, &*key)?;
        let kept = "insert into person_key (home, person, wrapped, made) values ($1, $2, $3, $4)";
        tx.exec(q!(kept, home, subject, wrapped, now)).await?;
        Ok(PersonKey { subject: subject.to_owned(), key })
    }

    /// The data key of a person.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none or the person was erased.
    pub async fn person(&self, read: &mut Read, home: &str, subject: &str) -> Result<PersonKey> {
        let wrapped = q!("select wrapped from person_key where home = $1 and person = $2", home, subject);
        let wrapped = read.one::<Option<Vec<u8>>>(wrapped).await?.ok_or(Error::NotFound)?;
        let key = Zeroizing::new(self.decrypt(self.keys.master(), subject, &wrapped)?);
        let key = key.as_slice().try_into().map(Zeroizing::new).map_err(|_| broken())?;
        Ok(PersonKey { subject: subject.to_owned(), key })
    }

    /// Drops the data key: everything sealed with it is noise from now on. False when there was none.
    pub async fn erase(&self, tx: &mut Tx, home: &str, subject: &str, now: Instant) -> Result<bool> {
        let erase = "update person_key set wrapped = null, erased = $3
                      where home = $1 and person = $2 and wrapped is not null";
        Ok(tx.exec(q!(erase, home, subject, now)).await? == 1)
    }

    /// Seals with a person's key.
    pub fn seal(&self, key: &PersonKey, plain: &[u8]) -> Result<Vec<u8>> {
        self.encrypt(&key.key, &key.subject, plain)
    }

    /// Opens what [`Sealer::seal`] made with the same person's key.
    pub fn open(&self, key: &PersonKey, sealed: &[u8]) -> Result<Vec<u8>> {
        self.decrypt(&key.key, &key.subject, sealed)
    }

    /// [`Sealer::seal`] for a text column.
    pub fn seal_text(&self, key: &PersonKey, plain: &str) -> Result<Vec<u8>> {
        self.seal(key, plain.as_bytes())
    }

    /// [`Sealer::open`] for a text column.
    pub fn open_text(&self, key: &PersonKey, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(key, sealed)?).map_err(|_| broken())
    }

    /// See [`Keys::lookup`].
    pub fn lookup(&self, text: &str) -> String {
        self.keys.lookup(text)
    }

    /// One byte of kind, the nonce, then cipher text with its tag. The subject is bound in, so that a sealed value
    /// moved to another person does not open.
    fn encrypt(&self, key: &[u8; 16], subject: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = self.ids.bytes::<NONCE>();
        let payload = Payload { msg: plain, aad: subject.as_bytes() };
        let sealed = cipher(key).encrypt(&Nonce::from(nonce), payload).map_err(|_| broken())?;
        Ok([&[SM4_GCM][..], &nonce, &sealed].concat())
    }

    fn decrypt(&self, key: &[u8; 16], subject: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (head, text) = sealed.split_at_checked(1 + NONCE).ok_or_else(broken)?;
        let nonce: [u8; NONCE] = head[1..].try_into().map_err(|_| broken())?;
        if head[0] != SM4_GCM {
            return Err(broken());
        }
        let payload = Payload { msg: text, aad: subject.as_bytes() };
        cipher(key).decrypt(&Nonce::from(nonce), payload).map_err(|_| broken())
    }
}

/// Who was erased since a moment, oldest first: `(home, person, when)`. Kept with each backup and repeated after a
/// restore.
pub async fn erasures(read: &mut Read, since: Instant) -> Result<Vec<(String, String, Instant)>> {
    read.all(q!("select home, person, erased from person_key where erased >= $1 order by erased, home, person", since))
        .await
}

fn cipher(key: &[u8; 16]) -> Sm4Gcm {
    Sm4Gcm::new_from_slice(key).expect("SM4 takes 16 bytes")
}

fn broken() -> Error {
    Error::Other("a sealed value does not open with this key".into())
}
