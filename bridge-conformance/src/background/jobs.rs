//! When jobs run, and how long they are kept.

use std::sync::Arc;

use bridge_traits::{Constraints, ErrorKind, Job, JobState, NetworkNeed, Schedule, WhenUnknown};
use core_async::time::Duration;

use super::BackgroundUnderTest;
use super::subject::{NOW, Recorder};
use crate::expect::fails;

const HOUR: Duration = Duration::from_secs(3_600);
const HOUR_MILLIS: u64 = 3_600_000;

/// Not a millisecond early, and gone afterwards.
pub async fn a_job_runs_at_its_time_and_not_before(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let job = Job::once("first", "sync", NOW + 5_000).with_payload("what to do");
    connected.executor.schedule(job.clone()).await.unwrap();
    let status = connected.status("first").await;
    assert_eq!((status.state, status.next_run_millis), (JobState::Waiting, Some(NOW + 5_000)));
    assert_eq!(status.job, job);
    runs.none().await;
    connected.pass(Duration::from_millis(4_999));
    runs.none().await;
    connected.pass(Duration::from_millis(1));
    let run = runs.next().await;
    assert_eq!((run.job_id.as_str(), run.payload.as_str()), ("first", "what to do"));
    assert_eq!((run.due_millis, run.missed, run.failures), (NOW + 5_000, 0, 0));
    connected.gone("first").await;
    connected.pass(HOUR);
    runs.none().await;
    // One whose time is over already is due at once.
    connected.executor.schedule(Job::once("late", "sync", 0)).await.unwrap();
    assert_eq!(runs.next().await.job_id, "late");
}

/// A program registers its handlers after it has started.
pub async fn a_job_waits_for_its_handler(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    connected.executor.schedule(Job::once("job", "sync", NOW)).await.unwrap();
    let (other, mut others) = Recorder::new();
    connected.executor.register("another", other);
    others.none().await;
    assert!(!connected.status("job").await.has_handler);
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    assert_eq!(runs.next().await.job_id, "job");
}

/// The first run comes one period after the scheduling, and so does each other one.
pub async fn a_recurring_job_keeps_its_rhythm(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::every("job", "sync", HOUR)).await.unwrap();
    runs.none().await;
    for round in 1..=3 {
        connected.pass(HOUR);
        let run = runs.next().await;
        assert_eq!((run.due_millis, run.missed), (NOW + round * HOUR_MILLIS, 0));
        let next = NOW + (round + 1) * HOUR_MILLIS;
        let status = connected.until("job", |status| status.next_run_millis == Some(next)).await;
        assert_eq!(status.last_run_millis, Some(NOW + round * HOUR_MILLIS));
        runs.none().await;
    }
}

/// However long the program was away, one run makes up for it, and says for how many.
pub async fn missed_runs_are_made_up_for_by_one(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    connected.executor.schedule(Job::every("job", "sync", HOUR)).await.unwrap();
    drop(connected);
    subject.set_clock(NOW + 10 * HOUR_MILLIS + 5);
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let run = runs.next().await;
    assert_eq!((run.due_millis, run.missed), (NOW + HOUR_MILLIS, 9));
    runs.none().await;
    let next = Some(NOW + 11 * HOUR_MILLIS);
    connected.until("job", |status| status.next_run_millis == next).await;
    connected.pass(HOUR);
    assert_eq!(runs.next().await.missed, 0);
}

/// What was scheduled is there afterwards, and what was done is not.
pub async fn jobs_survive_a_restart(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let constraints = Constraints {
        network: NetworkNeed::Local,
        charging: true,
        idle: true,
        when_unknown: WhenUnknown::Run,
    };
    let kept = Job::once("kept", "another", NOW + 1).with_constraints(constraints);
    for job in [kept, Job::once("done", "sync", NOW), Job::every("again", "sync", HOUR)] {
        connected.executor.schedule(job).await.unwrap();
    }
    assert_eq!(runs.next().await.job_id, "done");
    connected.gone("done").await;
    let before = connected.executor.list().await.unwrap();
    drop(connected);
    let connected = subject.connect().await;
    let mut after = connected.executor.list().await.unwrap();
    for status in &mut after {
        assert!(!status.has_handler, "handlers are the program's");
        status.has_handler = status.job.handler == "sync";
    }
    assert_eq!(after, before);
}

/// Who was not finished begins again.
pub async fn a_job_that_was_broken_off_runs_again(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::gated();
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("job", "sync", NOW)).await.unwrap();
    assert_eq!(runs.next().await.job_id, "job");
    assert_eq!(connected.status("job").await.state, JobState::Running);
    drop(connected);
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    assert_eq!(runs.next().await.job_id, "job");
    connected.gone("job").await;
}

/// Also after a restart; forgetting what is not there says so.
pub async fn a_cancelled_job_is_forgotten(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("a", "sync", NOW + 1)).await.unwrap();
    connected.executor.schedule(Job::every("b", "sync", HOUR)).await.unwrap();
    assert!(connected.executor.cancel("a").await.unwrap());
    assert!(!connected.executor.cancel("a").await.unwrap());
    assert_eq!(connected.ids().await, ["b"]);
    assert_eq!(connected.executor.status("a").await.unwrap(), None);
    assert!(connected.executor.cancel("b").await.unwrap());
    connected.pass(2 * HOUR);
    runs.none().await;
    drop(connected);
    assert!(subject.connect().await.ids().await.is_empty());
}

