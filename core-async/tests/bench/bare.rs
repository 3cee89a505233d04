//! The browser's own means, without this crate.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A task that nobody can wait for.
#[expect(clippy::disallowed_methods, reason = "this is what core-async is compared with")]
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

/// `setTimeout` as a promise.
pub(crate) async fn sleep(milliseconds: i32) {
    let set_timeout = Reflect::get(&js_sys::global(), &JsValue::from_str("setTimeout")).unwrap();
    let set_timeout: Function = set_timeout.dyn_into().unwrap();
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout.call2(&JsValue::UNDEFINED, &resolve, &JsValue::from(milliseconds)).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}
