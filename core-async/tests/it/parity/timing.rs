//! `core_async::time`.

use std::future::{Ready, ready};
use std::hash::Hash;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::pin::Pin;
use std::task::{Context, Poll};

use core_async::time::{
    self, Duration, Instant, Interval, Jump, Jumps, MissedTickBehavior, Sleep, SystemTime, Tick,
    Timeout, UNIX_EPOCH, error,
};
use futures::Stream;

use super::{can_be_shared, can_move, gives, is};

type Job = Ready<u8>;

#[core_async::test]
async fn functions() {
    is! {
        time::sleep => fn(Duration) -> Sleep;
        time::sleep_until => fn(Instant) -> Sleep;
        time::timeout => fn(Duration, Job) -> Timeout<Job>;
        time::timeout_at => fn(Instant, Job) -> Timeout<Job>;
        time::interval => fn(Duration) -> Interval;
        time::interval_at => fn(Instant, Duration) -> Interval;
        time::jumps => fn(Duration) -> Jumps;
        time::fire_due => fn();
        time::now_millis => fn() -> u64;
        time::pause => fn();
        time::resume => fn();
    }
    let mut ticks = time::interval(Duration::from_secs(1));
    let mut jumps = Jumps::with_wall_clock(Duration::from_secs(1), SystemTime::now);
    gives! {
        time::advance(Duration::ZERO) => ();
        time::sleep(Duration::ZERO) => ();
        time::timeout(Duration::ZERO, ready(1)) => Result<u8, error::Elapsed>;
        time::tick(&mut ticks) => Tick;
        ticks.tick() => Instant;
        jumps.next() => Jump;
    }
    fn is_stream<S: Stream<Item = Jump>>(_: &S) {}
    is_stream(&jumps);
}

#[core_async::test]
async fn sleep_timeout_and_interval() {
    type Limited = Timeout<Job>;
    is! {
        Sleep::deadline => fn(&Sleep) -> Instant;
        Sleep::is_elapsed => fn(&Sleep) -> bool;
        Sleep::reset => fn(Pin<&mut Sleep>, Instant);
        Limited::get_ref => fn(&Limited) -> &Job;
        Limited::get_mut => fn(&mut Limited) -> &mut Job;
        Limited::into_inner => fn(Limited) -> Job;
        Interval::poll_tick => fn(&mut Interval, &mut Context<'_>) -> Poll<Instant>;
        Interval::reset => fn(&mut Interval);
        Interval::reset_immediately => fn(&mut Interval);
        Interval::reset_after => fn(&mut Interval, Duration);
        Interval::reset_at => fn(&mut Interval, Instant);
        Interval::missed_tick_behavior => fn(&Interval) -> MissedTickBehavior;
        Interval::set_missed_tick_behavior => fn(&mut Interval, MissedTickBehavior);
        Interval::period => fn(&Interval) -> Duration;
        MissedTickBehavior::default => fn() -> MissedTickBehavior;
        error::Error::shutdown => fn() -> error::Error;
        error::Error::is_shutdown => fn(&error::Error) -> bool;
        error::Error::at_capacity => fn() -> error::Error;
        error::Error::is_at_capacity => fn(&error::Error) -> bool;
        error::Error::invalid => fn() -> error::Error;
        error::Error::is_invalid => fn(&error::Error) -> bool;
        std::io::Error::from => fn(error::Elapsed) -> std::io::Error;
    }
    let _ = [MissedTickBehavior::Burst, MissedTickBehavior::Delay, MissedTickBehavior::Skip];
    can_be_shared::<Sleep>();
    can_be_shared::<Interval>();
    can_be_shared::<Timeout<Job>>();
    can_be_shared::<error::Elapsed>();
    can_move::<Jumps>();
}

#[core_async::test]
async fn clocks() {
    type Later = Option<Instant>;
    is! {
        Instant::now => fn() -> Instant;
        Instant::elapsed => fn(&Instant) -> Duration;
        Instant::duration_since => fn(&Instant, Instant) -> Duration;
        Instant::checked_duration_since => fn(&Instant, Instant) -> Option<Duration>;
        Instant::saturating_duration_since => fn(&Instant, Instant) -> Duration;
        Instant::checked_add => fn(&Instant, Duration) -> Later;
        Instant::checked_sub => fn(&Instant, Duration) -> Later;
        SystemTime::now => fn() -> SystemTime;
        UNIX_EPOCH => SystemTime;
    }
    fn is_a_point<T>()
    where
        T: Copy + Ord + Hash + std::fmt::Debug,
        T: Add<Duration, Output = T> + AddAssign<Duration>,
        T: Sub<Duration, Output = T> + SubAssign<Duration> + Sub<T, Output = Duration>,
    {
    }
    is_a_point::<Instant>();
    can_be_shared::<Instant>();
    let tick = Tick { due: Instant::now(), missed: 0 };
    let Tick { due, missed } = tick;
    assert!(due <= Instant::now() && missed == 0);
    let by = Duration::ZERO;
    let _ = [Jump::Stalled { by }, Jump::Forward { by }, Jump::Backward { by }];
}
