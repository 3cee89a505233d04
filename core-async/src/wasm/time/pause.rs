//! Time that stands still, for tests.

use std::time::Duration;

use super::{clock, timers};
use crate::sys::turn;

/// Stops the clock of [`time`](crate::time).
///
/// # Panics
///
/// Panics if time is paused already.
#[track_caller]
pub fn pause() {
    assert!(!clock::is_paused(), "time is already paused");
    clock::pause();
    timers::clock_changed();
}

/// Lets the clock go on from where it stands.
///
/// # Panics
///
/// Panics if time is not paused.
#[track_caller]
pub fn resume() {
    assert!(clock::is_paused(), "time is not paused");
    clock::resume();
    timers::clock_changed();
}

/// Turns a paused clock forward by `duration` and lets those run whom that woke.
///
/// # Panics
///
/// Panics if time is not paused.
pub async fn advance(duration: Duration) {
    assert!(clock::is_paused(), "time is not paused");
    clock::turn_to(clock::now() + duration);
    timers::fire_due();
    turn::next_turn().await;
}
