//! Secrets in a file that only a key or passphrase of the host opens.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result, Secret, SecureStore, SecurityLevel};
use core_async::task;

use super::limits::{check_name, check_value};
use super::vault::{Derivation, Vault, VaultKey};
use crate::files::{Replacement, bridge_error};

const OPEN: &str = "secrets.open";
const GET: &str = "secrets.get";
const PUT: &str = "secrets.put";

/// The largest file that is read: a thousand secrets of full size fit in.
const LARGEST_FILE: u64 = 128 * 1024 * 1024;

/// Secrets in one encrypted file, for computers without a keyring.
///
/// The host decides to use it, and where the key or passphrase comes from; nothing falls back to
/// it by itself. Names are readable in the file, values are not, and neither can be changed or
/// exchanged unnoticed. Somebody who can write the file can put an older one in its place, which
/// brings back what it held: whoever removes a secret because it leaked revokes it where it is good
/// for something. Each change replaces the file in one step, and several processes may use
/// it.
///
/// # Examples
///
/// ```
/// use bridge_desktop::EncryptedFileSecureStore;
/// use bridge_traits::{Secret, SecureStore};
///
/// # #[core_async::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("secrets.json");
/// let key = Secret::new([7; 32]);
/// let store = EncryptedFileSecureStore::with_key(path, &key).await?;
/// store.put("drive", &Secret::new("refresh token")).await?;
/// assert_eq!(store.names().await?, ["drive"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EncryptedFileSecureStore {
    inner: Arc<Inner>,
}

/// Makes the key of what the host gave, by way of the derivation that the file names.
type KeyOf = fn(&Secret, Option<Derivation>) -> Result<(VaultKey, Option<Derivation>)>;

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    key: VaultKey,
    derivation: Option<Derivation>,
    /// Held while the file is read, changed and replaced.
    changing: Mutex<()>,
}

impl EncryptedFileSecureStore {
    /// The secrets in the file at `path`, under a key of 32 random bytes. The file is created if
    /// need be.
    ///
    /// # Errors
    ///
    /// Fails with `PermissionDenied` for another key than the file's, `InvalidRequest` for
    /// something that is no key, `Corrupt` for a damaged file.
    pub async fn with_key(path: impl Into<PathBuf>, key: &Secret) -> Result<Self> {
        Self::open(path.into(), key.clone(), |key, derivation| match derivation {
            Some(_) => Err(BridgeError::new(ErrorKind::InvalidRequest, OPEN)
                .with_detail("these secrets are kept with a passphrase, not with a key")),
            None => Ok((VaultKey::new(key)?, None)),
        })
        .await
    }

    /// The secrets in the file at `path`, under a passphrase. The file is created if need be.
    /// Opening takes a moment on purpose: it makes guessing slow.
    ///
    /// # Errors
    ///
    /// As for [`with_key`](Self::with_key).
    pub async fn with_passphrase(path: impl Into<PathBuf>, passphrase: &Secret) -> Result<Self> {
        Self::open(path.into(), passphrase.clone(), |passphrase, derivation| {
            let derivation = match derivation {
                Some(derivation) => derivation,
                None => Derivation::new()?,
            };
            Ok((derivation.derive(passphrase)?, Some(derivation)))
        })
        .await
    }

    async fn open(path: PathBuf, secret: Secret, key: KeyOf) -> Result<Self> {
        blocking(OPEN, move || {
            let _between_processes = lock(&path, OPEN)?;
            let existing = load(&path, OPEN)?;
            let derivation = existing.as_ref().and_then(|vault| vault.derivation().cloned());
            let (key, derivation) = key(&secret, derivation)?;
            match existing {
                Some(vault) if vault.derivation() != derivation.as_ref() => {
                    return Err(BridgeError::new(ErrorKind::InvalidRequest, OPEN)
                        .with_detail("these secrets are kept with a key, not with a passphrase"));
                }
                Some(vault) => vault.check_key(&key)?,
                None => save(&path, &Vault::new(&key, derivation.clone())?, OPEN)?,
            }
            let inner = Inner { path, key, derivation, changing: Mutex::default() };
            Ok(Self { inner: Arc::new(inner) })
        })
        .await
    }

    /// Reads the file, lets `change` change it, and replaces it if it says so.
    async fn change(
        &self,
        change: impl FnOnce(&VaultKey, &mut Vault) -> Result<bool> + Send + 'static,
    ) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        blocking(PUT, move || {
            let _between_threads = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
            let _between_processes = lock(&inner.path, PUT)?;
            let mut vault = inner.load(PUT)?;
            if change(&inner.key, &mut vault)? {
                save(&inner.path, &vault, PUT)?;
            }
            Ok(())
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&VaultKey, &Vault) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = Arc::clone(&self.inner);
        blocking(GET, move || read(&inner.key, &inner.load(GET)?)).await
    }
}

impl Inner {
    fn load(&self, operation: &'static str) -> Result<Vault> {
        match load(&self.path, operation)? {
            // Another process may have made a new file with another key.
            Some(vault) => vault.check_key(&self.key).map(|()| vault),
            None => Vault::new(&self.key, self.derivation.clone()),
        }
    }
}

#[core_async::async_trait]
impl SecureStore for EncryptedFileSecureStore {
    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::EncryptedFile
    }

    async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        check_name(PUT, name)?;
        check_value(PUT, secret)?;
        let (name, secret) = (name.to_owned(), secret.clone());
        self.change(move |key, vault| vault.put(key, &name, &secret).map(|()| true)).await
    }

    async fn get(&self, name: &str) -> Result<Option<Secret>> {
        check_name(GET, name)?;
        let name = name.to_owned();
        self.read(move |key, vault| vault.get(key, &name)).await
    }

    async fn remove(&self, name: &str) -> Result<()> {
        check_name("secrets.remove", name)?;
        let name = name.to_owned();
        self.change(move |_, vault| Ok(vault.remove(&name))).await
    }

    async fn names(&self) -> Result<Vec<String>> {
        self.read(|_, vault| Ok(vault.names())).await
    }
}

async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(BridgeError::new(ErrorKind::Other, operation).with_source(error))
    })
}

fn load(path: &Path, operation: &'static str) -> Result<Option<Vault>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|error| bridge_error(operation, error))?,
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE)
        .read_to_end(&mut bytes)
        .map_err(|error| bridge_error(operation, error))?;
    Vault::parse(&bytes).map(Some)
}

fn save(path: &Path, vault: &Vault, operation: &'static str) -> Result<()> {
    let replace = || {
        let mut replacement = Replacement::create(path)?;
        replacement.write(&vault.to_bytes())?;
        replacement.commit()
    };
    replace().map_err(|error| bridge_error(operation, error))
}

/// Waits until no other process changes the file. The lock ends with the value.
fn lock(path: &Path, operation: &'static str) -> Result<File> {
    let lock = || {
        let mut name = path.file_name().map(OsString::from).unwrap_or_default();
        name.push(".lock");
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // A lock on the file itself would stay with the file that is replaced.
        let file = File::create(path.with_file_name(name))?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|error| bridge_error(operation, error))
}
