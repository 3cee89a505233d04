//! Writing: everything at once, and the reason when it fails.

use futures::future::LocalBoxFuture;
use wasm_bindgen::JsValue;
use web_sys::{IdbObjectStore, IdbTransaction};

use crate::host::{JsError, method, once};

/// A transaction that writes.
#[derive(Debug)]
pub(crate) struct Transaction(IdbTransaction);

impl Transaction {
    pub(super) fn new(transaction: IdbTransaction) -> Self {
        Self(transaction)
    }

    /// Issues `requests`, and gives what waits until all of them are committed, or none of them is.
    ///
    /// That a single request succeeded says nothing: a full disk shows only when the whole
    /// transaction is aborted.
    pub(crate) fn run(
        self,
        requests: impl FnOnce(&Self) -> Result<(), JsValue>,
    ) -> LocalBoxFuture<'static, Result<(), JsError>> {
        let finished = once(&self.0, &[("complete", true), ("abort", false)]);
        let issued = requests(&self);
        if issued.is_err() {
            // It fails only if the transaction is over, and then there is nothing to take back.
            self.0.abort().ok();
        } else if let Some(commit) = method(&self.0, "commit") {
            // Saves waiting for the requests to answer one by one; without it the commit comes by
            // itself. (web-sys calls it deprecated; IndexedDB 3.0 does not.)
            commit.call0(&self.0).ok();
        }
        Box::pin(async move {
            issued?;
            if finished.await {
                return Ok(());
            }
            Err(self.0.error().map_or_else(
                || JsError::new("AbortError", "the browser broke off the transaction"),
                |reason| JsValue::from(reason).into(),
            ))
        })
    }

    /// One of the stores named in [`Connection::begin`].
    pub(crate) fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.0.object_store(name)
    }
}
