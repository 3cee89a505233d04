//! The clock and the timer that the page, worker or worklet has.

use std::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::{Date, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Performance;

/// The longest delay `setTimeout` keeps; it reads a longer one as zero. Unit tests cannot wait for 24
/// days, so their delays take several timers already when they are short.
const LONGEST: Duration = Duration::from_millis(if cfg!(test) { 7 } else { 0x7fff_ffff });

thread_local! {
    // Not an imported binding: two copies of this crate meet in its own unit tests, and bindings may not.
    static PERFORMANCE: Option<Performance> = {
        let found = Reflect::get(&js_sys::global(), &JsValue::from_str("performance"));
        found.ok().filter(JsValue::is_object).map(JsCast::unchecked_into)
    };
}

/// Returns the time on a clock that is meant for measuring, in milliseconds since some moment.
///
/// An `AudioWorklet` has no such clock, so there it is the audio's; anywhere else the wall clock is
/// better than nothing.
pub(super) fn now_ms() -> f64 {
    let measured = PERFORMANCE.with(|clock| clock.as_ref().map(Performance::now));
    measured.or_else(audio_ms).unwrap_or_else(Date::now)
}

fn audio_ms() -> Option<f64> {
    let seconds = Reflect::get(&js_sys::global(), &JsValue::from_str("currentTime")).ok()?;
    Some(seconds.as_f64()? * 1_000.0)
}

/// A timer that is running; dropping it stops it.
#[derive(Debug)]
pub(super) struct HostTimer {
    _timeout: Timeout,
}

impl HostTimer {
    /// Calls `handler` after `delay`, or earlier if that is too long for one timer.
    ///
    /// `None` where there are no timers: in an `AudioWorklet`.
    pub(super) fn start(handler: fn(), delay: Duration) -> Option<Self> {
        let has_timers = Reflect::has(&js_sys::global(), &JsValue::from_str("setTimeout"));
        has_timers
            .is_ok_and(|it| it)
            .then(|| Self { _timeout: Timeout::new(milliseconds(delay), handler) })
    }
}

/// Returns how much of `delay` one timer can cover, in whole milliseconds, rounded up.
fn milliseconds(delay: Duration) -> u32 {
    let whole = delay.min(LONGEST).as_nanos().div_ceil(1_000_000);
    u32::try_from(whole).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[core_async::test]
    async fn timers_are_rounded_up_and_capped() {
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_micros(2_001)), 3);
        assert_eq!(milliseconds(Duration::from_millis(7)), 7);
        assert_eq!(milliseconds(Duration::from_millis(8)), 7);
        assert_eq!(milliseconds(Duration::MAX), 7);
    }
}
