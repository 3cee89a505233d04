//! A delay of any length on timers that hold 24.8 days.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use web_time::Instant;

/// The longest delay `setTimeout` keeps; it reads a longer one as zero. Unit tests cannot wait for 24
/// days, so their delays take several timers already when they are short.
const LONGEST_TIMER_MS: u32 = if cfg!(test) { 7 } else { i32::MAX.unsigned_abs() };

/// Waits until `duration` has passed, and never less.
///
/// Any duration is accepted; one that overflows the clock waits for decades.
///
/// # Cancellation
///
/// Dropping the future clears its timer.
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(after(duration))
}

/// Waits until `deadline`, and never less.
///
/// # Cancellation
///
/// Dropping the future clears its timer.
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline, timer: None, elapsed: false }
}

/// Returns the instant `duration` from now.
pub(super) fn after(duration: Duration) -> Instant {
    let now = Instant::now();
    later(now, duration)
}

/// Returns `instant + duration`, or an instant decades from now if there is no such instant.
pub(super) fn later(instant: Instant, duration: Duration) -> Instant {
    const DECADES: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    instant.checked_add(duration).unwrap_or_else(|| Instant::now() + DECADES)
}

/// Future of [`sleep`] and [`sleep_until`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Sleep {
    deadline: Instant,
    // `None` before the first poll and after the deadline.
    timer: Option<TimeoutFuture>,
    elapsed: bool,
}

impl Sleep {
    /// Returns the instant at which the delay ends.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Returns true once the deadline has passed.
    pub fn is_elapsed(&self) -> bool {
        self.elapsed || Instant::now() >= self.deadline
    }

    /// Moves the end of the delay; the delay may have ended before.
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        *self.get_mut() = sleep_until(deadline);
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        loop {
            // Timers may fire a little early, and long delays take several: only the clock decides.
            let left = this.deadline.saturating_duration_since(Instant::now());
            if this.elapsed || left.is_zero() {
                this.elapsed = true;
                this.timer = None;
                return Poll::Ready(());
            }
            let timer = this.timer.get_or_insert_with(|| TimeoutFuture::new(timer_ms(left)));
            match Pin::new(timer).poll(cx) {
                Poll::Ready(()) => this.timer = None,
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Returns how long one timer can cover of `left`, in whole milliseconds, rounded up.
fn timer_ms(left: Duration) -> u32 {
    let whole = left.as_nanos().div_ceil(1_000_000);
    u32::try_from(whole).unwrap_or(u32::MAX).min(LONGEST_TIMER_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[core_async::test]
    async fn delay_longer_than_one_timer_takes_several() {
        let begin = Instant::now();
        sleep(Duration::from_millis(24)).await;
        assert!(begin.elapsed() >= Duration::from_millis(24));
    }

    #[core_async::test]
    async fn timers_are_rounded_up_and_capped() {
        assert_eq!(timer_ms(Duration::from_nanos(1)), 1);
        assert_eq!(timer_ms(Duration::from_micros(2_001)), 3);
        assert_eq!(timer_ms(Duration::from_millis(7)), 7);
        assert_eq!(timer_ms(Duration::from_millis(8)), LONGEST_TIMER_MS);
        assert_eq!(timer_ms(Duration::MAX), LONGEST_TIMER_MS);
    }

    #[core_async::test]
    async fn what_does_not_fit_is_far_away() {
        let begin = Instant::now();
        assert!(later(begin, Duration::MAX) - begin > Duration::from_secs(900_000_000));
    }
}
