//! The contract of [`LifecycleObserver`].

use std::fmt;
use std::sync::Arc;

use bridge_traits::{BoxFuture, LifecycleObserver, LifecyclePhase, LifecycleState, PlatformSend};
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::expect::soon;

/// Proves that a [`LifecycleObserver`] keeps its contract.
///
/// Takes a future that yields a [`LifecycleUnderTest`].
#[macro_export]
macro_rules! lifecycle_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            lifecycle: $crate::lifecycle::LifecycleUnderTest = $make, lifecycle:
            a_program_begins_in_the_foreground
            each_phase_is_told
            each_return_from_suspension_is_a_wake
            the_same_phase_is_no_news
            every_lifecycle_watcher_is_told
            nothing_comes_after_the_end
        }
    };
}

/// An observer, and the host that decides over its program.
pub struct LifecycleUnderTest {
    observer: Arc<dyn LifecycleObserver>,
    enter: Box<dyn Fn(LifecyclePhase) -> BoxFuture<'static, ()>>,
}

impl LifecycleUnderTest {
    /// A fresh observer; `enter` has its host enter a phase.
    pub fn new<F, A>(observer: Arc<dyn LifecycleObserver>, enter: F) -> Self
    where
        F: Fn(LifecyclePhase) -> A + 'static,
        A: Future<Output = ()> + PlatformSend + 'static,
    {
        Self { observer, enter: Box::new(move |phase| Box::pin(enter(phase))) }
    }

    async fn enter(&self, phase: LifecyclePhase) {
        (self.enter)(phase).await;
    }
}

impl fmt::Debug for LifecycleUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifecycleUnderTest")
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

/// Until the host says otherwise the program is seen and has not slept.
pub async fn a_program_begins_in_the_foreground(subject: &LifecycleUnderTest) {
    let state = LifecycleState { phase: LifecyclePhase::Foreground, wakes: 0 };
    assert_eq!(subject.observer.state(), state);
    assert_eq!(subject.observer.watch().current(), state);
}

/// A watcher hears of every phase, and who asks then gets the same answer.
pub async fn each_phase_is_told(subject: &LifecycleUnderTest) {
    let mut watcher = subject.observer.watch();
    for phase in [
        LifecyclePhase::Background,
        LifecyclePhase::Suspended,
        LifecyclePhase::Background,
        LifecyclePhase::Foreground,
        LifecyclePhase::Suspended,
        LifecyclePhase::Terminating,
    ] {
        subject.enter(phase).await;
        let state = soon("the phase", watcher.next()).await;
        assert_eq!(state.phase, phase);
        assert_eq!(subject.observer.state(), state);
    }
}

/// Who slept is told so, also where nobody listened meanwhile.
pub async fn each_return_from_suspension_is_a_wake(subject: &LifecycleUnderTest) {
    let mut watcher = subject.observer.watch();
    subject.enter(LifecyclePhase::Background).await;
    assert_eq!(soon("the phase", watcher.next()).await.wakes, 0);
    for wakes in 1..=3 {
        subject.enter(LifecyclePhase::Suspended).await;
        subject.enter(LifecyclePhase::Background).await;
        let awake = LifecycleState { phase: LifecyclePhase::Background, wakes };
        let told = async { while watcher.next().await != awake {} };
        soon("the wake", told).await;
        assert_eq!(subject.observer.state(), awake);
    }
    subject.enter(LifecyclePhase::Foreground).await;
    assert_eq!(soon("the phase", watcher.next()).await.wakes, 3);
}

/// Entering where one is changes nothing.
pub async fn the_same_phase_is_no_news(subject: &LifecycleUnderTest) {
    subject.enter(LifecyclePhase::Background).await;
    let settled = async {
        while subject.observer.state().phase != LifecyclePhase::Background {
            core_async::task::yield_now().await;
        }
    };
    soon("the phase", settled).await;
    let mut watcher = subject.observer.watch();
    subject.enter(LifecyclePhase::Background).await;
    assert!(timeout(Duration::from_millis(50), watcher.next()).await.is_err());
}

/// Watchers do not take phases from each other, and an abandoned wait loses none.
pub async fn every_lifecycle_watcher_is_told(subject: &LifecycleUnderTest) {
    let mut watchers = [subject.observer.watch(), subject.observer.watch()];
    assert!(watchers[0].next().now_or_never().is_none());
    subject.enter(LifecyclePhase::Background).await;
    for watcher in &mut watchers {
        assert_eq!(soon("the phase", watcher.next()).await.phase, LifecyclePhase::Background);
    }
}

/// The end is final.
pub async fn nothing_comes_after_the_end(subject: &LifecycleUnderTest) {
    let mut watcher = subject.observer.watch();
    subject.enter(LifecyclePhase::Terminating).await;
    assert_eq!(soon("the end", watcher.next()).await.phase, LifecyclePhase::Terminating);
    for phase in [LifecyclePhase::Foreground, LifecyclePhase::Background, LifecyclePhase::Suspended]
    {
        subject.enter(phase).await;
        assert!(timeout(Duration::from_millis(20), watcher.next()).await.is_err());
        assert_eq!(subject.observer.state().phase, LifecyclePhase::Terminating);
    }
}
