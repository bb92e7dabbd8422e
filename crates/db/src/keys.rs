//! The key file: the master key that wraps data keys, the keys of the audit's digests and of look-ups, and the key
//! that signs seals. It lies beside the data folder's other files with mode 0600, is made at the first start and never
//! goes into a backup; the database keeps only a digest that tells whether a key file belongs to it.
//!
//! The ciphers (SM2, SM3, SM4-GCM of RustCrypto) are not a certified module; they are called here and in `sealed.rs`
//! only, so that a certified one can take their place.

use crate::{Db, Error, Result, q};
use hmac::{Hmac, KeyInit, Mac};
use kernel::Ids;
use sm2::dsa::{
    Signature, SigningKey, VerifyingKey,
    signature::{Signer, Verifier},
};
use sm3::Sm3;
use std::{collections::HashMap, fs, io::Write, path::Path};
use zeroize::{Zeroize, Zeroizing};

/// SM3 digests and HMACs are 32 bytes.
pub type Digest32 = [u8; 32];

/// The keys of one installation.
pub struct Keys {
    master: [u8; 16],
    audit: [u8; 32],
    lookup: [u8; 32],
    signing: SigningKey,
}

/// The signer's name in SM2 (GB/T 32918.2 takes one); the standard's default.
const SIGNER: &str = "1234567812345678";

impl Keys {
    /// New keys; `ids` is the machine's randomness (a seeded one in tests).
    pub fn generate(ids: &Ids) -> Keys {
        let signing = loop {
            // All but a few of 2^256 numbers are keys of the curve.
            if let Ok(key) = SigningKey::from_slice(SIGNER, &*Zeroizing::new(ids.bytes::<32>())) {
                break key;
            }
        };
        Keys { master: ids.bytes(), audit: ids.bytes(), lookup: ids.bytes(), signing }
    }

    /// Reads the key file of this database, or makes it when both are new.
    ///
    /// # Errors
    /// [`Error::Refused`] when the file is missing though the database has used one, belongs to another database, is
    /// damaged, or may be read by others.
    pub async fn open(path: &Path, db: &Db, ids: &Ids) -> Result<Keys> {
        let used: Option<String> =
            db.read().await?.opt(q!("select fingerprint from key_check where name = 'keys'")).await?;
        let shown = path.display();
        match (used, path.exists()) {
            (None, false) => {
                let keys = Keys::generate(ids);
                keys.write(path)?;
                keys.note(db).await?;
                Ok(keys)
            }
            (None, true) => {
                let keys = Keys::read(path)?;
                keys.note(db).await?;
                Ok(keys)
            }
            (Some(_), false) => Err(Error::Refused(format!(
                "the key file {shown} is missing; without it sealed data cannot be read: bring it back from its safe place"
            ))),
            (Some(used), true) => {
                let keys = Keys::read(path)?;
                if keys.fingerprint() == used {
                    Ok(keys)
                } else {
                    Err(Error::Refused(format!("the key file {shown} belongs to another database")))
                }
            }
        }
    }

    async fn note(&self, db: &Db) -> Result<()> {
        let note = "insert into key_check (name, fingerprint) values ('keys', $1)";
        db.write::<_, Error, _>(async |tx| tx.exec(q!(note, self.fingerprint())).await).await?;
        Ok(())
    }

    /// Writes a new key file, mode 0600; an existing one is never overwritten.
    pub fn write(&self, path: &Path) -> Result<()> {
        let lines = [
            ("master", &self.master[..]),
            ("audit", &self.audit[..]),
            ("lookup", &self.lookup[..]),
            ("signing", &self.signing.to_bytes()[..]),
        ];
        let mut text = Zeroizing::new(String::from(
            "# Keys of this installation. Whoever has them can read sealed data and forge the audit.\n\
             # Keep a copy in a safe place, apart from the backups of the database.\n",
        ));
        for (name, key) in lines {
            text.push_str(&format!("{name} = {}\n", hex::encode(key)));
        }
        let write = || {
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e: std::io::Error| {
            Error::Refused(format!("the key file {} cannot be written: {e}", path.display()))
        })
    }

    /// Reads a key file.
    pub fn read(path: &Path) -> Result<Keys> {
        let refused = |why: &str| Error::Refused(format!("the key file {} {why}", path.display()));
        #[cfg(unix)]
        if let Ok(meta) = fs::metadata(path)
            && std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077 != 0
        {
            return Err(refused("may be read by others; make its mode 0600"));
        }
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|e| refused(&format!("cannot be read: {e}")))?;
        let lines: HashMap<&str, &str> = text.lines().filter_map(|line| line.split_once(" = ")).collect();
        let part = |name: &str| {
            let bytes = lines.get(name).and_then(|text| hex::decode(text.trim()).ok()).map(Zeroizing::new);
            bytes.ok_or_else(|| refused(&format!("has no readable line `{name}`")))
        };
        let damaged = || refused("is damaged");
        Ok(Keys {
            master: part("master")?.as_slice().try_into().map_err(|_| damaged())?,
            audit: part("audit")?.as_slice().try_into().map_err(|_| damaged())?,
            lookup: part("lookup")?.as_slice().try_into().map_err(|_| damaged())?,
            signing: SigningKey::from_slice(SIGNER, &part("signing")?).map_err(|_| damaged())?,
        })
    }

    /// Says which keys these are without saying what they are.
    fn fingerprint(&self) -> String {
        let mut all = Zeroizing::new(self.master.to_vec());
        all.extend_from_slice(&self.lookup);
        all.extend_from_slice(&self.signing.to_bytes());
        hex::encode(mac(&self.audit, &all))
    }

    pub(crate) fn master(&self) -> &[u8; 16] {
        &self.master
    }

    /// The digest of an audit row's canonical fields.
    pub(crate) fn audit_digest(&self, fields: &[u8]) -> Digest32 {
        mac(&self.audit, fields)
    }

    /// A keyed digest of a text, by which a sealed column can be looked up: equal texts give equal digests, and
    /// without the key nobody can try texts out. Hexadecimal.
    pub fn lookup(&self, text: &str) -> String {
        hex::encode(mac(&self.lookup, text.as_bytes()))
    }

    /// SM2 signature with SM3, 64 bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.signing.sign(message);
        signature.to_bytes().to_vec()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let key: &VerifyingKey = self.signing.verifying_key();
        Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }

    /// The public key (uncompressed SEC1, hexadecimal), for those who check seals elsewhere.
    pub fn public_key(&self) -> String {
        hex::encode(self.signing.verifying_key().to_sec1_bytes())
    }
}

fn mac(key: &[u8], message: &[u8]) -> Digest32 {
    let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("an HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.master.zeroize();
        self.audit.zeroize();
        self.lookup.zeroize();
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}
