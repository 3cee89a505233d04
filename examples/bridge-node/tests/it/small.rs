//! Clock, random numbers, log lines, settings.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use bridge_conformance::logger::LoggerUnderTest;
use bridge_conformance::{
    Place, clock_conformance, logger_conformance, randomness_conformance, settings_conformance,
};
use bridge_node::{FileSettings, NodeClock, NodeRandomness, StderrLogger};
use bridge_traits::{Clock, Randomness, SettingsStore};
use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::support::Directory;

clock_conformance!(running: async { Arc::new(NodeClock::new()) as Arc<dyn Clock> });

randomness_conformance!(async { Arc::new(NodeRandomness::new()) as Arc<dyn Randomness> });

settings_conformance!(durable: async {
    let directory = Directory::new();
    Place::<dyn SettingsStore>::durable(move || {
        let store: Arc<dyn SettingsStore> =
            Arc::new(FileSettings::new(directory.path("settings.json")));
        std::future::ready(store)
    })
});

logger_conformance!(async {
    let capture = Capture::start();
    LoggerUnderTest::new(Arc::new(StderrLogger::new()), move || capture.text())
});

/// Takes what is written to standard error for as long as it lives.
struct Capture {
    written: Rc<RefCell<String>>,
    stderr: JsValue,
    original: JsValue,
    _replacement: Closure<dyn FnMut(String) -> bool>,
}

impl Capture {
    fn start() -> Self {
        let process = Reflect::get(&js_sys::global(), &"process".into()).unwrap();
        let stderr = Reflect::get(&process, &"stderr".into()).unwrap();
        let original = Reflect::get(&stderr, &"write".into()).unwrap();
        let written = Rc::new(RefCell::new(String::new()));
        let replacement = Closure::new({
            let written = Rc::clone(&written);
            move |text: String| {
                written.borrow_mut().push_str(&text);
                true
            }
        });
        let function: &Function = replacement.as_ref().unchecked_ref();
        Reflect::set(&stderr, &"write".into(), function).unwrap();
        Self { written, stderr, original, _replacement: replacement }
    }

    fn text(&self) -> String {
        self.written.borrow().clone()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        Reflect::set(&self.stderr, &"write".into(), &self.original).unwrap();
    }
}
