//! Noticing that time has jumped.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_async::task::spawn;
use core_async::time::{
    Duration, Instant, Jump, Jumps, MissedTickBehavior, SystemTime, Tick, UNIX_EPOCH, advance,
    interval, jumps, sleep, tick, timeout,
};
use futures::{FutureExt, StreamExt};

const SECOND: Duration = Duration::from_secs(1);

/// A wall clock that goes with the paused one, apart from what it is set forward or back by.
fn wall_clock() -> (impl FnMut() -> SystemTime + Send + 'static, Arc<AtomicI64>) {
    let set_by = Arc::new(AtomicI64::new(0));
    let begin = Instant::now();
    let clock = {
        let set_by = Arc::clone(&set_by);
        move || {
            let shown = UNIX_EPOCH + Duration::from_secs(1_000_000) + begin.elapsed();
            let seconds = set_by.load(Ordering::SeqCst);
            let distance = Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 { shown - distance } else { shown + distance }
        }
    };
    (clock, set_by)
}

#[core_async::test(start_paused = true)]
async fn freeze_is_reported_once_with_its_length() {
    let (clock, _) = wall_clock();
    let mut jumps = Jumps::with_wall_clock(10 * SECOND, clock);
    assert!(jumps.next().now_or_never().is_none());
    advance(10 * SECOND + 300 * SECOND).await;
    assert_eq!(jumps.next().await, Jump::Stalled { by: 300 * SECOND });
    assert!(timeout(3_600 * SECOND, jumps.next()).await.is_err(), "it is over");
}

#[core_async::test(start_paused = true)]
async fn running_on_time_is_no_jump() {
    let (clock, _) = wall_clock();
    let mut jumps = Jumps::with_wall_clock(SECOND, clock);
    assert!(timeout(3_600 * SECOND, jumps.next()).await.is_err());
}

#[core_async::test(start_paused = true)]
async fn clock_that_is_set_is_reported_with_its_direction() {
    let (clock, set_by) = wall_clock();
    let mut jumps = Jumps::with_wall_clock(10 * SECOND, clock);
    for (seconds, expected) in [
        (7_200, Jump::Forward { by: 7_200 * SECOND }),
        (3_600, Jump::Backward { by: 3_600 * SECOND }),
        (-90_000, Jump::Backward { by: 93_600 * SECOND }),
    ] {
        set_by.store(seconds, Ordering::SeqCst);
        assert_eq!(jumps.next().await, expected);
    }
}

#[core_async::test(start_paused = true)]
async fn machine_that_slept_while_frozen_gives_both() {
    let (clock, set_by) = wall_clock();
    let mut jumps = Jumps::with_wall_clock(10 * SECOND, clock);
    set_by.store(600, Ordering::SeqCst);
    advance(60 * SECOND).await;
    assert_eq!(jumps.next().await, Jump::Stalled { by: 50 * SECOND });
    assert_eq!(StreamExt::next(&mut jumps).await, Some(Jump::Forward { by: 600 * SECOND }));
}

#[core_async::test]
async fn jumps_can_be_watched_by_a_task() {
    let watching = spawn(async { jumps(3_600 * SECOND).next().await });
    sleep(Duration::from_millis(2)).await;
    assert!(!watching.is_finished());
    watching.abort();
}

#[core_async::test(start_paused = true)]
async fn tick_counts_what_was_missed() {
    let mut ticks = interval(SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let Tick { due: first, missed } = tick(&mut ticks).await;
    assert_eq!(missed, 0);
    advance(Duration::from_millis(5_500)).await;
    assert_eq!(tick(&mut ticks).await, Tick { due: first + SECOND, missed: 4 });
    assert_eq!(tick(&mut ticks).await, Tick { due: first + 6 * SECOND, missed: 0 });
}
