//! The browser's own means, without this crate.

use core_async::time::Instant;
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

/// Microseconds for one message to ourselves and back to the one who waits for it, of so many in a row, without
/// a line of Rust in between.
pub(crate) async fn messages(times: u32) -> f64 {
    let script = "
        const { port1, port2 } = new MessageChannel();
        return (async () => {
            for (let sent = 0; sent < times; sent += 1) {
                await new Promise((resolve) => {
                    port2.onmessage = resolve;
                    port1.postMessage(null);
                });
            }
            port2.close();
        })();";
    let script = Function::new_with_args("times", script);
    let start = Instant::now();
    let sent = script.call1(&JsValue::UNDEFINED, &JsValue::from(times)).unwrap();
    JsFuture::from(sent.unchecked_into::<Promise>()).await.unwrap();
    start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}