/// A run does not go on for a job that nobody wants any more.
pub async fn cancelling_stops_a_running_job(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::gated();
    connected.executor.register("sync", Arc::<Recorder>::clone(&handler) as _);
    connected.executor.schedule(Job::every("job", "sync", HOUR)).await.unwrap();
    connected.pass(HOUR);
    runs.next().await;
    assert!(connected.executor.cancel("job").await.unwrap());
    let stopped = async {
        while Arc::strong_count(&handler) > 2 {
            core_async::task::yield_now().await;
        }
    };
    crate::expect::soon("the run to be dropped", stopped).await;
    handler.release();
    assert!(connected.ids().await.is_empty(), "its end does not bring it back");
}

/// A program schedules its jobs at each start, which must not put them off.
pub async fn the_same_job_again_changes_nothing(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let job = Job::every("job", "sync", HOUR).with_payload("p");
    connected.executor.schedule(job.clone()).await.unwrap();
    connected.pass(HOUR / 2);
    connected.executor.schedule(job.clone()).await.unwrap();
    assert_eq!(connected.status("job").await.next_run_millis, Some(NOW + HOUR_MILLIS));
    drop(connected);
    let connected = subject.connect().await;
    connected.executor.schedule(job).await.unwrap();
    assert_eq!(connected.status("job").await.next_run_millis, Some(NOW + HOUR_MILLIS));
}

/// The newer wins, in memory and on disk.
pub async fn another_job_of_that_name_replaces_it(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("job", "sync", NOW + 5).with_payload("1")).await.unwrap();
    let second = Job::once("job", "sync", NOW + 9).with_payload("2");
    connected.executor.schedule(second.clone()).await.unwrap();
    connected.pass(Duration::from_millis(5));
    runs.none().await;
    drop(connected);
    let connected = subject.connect().await;
    assert_eq!(connected.status("job").await.job, second);
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    connected.pass(Duration::from_millis(5));
    assert_eq!(runs.next().await.payload, "2");
}

/// A job that takes longer than its period skips runs rather than meeting itself.
pub async fn a_job_never_runs_twice_at_a_time(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::gated();
    connected.executor.register("sync", Arc::<Recorder>::clone(&handler) as _);
    connected.executor.schedule(Job::every("job", "sync", HOUR)).await.unwrap();
    connected.pass(HOUR);
    runs.next().await;
    for _ in 0..3 {
        connected.pass(HOUR);
    }
    runs.none().await;
    handler.release();
    let next = Some(NOW + 5 * HOUR_MILLIS);
    connected.until("job", |status| status.next_run_millis == next).await;
    runs.none().await;
    connected.pass(HOUR);
    runs.next().await;
}

/// Some at a time, but all in the end.
pub async fn many_jobs_all_run(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    let mut expected = Vec::new();
    for number in 0..30 {
        let id = format!("job {number:02}");
        connected.executor.schedule(Job::once(&id, "sync", NOW + number)).await.unwrap();
        expected.push(id);
    }
    assert_eq!(connected.ids().await, expected);
    connected.executor.register("sync", handler);
    connected.pass(HOUR);
    let mut done = Vec::new();
    for _ in 0..30 {
        done.push(runs.next().await.job_id);
    }
    done.sort();
    assert_eq!(done, expected);
    for id in &expected {
        connected.gone(id).await;
    }
}

/// Somebody corrects a clock that was years ahead.
pub async fn a_clock_set_back_puts_nothing_off_for_long(subject: &BackgroundUnderTest) {
    subject.set_clock(NOW + 100_000 * HOUR_MILLIS);
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::every("job", "sync", HOUR)).await.unwrap();
    subject.set_clock(NOW);
    connected.executor.wake();
    runs.none().await;
    connected.pass(HOUR);
    assert_eq!(runs.next().await.missed, 0);
}

/// Names, payloads and periods have bounds.
pub async fn jobs_out_of_bounds_are_refused(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let long = "n".repeat(256);
    for bad in [
        Job::once("", "sync", NOW),
        Job::once(&long, "sync", NOW),
        Job::once("job", "", NOW),
        Job::once("job", &long, NOW),
        Job::once("job", "sync", NOW).with_payload("p".repeat(64 * 1024 + 1)),
        Job::every("job", "sync", Duration::ZERO),
        Job::every("job", "sync", Duration::from_millis(999)),
    ] {
        fails(connected.executor.schedule(bad).await, ErrorKind::InvalidRequest);
    }
    assert!(connected.ids().await.is_empty());
}

/// Times beyond all bounds, odd characters, the longest names.
pub async fn odd_jobs_come_back_as_they_were(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let far = i64::MAX.unsigned_abs();
    let mut jobs = vec![
        Job::once(" ", "日本 🎵", far),
        Job::once("a\0b", "x\0y", 0).with_payload("p\0\"'é".repeat(100)),
        Job::every("n".repeat(255), "h".repeat(255), Duration::from_millis(1_000)),
        Job::once("payload", "sync", NOW).with_payload("p".repeat(64 * 1024)),
    ];
    jobs.push(Job { schedule: Schedule::Every { period_millis: far }, ..jobs[0].clone() });
    jobs[4].id = "far".to_owned();
    for job in &jobs {
        connected.executor.schedule(job.clone()).await.unwrap();
    }
    drop(connected);
    let connected = subject.connect().await;
    for job in jobs {
        assert_eq!(connected.status(&job.id).await.job, job);
    }
}
