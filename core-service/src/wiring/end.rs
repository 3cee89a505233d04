//! Tells everybody when nothing can be stored any more.

use std::sync::Arc;

use core_async::task::{self, AbortOnDropHandle};
use core_runtime::EventBus;

use super::DatabaseReport;

/// The task that waits for it.
pub(crate) fn tell_of_the_end(
    report: Arc<dyn DatabaseReport>,
    events: EventBus,
) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(task::spawn(async move {
        let end = report.end().await;
        tracing::error!("{end}");
        events.emit(end);
    }))
}
