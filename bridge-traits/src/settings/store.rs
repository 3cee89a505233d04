//! The settings trait and its contract.

use std::fmt;

use super::{SettingValue, SettingsWatcher};
use crate::{PlatformSend, PlatformSync, Result};

/// One change of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingChange {
    /// Sets a value.
    Set(String, SettingValue),
    /// Removes a value.
    Remove(String),
}

impl SettingChange {
    /// Which setting it changes.
    pub fn key(&self) -> &str {
        match self {
            Self::Set(key, _) | Self::Remove(key) => key,
        }
    }
}

/// Keeps small typed values: volume, theme, the last view.
///
/// # Contract
///
/// * A `get` that starts after an `apply` has returned sees it, also after a restart.
/// * `apply` carries out all of its changes or none.
/// * A value comes back with the type it was set with.
/// * Removing a missing key succeeds. Keys are any non-empty UTF-8 of at most 255 bytes.
/// * `list` gives every key that starts with the prefix, sorted by bytes.
/// * A watcher tells each lasting difference under its prefix, after `get` has it, whoever made it;
///   setting an equal value is no news.
#[core_async::async_trait]
pub trait SettingsStore: fmt::Debug + PlatformSend + PlatformSync {
    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    async fn get(&self, key: &str) -> Result<Option<SettingValue>>;

    /// Carries out every change, or none.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a bad key, `QuotaExceeded` if the host is full.
    async fn apply(&self, changes: Vec<SettingChange>) -> Result<()>;

    /// Every setting whose key starts with `prefix`.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>>;

    /// News of every change under `prefix` from now on.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    async fn watch(&self, prefix: &str) -> Result<SettingsWatcher>;

    /// Sets one value.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    async fn set(&self, key: &str, value: SettingValue) -> Result<()> {
        self.apply(vec![SettingChange::Set(key.to_owned(), value)]).await
    }
}
