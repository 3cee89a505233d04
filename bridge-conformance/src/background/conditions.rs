//! What jobs wait for besides their time.

use std::sync::Arc;

use bridge_traits::{
    Blocker, Connectivity, Constraint, Constraints, DeviceState, Job, Metered, NetworkKind,
    NetworkNeed, NetworkState, WhenUnknown,
};
use core_async::time::{Duration, sleep};

use super::BackgroundUnderTest;
use super::subject::{NOW, Recorder};

fn needing(network: NetworkNeed) -> Constraints {
    Constraints { network, ..Constraints::default() }
}

fn online(kind: NetworkKind, metered: Metered) -> NetworkState {
    NetworkState { connectivity: Connectivity::Online, kind, metered }
}

fn blocker(constraint: Constraint, is_unknown: bool) -> Blocker {
    Blocker { constraint, is_unknown }
}

/// The network's return starts the job, without anybody having to ask.
pub async fn a_job_waits_for_the_network(subject: &BackgroundUnderTest) {
    subject.set_network(NetworkState::new(Connectivity::Offline));
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let job = Job::once("job", "sync", NOW).with_constraints(needing(NetworkNeed::Online));
    connected.executor.schedule(job).await.unwrap();
    runs.none().await;
    let status = connected.status("job").await;
    assert_eq!(status.blockers, [blocker(Constraint::Network, false)]);
    subject.set_network(online(NetworkKind::Cellular, Metered::Yes));
    assert_eq!(runs.next().await.job_id, "job");
}

/// A network that costs is not used, nor one that may cost.
pub async fn an_unmetered_network_is_one_that_is_known_to_be(subject: &BackgroundUnderTest) {
    subject.set_network(online(NetworkKind::Wifi, Metered::Yes));
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let job = Job::once("job", "sync", NOW).with_constraints(needing(NetworkNeed::Unmetered));
    connected.executor.schedule(job).await.unwrap();
    let local = Job::once("local", "sync", NOW).with_constraints(needing(NetworkNeed::Local));
    connected.executor.schedule(local).await.unwrap();
    assert_eq!(runs.next().await.job_id, "local", "a wireless network is one");
    runs.none().await;
    subject.set_network(online(NetworkKind::Wifi, Metered::Unknown));
    runs.none().await;
    let status = connected.status("job").await;
    assert_eq!(status.blockers, [blocker(Constraint::Network, true)]);
    subject.set_network(online(NetworkKind::Wifi, Metered::No));
    assert_eq!(runs.next().await.job_id, "job");
}

/// Both have to hold at the same time.
pub async fn a_job_waits_for_power_and_rest(subject: &BackgroundUnderTest) {
    let device = |charging, idle| DeviceState { charging: Some(charging), idle: Some(idle) };
    subject.set_device(device(false, false));
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let constraints = Constraints { charging: true, idle: true, ..Constraints::default() };
    let job = Job::once("job", "sync", NOW).with_constraints(constraints);
    connected.executor.schedule(job).await.unwrap();
    for (charging, idle) in [(false, false), (true, false), (false, true)] {
        subject.set_device(device(charging, idle));
        runs.none().await;
    }
    subject.set_device(device(true, true));
    runs.next().await;
}

/// A job that waits for something the host does not know says for what.
pub async fn what_the_host_cannot_tell_is_named(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let constraints = Constraints { charging: true, idle: true, ..needing(NetworkNeed::Online) };
    let job = Job::once("job", "sync", NOW).with_constraints(constraints);
    connected.executor.schedule(job).await.unwrap();
    runs.none().await;
    let named = [Constraint::Network, Constraint::Charging, Constraint::Idle];
    let status = connected.status("job").await;
    assert_eq!(status.blockers, named.map(|constraint| blocker(constraint, true)));
}

/// For work that may as well be done.
pub async fn a_job_may_take_the_unknown_as_met(subject: &BackgroundUnderTest) {
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let constraints = Constraints {
        charging: true,
        when_unknown: WhenUnknown::Run,
        ..needing(NetworkNeed::Unmetered)
    };
    subject.set_device(DeviceState { charging: Some(false), idle: None });
    let job = Job::once("job", "sync", NOW).with_constraints(constraints);
    connected.executor.schedule(job).await.unwrap();
    runs.none().await;
    let status = connected.status("job").await;
    assert_eq!(status.blockers, [blocker(Constraint::Charging, false)], "known is known");
    subject.set_device(DeviceState::default());
    runs.next().await;
}

/// A recurring job that could not run for a day runs once when it can.
pub async fn a_long_wait_for_conditions_is_one_run(subject: &BackgroundUnderTest) {
    subject.set_network(NetworkState::new(Connectivity::Offline));
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::new();
    connected.executor.register("sync", handler);
    let hour = Duration::from_secs(3_600);
    let job = Job::every("job", "sync", hour).with_constraints(needing(NetworkNeed::Online));
    connected.executor.schedule(job).await.unwrap();
    for _ in 0..24 {
        connected.pass(hour);
    }
    runs.none().await;
    subject.set_network(NetworkState::new(Connectivity::Online));
    assert_eq!(runs.next().await.missed, 23);
    runs.none().await;
}

/// A network that comes and goes starts the work once, and starts nothing beside what is under way.
pub async fn a_flapping_network_resumes_work_once(subject: &BackgroundUnderTest) {
    let flap = async || {
        for _ in 0..10 {
            subject.set_network(online(NetworkKind::Wifi, Metered::No));
            sleep(Duration::from_millis(5)).await;
            subject.set_network(NetworkState::new(Connectivity::Offline));
            sleep(Duration::from_millis(5)).await;
        }
        subject.set_network(online(NetworkKind::Wifi, Metered::No));
    };
    subject.set_network(NetworkState::new(Connectivity::Offline));
    let connected = subject.connect().await;
    let (handler, mut runs) = Recorder::gated();
    connected.executor.register("transfer", Arc::<Recorder>::clone(&handler));
    let job = Job::once("job", "transfer", NOW).with_constraints(needing(NetworkNeed::Online));
    connected.executor.schedule(job).await.unwrap();
    flap().await;
    assert_eq!(runs.next().await.job_id, "job");
    flap().await;
    runs.none().await;
    handler.release();
    connected.gone("job").await;
    flap().await;
    runs.none().await;
}
