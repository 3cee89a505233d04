//! A future that has to be quick.

use std::future::{Future, IntoFuture};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop;

use super::error::Elapsed;
use super::instant::Instant;
use super::sleep::{Sleep, sleep_until};

/// Gives `future` no longer than `duration`.
///
/// The future is polled before the clock is looked at, so one that is ready always wins.
///
/// # Errors
///
/// The returned future yields [`Elapsed`] when the time is over first.
///
/// # Cancellation
///
/// When the time is over, the future is dropped together with the [`Timeout`].
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    timeout_at(Instant::after(duration), future)
}

/// Gives `future` until `deadline`.
///
/// # Errors
///
/// The returned future yields [`Elapsed`] when the deadline passes first.
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout { future: future.into_future(), delay: sleep_until(deadline) }
}

pin_project! {
    /// Future of [`timeout`] and [`timeout_at`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Timeout<F> {
        #[pin]
        future: F,
        #[pin]
        delay: Sleep,
    }
}

impl<F> Timeout<F> {
    /// Returns the future inside.
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// Returns the future inside, for changes.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.future
    }

    /// Returns the future inside and forgets the deadline.
    pub fn into_inner(self) -> F {
        self.future
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        // However busy the future is, its time is limited.
        pin!(coop::unconstrained(this.delay)).poll(cx).map(|()| Err(Elapsed::new()))
    }
}
