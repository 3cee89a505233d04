//! What time it is: the host's, unless a test has paused it.

use std::cell::Cell;
use std::time::Duration;

use super::host;

/// What the clock shows when the host's shows nothing, so that instants before the page was opened
/// exist, as they do on the desktop.
const BEGINNING: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

thread_local! {
    static CLOCK: Clock = const { Clock::new() };
}

struct Clock {
    // What the clock showed at `since`.
    shown: Cell<Duration>,
    // What the host's clock showed when ours was started; `None` while ours is paused.
    since: Cell<Option<Duration>>,
    // The latest that the host's clock has shown.
    host: Cell<Duration>,
}

/// Returns the time.
pub(super) fn now() -> Duration {
    CLOCK.with(Clock::now)
}

/// Returns true while the clock stands still.
pub(super) fn is_paused() -> bool {
    CLOCK.with(|clock| clock.since.get().is_none())
}

/// Stops the clock.
pub(super) fn pause() {
    CLOCK.with(|clock| {
        clock.shown.set(clock.now());
        clock.since.set(None);
    });
}

/// Lets the clock go on from where it stands.
pub(super) fn resume() {
    CLOCK.with(|clock| {
        clock.shown.set(clock.now());
        clock.since.set(Some(clock.host_now()));
    });
}

/// Turns a paused clock to `time`, if that is later than what it shows.
pub(super) fn turn_to(time: Duration) {
    CLOCK.with(|clock| clock.shown.set(clock.shown.get().max(time)));
}

impl Clock {
    const fn new() -> Self {
        Self {
            shown: Cell::new(BEGINNING),
            since: Cell::new(Some(Duration::ZERO)),
            host: Cell::new(Duration::ZERO),
        }
    }

    fn now(&self) -> Duration {
        match self.since.get() {
            Some(since) => self.shown.get() + (self.host_now() - since),
            None => self.shown.get(),
        }
    }

    /// Returns the host's time, which never goes back here, whatever clock the host has.
    fn host_now(&self) -> Duration {
        let shown = Duration::try_from_secs_f64(host::now_ms() / 1_000.0).unwrap_or_default();
        let latest = shown.max(self.host.get());
        self.host.set(latest);
        latest
    }
}
