//! Timers of the event loop and the browser's clocks.

mod interval;
mod sleep;
mod timeout;

pub use web_time::{Instant, SystemTime, UNIX_EPOCH};

pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
