//! One queue of timers over the event loop's, and the browser's clocks.

mod clock;
mod error;
mod host;
mod instant;
mod interval;
#[cfg(feature = "test")]
mod pause;
mod sleep;
mod timeout;
mod timers;

pub use web_time::{SystemTime, UNIX_EPOCH};

pub use error::{Elapsed, Error};
pub use instant::Instant;
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
#[cfg(feature = "test")]
pub use pause::{advance, pause, resume};
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};

pub(crate) use timers::{on_idle, on_turn};

use super::turn;

/// Fires the timers that are due and begins a turn, where nobody else does: in an `AudioWorklet`.
///
/// Call it once per block there. Anywhere else it changes nothing.
pub fn fire_due() {
    timers::fire_due();
    turn::called_by_owner();
}

/// Gives a test the clock it asks for, whatever the one before has left behind.
pub fn begin_test(paused: bool) {
    if clock::is_paused() != paused {
        if paused {
            clock::pause()
        } else {
            clock::resume()
        }
        timers::clock_changed();
    }
}
