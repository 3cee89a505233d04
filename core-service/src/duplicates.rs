//! What is done about tracks that are the same recording, as the profile's owner wishes it.

use std::sync::atomic::{AtomicBool, Ordering};

use bridge_traits::{BoxFuture, SettingValue};
use core_library::{DuplicatePolicy, REMOTE, Reason, Track};
use core_runtime::LibraryEvent;
use serde_json::Value as Json;

use crate::error::CoreError;
use crate::service::CoreService;

/// Where the wish is kept.
const SETTING: &str = "library.duplicate_policy";

/// A scan or a sync whose files may have doubles. Whoever is stopped before these are settled leaves
/// it to the next one.
#[derive(Debug)]
pub(crate) struct Arrivals<'a> {
    has_news: &'a AtomicBool,
    is_settled: bool,
}

impl Arrivals<'_> {
    fn settle(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Arrivals<'_> {
    fn drop(&mut self) {
        if !self.is_settled {
            self.has_news.store(true, Ordering::Relaxed);
        }
    }
}

impl CoreService {
    /// What is done about duplicates after a scan or a sync.
    ///
    /// # Errors
    ///
    /// Fails as the settings do.
    pub async fn duplicate_policy(&self) -> Result<DuplicatePolicy, CoreError> {
        Ok(match self.settings().get(SETTING).await? {
            // Of a wish that a newer release knows nothing is done.
            Some(SettingValue::Text(name)) => {
                serde_json::from_value(Json::String(name)).unwrap_or_default()
            }
            _ => DuplicatePolicy::default(),
        })
    }

    /// Sets what is done about duplicates, and does it for what is there. Merges that were made
    /// stay.
    ///
    /// # Errors
    ///
    /// Fails as the settings or the library do.
    pub async fn set_duplicate_policy(&self, policy: DuplicatePolicy) -> Result<(), CoreError> {
        // A name is a text in JSON, too.
        if let Ok(Json::String(name)) = serde_json::to_value(policy) {
            self.settings().set(SETTING, name.as_str().into()).await?;
        }
        let arrivals = self.arrivals();
        arrivals.has_news.store(false, Ordering::Relaxed);
        self.settle_duplicates(policy, Reason::Edit).await?;
        arrivals.settle();
        Ok(())
    }

    /// Where to read a track: in its file, or in a copy of the host's where that is on a drive.
    pub(crate) async fn nearest_file(&self, track: &Track) -> Result<String, CoreError> {
        if track.path.starts_with(REMOTE) {
            for copy in self.library().copies(&track.id).await? {
                let is_here = !copy.path.starts_with(REMOTE);
                if is_here && self.files().metadata(&copy.path).await.is_ok() {
                    return Ok(copy.path);
                }
            }
        }
        Ok(track.path.clone())
    }

    /// Notes that files may come.
    pub(crate) fn arrivals(&self) -> Arrivals<'_> {
        Arrivals { has_news: self.has_news(), is_settled: false }
    }

    /// Does what is wished about duplicates, if files came or what came before was not settled. That
    /// it fails costs nothing that was done: the next scan or sync does it again.
    ///
    /// In a box, because everything that scans or syncs awaits it.
    pub(crate) fn follow_duplicate_policy<'a>(
        &'a self,
        arrivals: Arrivals<'a>,
        has_news: bool,
        reason: Reason,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let had_news = arrivals.has_news.swap(false, Ordering::Relaxed);
            let settled = match self.duplicate_policy().await {
                _ if !has_news && !had_news => Ok(()),
                Ok(policy) => self.settle_duplicates(policy, reason).await,
                Err(error) => Err(error),
            };
            match settled {
                Ok(()) => arrivals.settle(),
                Err(error) => tracing::warn!(%error, "nothing was done about duplicates"),
            }
        })
    }

    async fn settle_duplicates(
        &self,
        policy: DuplicatePolicy,
        reason: Reason,
    ) -> Result<(), CoreError> {
        match policy {
            DuplicatePolicy::Newest => {
                let merged = self.library().merge_verified(reason).await?;
                tracing::debug!(merged, "duplicates were merged");
            }
            DuplicatePolicy::Ask => {
                let groups = self.library().count_duplicates(None).await?;
                if groups > 0 {
                    self.events().emit(LibraryEvent::DuplicatesFound { groups });
                }
            }
            _ => {}
        }
        Ok(())
    }
}
