//! The contract of [`Clock`].

use std::sync::Arc;

use bridge_traits::Clock;
use core_async::time::{Duration, sleep};

/// Proves that a [`Clock`] keeps its contract.
///
/// Takes a future that yields an `Arc<dyn Clock>`; with `running:` in front, one of a clock that
/// shows the real time.
#[macro_export]
macro_rules! clock_conformance {
    (running: $make:expr $(,)?) => {
        $crate::clock_conformance!($make);
        $crate::conformance_tests! {
            running_clock: ::std::sync::Arc<dyn $crate::Clock> = $make, clock:
            time_passes
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            clock: ::std::sync::Arc<dyn $crate::Clock> = $make, clock:
            unix_time_is_in_milliseconds
            monotonic_time_never_goes_back
            the_two_times_keep_in_step
        }
    };
}

/// The time is one in which this program exists: seconds or microseconds would not be.
pub async fn unix_time_is_in_milliseconds(clock: &Arc<dyn Clock>) {
    let (year_2020, year_2100) = (1_577_836_800_000, 4_102_444_800_000);
    let now = clock.unix_millis();
    assert!((year_2020..year_2100).contains(&now), "{now}");
}

/// However often it is read, also after other tasks have run.
pub async fn monotonic_time_never_goes_back(clock: &Arc<dyn Clock>) {
    let mut last = clock.monotonic();
    for round in 0..10_000 {
        let now = clock.monotonic();
        assert!(now >= last, "{now:?} after {last:?}");
        last = now;
        if round % 1_000 == 0 {
            core_async::task::yield_now().await;
        }
    }
}

/// Within a moment both times advance by about the same.
pub async fn the_two_times_keep_in_step(clock: &Arc<dyn Clock>) {
    let (unix, monotonic) = (clock.unix_millis(), clock.monotonic());
    sleep(Duration::from_millis(30)).await;
    let unix = Duration::from_millis(clock.unix_millis().saturating_sub(unix));
    let monotonic = clock.monotonic().saturating_sub(monotonic);
    let difference = unix.abs_diff(monotonic);
    assert!(difference < Duration::from_secs(1), "{unix:?} and {monotonic:?}");
}

/// A running clock shows a sleep, in the unit it should.
pub async fn time_passes(clock: &Arc<dyn Clock>) {
    let (unix, monotonic) = (clock.unix_millis(), clock.monotonic());
    sleep(Duration::from_millis(50)).await;
    let passed = clock.monotonic() - monotonic;
    // A browser may round to a millisecond, or to 100 µs; a loaded machine may take its time.
    let expected = Duration::from_millis(48)..Duration::from_secs(60);
    assert!(expected.contains(&passed), "50 ms took {passed:?}");
    let passed = clock.unix_millis() - unix;
    assert!((48..60_000).contains(&passed), "50 ms took {passed} ms by the wall clock");
}
