//! Node's clocks.

use std::time::Duration;

use bridge_traits::Clock;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // Monotonic, in milliseconds with a fraction, since the process began.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// `Date.now` and `performance.now`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeClock;

impl NodeClock {
    /// The clocks of this process.
    pub fn new() -> Self {
        Self
    }
}

impl Clock for NodeClock {
    fn unix_millis(&self) -> u64 {
        whole(js_sys::Date::now())
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(whole(performance_now() * 1e6))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn whole(number: f64) -> u64 {
    number as u64
}
