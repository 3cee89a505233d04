//! Small tools of the tests.

use bridge_node::NodeRandomness;
use bridge_traits::Randomness;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "node:fs")]
extern "C" {
    #[wasm_bindgen(js_name = mkdirSync)]
    fn make_directory(path: &str);
    #[wasm_bindgen(js_name = rmSync)]
    fn remove(path: &str, options: &JsValue);
}

#[wasm_bindgen(module = "node:os")]
extern "C" {
    fn tmpdir() -> String;
}

/// A fresh, empty directory that goes away with this value.
#[derive(Debug)]
pub(crate) struct Directory(String);

impl Directory {
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 8];
        NodeRandomness::new().fill(&mut bytes).unwrap();
        let name = format!("bridge-node-{:016x}", u64::from_le_bytes(bytes));
        let path = format!("{}/{name}", tmpdir());
        make_directory(&path);
        Self(path)
    }

    /// A path below it.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let options = js_sys::JSON::parse(r#"{"recursive": true, "force": true}"#).unwrap();
        remove(&self.0, &options);
    }
}

/// Runs a piece of JavaScript, the body of an async function of `fs` and `argument`: for looking at
/// the disk from outside.
pub(crate) async fn javascript(body: &str, argument: &str) -> JsValue {
    let code = format!(
        "const fs = process.getBuiltinModule('node:fs');
         return (async () => {{ {body} }})()"
    );
    let function = Function::new_with_args("argument", &code);
    let promise: Promise =
        function.call1(&JsValue::NULL, &argument.into()).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap_or_else(|error| panic!("{error:?}"))
}
