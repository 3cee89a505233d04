//! The contract of [`BackgroundExecutor`](bridge_traits::BackgroundExecutor).

mod subject;

pub mod conditions;
pub mod failures;
pub mod jobs;

pub use subject::{BackgroundParts, BackgroundUnderTest};

/// Proves that a [`BackgroundExecutor`](bridge_traits::BackgroundExecutor) keeps its contract.
///
/// Takes a future that yields a [`BackgroundUnderTest`].
#[macro_export]
macro_rules! background_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            background_jobs: $crate::background::BackgroundUnderTest = $make, background::jobs:
            a_job_runs_at_its_time_and_not_before
            a_job_waits_for_its_handler
            a_recurring_job_keeps_its_rhythm
            missed_runs_are_made_up_for_by_one
            jobs_survive_a_restart
            a_job_that_was_broken_off_runs_again
            a_cancelled_job_is_forgotten
            cancelling_stops_a_running_job
            the_same_job_again_changes_nothing
            another_job_of_that_name_replaces_it
            a_job_never_runs_twice_at_a_time
            many_jobs_all_run
            a_clock_set_back_puts_nothing_off_for_long
            jobs_out_of_bounds_are_refused
            odd_jobs_come_back_as_they_were
        }
        $crate::conformance_tests! {
            background_conditions: $crate::background::BackgroundUnderTest = $make,
            background::conditions:
            a_job_waits_for_the_network
            an_unmetered_network_is_one_that_is_known_to_be
            a_job_waits_for_power_and_rest
            what_the_host_cannot_tell_is_named
            a_job_may_take_the_unknown_as_met
            a_long_wait_for_conditions_is_one_run
            a_flapping_network_resumes_work_once
        }
        $crate::conformance_tests! {
            background_failures: $crate::background::BackgroundUnderTest = $make,
            background::failures:
            a_retryable_failure_is_tried_again_later
            pauses_between_tries_grow
            a_server_that_asks_for_a_pause_gets_it
            a_job_that_failed_for_good_stays
            a_recurring_job_goes_on_after_a_failure
            failures_survive_a_restart
        }
    };
}
