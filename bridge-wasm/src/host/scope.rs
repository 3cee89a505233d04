//! The global scope, reached the same way in workers and windows.

use bridge_traits::Result;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageManager, WorkerGlobalScope, WorkerNavigator};

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

/// Whether the page is cross-origin isolated, which shared memory needs.
pub fn is_cross_origin_isolated() -> bool {
    property(&js_sys::global(), "crossOriginIsolated").is_some_and(|value| value.is_truthy())
}
