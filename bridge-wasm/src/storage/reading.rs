//! Reading a consistent state, with several requests under way at once.

use wasm_bindgen::JsValue;
use web_sys::{IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use crate::host::{JsError, once};

/// A transaction that reads.
///
/// It ends as soon as none of its requests is under way, so ask for everything before waiting for
/// anything: a task need not be woken before the browser has gone on.
#[derive(Debug)]
pub(crate) struct Reading(IdbTransaction);

impl Reading {
    pub(super) fn new(transaction: IdbTransaction) -> Self {
        Self(transaction)
    }

    /// Asks for the value of `key`, `undefined` if there is none. The request is under way when
    /// this returns.
    pub(crate) fn get(
        &self,
        store: &str,
        key: &JsValue,
    ) -> impl Future<Output = Result<JsValue, JsError>> + use<> {
        answer(self.store(store).and_then(|store| store.get(key)))
    }

    /// Asks for all values in a range of keys, in the order of the keys.
    pub(crate) fn get_all(
        &self,
        store: &str,
        range: &IdbKeyRange,
    ) -> impl Future<Output = Result<JsValue, JsError>> + use<> {
        answer(self.store(store).and_then(|store| store.get_all_with_key(range)))
    }

    /// Asks for all keys in a range.
    pub(crate) fn keys(
        &self,
        store: &str,
        range: &IdbKeyRange,
    ) -> impl Future<Output = Result<JsValue, JsError>> + use<> {
        answer(self.store(store).and_then(|store| store.get_all_keys_with_key(range)))
    }

    fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.0.object_store(name)
    }
}

fn answer(
    request: Result<IdbRequest, JsValue>,
) -> impl Future<Output = Result<JsValue, JsError>> + use<> {
    let asked = request.map(|request| {
        let answered = once(&request, &[("success", true), ("error", false)]);
        (request, answered)
    });
    async move {
        let (request, answered) = asked?;
        if answered.await {
            return Ok(request.result()?);
        }
        Err(match request.error() {
            Ok(Some(reason)) => JsValue::from(reason).into(),
            _ => JsError::new("UnknownError", "a value could not be read"),
        })
    }
}
