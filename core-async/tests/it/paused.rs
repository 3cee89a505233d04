//! Time that stands still.

use std::task::Context;

use core_async::sync::mpsc;
use core_async::task::{JoinSet, spawn, spawn_blocking, yield_now};
use core_async::time::{
    self, Duration, Instant, MissedTickBehavior, advance, interval, interval_at, pause, resume,
    sleep, sleep_until, timeout,
};
use futures::FutureExt;

use crate::support::{Log, WakeCounter};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);

/// Checks that `begin` was `expected` ago; timers may have been rounded up to a millisecond.
#[track_caller]
fn check_elapsed(begin: Instant, expected: Duration) {
    let elapsed = begin.elapsed();
    assert!(elapsed >= expected && elapsed <= expected + MS, "{elapsed:?} for {expected:?}");
}

#[core_async::test(start_paused = true)]
async fn paused_time_stands_still_while_tasks_run() {
    let begin = Instant::now();
    for _ in 0..20 {
        yield_now().await;
    }
    spawn(yield_now()).await.unwrap();
    assert_eq!(Instant::now(), begin);
}

#[core_async::test(start_paused = true)]
async fn long_sleep_takes_no_time_but_moves_the_clock() {
    let begin = Instant::now();
    sleep(1_000 * HOUR).await;
    check_elapsed(begin, 1_000 * HOUR);
}

#[core_async::test]
async fn time_can_be_paused_and_resumed_on_the_way() {
    let begin = Instant::now();
    pause();
    let stopped = Instant::now();
    yield_now().await;
    assert_eq!(Instant::now(), stopped);
    sleep(HOUR).await;
    check_elapsed(stopped, HOUR);
    resume();
    let resumed = Instant::now();
    assert!(resumed - begin >= HOUR && resumed - begin < 2 * HOUR, "it goes on where it stood");
    sleep(3 * MS).await;
    assert!(resumed.elapsed() >= 3 * MS && resumed.elapsed() < HOUR);
}

#[core_async::test]
async fn timer_that_was_set_before_pausing_fires_afterwards() {
    let begin = Instant::now();
    let delay = sleep(HOUR);
    core_async::pin!(delay);
    assert!(delay.as_mut().now_or_never().is_none());
    pause();
    delay.await;
    resume();
    assert!(begin.elapsed() >= HOUR);
}

#[core_async::test(start_paused = true)]
async fn timer_that_was_set_while_paused_fires_after_resuming() {
    let delay = spawn(sleep(8 * MS));
    yield_now().await;
    resume();
    delay.await.unwrap();
}

#[core_async::test(start_paused = true)]
async fn advancing_is_exact_to_the_nanosecond() {
    for duration in [Duration::from_micros(51_592), Duration::from_nanos(1), 3 * MS, HOUR] {
        let begin = Instant::now();
        advance(duration).await;
        assert_eq!(begin.elapsed(), duration);
    }
}

#[core_async::test(start_paused = true)]
async fn advancing_wakes_only_who_is_due() {
    let begin = Instant::now();
    let (counter, waker) = WakeCounter::new();
    let mut cx = Context::from_waker(&waker);
    let delay = sleep_until(begin + 300 * MS);
    core_async::pin!(delay);
    assert!(delay.as_mut().poll(&mut cx).is_pending());
    advance(100 * MS).await;
    check_elapsed(begin, 100 * MS);
    assert_eq!(counter.count(), 0);
    assert!(!delay.is_elapsed());
    assert!(delay.as_mut().poll(&mut cx).is_pending());
    advance(201 * MS).await;
    assert_eq!(counter.count(), 1);
    assert!(delay.is_elapsed());
    assert!(delay.as_mut().poll(&mut cx).is_ready());
}

#[core_async::test(start_paused = true)]
async fn sleep_that_nobody_polled_does_not_hold_the_clock() {
    let _delay = sleep(HOUR);
    let begin = Instant::now();
    sleep(2 * HOUR).await;
    check_elapsed(begin, 2 * HOUR);
}

#[core_async::test(start_paused = true)]
async fn sleeps_end_in_the_order_of_their_deadlines() {
    let log = Log::default();
    let mut set = JoinSet::new();
    for minutes in [50, 10, 40, 20, 30] {
        let log = log.clone();
        set.spawn(async move {
            sleep(Duration::from_secs(u64::from(minutes) * 60)).await;
            log.push(minutes);
        });
    }
    set.join_all().await;
    assert_eq!(log.entries(), [10, 20, 30, 40, 50]);
}

#[core_async::test(start_paused = true)]
async fn idle_clock_stops_at_every_deadline() {
    let begin = Instant::now();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for count in [3, 1, 2] {
        let sender = sender.clone();
        spawn(async move {
            sleep(count * HOUR).await;
            sender.send((count, begin.elapsed())).unwrap();
        });
    }
    for expected in 1..=3 {
        let (count, at) = receiver.recv().await.unwrap();
        assert_eq!(count, expected);
        assert!(at >= count * HOUR && at <= count * HOUR + MS, "{at:?}");
    }
}

