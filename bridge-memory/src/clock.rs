//! A clock that stands still until it is told to move.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bridge_traits::Clock;

/// A [`Clock`] whose time is set by the test that holds it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use bridge_memory::ManualClock;
/// use bridge_traits::Clock;
///
/// let clock = ManualClock::new(1_000);
/// clock.advance(Duration::from_secs(2));
/// assert_eq!(clock.unix_millis(), 3_000);
/// clock.set(500); // somebody corrected the wall clock
/// assert_eq!(clock.unix_millis(), 500);
/// assert_eq!(clock.monotonic(), Duration::from_secs(2));
/// ```
#[derive(Debug, Default)]
pub struct ManualClock {
    unix_millis: AtomicU64,
    monotonic_nanos: AtomicU64,
}

impl ManualClock {
    /// A clock that shows this many milliseconds since the Unix epoch.
    pub fn new(unix_millis: u64) -> Self {
        Self { unix_millis: AtomicU64::new(unix_millis), monotonic_nanos: AtomicU64::new(0) }
    }

    /// Lets time pass, for the wall clock in whole milliseconds.
    pub fn advance(&self, by: Duration) {
        self.unix_millis.fetch_add(saturate(by.as_millis()), Ordering::SeqCst);
        self.monotonic_nanos.fetch_add(saturate(by.as_nanos()), Ordering::SeqCst);
    }

    /// Makes the wall clock jump, forwards or backwards; the monotonic time does not move.
    pub fn set(&self, unix_millis: u64) {
        self.unix_millis.store(unix_millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn unix_millis(&self) -> u64 {
        self.unix_millis.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.monotonic_nanos.load(Ordering::SeqCst))
    }
}

fn saturate(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
