//! Intervals and their missed ticks.

use core_async::time::{
    Duration, Instant, Interval, MissedTickBehavior, interval, interval_at, sleep, timeout,
};
use futures::FutureExt;

const PERIOD: Duration = Duration::from_millis(20);

/// Takes the first tick and then lets a few go by; returns when the first one was due.
async fn miss_some_ticks(behavior: MissedTickBehavior) -> (Interval, Instant) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(behavior);
    assert_eq!(ticks.missed_tick_behavior(), behavior);
    let first = ticks.tick().await;
    // From now: on a busy machine the first tick may be late itself.
    sleep(PERIOD * 7 / 2).await;
    (ticks, first)
}

#[core_async::test]
async fn first_tick_is_at_once_and_the_others_a_period_apart() {
    let begin = Instant::now();
    let mut ticks = interval(PERIOD);
    assert_eq!(ticks.period(), PERIOD);
    let before = Instant::now();
    let first = ticks.tick().await;
    assert!(begin <= first && first <= before, "the first tick is due from the start");
    for count in 1..4 {
        let due = ticks.tick().await;
        assert_eq!(due, first + PERIOD * count);
        assert!(Instant::now() >= due);
    }
}

#[core_async::test]
async fn interval_at_begins_where_it_is_told() {
    let start = Instant::now() + 4 * PERIOD;
    let mut ticks = interval_at(start, PERIOD);
    assert!(ticks.tick().now_or_never().is_none());
    assert_eq!(ticks.tick().await, start);
    assert!(Instant::now() >= start);
}

#[core_async::test]
async fn burst_makes_up_for_missed_ticks() {
    assert_eq!(MissedTickBehavior::default(), MissedTickBehavior::Burst);
    let (mut ticks, first) = miss_some_ticks(MissedTickBehavior::Burst).await;
    for count in 1..=3 {
        let due = ticks.tick().now_or_never().expect("a missed tick is made up for at once");
        assert_eq!(due, first + PERIOD * count);
    }
    assert_eq!(ticks.tick().await, first + PERIOD * 4);
}

#[core_async::test]
async fn delay_counts_from_the_late_tick() {
    let (mut ticks, _) = miss_some_ticks(MissedTickBehavior::Delay).await;
    let taken = Instant::now();
    assert!(ticks.tick().await < taken);
    let next = ticks.tick().await;
    assert!(next >= taken + PERIOD, "the next tick came after {:?}", next - taken);
    assert!(Instant::now() >= next);
}

#[core_async::test]
async fn skip_waits_for_the_next_multiple_of_the_period() {
    let (mut ticks, first) = miss_some_ticks(MissedTickBehavior::Skip).await;
    let taken = Instant::now();
    assert!(ticks.tick().await < taken);
    let next = ticks.tick().await;
    assert!(next > taken && next - first >= PERIOD * 4);
    assert_eq!((next - first).as_nanos() % PERIOD.as_nanos(), 0);
}

#[core_async::test]
async fn reset_moves_the_next_tick() {
    let mut ticks = interval(Duration::from_secs(3_600));
    ticks.tick().await;
    assert!(ticks.tick().now_or_never().is_none());
    ticks.reset_immediately();
    assert!(ticks.tick().await <= Instant::now());

    let before = Instant::now();
    ticks.reset_after(PERIOD);
    assert!(ticks.tick().await >= before + PERIOD);

    let deadline = Instant::now() + PERIOD;
    ticks.reset_at(deadline);
    assert_eq!(ticks.tick().await, deadline);

    ticks.reset();
    assert!(ticks.tick().now_or_never().is_none());
}

#[core_async::test]
async fn cancelled_tick_is_not_lost() {
    let mut ticks = interval(5 * PERIOD);
    let first = ticks.tick().await;
    timeout(PERIOD / 4, ticks.tick()).await.unwrap_err();
    assert_eq!(ticks.tick().await, first + 5 * PERIOD);
}

#[core_async::test]
async fn endless_period_ticks_once() {
    let mut ticks = interval(Duration::MAX);
    ticks.tick().await;
    timeout(PERIOD / 4, ticks.tick()).await.unwrap_err();
}
