//! Clocks, delays and deadlines.
//!
//! Delays never end early, and durations of any length are accepted: what does not fit is treated as
//! "far in the future". A delay costs nothing until its future is polled.
//!
//! # Late timers
//!
//! A browser slows the timers of a hidden page down and freezes pages altogether; a machine sleeps.
//! Afterwards everything that was due fires at once. An [`Interval`] then does what its
//! [`MissedTickBehavior`] says, [`tick`] says how many ticks were missed, and [`jumps`] tells whoever
//! has to react to the gap itself.
//!
//! # Tests
//!
//! With the `test` feature time can be paused: `#[core_async::test(start_paused = true)]`, `pause`,
//! `resume` and `advance`. While it is paused, the clock goes on to the next timer as soon as there is
//! nothing else to do, so a test of an hour takes no time. The wall clock is not paused.
//!
//! # In an `AudioWorklet`
//!
//! There are no timers and no messages to oneself in a browser's `AudioWorklet`. There the clock is the
//! audio's, and timers fire and yielded tasks go on when the worklet calls [`fire_due`], once per block.
//! [`sync`](crate::sync) is the same as anywhere else. wasm-bindgen's glue wants a `TextDecoder` and a
//! `TextEncoder` there, which the worklet's script has to bring.

mod jumps;
mod tick;

pub use std::time::Duration;

pub use jumps::{Jump, Jumps, jumps};
pub use tick::{Tick, tick};

pub use crate::sys::time::{
    Instant, Interval, MissedTickBehavior, Sleep, SystemTime, Timeout, UNIX_EPOCH, fire_due,
    interval, interval_at, sleep, sleep_until, timeout, timeout_at,
};
#[cfg(feature = "test")]
pub use crate::sys::time::{advance, pause, resume};

/// Errors of this module.
pub mod error {
    pub use crate::sys::time::{Elapsed, Error};
}

/// Returns the wall clock's time in milliseconds since 1970-01-01 00:00 UTC.
///
/// A clock set before 1970 reads as 0.
pub fn now_millis() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
