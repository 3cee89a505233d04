//! A connection to a database, and its transactions.

use bridge_traits::Durability;
use core_async::sync::CancellationToken;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbTransaction};

use super::{Reading, Transaction, VERSION};
use crate::host::{JsError, Listener, method, once, scope};

/// A connection that gives way: it closes itself when another tab wants to delete or upgrade the
/// database, and knows when the browser has closed it.
#[derive(Debug)]
pub(crate) struct Connection {
    database: IdbDatabase,
    closed: CancellationToken,
    _listeners: [Listener; 2],
}

impl Connection {
    /// Opens a database that exists.
    ///
    /// One that does not is not created: the request then fails with an `AbortError`.
    pub(crate) async fn open(name: &str) -> Result<Self, JsError> {
        let request = factory()?.open_with_u32(name, VERSION)?;
        let refused = Listener::new(&request, "upgradeneeded", {
            let request = request.clone();
            move |_| {
                if let Some(upgrade) = request.transaction() {
                    upgrade.abort().ok();
                }
            }
        });
        let succeeded = once(&request, &[("success", true), ("error", false)]).await;
        drop(refused);
        if !succeeded {
            return Err(failure_of(&request));
        }
        Ok(Self::new(request.result()?.unchecked_into()))
    }

    fn new(database: IdbDatabase) -> Self {
        let closed = CancellationToken::new();
        let give_way = Listener::new(&database, "versionchange", {
            let (closed, database) = (closed.clone(), database.clone());
            move |_| {
                database.close();
                closed.cancel();
            }
        });
        let told = Listener::new(&database, "close", {
            let closed = closed.clone();
            move |_| closed.cancel()
        });
        Self { database, closed, _listeners: [give_way, told] }
    }

    /// Cancelled once the connection has given way to another tab, or the browser has closed it.
    pub(crate) fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    /// Begins a transaction over `stores`; `None` if the connection has been closed meanwhile.
    ///
    /// The caller issues all requests before its next `await`: a transaction without pending
    /// requests commits as soon as the event loop turns.
    pub(crate) fn begin(
        &self,
        stores: &[&str],
        durability: Durability,
    ) -> Result<Option<Transaction>, JsError> {
        let durability = if durability == Durability::Strict { "strict" } else { "relaxed" };
        Ok(self.transaction(stores, "readwrite", durability)?.map(Transaction::new))
    }

    /// Begins to read `stores` as they are now; `None` if the connection has been closed
    /// meanwhile. Nothing that others write is seen until all has been read.
    pub(crate) fn read(&self, stores: &[&str]) -> Result<Option<Reading>, JsError> {
        Ok(self.transaction(stores, "readonly", "default")?.map(Reading::new))
    }

    fn transaction(
        &self,
        stores: &[&str],
        mode: &str,
        durability: &str,
    ) -> Result<Option<IdbTransaction>, JsError> {
        if self.closed.is_cancelled() {
            return Ok(None);
        }
        match transaction(&self.database, stores, mode, durability).map_err(JsError::from) {
            Ok(transaction) => Ok(Some(transaction)),
            // Some browsers close a connection without a `close` event.
            Err(error) if error.name() == "InvalidStateError" => {
                self.closed.cancel();
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Transactions that have begun are finished first.
        self.database.close();
    }
}

/// A transaction with a durability, which web-sys counts as unstable.
fn transaction(
    database: &IdbDatabase,
    stores: &[&str],
    mode: &str,
    durability: &str,
) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().copied().map(JsValue::from_str).collect();
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &durability.into())?;
    let begin = method(database, "transaction")
        .ok_or_else(|| JsValue::from_str("a database has no transactions"))?;
    Ok(begin.call3(database, &stores, &mode.into(), &options)?.unchecked_into())
}

fn factory() -> Result<IdbFactory, JsError> {
    scope()
        .indexed_db()?
        .ok_or_else(|| JsError::new("NotSupportedError", "there is no indexedDB here"))
}

fn failure_of(request: &IdbOpenDbRequest) -> JsError {
    match request.error() {
        Ok(Some(reason)) => JsValue::from(reason).into(),
        _ => JsError::new("UnknownError", "the database could not be opened"),
    }
}
