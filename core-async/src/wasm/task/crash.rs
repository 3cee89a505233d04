//! Crashes that whoever started this worker gets to see.

use wasm_bindgen::prelude::wasm_bindgen;

// With threads, tasks are woken through promises. A trap in one of them is an unhandled rejection, of
// which the `error` event of the worker says nothing.
#[wasm_bindgen(inline_js = "
let listens = false;

export function report_traps() {
  if (listens || typeof addEventListener !== 'function') return;
  listens = true;
  addEventListener('unhandledrejection', (event) => {
    if (event.reason instanceof WebAssembly.RuntimeError) {
      event.preventDefault();
      reportError(event.reason);
    }
  });
}
")]
extern "C" {
    /// Has traps in promises reported as errors of this worker or page.
    pub(super) fn report_traps();
}
