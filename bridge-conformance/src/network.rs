//! The contract of [`NetworkMonitor`].

use std::fmt;
use std::sync::Arc;

use bridge_traits::{
    BoxFuture, Connectivity, Metered, NetworkKind, NetworkMonitor, NetworkState, PlatformSend,
};
use core_async::task::{AbortOnDropHandle, spawn};
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::expect::soon;

/// Proves that a [`NetworkMonitor`] keeps its contract.
///
/// Takes a future that yields an `Arc<dyn NetworkMonitor>` of the network as it is; with
/// `changeable:` in front, one that yields a [`ChangeableNetwork`].
#[macro_export]
macro_rules! network_conformance {
    (changeable: $make:expr $(,)?) => {
        $crate::conformance_tests! {
            network_changes: $crate::network::ChangeableNetwork = $make, network:
            going_offline_and_back_is_told
            every_network_watcher_is_told
            the_state_changes_before_watchers_are_told
            an_equal_network_is_no_news
            an_abandoned_wait_misses_no_change
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            network: ::std::sync::Arc<dyn $crate::NetworkMonitor> = $make, network:
            the_network_is_known_at_once
            offline_has_no_kind_and_no_price
            without_a_change_nothing_is_told
        }
    };
}

type Subject = Arc<dyn NetworkMonitor>;

/// A monitor, and the way to cut its network off and restore it.
pub struct ChangeableNetwork {
    monitor: Subject,
    set_online: Box<dyn Fn(bool) -> BoxFuture<'static, ()>>,
}

impl ChangeableNetwork {
    /// A monitor that is online at first; `set_online` takes the network away or gives it back.
    pub fn new<F, A>(monitor: Subject, set_online: F) -> Self
    where
        F: Fn(bool) -> A + 'static,
        A: Future<Output = ()> + PlatformSend + 'static,
    {
        Self { monitor, set_online: Box::new(move |online| Box::pin(set_online(online))) }
    }

    async fn set(&self, online: bool) {
        (self.set_online)(online).await;
    }

    fn connectivity(&self) -> Connectivity {
        self.monitor.state().connectivity
    }
}

impl fmt::Debug for ChangeableNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeableNetwork").field("monitor", &self.monitor).finish_non_exhaustive()
    }
}

#[track_caller]
fn check(state: NetworkState) {
    if state.connectivity == Connectivity::Offline {
        assert_eq!(state.kind, NetworkKind::Unknown, "{state:?}");
        assert_eq!(state.metered, Metered::Unknown, "{state:?}");
    }
}

/// Asking is not waiting, and two questions in a row have the same answer.
pub async fn the_network_is_known_at_once(monitor: &Subject) {
    let state = monitor.state();
    assert_eq!(monitor.state(), state);
    assert_eq!(monitor.watch().current(), state);
}

/// What is not there is not of a kind.
pub async fn offline_has_no_kind_and_no_price(monitor: &Subject) {
    check(monitor.state());
}

/// A watcher that was just made has nothing to tell.
pub async fn without_a_change_nothing_is_told(monitor: &Subject) {
    let mut watcher = monitor.watch();
    let before = watcher.current();
    if let Ok(told) = timeout(Duration::from_millis(100), watcher.next()).await {
        // A real network may change during the test, but never into what it was.
        assert_ne!(told, before);
    }
}

/// Each change reaches the watcher, with what is known by then.
pub async fn going_offline_and_back_is_told(subject: &ChangeableNetwork) {
    let mut watcher = subject.monitor.watch();
    assert_eq!(watcher.current().connectivity, Connectivity::Online);
    let before = watcher.current();
    for _ in 0..3 {
        subject.set(false).await;
        let offline = soon("the loss of the network", watcher.next()).await;
        assert_eq!(offline.connectivity, Connectivity::Offline);
        check(offline);
        subject.set(true).await;
        assert_eq!(soon("its return", watcher.next()).await, before);
    }
}

/// Watchers do not take changes from each other.
pub async fn every_network_watcher_is_told(subject: &ChangeableNetwork) {
    let mut watchers = [subject.monitor.watch(), subject.monitor.watch()];
    let mut copy = watchers[0].clone();
    subject.set(false).await;
    for watcher in watchers.iter_mut().chain([&mut copy]) {
        let state = soon("the loss of the network", watcher.next()).await;
        assert_eq!(state.connectivity, Connectivity::Offline);
    }
    subject.set(true).await;
}

/// Who asks when told gets the new answer.
pub async fn the_state_changes_before_watchers_are_told(subject: &ChangeableNetwork) {
    let (monitor, mut watcher) = (Arc::clone(&subject.monitor), subject.monitor.watch());
    let asking = AbortOnDropHandle::new(spawn(async move {
        let told = watcher.next().await;
        (told, monitor.state())
    }));
    core_async::task::yield_now().await;
    subject.set(false).await;
    let (told, asked) = soon("the loss of the network", asking).await.unwrap();
    assert_eq!(told, asked);
    subject.set(true).await;
}

/// Being cut off twice is being cut off.
pub async fn an_equal_network_is_no_news(subject: &ChangeableNetwork) {
    let mut watcher = subject.monitor.watch();
    subject.set(true).await;
    assert!(timeout(Duration::from_millis(50), watcher.next()).await.is_err(), "it was online");
    subject.set(false).await;
    soon("the loss of the network", watcher.next()).await;
    subject.set(false).await;
    assert!(timeout(Duration::from_millis(50), watcher.next()).await.is_err(), "it was offline");
    assert_eq!(subject.connectivity(), Connectivity::Offline);
    subject.set(true).await;
}

/// Dropping the future of `next` loses no change.
pub async fn an_abandoned_wait_misses_no_change(subject: &ChangeableNetwork) {
    let mut watcher = subject.monitor.watch();
    assert!(watcher.next().now_or_never().is_none());
    subject.set(false).await;
    let state = soon("the loss of the network", watcher.next()).await;
    assert_eq!(state.connectivity, Connectivity::Offline);
    assert!(watcher.next().now_or_never().is_none());
    subject.set(true).await;
}