#[core_async::test(start_paused = true)]
async fn timeout_lets_the_earlier_of_two_deadlines_win() {
    assert!(timeout(HOUR, sleep(2 * HOUR)).await.is_err());
    assert!(timeout(2 * HOUR, sleep(HOUR)).await.is_ok());
}

#[core_async::test(start_paused = true)]
async fn clock_waits_for_blocking_work() {
    let begin = Instant::now();
    let slow = spawn_blocking(|| 7);
    core_async::select! {
        biased;
        outcome = slow => assert_eq!(outcome.unwrap(), 7),
        () = sleep(HOUR) => panic!("the clock did not wait"),
    }
    assert_eq!(Instant::now(), begin);
}

#[core_async::test(start_paused = true)]
async fn interval_ticks_on_paused_time() {
    let start = Instant::now();
    advance(MS).await;
    let mut ticks = interval_at(start, 300 * MS);
    assert_eq!(ticks.tick().now_or_never(), Some(start));
    assert!(ticks.tick().now_or_never().is_none());
    advance(100 * MS).await;
    assert!(ticks.tick().now_or_never().is_none());
    advance(200 * MS).await;
    assert_eq!(ticks.tick().now_or_never(), Some(start + 300 * MS));
    assert!(ticks.tick().now_or_never().is_none());
    // Two ticks at once: both are due, the second in time.
    advance(600 * MS).await;
    assert_eq!(ticks.tick().now_or_never(), Some(start + 600 * MS));
    assert_eq!(ticks.tick().now_or_never(), Some(start + 900 * MS));
    assert!(ticks.tick().now_or_never().is_none());
}

/// Returns when, counted from the start, the ticks after a gap of 7.5 periods are due.
async fn ticks_after_a_gap(behavior: MissedTickBehavior) -> Vec<Duration> {
    let mut ticks = interval(100 * MS);
    ticks.set_missed_tick_behavior(behavior);
    let start = ticks.tick().await;
    advance(750 * MS).await;
    let mut due = Vec::new();
    for _ in 0..4 {
        due.push(ticks.tick().await - start);
    }
    due
}

#[core_async::test(start_paused = true)]
async fn burst_makes_up_for_every_missed_tick() {
    let due = ticks_after_a_gap(MissedTickBehavior::Burst).await;
    assert_eq!(due, [100 * MS, 200 * MS, 300 * MS, 400 * MS]);
}

#[core_async::test(start_paused = true)]
async fn delay_starts_again_from_the_late_tick() {
    let due = ticks_after_a_gap(MissedTickBehavior::Delay).await;
    assert_eq!(due, [100 * MS, 850 * MS, 950 * MS, 1_050 * MS]);
}

#[core_async::test(start_paused = true)]
async fn skip_keeps_to_multiples_of_the_period() {
    let due = ticks_after_a_gap(MissedTickBehavior::Skip).await;
    assert_eq!(due, [100 * MS, 800 * MS, 900 * MS, 1_000 * MS]);
}

#[core_async::test(start_paused = true)]
async fn tick_that_is_hardly_late_is_not_missed() {
    for behavior in [MissedTickBehavior::Delay, MissedTickBehavior::Skip] {
        let mut ticks = interval(100 * MS);
        ticks.set_missed_tick_behavior(behavior);
        let start = ticks.tick().await;
        advance(104 * MS).await;
        assert_eq!(ticks.tick().await, start + 100 * MS);
        assert_eq!(ticks.tick().await, start + 200 * MS);
    }
}

#[core_async::test(start_paused = true)]
async fn reset_sleep_wakes_at_its_new_deadline() {
    let begin = Instant::now();
    let (counter, waker) = WakeCounter::new();
    let delay = sleep(10 * MS);
    core_async::pin!(delay);
    assert!(delay.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    delay.as_mut().reset(begin + 40 * MS);
    advance(20 * MS).await;
    assert_eq!(counter.count(), 0, "the old deadline is forgotten");
    advance(21 * MS).await;
    assert_eq!(counter.count(), 1, "whoever polled it is woken without polling again");
}

#[core_async::test(start_paused = true, timeout_ms = 60_000)]
async fn limit_of_a_paused_test_is_in_its_own_time() {
    sleep(Duration::from_secs(50)).await;
}

#[core_async::test]
async fn time_runs_again_in_the_next_test() {
    let begin = Instant::now();
    while begin.elapsed() < 2 * MS {
        yield_now().await;
    }
}

#[core_async::test(start_paused = true)]
async fn wall_clock_is_not_paused() {
    let before = time::now_millis();
    sleep(24 * HOUR).await;
    assert!(time::now_millis() - before < 60_000);
}
