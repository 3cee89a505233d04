//! The store: names and sealed values in a JSON file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_traits::{BridgeError, ErrorKind, Result, Secret, SecureStore, SecurityLevel};
use core_async::sync::Mutex;

use super::cipher::{self, KEY};
use super::key_file;
use crate::files::Replacement;
use crate::host::{NodeError, read_file};

const PUT: &str = "secrets.put";
const GET: &str = "secrets.get";
const REMOVE: &str = "secrets.remove";

const LONGEST_NAME: usize = 255;
const LARGEST_SECRET: usize = 64 * 1024;

/// Name → sealed value in base64.
type Sealed = BTreeMap<String, String>;

/// Secrets in a file, each encrypted with AES-256-GCM under the key in another file.
///
/// The host decides to use it and where the key lives: keep it apart from the secrets, so that a copy
/// or backup of one is not a copy of both. Whoever can read both files has the secrets, which is why a
/// key that others may read is refused. Names are readable. One store at a time changes a file.
#[derive(Debug)]
pub struct KeyFileSecureStore {
    path: String,
    key: Secret,
    /// Held while the file is read, changed and replaced.
    changing: Mutex<()>,
}

impl KeyFileSecureStore {
    /// The secrets in the file at `path` under the key in the file at `key_file`. Both are created if
    /// need be, for their owner only.
    ///
    /// # Errors
    ///
    /// Fails with `PermissionDenied` for a key file that others may use, `Corrupt` for one that holds
    /// no key, `Unsupported` on Windows, where a file's mode protects nothing.
    pub async fn open(path: impl Into<String>, key_file: &str) -> Result<Self> {
        let key = key_file::load(key_file).await?;
        Ok(Self { path: path.into(), key, changing: Mutex::new(()) })
    }

    fn key(&self) -> Result<&[u8; KEY]> {
        self.key.expose().try_into().map_err(|_| BridgeError::new(ErrorKind::Corrupt, GET))
    }

    async fn read(&self, operation: &'static str) -> Result<Sealed> {
        let content = match read_file(&self.path).await {
            Ok(content) => content,
            Err(error) if error.code() == "ENOENT" => return Ok(Sealed::new()),
            Err(error) => return Err(error.at(operation)),
        };
        serde_json::from_slice(&content).map_err(|error| {
            BridgeError::new(ErrorKind::Corrupt, operation)
                .with_detail(format!("{} is not a file of secrets", self.path))
                .with_source(error)
        })
    }

    /// Reads the file, lets `change` change it, and replaces it if it says so.
    async fn change(
        &self,
        operation: &'static str,
        change: impl FnOnce(&mut Sealed) -> bool,
    ) -> Result<()> {
        let _changing = self.changing.lock().await;
        let mut sealed = self.read(operation).await?;
        if !change(&mut sealed) {
            return Ok(());
        }
        let content = serde_json::to_vec_pretty(&sealed).map_err(|error| {
            BridgeError::new(ErrorKind::InvalidRequest, operation).with_source(error)
        })?;
        let replace = async {
            let mut replacement = Replacement::create(&self.path, 0o600).await?;
            replacement.write(&content).await?;
            replacement.commit().await
        };
        replace.await.map_err(|error: NodeError| error.at(operation))
    }
}

#[core_async::async_trait]
impl SecureStore for KeyFileSecureStore {
    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::EncryptedFile
    }

    async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        check_name(name, PUT)?;
        if secret.expose().len() > LARGEST_SECRET {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, PUT)
                .with_detail("a secret has at most 64 KiB"));
        }
        let sealed = STANDARD.encode(cipher::seal(self.key()?, name, secret.expose())?);
        self.change(PUT, |secrets| {
            secrets.insert(name.to_owned(), sealed);
            true
        })
        .await
    }

    async fn get(&self, name: &str) -> Result<Option<Secret>> {
        check_name(name, GET)?;
        let Some(sealed) = self.read(GET).await?.remove(name) else { return Ok(None) };
        let sealed = STANDARD
            .decode(sealed)
            .map_err(|error| BridgeError::new(ErrorKind::Corrupt, GET).with_source(error))?;
        Ok(Some(Secret::new(cipher::open(self.key()?, name, &sealed)?)))
    }

    async fn remove(&self, name: &str) -> Result<()> {
        check_name(name, REMOVE)?;
        self.change(REMOVE, |secrets| secrets.remove(name).is_some()).await
    }

    async fn names(&self) -> Result<Vec<String>> {
        Ok(self.read("secrets.names").await?.into_keys().collect())
    }
}

fn check_name(name: &str, operation: &'static str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail("a name has 1 to 255 bytes"))
}
