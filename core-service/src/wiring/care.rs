//! What the core does when the host shows, hides, suspends or ends the program.

use std::sync::Arc;

use bridge_traits::{BackgroundExecutor, LifecycleObserver};
use core_async::task::{self, AbortOnDropHandle};

use super::BackgroundSlot;

/// Follows the program's lifecycle for as long as it lives.
#[derive(Debug)]
pub(crate) struct Care {
    _task: AbortOnDropHandle<()>,
}

impl Care {
    /// Wakes the jobs after each sleep: timers do not notice that time has jumped.
    pub(crate) fn begin(
        lifecycle: &dyn LifecycleObserver,
        background: Arc<BackgroundSlot>,
    ) -> Self {
        let (mut wakes, mut watcher) = (lifecycle.state().wakes, lifecycle.watch());
        Self {
            _task: AbortOnDropHandle::new(task::spawn(async move {
                loop {
                    let state = watcher.next().await;
                    tracing::debug!(phase = ?state.phase, wakes = state.wakes, "the lifecycle");
                    if state.wakes != wakes {
                        wakes = state.wakes;
                        background.wake();
                    }
                }
            })),
        }
    }
}
