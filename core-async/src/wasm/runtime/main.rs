//! Entry from JavaScript.

use std::fmt::Debug;
use std::future::Future;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::main_options::MainOptions;
use crate::sys::time::begin_test;

/// The body of a `#[core_async::main]` function: `main` returns while `future` goes on.
pub fn run_main<F>(options: MainOptions, future: F)
where
    F: Future<Output: MainOutput> + 'static,
{
    if options.start_paused {
        begin_test(true);
    }
    wasm_bindgen_futures::spawn_local(async move { future.await.report() });
}

/// What an asynchronous `main` may return.
pub trait MainOutput {
    /// Tells the person at the console about a failure.
    fn report(self);
}

impl MainOutput for () {
    fn report(self) {}
}

impl<T: MainOutput, E: Debug> MainOutput for Result<T, E> {
    fn report(self) {
        match self {
            Ok(output) => output.report(),
            Err(failure) => console_error(&format!("Error: {failure:?}")),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}
