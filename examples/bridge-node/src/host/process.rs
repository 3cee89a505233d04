//! The process, and small JavaScript objects.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = process, js_name = pid)]
    static PROCESS_ID: f64;
    #[wasm_bindgen(thread_local_v2, js_namespace = process, js_name = platform)]
    static PLATFORM: String;
}

/// The number of this process.
pub(crate) fn process_id() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is one")]
    PROCESS_ID.with(|number| *number as u64)
}

/// The name of the operating system, such as `linux`.
pub(crate) fn platform() -> String {
    PLATFORM.with(Clone::clone)
}

/// Whether this is Windows, where names have other rules.
pub(crate) fn is_windows() -> bool {
    platform() == "win32"
}

/// An object with these fields, as the options of so many calls are.
pub(crate) fn options(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // It only fails for what is not an object, or a frozen one.
        Reflect::set(&object, &JsValue::from_str(key), value).ok();
    }
    object.into()
}
