//! Something that happens again and again.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::instant::Instant;
use super::sleep::{Sleep, sleep_until};

/// How late a tick may be before it counts as missed: a timer is allowed to be a little late.
const TOLERANCE: Duration = Duration::from_millis(5);

/// Ticks now and then once per `period`.
///
/// Ticks that nobody waited for are made up for at once, unless
/// [another behaviour](MissedTickBehavior) is set.
///
/// # Panics
///
/// Panics if `period` is zero.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    interval_at(Instant::now(), period)
}

/// Ticks at `start` and then once per `period`.
///
/// # Panics
///
/// Panics if `period` is zero.
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "the period of an interval must not be zero");
    let delay = Box::pin(sleep_until(start));
    Interval { delay, period, missed: MissedTickBehavior::default() }
}

/// What an [`Interval`] does about ticks that came and went while nobody waited.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MissedTickBehavior {
    /// Makes up for them at once, until it is back in time.
    #[default]
    Burst,
    /// Forgets them and ticks one period after the late tick.
    Delay,
    /// Forgets them and ticks at the next multiple of the period since the start.
    Skip,
}

impl MissedTickBehavior {
    /// Returns when the tick after the one `due` is, which was taken at `now`, too late.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            Self::Burst => due.later(period),
            Self::Delay => now.later(period),
            Self::Skip => now.later(period - remainder(now - due, period)),
        }
    }
}

/// Returns `elapsed` modulo `period`.
fn remainder(elapsed: Duration, period: Duration) -> Duration {
    let nanos = elapsed.as_nanos() % period.as_nanos();
    let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
    let rest = u32::try_from(nanos % 1_000_000_000).unwrap_or_default();
    Duration::new(seconds, rest)
}

/// Future-like source of ticks; see [`interval`].
#[derive(Debug)]
pub struct Interval {
    // Its deadline is the next tick.
    delay: Pin<Box<Sleep>>,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick and returns the instant at which it was due.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no tick.
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    /// Polls for the next tick.
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(self.delay.as_mut().poll(cx));
        let due = self.delay.deadline();
        let now = Instant::now();
        let next = if now > due.later(TOLERANCE) {
            self.missed.next(due, now, self.period)
        } else {
            due.later(self.period)
        };
        self.reset_at(next);
        Poll::Ready(due)
    }

    /// Lets the next tick be one period from now.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// Lets the next tick be now.
    pub fn reset_immediately(&mut self) {
        self.reset_at(Instant::now());
    }

    /// Lets the next tick be `delay` from now.
    pub fn reset_after(&mut self, delay: Duration) {
        self.reset_at(Instant::after(delay));
    }

    /// Lets the next tick be at `deadline`.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.delay.as_mut().reset(deadline);
    }

    /// Returns what happens about missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what happens about missed ticks.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// Returns the time between two ticks.
    pub fn period(&self) -> Duration {
        self.period
    }
}
