//! Writing to a database, with the durability asked for and the reason when it fails.

use std::cell::Cell;
use std::rc::Rc;

use bridge_traits::Durability;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbTransaction};

use super::VERSION;
use crate::host::{JsError, Listener, method, once, scope};

/// A connection that gives way: it closes itself when another tab wants to delete or upgrade the
/// database, and knows when the browser has closed it.
#[derive(Debug)]
pub(crate) struct Connection {
    database: IdbDatabase,
    is_open: Rc<Cell<bool>>,
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
        let is_open = Rc::new(Cell::new(true));
        let give_way = Listener::new(&database, "versionchange", {
            let (is_open, database) = (Rc::clone(&is_open), database.clone());
            move |_| {
                is_open.set(false);
                database.close();
            }
        });
        let closed = Listener::new(&database, "close", {
            let is_open = Rc::clone(&is_open);
            move |_| is_open.set(false)
        });
        Self { database, is_open, _listeners: [give_way, closed] }
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
        if !self.is_open.get() {
            return Ok(None);
        }
        let begun = transaction(&self.database, stores, durability);
        match begun.map_err(JsError::from) {
            Ok(inner) => Ok(Some(Transaction(inner))),
            // Some browsers close a connection without a `close` event.
            Err(error) if error.name() == "InvalidStateError" => Ok(None),
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

/// A transaction under way.
#[derive(Debug)]
pub(crate) struct Transaction(IdbTransaction);

impl Transaction {
    /// Issues `requests` and waits until all of them are committed, or none of them is.
    ///
    /// That a single request succeeded says nothing: a full disk shows only when the whole
    /// transaction is aborted.
    pub(crate) async fn run(
        self,
        requests: impl FnOnce(&Self) -> Result<(), JsValue>,
    ) -> Result<(), JsError> {
        let finished = once(&self.0, &[("complete", true), ("abort", false)]);
        if let Err(error) = requests(&self) {
            // It fails only if the transaction is over, and then there is nothing to take back.
            self.0.abort().ok();
            return Err(error.into());
        }
        // Saves waiting for the requests to answer one by one; without it the commit comes by
        // itself. (web-sys calls it deprecated; IndexedDB 3.0 does not.)
        if let Some(commit) = method(&self.0, "commit") {
            commit.call0(&self.0).ok();
        }
        if finished.await {
            return Ok(());
        }
        Err(self.0.error().map_or_else(
            || JsError::new("AbortError", "the browser broke off the transaction"),
            |reason| JsValue::from(reason).into(),
        ))
    }

    /// One of the stores named in [`Connection::begin`].
    pub(crate) fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.0.object_store(name)
    }
}

/// A transaction with a durability, which web-sys counts as unstable.
fn transaction(
    database: &IdbDatabase,
    stores: &[&str],
    durability: Durability,
) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().copied().map(JsValue::from_str).collect();
    let options = Object::new();
    let durability = if durability == Durability::Strict { "strict" } else { "relaxed" };
    Reflect::set(&options, &"durability".into(), &durability.into())?;
    let begin = method(database, "transaction")
        .ok_or_else(|| JsValue::from_str("a database has no transactions"))?;
    Ok(begin.call3(database, &stores, &"readwrite".into(), &options)?.unchecked_into())
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
