//! Places in a browser that a test has to start itself. They load the module of these tests once more, from where
//! the test runner serves it.

#[cfg(panic = "abort")]
mod crash;
mod worklet;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Runs the body of an asynchronous JavaScript function.
async fn javascript(body: &str) -> JsValue {
    let addresses = "
        const glue = `${location.origin}/wasm-bindgen-test.js`;
        const wasm = `${location.origin}/wasm-bindgen-test_bg.wasm`;";
    let function =
        Function::new_no_args(&format!("return (async () => {{ {addresses} {body} }})();"));
    let promise: Promise = function.call0(&JsValue::UNDEFINED).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap()
}
