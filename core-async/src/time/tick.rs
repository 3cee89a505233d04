//! Ticks that say how far behind they are.

use super::{Instant, Interval};

/// A tick of an [`Interval`], and what is known about its punctuality.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tick {
    /// When it was due.
    pub due: Instant,
    /// How many further ticks were due when it came: 0 unless the task, the page or the machine stood
    /// still. Whether they still come is up to the
    /// [`MissedTickBehavior`](super::MissedTickBehavior) of the interval.
    pub missed: u64,
}

/// Waits for the next tick of `interval` and counts those that were missed.
///
/// # Examples
///
/// ```
/// use core_async::time::{Duration, MissedTickBehavior, interval, tick};
///
/// # #[core_async::main]
/// # async fn main() {
/// let mut beats = interval(Duration::from_millis(5));
/// beats.set_missed_tick_behavior(MissedTickBehavior::Skip);
/// let beat = tick(&mut beats).await;
/// if beat.missed > 0 {
///     println!("{} beats late", beat.missed);
/// }
/// # }
/// ```
///
/// # Cancellation
///
/// Dropping the future loses no tick.
pub async fn tick(interval: &mut Interval) -> Tick {
    let due = interval.tick().await;
    let late = Instant::now() - due;
    let missed = late.as_nanos() / interval.period().as_nanos();
    Tick { due, missed: u64::try_from(missed).unwrap_or(u64::MAX) }
}
