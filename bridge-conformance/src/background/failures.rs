//! What becomes of jobs that fail.

use bridge_traits::{BridgeError, ErrorKind, Job, JobState};
use core_async::time::Duration;

use super::BackgroundUnderTest;
use super::subject::{NOW, Recorder};

fn unavailable() -> BridgeError {
    BridgeError::new(ErrorKind::Unavailable, "test.run").with_detail("the server is tired")
}

/// The next try comes after a pause, knows of the failure, and can succeed.
pub async fn a_retryable_failure_is_tried_again_later(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    handler.fail([unavailable()]);
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("job", "sync", NOW)).await.unwrap();
    runs.next().await;
    let status = connected.until("job", |status| status.failures == 1).await;
    assert_eq!(status.state, JobState::Waiting);
    let error = status.last_error.expect("there was one");
    assert!(error.contains("the server is tired"), "{error}");
    let next = status.next_run_millis.expect("it will be tried");
    assert!(next >= NOW + 30_000, "{next}");
    connected.pass(Duration::from_millis(next - subject.now() - 1));
    runs.none().await;
    connected.pass(Duration::from_millis(1));
    let run = runs.next().await;
    assert_eq!((run.failures, run.due_millis), (1, NOW));
    connected.gone("job").await;
}

/// Whoever fails again and again is asked ever more seldom, but at least every hour.
pub async fn pauses_between_tries_grow(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    handler.fail((0..10).map(|_| unavailable()));
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("job", "sync", NOW)).await.unwrap();
    let mut last = Duration::ZERO;
    for failures in 1..=10 {
        runs.next().await;
        let status = connected.until("job", |status| status.failures == failures).await;
        let pause = Duration::from_millis(status.next_run_millis.unwrap() - subject.now());
        assert!(pause >= last && pause <= Duration::from_secs(3_600), "{pause:?} after {last:?}");
        last = pause;
        connected.pass(pause);
    }
    assert!(last > Duration::from_secs(600), "{last:?}");
    runs.next().await;
    connected.gone("job").await;
}

/// `Retry-After` is respected, however long it is.
pub async fn a_server_that_asks_for_a_pause_gets_it(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    let asked = Duration::from_secs(86_400);
    let kind = ErrorKind::RateLimited { retry_after: Some(asked) };
    handler.fail([BridgeError::new(kind, "test.run")]);
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("job", "sync", NOW)).await.unwrap();
    runs.next().await;
    let status = connected.until("job", |status| status.failures == 1).await;
    assert_eq!(status.next_run_millis, Some(NOW + 86_400_000));
    connected.pass(asked - Duration::from_millis(1));
    runs.none().await;
    connected.pass(Duration::from_millis(1));
    runs.next().await;
}

/// It is not tried again, and not forgotten either, until somebody schedules or cancels it.
pub async fn a_job_that_failed_for_good_stays(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    handler.fail([BridgeError::new(ErrorKind::Corrupt, "test.run")]);
    connected.executor.register("sync", handler);
    let job = Job::once("job", "sync", NOW);
    connected.executor.schedule(job.clone()).await.unwrap();
    runs.next().await;
    let status = connected.until("job", |status| status.state == JobState::Failed).await;
    assert_eq!(status.next_run_millis, None);
    assert!(status.last_error.is_some());
    connected.pass(Duration::from_secs(86_400));
    runs.none().await;
    connected.executor.schedule(job).await.unwrap();
    assert_eq!(runs.next().await.failures, 0, "a new beginning");
    connected.gone("job").await;
}

/// One bad day does not end a habit.
pub async fn a_recurring_job_goes_on_after_a_failure(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    handler.fail([BridgeError::new(ErrorKind::Corrupt, "test.run")]);
    connected.executor.register("sync", handler);
    let hour = Duration::from_secs(3_600);
    connected.executor.schedule(Job::every("job", "sync", hour)).await.unwrap();
    connected.pass(hour);
    runs.next().await;
    let status = connected.until("job", |status| status.failures == 1).await;
    assert_eq!(status.state, JobState::Waiting);
    connected.pass(hour);
    assert_eq!(runs.next().await.failures, 1);
    let status = connected.until("job", |status| status.failures == 0).await;
    assert_eq!(status.last_error, None);
}

/// A restart does not make a job forget that it failed, nor hurry.
pub async fn failures_survive_a_restart(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    handler.fail([unavailable(), BridgeError::new(ErrorKind::Corrupt, "test.run")]);
    connected.executor.register("sync", handler);
    connected.executor.schedule(Job::once("a", "sync", NOW)).await.unwrap();
    runs.next().await;
    let first = connected.until("a", |status| status.failures == 1).await;
    connected.executor.schedule(Job::once("b", "sync", NOW)).await.unwrap();
    runs.next().await;
    let second = connected.until("b", |status| status.state == JobState::Failed).await;
    drop(connected);
    let connected = subject.connect().await;
    for before in [first, second] {
        let after = connected.status(&before.job.id).await;
        assert_eq!((after.failures, &after.last_error), (1, &before.last_error));
        assert_eq!((after.state, after.next_run_millis), (before.state, before.next_run_millis));
    }
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    runs.none().await;
}
