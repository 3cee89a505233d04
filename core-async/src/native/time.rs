//! tokio's timer wheel and the operating system's clocks.

pub use std::time::{SystemTime, UNIX_EPOCH};

pub use tokio::time::error::Elapsed;
pub use tokio::time::{
    Instant, Interval, MissedTickBehavior, Sleep, Timeout, interval, interval_at, sleep,
    sleep_until, timeout, timeout_at,
};
