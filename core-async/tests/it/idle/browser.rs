//! Counts what a page or worker is asked to do later.

use core_async::task::{AbortOnDropHandle, JoinHandle};
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Returns how often the event loop is asked for a timer, a message or a microtask in a second in which nothing
/// but `work` goes on.
pub(super) async fn counted(work: impl FnOnce() -> JoinHandle<()>) -> u64 {
    let _work = AbortOnDropHandle::new(work());
    let script = "
        const asked = [
            [globalThis, 'setTimeout'],
            [globalThis, 'setInterval'],
            [globalThis, 'queueMicrotask'],
            [MessagePort.prototype, 'postMessage'],
        ].map(([owner, name]) => ({ owner, name, original: owner[name] }));
        const later = globalThis.setTimeout.bind(globalThis);
        let count = 0;
        for (const { owner, name, original } of asked) {
            owner[name] = function (...words) {
                count += 1;
                return original.apply(this, words);
            };
        }
        return new Promise((resolve) => {
            later(() => { count = 0; }, 200);
            later(() => {
                for (const { owner, name, original } of asked) owner[name] = original;
                resolve(count);
            }, 1200);
        });";
    let counting = Function::new_no_args(script).call0(&JsValue::UNDEFINED).unwrap();
    let count = JsFuture::from(counting.unchecked_into::<Promise>()).await.unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    let count = count.as_f64().unwrap() as u64;
    count
}
