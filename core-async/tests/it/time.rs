//! Clocks, delays and deadlines.

use std::future::{pending, ready};
use std::task::Context;

use core_async::task::{spawn, yield_now};
use core_async::time::error::Elapsed;
use core_async::time::{
    Duration, Instant, SystemTime, UNIX_EPOCH, now_millis, sleep, sleep_until, timeout, timeout_at,
};
use futures::FutureExt;

use crate::support::{Log, SetOnDrop, WakeCounter};

const MS: Duration = Duration::from_millis(1);

/// Longer than one browser timer, than 32 and than 64 bits of milliseconds, and the longest of all.
const LONG: [Duration; 6] = [
    Duration::from_millis(0x7fff_ffff),
    Duration::from_millis(0x8000_0000),
    Duration::from_millis(0x1_0000_0000),
    Duration::from_secs(60 * 24 * 60 * 60),
    Duration::from_secs(u64::MAX / 1_000),
    Duration::MAX,
];

#[core_async::test]
async fn shorter_sleeps_end_first() {
    let log = Log::default();
    let tasks = [60, 10, 35].map(|ms| {
        let log = log.clone();
        spawn(async move {
            sleep(ms * MS).await;
            log.push(ms);
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(log.entries(), [10, 35, 60]);
}

#[core_async::test]
async fn sleep_never_ends_early() {
    for micros in [1, 900, 1_000, 1_100, 3_999, 7_500] {
        let duration = Duration::from_micros(micros);
        let begin = Instant::now();
        sleep(duration).await;
        assert!(begin.elapsed() >= duration, "{:?} < {duration:?}", begin.elapsed());
    }
}

#[core_async::test]
async fn sleep_of_nothing_and_of_the_past_end() {
    sleep(Duration::ZERO).await;
    let past = Instant::now();
    sleep(2 * MS).await;
    sleep_until(past).await;
}

#[core_async::test]
async fn sleep_knows_its_deadline() {
    let deadline = Instant::now() + 40 * MS;
    let delay = sleep_until(deadline);
    core_async::pin!(delay);
    assert_eq!(delay.deadline(), deadline);
    assert!(!delay.is_elapsed());
    delay.as_mut().await;
    assert!(delay.is_elapsed());
    assert!(Instant::now() >= deadline);
}

#[core_async::test]
async fn sleep_can_be_moved() {
    let begin = Instant::now();
    let delay = sleep(Duration::MAX);
    core_async::pin!(delay);
    assert!(delay.as_mut().now_or_never().is_none());
    delay.as_mut().reset(begin + 4 * MS);
    delay.as_mut().await;
    assert!(begin.elapsed() >= 4 * MS);
    // Once more, and later.
    delay.as_mut().reset(begin + 60 * MS);
    assert!(!delay.is_elapsed());
    delay.await;
    assert!(begin.elapsed() >= 60 * MS);
}

#[core_async::test]
async fn long_sleeps_stay_pending() {
    for duration in LONG {
        let short = timeout(6 * MS, sleep(duration)).await;
        assert!(short.is_err(), "{duration:?} was over at once");
    }
}

#[core_async::test]
async fn long_sleeps_do_not_wake_anybody() {
    for duration in LONG {
        let (counter, waker) = WakeCounter::new();
        let delay = sleep(duration);
        core_async::pin!(delay);
        assert!(delay.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        sleep(6 * MS).await;
        assert_eq!(counter.count(), 0, "{duration:?} is waited for by polling");
    }
}

#[core_async::test]
async fn long_timeouts_do_not_fire() {
    for duration in LONG {
        timeout(duration, sleep(3 * MS)).await.unwrap();
    }
}

#[core_async::test]
async fn timeout_drops_what_is_too_slow() {
    let (guard, dropped) = SetOnDrop::new();
    let begin = Instant::now();
    let error: Elapsed = timeout(5 * MS, async move {
        let _guard = guard;
        pending::<()>().await;
    })
    .await
    .unwrap_err();
    assert!(begin.elapsed() >= 5 * MS);
    assert!(dropped());
    assert_eq!(error.to_string(), "deadline has elapsed");
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::TimedOut);
}

#[core_async::test]
async fn ready_future_wins_against_a_timeout_of_nothing() {
    assert_eq!(timeout(Duration::ZERO, ready(1)).await, Ok(1));
    assert_eq!(timeout_at(Instant::now(), ready(2)).await, Ok(2));
}

#[core_async::test]
async fn timeout_at_ends_at_its_deadline() {
    let deadline = Instant::now() + 5 * MS;
    timeout_at(deadline, yield_now()).await.unwrap();
    timeout_at(deadline, pending::<()>()).await.unwrap_err();
    assert!(Instant::now() >= deadline);
}

#[core_async::test]
async fn timeout_gives_its_future_back() {
    let mut waiting = timeout(Duration::from_secs(60), ready(1));
    *waiting.get_mut() = ready(3);
    assert_eq!(waiting.get_ref().clone().await, 3);
    assert_eq!(waiting.into_inner().await, 3);
}

#[core_async::test]
async fn dropped_sleeps_do_not_disturb_the_others() {
    for _ in 0..50 {
        // Where the clock steps by as much, it may be over already.
        sleep(MS).now_or_never();
    }
    timeout(Duration::from_secs(5), sleep(3 * MS)).await.unwrap();
}

#[core_async::test]
async fn instants_are_monotonic_and_fine() {
    let begin = Instant::now();
    let mut last = begin;
    let mut finest = Duration::MAX;
    while begin.elapsed() < 10 * MS {
        let now = Instant::now();
        assert!(now >= last);
        if now > last {
            finest = finest.min(now - last);
        }
        last = now;
    }
    // The coarsest there is: Firefox rounds to milliseconds in pages that are not isolated.
    assert!(finest < 3 * MS / 2, "the clock steps by {finest:?}");
}

#[core_async::test]
async fn instant_arithmetic_saturates_or_says_no() {
    let early = Instant::now();
    let late = early + Duration::from_secs(5);
    assert_eq!(late - early, Duration::from_secs(5));
    assert_eq!(late.duration_since(early), Duration::from_secs(5));
    assert_eq!(early.duration_since(late), Duration::ZERO);
    assert_eq!(early.saturating_duration_since(late), Duration::ZERO);
    assert_eq!(early.checked_duration_since(late), None);
    assert_eq!(early.checked_add(Duration::MAX), None);
    assert_eq!(early.checked_add(Duration::from_secs(5)), Some(late));
    assert_eq!(late.checked_sub(Duration::from_secs(5)), Some(early));
}

#[core_async::test]
async fn wall_clock_is_in_this_century() {
    let before = now_millis();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let after = now_millis();
    assert!((1_700_000_000..4_102_444_800).contains(&now.as_secs()));
    assert!(u128::from(before) <= now.as_millis() && now.as_millis() <= u128::from(after));
}
