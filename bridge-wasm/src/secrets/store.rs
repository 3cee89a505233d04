//! The store: sealed values and the key in a database of their own.

use bridge_traits::{
    BridgeError, Durability, ErrorKind, Result, Secret, SecureStore, SecurityLevel,
};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbObjectStore;

use super::cipher::Cipher;
use crate::host::JsError;
use crate::storage::{Connection, Reader};

const KEYS: &str = "keys";
const SECRETS: &str = "secrets";

/// The only key of the store `keys`.
const KEY_NAME: &str = "aes-256-gcm";

const LONGEST_NAME: usize = 255;
const LONGEST_SECRET: usize = 64 * 1024;

/// A [`SecureStore`] in the database `mpc-secrets:<profile>`: AES-256-GCM under a WebCrypto key
/// that is stored beside the secrets and cannot be exported.
///
/// Script of the same origin cannot copy the key, but can use it; on disk the browser does not
/// encrypt it. The database is opened for each call, so nothing is held that another tab could
/// be waiting for.
#[derive(Clone, Debug)]
pub struct WebCryptoSecureStore {
    database: String,
}

impl WebCryptoSecureStore {
    /// The secrets of `profile`.
    pub fn new(profile: &str) -> Self {
        Self { database: format!("mpc-secrets:{profile}") }
    }

    async fn reader(&self) -> Result<Reader, JsError> {
        Reader::open(&self.database, &[KEYS, SECRETS]).await
    }

    /// The stored key; made and stored first if there is none.
    async fn cipher(&self) -> Result<Cipher, JsError> {
        let mut broken_off = None;
        loop {
            if let Some(key) = self.reader().await?.get(KEYS, &KEY_NAME.into()).await? {
                return Ok(Cipher::new(key.unchecked_into()));
            }
            if let Some(error) = broken_off.take() {
                return Err(error);
            }
            let key = Cipher::generate().await?;
            // `add` loses against another tab that stored one meanwhile; then that one counts.
            let added = self
                .write(KEYS, |store| store.add_with_key(&key, &KEY_NAME.into()).map(drop))
                .await;
            match added {
                // This is how Firefox says that it lost. If there is no key then, it means what it says.
                Err(error) if error.name() == "AbortError" => broken_off = Some(error),
                Err(error) if error.name() != "ConstraintError" => return Err(error),
                _ => {}
            }
        }
    }

    async fn write(
        &self,
        store: &str,
        request: impl FnOnce(&IdbObjectStore) -> Result<(), JsValue>,
    ) -> Result<(), JsError> {
        // Creates the stores if need be; connections for writing never do.
        drop(self.reader().await?);
        let connection = Connection::open(&self.database).await?;
        let transaction = connection.begin(&[store], Durability::Strict)?.ok_or_else(|| {
            JsError::new("InvalidStateError", "the browser closed the database at once")
        })?;
        transaction.run(|stores| request(&stores.store(store)?)).await
    }
}

#[core_async::async_trait]
impl SecureStore for WebCryptoSecureStore {
    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::NonExtractableKey
    }

    async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        let operation = "secrets.put";
        check_name(name, operation)?;
        if secret.expose().len() > LONGEST_SECRET {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("a secret has at most 64 KiB"));
        }
        let put = async {
            // Sealed before the transaction begins: it would not wait for the cipher.
            let sealed = self.cipher().await?.seal(name, secret.expose()).await?;
            let sealed = Uint8Array::from(&sealed[..]);
            self.write(SECRETS, |store| store.put_with_key(&sealed, &name.into()).map(drop)).await
        };
        put.await.map_err(|error: JsError| error.at(operation))
    }

    async fn get(&self, name: &str) -> Result<Option<Secret>> {
        let operation = "secrets.get";
        check_name(name, operation)?;
        let failed = |error: JsError| error.at(operation);
        let reader = self.reader().await.map_err(failed)?;
        let Some(sealed) = reader.get(SECRETS, &name.into()).await.map_err(failed)? else {
            return Ok(None);
        };
        let key = reader.get(KEYS, &KEY_NAME.into()).await.map_err(failed)?;
        drop(reader);
        let plain = match (sealed.dyn_ref::<Uint8Array>(), key) {
            (Some(sealed), Some(key)) => {
                let cipher = Cipher::new(key.unchecked_into());
                cipher.open(name, &sealed.to_vec()).await.map_err(failed)?
            }
            _ => None,
        };
        let plain = plain.ok_or_else(|| {
            BridgeError::new(ErrorKind::Corrupt, operation)
                .with_detail("the stored secret does not decrypt; sign in again")
        })?;
        Ok(Some(Secret::new(plain)))
    }

    async fn remove(&self, name: &str) -> Result<()> {
        let operation = "secrets.remove";
        check_name(name, operation)?;
        let removed = self.write(SECRETS, |store| store.delete(&name.into()).map(drop)).await;
        removed.map_err(|error| error.at(operation))
    }

    async fn names(&self) -> Result<Vec<String>> {
        let names = async { self.reader().await?.keys(SECRETS).await };
        let names = names.await.map_err(|error: JsError| error.at("secrets.names"))?;
        let mut names: Vec<_> = names.iter().filter_map(JsValue::as_string).collect();
        // IndexedDB sorts by UTF-16 units.
        names.sort();
        Ok(names)
    }
}

fn check_name(name: &str, operation: &'static str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail("a name has 1 to 255 bytes"))
}
