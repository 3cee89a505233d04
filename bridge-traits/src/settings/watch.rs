//! News of settings.

use std::fmt;

use futures::StreamExt;

use super::SettingChange;
use crate::{BoxStream, BridgeError, ErrorKind, Result};

/// Waits for changes of the settings under one prefix.
pub struct SettingsWatcher(BoxStream<'static, Result<Vec<SettingChange>>>);

impl SettingsWatcher {
    /// A watcher that tells what `changes` yields, for adapters: never an empty list.
    pub fn new(changes: BoxStream<'static, Result<Vec<SettingChange>>>) -> Self {
        Self(changes)
    }

    /// Waits until settings differ from what this watcher has told, and tells how: each key once,
    /// sorted, with the value it has now. What happened in between, while nobody waited, is one
    /// change.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the store is closed, or as the host does; after the latter it
    /// goes on.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no change.
    pub async fn next(&mut self) -> Result<Vec<SettingChange>> {
        self.0.next().await.unwrap_or_else(|| {
            Err(BridgeError::new(ErrorKind::Unavailable, "settings.watch")
                .with_detail("the store was closed"))
        })
    }
}

impl fmt::Debug for SettingsWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettingsWatcher").finish_non_exhaustive()
    }
}
