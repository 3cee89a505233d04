//! The browser's clocks.

use std::time::Duration;

use bridge_traits::Clock;

use crate::host::scope;

/// `Date.now` and `performance.now`.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebClock;

impl WebClock {
    /// The browser's clocks.
    pub fn new() -> Self {
        Self
    }
}

impl Clock for WebClock {
    fn unix_millis(&self) -> u64 {
        whole(js_sys::Date::now())
    }

    fn monotonic(&self) -> Duration {
        let millis = scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now());
        // Browsers give a few microseconds at best, and never a negative time.
        Duration::from_micros(whole(millis * 1000.0))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn whole(number: f64) -> u64 {
    number as u64
}
