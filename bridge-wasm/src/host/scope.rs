//! The global scope, reached the same way in workers and windows.

use bridge_traits::Result;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager, WorkerGlobalScope, WorkerNavigator};

use super::error::{JsError, unsupported};

/// The global scope. A window is not a `WorkerGlobalScope`, but what we use of it has the same
/// names there.
pub(crate) fn scope() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// The navigator of this scope.
pub(crate) fn navigator() -> WorkerNavigator {
    scope().navigator()
}

/// Waits for a promise whose value is known to be a `T`.
pub(crate) async fn resolve<T: JsCast>(promise: Promise) -> Result<T, JsError> {
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

/// A property that may be missing.
pub(crate) fn property(target: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(target, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// A method that may be missing.
pub(crate) fn method(target: &JsValue, name: &str) -> Option<Function> {
    property(target, name)?.dyn_into().ok()
}

/// The storage manager, which only secure contexts have.
pub(crate) fn storage_manager(operation: &'static str) -> Result<StorageManager> {
    property(&navigator(), "storage")
        .map(JsCast::unchecked_into)
        .ok_or_else(|| unsupported(operation, "navigator.storage"))
}

/// Whether the browser has promised to keep what this origin stores until the user deletes it.
/// Without that promise it may throw everything away when space runs out.
///
/// # Errors
///
/// Fails with `Unsupported` outside secure contexts.
pub async fn is_storage_persisted() -> Result<bool> {
    let operation = "storage.persisted";
    let storage = storage_manager(operation)?;
    let persisted = async { resolve::<JsValue>(storage.persisted()?).await };
    Ok(persisted.await.map_err(|error| error.at(operation))?.is_truthy())
}

/// Asks the browser to keep what this origin stores until the user deletes it; says whether it
/// agreed. Some ask the user, so call it when the user has just done something worth keeping.
///
/// # Errors
///
/// Fails with `Unsupported` in workers, where no browser can be asked, and outside secure contexts.
pub async fn persist_storage() -> Result<bool> {
    let operation = "storage.persist";
    let storage = storage_manager(operation)?;
    let persist = method(&storage, "persist")
        .ok_or_else(|| unsupported(operation, "persist, which only windows have,"))?;
    let persisted = async { resolve::<JsValue>(persist.call0(&storage)?.unchecked_into()).await };
    Ok(persisted.await.map_err(|error| error.at(operation))?.is_truthy())
}

/// What this origin stores in all, and how much it may; the browser estimates both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StorageUse {
    /// Bytes in use.
    pub used: u64,
    /// Bytes in use at most.
    pub quota: u64,
}

/// How much this origin stores; `None` if the browser does not say.
///
/// # Errors
///
/// Fails with `Unsupported` outside secure contexts.
pub async fn storage_use() -> Result<Option<StorageUse>> {
    let operation = "storage.estimate";
    let storage = storage_manager(operation)?;
    let estimate = async { resolve::<StorageEstimate>(storage.estimate()?).await };
    let estimate = estimate.await.map_err(|error: JsError| error.at(operation))?;
    let both = estimate.get_usage().zip(estimate.get_quota());
    Ok(both.map(|(used, quota)| StorageUse { used: whole(used), quota: whole(quota) }))
}

/// A size that JavaScript has as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// Whether the page is cross-origin isolated, which shared memory needs.
pub fn is_cross_origin_isolated() -> bool {
    property(&js_sys::global(), "crossOriginIsolated").is_some_and(|value| value.is_truthy())
}
