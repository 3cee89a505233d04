//! Reading tags by ranges, a few files at a time, until none is left.

use std::sync::Arc;

use bridge_traits::ErrorKind;
use core_library::FileChange;
use core_metadata::{MetadataError, is_decodable, read_audio_file};
use futures::{StreamExt, stream};

use super::SyncError;
use super::placing::described;
use super::report::FailedItem;
use super::run::Run;
use crate::mirror::{MirrorItem, Which};
use crate::remote_file::RemoteFile;

/// How often a file is tried before it is left as it is.
const ATTEMPTS: u32 = 5;

/// How many files are read before the library is told.
const BATCH: usize = 64;

/// How reading one file ended.
enum Outcome {
    Read(Box<core_library::ScannedFile>),
    /// Trying again may help.
    Later(String),
    /// It will not.
    Never(String),
    /// Nothing will work before something is done about this.
    Stop(SyncError),
}

impl Run<'_> {
    /// Reads the tags of what has none yet.
    pub(super) async fn read(&mut self) -> Result<(), SyncError> {
        if !self.request.options.read_tags {
            return Ok(());
        }
        self.total = self.done + self.store.count(Which::ToRead).await?;
        loop {
            self.check().await?;
            let mut items = self.store.first(Which::ToRead).await?;
            items.truncate(BATCH);
            if items.is_empty() {
                return Ok(());
            }
            self.read_some(items).await?;
        }
    }

    async fn read_some(&mut self, items: Vec<MirrorItem>) -> Result<(), SyncError> {
        let provider = &self.request.provider;
        let gate = &self.gate;
        let reads = stream::iter(items).map(|item| async move {
            gate.pass().await;
            let file = RemoteFile::new(Arc::clone(provider), item.remote.clone());
            let read = match file {
                Ok(file) => read_audio_file(Arc::new(file)).await,
                Err(error) => Err(MetadataError::Read(error)),
            };
            let outcome = outcome(&item, read);
            (item, outcome)
        });
        let reads = reads.buffered(self.request.options.concurrent_reads.max(1));
        let reads: Vec<_> = reads.take_until(self.cancel.clone().cancelled_owned()).collect().await;
        let mut changes = Vec::new();
        let mut items = Vec::new();
        let mut updated = 0;
        let mut stop = None;
        let mut failed = Vec::new();
        for (mut item, outcome) in reads {
            match outcome {
                Outcome::Read(file) => {
                    updated += u64::from(item.tags.is_some());
                    item.tags = serde_json::to_string(&*file).ok();
                    item.to_read = false;
                    item.attempts = 0;
                    item.error = None;
                    if let Some(track_id) = item.track_id.clone() {
                        let file = described(&item);
                        changes.push(FileChange::Update { track_id, file });
                    }
                }
                Outcome::Later(error) => {
                    item.attempts += 1;
                    // Others first.
                    item.priority -= 1;
                    item.to_read = item.attempts < ATTEMPTS;
                    if !item.to_read {
                        failed.push(failure(&item, &error));
                    }
                    item.error = Some(error);
                }
                Outcome::Never(error) => {
                    item.to_read = false;
                    failed.push(failure(&item, &error));
                    item.error = Some(error);
                }
                Outcome::Stop(error) => {
                    stop = Some(error);
                    continue;
                }
            }
            items.push(item);
        }
        self.apply(changes).await?;
        self.report.updated += updated;
        self.report.failed.extend(failed);
        self.tell(items.len());
        self.store.write(items, None).await?;
        stop.map_or(Ok(()), Err)
    }
}

fn outcome(item: &MirrorItem, read: Result<core_metadata::AudioFile, MetadataError>) -> Outcome {
    match read {
        Ok(file) => {
            let playable = is_decodable(file.codec);
            let (path, modified) =
                (item.path.clone().unwrap_or_default(), item.remote.modified_millis);
            let mut file = file.into_scanned(path, modified);
            file.playable = playable;
            Outcome::Read(Box::new(file))
        }
        Err(MetadataError::Read(error)) => match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::Offline => Outcome::Stop(error.into()),
            kind if kind.is_retryable() || kind == ErrorKind::Conflict => {
                Outcome::Later(error.to_string())
            }
            _ => Outcome::Never(error.to_string()),
        },
        Err(error) => Outcome::Never(error.to_string()),
    }
}

fn failure(item: &MirrorItem, error: &str) -> FailedItem {
    FailedItem { path: item.path.clone().unwrap_or_default(), error: error.to_owned() }
}
