//! Secrets in the operating system's keyring.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result, Secret, SecureStore, SecurityLevel};
use core_async::task;
use keyring_core::Error;
use keyring_core::api::CredentialStore;

use super::limits::{check_name, check_value};
use super::parts::Entries;

const OPEN: &str = "secrets.open";
const GET: &str = "secrets.get";
const PUT: &str = "secrets.put";
const REMOVE: &str = "secrets.remove";
const NAMES: &str = "secrets.names";

/// The entry that lists the names, since not every keyring can.
const INDEX: &str = "index";

/// Secrets in a keyring, under the name of the host's service.
///
/// Values of any allowed length are kept on every system: what does not fit into an entry of the
/// Windows Credential Manager is split over several. A list of the names is kept as well. A name is listed before its secret is
/// written and until after it is removed, and only names that have a secret are given out, so a
/// crash leaves nothing wrong.
#[derive(Clone, Debug)]
pub struct KeyringSecureStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    entries: Entries,
    /// Held while the list of names is read and changed.
    changing: Mutex<()>,
}

impl KeyringSecureStore {
    /// The keyring of the desktop session, over the FreeDesktop Secret Service on D-Bus.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` where there is no such service, as on a computer without a desktop
    /// session. Nothing is kept anywhere else instead: ask the user for a passphrase and use
    /// [`EncryptedFileSecureStore`](crate::EncryptedFileSecureStore), or do without.
    pub async fn secret_service(service: &str) -> Result<Self> {
        let store = task::spawn_blocking(zbus_secret_service_keyring_store::Store::new)
            .await
            .map_err(|error| BridgeError::new(ErrorKind::Other, OPEN).with_source(error))?
            .map_err(|error| {
                BridgeError::new(ErrorKind::Unavailable, OPEN)
                    .with_detail("there is no Secret Service on this session's D-Bus")
                    .with_source(error)
            })?;
        Ok(Self::new(store, service))
    }

    /// Any other keyring there is a `keyring-core` store for.
    pub fn new(store: Arc<CredentialStore>, service: &str) -> Self {
        let (entries, changing) = (Entries::new(store, service), Mutex::default());
        Self { inner: Arc::new(Inner { entries, changing }) }
    }

    /// Keyrings are asked over blocking calls.
    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Inner) -> Result<T, Error> + Send + 'static,
    ) -> Result<T> {
        let inner = Arc::clone(&self.inner);
        task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|error| BridgeError::new(ErrorKind::Other, operation).with_source(error))?
            .map_err(|error| bridge_error(operation, error))
    }
}

impl Inner {
    fn names(&self) -> Result<BTreeSet<String>, Error> {
        match self.entries.get(INDEX)? {
            None => Ok(BTreeSet::new()),
            Some(list) => serde_json::from_slice(list.expose())
                .map_err(|_| Error::BadStoreFormat("the list of names is damaged".into())),
        }
    }

    fn change_names(
        &self,
        change: impl FnOnce(&mut BTreeSet<String>) -> bool,
    ) -> Result<(), Error> {
        let mut names = self.names()?;
        if change(&mut names) {
            let list = serde_json::to_vec(&names).expect("text in memory always serialises");
            self.entries.put(INDEX, &Secret::new(list))?;
        }
        Ok(())
    }
}

#[core_async::async_trait]
impl SecureStore for KeyringSecureStore {
    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::OsKeyring
    }

    async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        check_name(PUT, name)?;
        check_value(PUT, secret)?;
        let (name, secret) = (name.to_owned(), secret.clone());
        self.blocking(PUT, move |inner| {
            let _one_at_a_time = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
            inner.change_names(|names| names.insert(name.clone()))?;
            inner.entries.put(&user(&name), &secret)
        })
        .await
    }

    async fn get(&self, name: &str) -> Result<Option<Secret>> {
        check_name(GET, name)?;
        let name = name.to_owned();
        self.blocking(GET, move |inner| inner.entries.get(&user(&name))).await
    }

    async fn remove(&self, name: &str) -> Result<()> {
        check_name(REMOVE, name)?;
        let name = name.to_owned();
        self.blocking(REMOVE, move |inner| {
            let _one_at_a_time = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
            inner.entries.remove(&user(&name))?;
            inner.change_names(|names| names.remove(&name))
        })
        .await
    }

    async fn names(&self) -> Result<Vec<String>> {
        self.blocking(NAMES, |inner| {
            let mut names = Vec::new();
            for name in inner.names()? {
                if inner.entries.has(&user(&name))? {
                    names.push(name);
                }
            }
            Ok(names)
        })
        .await
    }
}

/// The name of a secret's entry; the prefix keeps a secret called like the list apart from it.
fn user(name: &str) -> String {
    format!("secret:{name}")
}

fn bridge_error(operation: &'static str, error: Error) -> BridgeError {
    let kind = match error {
        Error::NoStorageAccess(_) => ErrorKind::PermissionDenied,
        Error::TooLong(..) | Error::Invalid(..) => ErrorKind::InvalidRequest,
        Error::BadStoreFormat(_) => ErrorKind::Corrupt,
        // These carry the secret itself, so nothing of them is passed on.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            return BridgeError::new(ErrorKind::Corrupt, operation);
        }
        Error::NotSupportedByStore(_) => ErrorKind::Unsupported,
        Error::PlatformFailure(_) => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    };
    BridgeError::new(kind, operation).with_source(error)
}
