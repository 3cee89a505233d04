//! Noticing that the program stood still.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;

use super::{Duration, Instant, Interval, MissedTickBehavior, SystemTime, interval};
use crate::marker::PlatformSend;

/// Tells when time has jumped: when the page was frozen or throttled, the machine slept, or somebody
/// set the clock.
///
/// Looks at the clocks once per `check_every` while the result is awaited, and never otherwise. Jumps
/// shorter than `check_every` are not reported.
///
/// # Examples
///
/// ```no_run
/// use core_async::time::{Duration, Jump, jumps};
///
/// # async fn reconnect() {}
/// # #[core_async::main]
/// # async fn main() {
/// let mut jumps = jumps(Duration::from_secs(10));
/// loop {
///     match jumps.next().await {
///         Jump::Stalled { .. } | Jump::Forward { .. } => reconnect().await,
///         _ => {}
///     }
/// }
/// # }
/// ```
///
/// # Panics
///
/// Panics if `check_every` is zero.
#[track_caller]
pub fn jumps(check_every: Duration) -> Jumps {
    Jumps::with_wall_clock(check_every, SystemTime::now)
}

/// A jump of time that [`jumps`] noticed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Jump {
    /// Nothing ran for so long although it should have: the page was frozen, the browser throttled
    /// its timers, or something blocked the event loop. What was due in between is late.
    Stalled {
        /// How late the check was.
        by: Duration,
    },
    /// The wall clock has moved further than the time that was measured: the machine slept, or the
    /// clock was set forward. What depends on the outside world may have expired.
    Forward {
        /// How much further it has moved.
        by: Duration,
    },
    /// The wall clock was set back. Times of day that were noted may lie in the future.
    Backward {
        /// How much less it has moved than the time that was measured.
        by: Duration,
    },
}

/// Watches the clocks; see [`jumps`]. As a [`Stream`] it never ends.
pub struct Jumps {
    checks: Interval,
    wall_clock: WallClock,
    last: (Instant, SystemTime),
    noticed: VecDeque<Jump>,
}

type WallClock = Box<dyn WallTime>;

/// A wall clock: any function that says what time it is.
trait WallTime: PlatformSend {
    fn now(&mut self) -> SystemTime;
}

impl<F: FnMut() -> SystemTime + PlatformSend> WallTime for F {
    fn now(&mut self) -> SystemTime {
        self()
    }
}

impl Jumps {
    /// Like [`jumps`], with a wall clock that is handed in.
    ///
    /// # Panics
    ///
    /// Panics if `check_every` is zero.
    #[track_caller]
    pub fn with_wall_clock<C>(check_every: Duration, mut wall_clock: C) -> Self
    where
        C: FnMut() -> SystemTime + PlatformSend + 'static,
    {
        let mut checks = interval(check_every);
        // The first check is one period from now, and one late check is enough.
        checks.reset();
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let last = (Instant::now(), wall_clock());
        Self { checks, wall_clock: Box::new(wall_clock), last, noticed: VecDeque::new() }
    }

    /// Waits for the next jump.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no jump.
    pub async fn next(&mut self) -> Jump {
        poll_fn(|cx| self.poll_jump(cx)).await
    }

    fn poll_jump(&mut self, cx: &mut Context<'_>) -> Poll<Jump> {
        loop {
            if let Some(jump) = self.noticed.pop_front() {
                return Poll::Ready(jump);
            }
            let due = ready!(self.checks.poll_tick(cx));
            self.check(due);
        }
    }

    /// Compares the clocks with what they showed at the last check.
    fn check(&mut self, due: Instant) {
        let (now, wall) = (Instant::now(), self.wall_clock.now());
        let (last_now, last_wall) = std::mem::replace(&mut self.last, (now, wall));
        let period = self.checks.period();
        let late = now - due;
        if late >= period {
            self.noticed.push_back(Jump::Stalled { by: late });
        }
        let measured = now - last_now;
        let shown = wall.duration_since(last_wall);
        let (ahead, behind) = match shown {
            Ok(shown) => (shown.saturating_sub(measured), measured.saturating_sub(shown)),
            Err(back) => (Duration::ZERO, back.duration() + measured),
        };
        if ahead >= period {
            self.noticed.push_back(Jump::Forward { by: ahead });
        } else if behind >= period {
            self.noticed.push_back(Jump::Backward { by: behind });
        }
    }
}

impl Stream for Jumps {
    type Item = Jump;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Jump>> {
        self.poll_jump(cx).map(Some)
    }
}

impl fmt::Debug for Jumps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jumps").field("check_every", &self.checks.period()).finish_non_exhaustive()
    }
}
