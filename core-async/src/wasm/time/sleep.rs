//! A delay of any length.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop;

use super::instant::Instant;
use super::timers::Timer;

/// Waits until `duration` has passed, and never less.
///
/// Any duration is accepted; one that overflows the clock waits for decades.
///
/// # Cancellation
///
/// Dropping the future cancels its timer.
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(Instant::after(duration))
}

/// Waits until `deadline`, and never less.
///
/// # Cancellation
///
/// Dropping the future cancels its timer.
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline, timer: None, elapsed: false, _pinned: PhantomPinned }
}

pin_project! {
    /// Future of [`sleep`] and [`sleep_until`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        deadline: Instant,
        // `None` before the first poll and after the deadline.
        timer: Option<Timer>,
        elapsed: bool,
        // It could be moved, but on the desktop it cannot.
        #[pin]
        _pinned: PhantomPinned,
    }
}

impl Sleep {
    /// Returns the instant at which the delay ends.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Returns true once the delay is over.
    pub fn is_elapsed(&self) -> bool {
        self.elapsed || self.timer.as_ref().is_some_and(Timer::has_fired)
    }

    /// Moves the end of the delay; the delay may have ended before.
    ///
    /// Whoever has polled it is woken at the new deadline.
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        *this.deadline = deadline;
        *this.elapsed = false;
        *this.timer = this.timer.take().and_then(|timer| timer.moved_to(deadline));
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let progress = ready!(coop::poll_proceed(cx));
        let this = self.project();
        // Timers may fire a little early, and long delays take several: only the clock decides.
        if *this.elapsed || Instant::now() >= *this.deadline {
            progress.made_progress();
            *this.elapsed = true;
            *this.timer = None;
            return Poll::Ready(());
        }
        if !this.timer.as_ref().is_some_and(|timer| timer.rewire(cx.waker())) {
            *this.timer = Some(Timer::set(*this.deadline, cx.waker().clone()));
        }
        Poll::Pending
    }
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
}
