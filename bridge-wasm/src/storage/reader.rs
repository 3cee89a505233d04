//! Creating and reading a database, through rexie.

use std::future::Future;
use std::rc::Rc;

use core_async::task;
use rexie::{KeyRange, ObjectStore, Rexie, TransactionMode};
use wasm_bindgen::JsValue;

use super::VERSION;
use crate::host::JsError;

/// A connection for reading. It is meant to be short-lived: open, read, drop.
#[derive(Debug)]
pub(crate) struct Reader(Rc<Open>);

/// What is closed with whoever used it last.
#[derive(Debug)]
struct Open(Option<Rexie>);

impl Reader {
    /// Opens the database `name`, creating it with `stores` if there is none.
    pub(crate) async fn open(name: &str, stores: &[&str]) -> Result<Self, JsError> {
        let mut builder = Rexie::builder(name).version(VERSION);
        for store in stores {
            builder = builder.add_object_store(ObjectStore::new(store));
        }
        to_the_end(async { Ok(Self(Rc::new(Open(Some(builder.build().await?))))) }).await
    }

    /// The value of `key`.
    pub(crate) async fn get(&self, store: &str, key: &JsValue) -> Result<Option<JsValue>, JsError> {
        let key = key.clone();
        self.ask(store, async |store| store.get(key).await).await
    }

    /// The first `limit` values in a range of keys, in the order of the keys.
    pub(crate) async fn values(
        &self,
        store: &str,
        range: Option<KeyRange>,
        limit: u32,
    ) -> Result<Vec<JsValue>, JsError> {
        self.ask(store, async move |store| store.get_all(range, Some(limit)).await).await
    }

    /// Every key.
    pub(crate) async fn keys(&self, store: &str) -> Result<Vec<JsValue>, JsError> {
        self.ask(store, async |store| store.get_all_keys(None, None).await).await
    }

    /// Asks a store, in a transaction of its own, which ends by itself after the request.
    async fn ask<T: 'static>(
        &self,
        store: &str,
        request: impl AsyncFnOnce(rexie::Store) -> rexie::Result<T> + 'static,
    ) -> Result<T, JsError> {
        let (open, store) = (Rc::clone(&self.0), store.to_owned());
        to_the_end(async move {
            let database = open.0.as_ref().expect("it is only taken when this is dropped");
            let transaction = database.transaction(&[&store], TransactionMode::ReadOnly)?;
            request(transaction.store(&store)?).await
        })
        .await
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Rexie does not close a connection that is merely dropped, and an open one keeps other
        // tabs from deleting or upgrading the database.
        if let Some(database) = self.0.take() {
            database.close();
        }
    }
}

/// Waits for a request, which ends even if nobody waits for it any more: what the browser calls when it
/// is done would be gone with it, and that is an error that nobody catches.
async fn to_the_end<T: 'static>(
    request: impl Future<Output = rexie::Result<T>> + 'static,
) -> Result<T, JsError> {
    match task::spawn(request).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(JsError::new("UnknownError", "a request was broken off by a fault")),
    }
}
