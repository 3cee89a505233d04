//! Creating and reading a database, through rexie.

use rexie::{KeyRange, ObjectStore, Rexie, TransactionMode};
use wasm_bindgen::JsValue;

use super::VERSION;
use crate::host::JsError;

/// A connection for reading. It is meant to be short-lived: open, read, drop.
#[derive(Debug)]
pub(crate) struct Reader(Option<Rexie>);

impl Reader {
    /// Opens the database `name`, creating it with `stores` if there is none.
    pub(crate) async fn open(name: &str, stores: &[&str]) -> Result<Self, JsError> {
        let mut builder = Rexie::builder(name).version(VERSION);
        for store in stores {
            builder = builder.add_object_store(ObjectStore::new(store));
        }
        Ok(Self(Some(builder.build().await?)))
    }

    /// The value of `key`.
    pub(crate) async fn get(&self, store: &str, key: &JsValue) -> Result<Option<JsValue>, JsError> {
        Ok(self.store(store)?.get(key.clone()).await?)
    }

    /// The first `limit` values in a range of keys, in the order of the keys.
    pub(crate) async fn values(
        &self,
        store: &str,
        range: Option<KeyRange>,
        limit: u32,
    ) -> Result<Vec<JsValue>, JsError> {
        Ok(self.store(store)?.get_all(range, Some(limit)).await?)
    }

    /// Every key.
    pub(crate) async fn keys(&self, store: &str) -> Result<Vec<JsValue>, JsError> {
        Ok(self.store(store)?.get_all_keys(None, None).await?)
    }

    /// A store in a transaction of its own, which ends by itself after the next request.
    fn store(&self, name: &str) -> Result<rexie::Store, JsError> {
        let database = self.0.as_ref().expect("it is only taken when this is dropped");
        Ok(database.transaction(&[name], TransactionMode::ReadOnly)?.store(name)?)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Rexie does not close a connection that is merely dropped, and an open one keeps other
        // tabs from deleting or upgrading the database.
        if let Some(database) = self.0.take() {
            database.close();
        }
    }
}
