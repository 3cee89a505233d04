//! tokio's timer wheel and the operating system's clocks.

pub use std::time::{SystemTime, UNIX_EPOCH};

pub use tokio::time::error::{Elapsed, Error};
pub use tokio::time::{
    Instant, Interval, MissedTickBehavior, Sleep, Timeout, interval, interval_at, sleep,
    sleep_until, timeout, timeout_at,
};
#[cfg(feature = "test")]
pub use tokio::time::{advance, pause, resume};

/// Fires the timers that are due, where nobody else does: in an `AudioWorklet`.
///
/// Call it once per block there. Anywhere else it changes nothing.
pub fn fire_due() {}

/// Every test has a runtime with a clock of its own.
pub fn begin_test(_paused: bool) {}
