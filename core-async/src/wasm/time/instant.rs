//! A point on the clock of [`time`](crate::time).

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use super::clock;

/// A moment on a clock that never goes back; good for measuring, meaningless elsewhere.
///
/// While time is paused, the clock stands still.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant(Duration);

impl Instant {
    /// Returns the present moment.
    pub fn now() -> Self {
        Self(clock::now())
    }

    /// Returns how long after `earlier` this is; zero if it is before.
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }

    /// Returns how long after `earlier` this is, or `None` if it is before.
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// Returns how long after `earlier` this is; zero if it is before.
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns how long ago this was; zero if it is still to come.
    pub fn elapsed(&self) -> Duration {
        Self::now() - *self
    }

    /// Returns the moment `duration` later, or `None` if the clock cannot show it.
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    /// Returns the moment `duration` earlier, or `None` if the clock cannot show it.
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    /// Returns the moment `duration` from now, or one decades away if the clock cannot show it.
    pub(super) fn after(duration: Duration) -> Self {
        Self::now().later(duration)
    }

    /// Returns the moment `duration` later, or one decades from now if the clock cannot show it.
    pub(super) fn later(self, duration: Duration) -> Self {
        const DECADES: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
        self.checked_add(duration).unwrap_or_else(|| Self::now() + DECADES)
    }

    /// Returns what the clock shows then.
    pub(super) fn shown(self) -> Duration {
        self.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0 - duration)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        self.0 -= duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.saturating_duration_since(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[core_async::test]
    async fn what_does_not_fit_is_far_away() {
        let begin = Instant::now();
        assert!(begin.later(Duration::MAX) - begin > Duration::from_secs(900_000_000));
    }
}
