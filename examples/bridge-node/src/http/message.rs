//! Requests and answers as Node sees them.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "node:http")]
extern "C" {
    #[wasm_bindgen(catch, js_name = request)]
    pub(super) fn request(url: &str, options: &JsValue) -> Result<ClientRequest, JsValue>;
}

#[wasm_bindgen(module = "node:https")]
extern "C" {
    #[wasm_bindgen(catch, js_name = request)]
    pub(super) fn request_encrypted(url: &str, options: &JsValue)
    -> Result<ClientRequest, JsValue>;
}

#[wasm_bindgen(module = "node:events")]
extern "C" {
    // Rejects when the emitter reports an error first.
    #[wasm_bindgen(js_name = once)]
    pub(super) fn once(emitter: &ClientRequest, event: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    pub(super) type ClientRequest;

    #[wasm_bindgen(method)]
    fn on(this: &ClientRequest, event: &str, listener: &Function);
    // One more value of a header.
    #[wasm_bindgen(method, catch, js_name = appendHeader)]
    pub(super) fn append_header(
        this: &ClientRequest,
        name: &str,
        value: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    pub(super) fn end(this: &ClientRequest);
    #[wasm_bindgen(method, js_name = end)]
    pub(super) fn end_with(this: &ClientRequest, body: &Uint8Array);
    #[wasm_bindgen(method)]
    pub(super) fn destroy(this: &ClientRequest);

    #[derive(Clone, Debug)]
    pub(super) type IncomingMessage;

    #[wasm_bindgen(method, getter, js_name = statusCode)]
    pub(super) fn status(this: &IncomingMessage) -> u16;
    // Names and values by turns.
    #[wasm_bindgen(method, getter, js_name = rawHeaders)]
    pub(super) fn raw_headers(this: &IncomingMessage) -> Array;
    // Whether all of it has arrived.
    #[wasm_bindgen(method, getter, js_name = complete)]
    pub(super) fn is_complete(this: &IncomingMessage) -> bool;
}

/// A request that is given up, and its connection closed, when this is dropped before its end.
#[derive(Debug)]
pub(super) struct Exchange(Option<ClientRequest>);

impl Exchange {
    pub(super) fn new(request: ClientRequest) -> Self {
        // Node ends the process for an error nobody listens to, also when it no longer matters.
        request.on("error", &Function::new_no_args(""));
        Self(Some(request))
    }

    /// Everything has arrived; the connection may serve another request.
    pub(super) fn finish(&mut self) {
        self.0 = None;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(request) = &self.0 {
            request.destroy();
        }
    }
}
