//! Clocks, delays and deadlines.
//!
//! Delays never end early, and durations of any length are accepted: what does not fit is treated as
//! "far in the future". A delay costs nothing until its future is polled.

pub use std::time::Duration;

pub use crate::sys::time::{
    Instant, Interval, MissedTickBehavior, Sleep, SystemTime, Timeout, UNIX_EPOCH, interval,
    interval_at, sleep, sleep_until, timeout, timeout_at,
};

/// Errors of this module.
pub mod error {
    pub use crate::sys::time::Elapsed;
}

/// Returns the wall clock's time in milliseconds since 1970-01-01 00:00 UTC.
///
/// A clock set before 1970 reads as 0.
pub fn now_millis() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
