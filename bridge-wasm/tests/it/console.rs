//! The console, listened to.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

const METHODS: [&str; 4] = ["debug", "info", "warn", "error"];

/// Takes the lines the console gets, until it is dropped.
pub(crate) struct Console {
    console: JsValue,
    lines: Array,
    methods: [JsValue; 4],
}

impl Console {
    pub(crate) fn listen() -> Self {
        let console = Reflect::get(&js_sys::global(), &"console".into()).unwrap();
        let (lines, push) = (Array::new(), Function::new_with_args("line", "this.push(line)"));
        let methods = METHODS.map(|name| {
            let method = Reflect::get(&console, &name.into()).unwrap();
            Reflect::set(&console, &name.into(), &push.bind0(&lines)).unwrap();
            method
        });
        Self { console, lines, methods }
    }

    /// Every line so far.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n").into()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        for (name, method) in METHODS.iter().zip(&self.methods) {
            Reflect::set(&self.console, &(*name).into(), method.unchecked_ref()).unwrap();
        }
    }
}
