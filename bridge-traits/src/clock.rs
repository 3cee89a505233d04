//! The time of day and a steady clock, injected so that tests decide what time it is.

use std::fmt;
use std::time::Duration;

use crate::{PlatformSend, PlatformSync};

/// What time it is.
///
/// # Contract
///
/// * [`unix_millis`](Clock::unix_millis) is milliseconds since 1970-01-01 UTC; it may jump.
/// * [`monotonic`](Clock::monotonic) never goes backwards within one clock value.
pub trait Clock: fmt::Debug + PlatformSend + PlatformSync {
    /// Milliseconds since the Unix epoch.
    fn unix_millis(&self) -> u64;

    /// Time since an arbitrary fixed point; differences are meaningful, values are not.
    fn monotonic(&self) -> Duration;
}
