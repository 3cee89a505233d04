//! Tells everybody what becomes of the stored database.

use std::sync::Arc;

use core_async::task::{self, AbortOnDropHandle};
use core_runtime::{EventBus, SystemEvent};

use super::DatabaseReport;
use crate::storage::StorageDamage;

/// The task that waits for its end: nothing can be stored any more then.
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

/// The task that waits for damage.
pub(crate) fn tell_of_damage(
    report: Arc<dyn DatabaseReport>,
    events: EventBus,
) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(task::spawn(async move {
        let StorageDamage { part, reason, .. } = report.damaged().await;
        let damaged = SystemEvent::StorageDamaged { part, reason };
        tracing::error!("{damaged}");
        events.emit(damaged);
    }))
}
