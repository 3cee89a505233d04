//! When a job is due next: pure arithmetic over the wall clock.

use std::time::Duration;

use super::records::StoredJob;
use super::{JobState, Schedule};
use crate::{BridgeError, ErrorKind};

pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(30);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// When a job that is scheduled now is due first.
pub(super) fn first_due(schedule: Schedule, now: u64) -> u64 {
    match schedule {
        Schedule::Once { at_millis } => at_millis,
        Schedule::Every { period_millis } => now.saturating_add(period_millis),
    }
}

/// How many earlier runs of a recurring job were missed when one that was planned for
/// `planned` begins now.
pub(super) fn missed(schedule: Schedule, planned: u64, now: u64) -> u64 {
    match schedule {
        Schedule::Once { .. } => 0,
        Schedule::Every { period_millis } => now.saturating_sub(planned) / period_millis.max(1),
    }
}

/// The first time after `now` in the rhythm of a job that was planned for `planned`.
fn next_in_rhythm(planned: u64, period: u64, now: u64) -> u64 {
    let period = period.max(1);
    let passed = now.saturating_sub(planned) / period;
    planned.saturating_add(passed.saturating_add(1).saturating_mul(period))
}

/// When a recurring job is due if its time seems to lie more than a period ahead: the clock was
/// set back.
pub(super) fn due_after_jump(stored: &StoredJob, now: u64) -> Option<u64> {
    match stored.job.schedule {
        Schedule::Every { period_millis } => {
            let latest = now.saturating_add(period_millis.max(pause_millis(LONGEST_PAUSE)));
            (stored.due_millis > latest).then(|| now.saturating_add(period_millis))
        }
        Schedule::Once { .. } => None,
    }
}

/// What becomes of a job whose run ended at `now`; `None` if it is done.
pub(super) fn after_run(
    stored: &StoredJob,
    outcome: Result<(), BridgeError>,
    now: u64,
) -> Option<StoredJob> {
    let mut next = StoredJob { last_run_millis: Some(now), ..stored.clone() };
    next.last_error = outcome.as_ref().err().map(ToString::to_string);
    match (outcome, stored.job.schedule) {
        (Ok(()), Schedule::Once { .. }) => return None,
        (Err(error), _) if error.is_retryable() => {
            next.due_millis = now.saturating_add(pause_millis(pause(&error, stored.failures)));
            next.failures = stored.failures.saturating_add(1);
        }
        (Err(_), Schedule::Once { .. }) => {
            next.state = JobState::Failed;
            next.failures = stored.failures.saturating_add(1);
        }
        (outcome, Schedule::Every { period_millis }) => {
            next.planned_millis = next_in_rhythm(stored.planned_millis, period_millis, now);
            next.due_millis = next.planned_millis;
            next.failures = if outcome.is_ok() { 0 } else { stored.failures.saturating_add(1) };
        }
    }
    Some(next)
}

/// How long to wait before the next try.
fn pause(error: &BridgeError, failures: u32) -> Duration {
    let growing = FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE);
    match error.kind() {
        ErrorKind::RateLimited { retry_after: Some(asked) } => asked.max(FIRST_PAUSE),
        _ => growing,
    }
}

fn pause_millis(pause: Duration) -> u64 {
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Job;

    const MINUTE: u64 = 60_000;

    fn stored(job: Job, due_millis: u64) -> StoredJob {
        StoredJob {
            job,
            state: JobState::Waiting,
            due_millis,
            planned_millis: due_millis,
            last_run_millis: None,
            last_error: None,
            failures: 0,
        }
    }

    fn every_minute() -> StoredJob {
        stored(Job::every("a", "b", Duration::from_secs(60)), MINUTE)
    }

    #[test]
    fn missed_runs_are_made_up_for_by_one() {
        let job = every_minute();
        let now = 10 * MINUTE + 5;
        assert_eq!(missed(job.job.schedule, job.due_millis, now), 9);
        let next = after_run(&job, Ok(()), now).expect("it recurs");
        assert_eq!(next.due_millis, 11 * MINUTE, "and the rhythm stays");
        assert_eq!(missed(next.job.schedule, next.due_millis, next.due_millis), 0);
    }

    #[test]
    fn pauses_grow_to_an_hour_and_follow_the_server() {
        let fails = |kind| Err(BridgeError::new(kind, "test"));
        let mut job = stored(Job::once("a", "b", 5), 5);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            let next = after_run(&job, fails(ErrorKind::Unavailable), 100).expect("it is retried");
            pauses.push((next.due_millis - 100) / 1_000);
            job = next;
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        let asked = ErrorKind::RateLimited { retry_after: Some(Duration::from_secs(7_200)) };
        let next = after_run(&job, fails(asked), 100).expect("it is retried");
        assert_eq!(next.due_millis, 7_200_100);
        let end = after_run(&job, fails(ErrorKind::Corrupt), 100).expect("it is kept");
        assert_eq!((end.state, end.failures), (JobState::Failed, 10));
        assert_eq!(after_run(&job, Ok(()), 100), None);
    }

    #[test]
    fn a_clock_set_back_puts_nothing_off_for_long() {
        let mut job = every_minute();
        assert_eq!(due_after_jump(&job, 0), None);
        job.due_millis = 1_000 * MINUTE;
        assert_eq!(due_after_jump(&job, 5), Some(MINUTE + 5));
        let once = stored(Job::once("a", "b", u64::MAX), u64::MAX);
        assert_eq!(due_after_jump(&once, 5), None);
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let job = stored(Job::every("a", "b", Duration::MAX), u64::MAX - 1);
        let next = after_run(&job, Ok(()), u64::MAX).expect("it recurs");
        assert_eq!(next.due_millis, u64::MAX);
        let odd = stored(Job::every("a", "b", Duration::ZERO), 0);
        after_run(&odd, Ok(()), u64::MAX).expect("it recurs");
    }
}
