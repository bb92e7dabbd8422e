//! Files that belong to records: content-addressed by SM3 under `data_dir/blobs`, behind `object_store`, so that an
//! object store can take their place. The file is written before the transaction begins and its row inside it; a file
//! without a row is swept later. A person's file is sealed with that person's key, so erasure reaches it too.

use crate::{Error, PersonKey, Read, Result, Sealer, Tx, q};
use bytes::Bytes;
use futures_util::TryStreamExt;
use kernel::{
    Instant,
    kinds::{BlobId, PersonId},
};
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, local::LocalFileSystem, path::Path};
use sm3::{Digest, Sm3};
use std::sync::Arc;

/// The store of files.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

/// What a new file is to be called, and where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBlob {
    pub home: String,
    pub id: BlobId,
    /// `application/pdf`
    pub media_type: String,
    /// The file's name as a person knows it.
    pub name: String,
    /// Whose key sealed it, for a personal file.
    pub person: Option<PersonId>,
    pub at: Instant,
}

/// A file that is written and waits for its row.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a file without a row is swept"]
pub struct StoredBlob {
    /// SM3 of what stands on the disk.
    pub digest: String,
    /// Bytes on the disk.
    pub size: i64,
}

crate::record! {
    /// The row of a file.
    #[derive(Debug, Clone, PartialEq)]
    pub struct BlobRow in "blob" {
        home: String,
        id: BlobId,
        digest: String,
        size: i64,
        media_type: String,
        name: String,
        person: Option<PersonId>,
        made: Instant,
    }
}

impl Blobs {
    /// The store under `data_dir/blobs`; the folder is made when missing.
    pub fn open(data_dir: &std::path::Path) -> Result<Blobs> {
        let folder = data_dir.join("blobs");
        let refused = |e: &dyn std::fmt::Display| Error::Refused(format!("the folder {}: {e}", folder.display()));
        std::fs::create_dir_all(&folder).map_err(|e| refused(&e))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|e| refused(&e))?.with_fsync(true);
        Ok(Blobs { store: Arc::new(store) })
    }

    /// Writes a file that is nobody's personal data; durable when it returns. Equal files are kept once.
    pub async fn store(&self, content: impl Into<Bytes>) -> Result<StoredBlob> {
        let content = content.into();
        let digest = hex::encode(Sm3::digest(&content));
        let size = content.len() as i64;
        let options = PutOptions::from(PutMode::Create);
        match self.store.put_opts(&place(&digest), content.into(), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(StoredBlob { digest, size }),
            Err(e) => Err(failed(e)),
        }
    }

    /// Seals a personal file with its person's key and writes it.
    pub async fn store_sealed(&self, sealer: &Sealer, key: &PersonKey, content: &[u8]) -> Result<StoredBlob> {
        self.store(sealer.seal(key, content)?).await
    }

    /// The content of a file, checked against its digest.
    pub async fn load(&self, digest: &str) -> Result<Bytes> {
        let found = self.store.get(&place(digest)).await.map_err(failed)?;
        let content = found.bytes().await.map_err(failed)?;
        if hex::encode(Sm3::digest(&content)) != digest {
            return Err(Error::Other(format!("the file {digest} is damaged").into()));
        }
        Ok(content)
    }

    /// The content of a sealed file.
    pub async fn load_sealed(&self, sealer: &Sealer, key: &PersonKey, digest: &str) -> Result<Vec<u8>> {
        sealer.open(key, &self.load(digest).await?)
    }

    /// Removes files without a row that were written before `before` (an hour ago, so that none is taken away whose
    /// transaction is still on its way). The number of them.
    pub async fn sweep(&self, read: &mut Read, before: Instant) -> Result<u64> {
        let mut swept = 0;
        let mut files = self.store.list(None);
        while let Some(file) = files.try_next().await.map_err(failed)? {
            let Some(digest) = file.location.filename() else { continue };
            let used: i64 = read.one(q!("select count(*) from blob where digest = $1", digest)).await?;
            if used == 0 && file.last_modified.timestamp_micros() < before.0 {
                self.store.delete(&file.location).await.map_err(failed)?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

impl StoredBlob {
    /// Writes the row in the caller's transaction.
    pub async fn record(self, tx: &mut Tx, blob: NewBlob) -> Result<BlobRow> {
        let NewBlob { home, id, media_type, name, person, at } = blob;
        let row = BlobRow { home, id, digest: self.digest, size: self.size, media_type, name, person, made: at };
        tx.insert(row.clone()).await?;
        Ok(row)
    }
}

/// `ab/abcd…`: a folder holds a 256th of the files.
fn place(digest: &str) -> Path {
    Path::from_iter([digest.get(..2).unwrap_or("xx"), digest])
}

fn failed(e: object_store::Error) -> Error {
    match e {
        object_store::Error::NotFound { .. } => Error::NotFound,
        e if e.to_string().contains("No space left") => Error::Full,
        e => Error::other(e),
    }
}
