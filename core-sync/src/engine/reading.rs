//! Reading tags by ranges, a few files at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::{BridgeError, ErrorKind};
use core_library::{FileChange, ScannedFile};
use core_metadata::{AudioFile, MetadataError, is_decodable, read_audio_file};
use futures::{StreamExt, stream};

use super::SyncError;
use super::exchanged::follow_owners;
use super::placing::described;
use super::report::FailedItem;
use super::run::Run;
use crate::mirror::{MirrorItem, Which};
use crate::provider::ProviderError;
use crate::remote_file::RemoteFile;

/// How often a file is tried, over all syncs, before it is left as it is. Tries during which no
/// file at all could be read do not count: the drive, not the file, was out of reach.
const ATTEMPTS: u32 = 6;

/// How often one sync tries a file.
const PASSES: u32 = 3;

/// How many files are read before the library is told.
const BATCH: usize = 64;

/// How reading one file ended.
enum Outcome {
    Read(Box<ScannedFile>),
    /// Trying again may help.
    Later(String),
    /// Trying again will help once the drive has had its rest; the file has nothing to do with it.
    AfterRest(String),
    /// It will not.
    Never(String),
    /// Nothing will work before something is done about this.
    Stop(SyncError),
}

/// What one pass over the files came to.
#[derive(Debug, Default)]
struct Pass {
    /// Files that were read.
    read: u64,
    /// Files that a further pass may read.
    later: u64,
    /// Files that had their turn early because somebody waits for them.
    early: BTreeSet<String>,
}

impl Run<'_> {
    /// Reads the tags of what has none yet, what is on the screen first.
    pub(super) async fn read(&mut self) -> Result<(), SyncError> {
        if !self.request.options.read_tags {
            return Ok(());
        }
        self.total = self.store.count(Which::ToRead).await?;
        self.tell(0);
        for _ in 0..PASSES {
            let mut pass = Pass::default();
            self.read_all(&mut pass).await?;
            // Where nothing can be read, asking again at once does not help.
            if pass.later == 0 || pass.read == 0 {
                break;
            }
        }
        self.report.waiting = self.store.count(Which::ToRead).await?;
        Ok(())
    }

    /// Gives every file one turn.
    async fn read_all(&mut self, pass: &mut Pass) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            // What was read leaves the list, but the cursor knows its place all the same.
            let (items, next) = self.store.page(Which::ToRead, after).await?;
            let mut items = items.into_iter().peekable();
            while items.peek().is_some() {
                self.read_wanted(pass).await?;
                self.check().await?;
                let batch = items.by_ref().take(BATCH);
                let batch = batch.filter(|item| !pass.early.contains(&item.remote.id)).collect();
                self.read_some(batch, pass).await?;
            }
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Reads what somebody waits for.
    async fn read_wanted(&mut self, pass: &mut Pass) -> Result<(), SyncError> {
        loop {
            let elsewhere = self.wishes.take().await?;
            self.wanted.add(&self.request.account, &elsewhere);
            let tracks = self.wanted.take(&self.request.account, BATCH);
            if tracks.is_empty() {
                return Ok(());
            }
            self.check().await?;
            let mut batch = Vec::new();
            for track in &tracks {
                let items = self.store.first(Which::OfTrack { track }).await?;
                batch.extend(
                    items
                        .into_iter()
                        .filter(|item| item.to_read && pass.early.insert(item.remote.id.clone())),
                );
            }
            self.read_some(batch, pass).await?;
        }
    }

    async fn read_some(
        &mut self,
        mut items: Vec<MirrorItem>,
        pass: &mut Pass,
    ) -> Result<(), SyncError> {
        follow_owners(self.library(), &mut items).await?;
        let provider = &self.request.provider;
        let gate = &self.gate;
        let expected: Vec<_> = items.iter().map(|item| item.remote.clone()).collect();
        let expecting = async {
            gate.pass().await;
            provider.expect(&expected).await;
        };
        core_async::select! {
            () = expecting => {}
            () = self.cancel.cancelled() => {}
        }
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
        // In any order, so that those behind one that has to wait are read meanwhile.
        let reads = reads.buffer_unordered(self.request.options.concurrent_reads.max(1));
        let reads: Vec<_> = reads.take_until(self.cancel.clone().cancelled_owned()).collect().await;
        pass.read +=
            reads.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Read(_))).count() as u64;
        let mut changes = Vec::new();
        let mut items = Vec::new();
        let (mut updated, mut first_read) = (0, 0);
        let mut stop = None;
        let mut failed = Vec::new();
        for (mut item, outcome) in reads {
            match outcome {
                Outcome::Read(file) => {
                    let is_update = item.tags.is_some();
                    updated += u64::from(is_update);
                    first_read += u64::from(!is_update);
                    let is_placed = self.placed_to_read.remove(&item.remote.id);
                    self.counted_twice += u64::from(is_update && is_placed);
                    item.tags = serde_json::to_string(&*file).ok();
                    item.to_read = false;
                    item.attempts = 0;
                    item.error = None;
                    if let Some(track_id) = item.track_id.clone() {
                        let file = described(&item);
                        changes.push(FileChange::Update { track_id, file });
                    }
                }
                Outcome::AfterRest(error) => {
                    pass.later += 1;
                    item.error = Some(error);
                }
                Outcome::Later(error) => {
                    item.attempts += u32::from(pass.read > 0);
                    item.to_read = item.attempts < ATTEMPTS;
                    match item.to_read {
                        true => pass.later += 1,
                        false => failed.push(failure(&item, &error)),
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
        self.report.first_read += first_read;
        self.report.failed.extend(failed);
        // What is to be tried again is not done.
        self.tell(items.iter().filter(|item| !item.to_read).count());
        self.store.write(items, None).await?;
        stop.map_or(Ok(()), Err)
    }
}

fn outcome(item: &MirrorItem, read: Result<AudioFile, MetadataError>) -> Outcome {
    match read {
        Ok(file) => {
            let playable = is_decodable(file.codec);
            let (path, modified) =
                (item.path.clone().unwrap_or_default(), item.remote.modified_millis);
            let mut file = file.into_scanned(path, modified);
            file.playable = playable;
            Outcome::Read(Box::new(file))
        }
        Err(MetadataError::Read(error)) if concerns_all(&error) => {
            Outcome::Stop(ProviderError::from(error).into())
        }
        Err(MetadataError::Read(error)) => match error.kind() {
            ErrorKind::RateLimited { .. } => Outcome::AfterRest(error.to_string()),
            kind if kind.is_retryable() || kind == ErrorKind::Conflict => {
                Outcome::Later(error.to_string())
            }
            _ => Outcome::Never(error.to_string()),
        },
        Err(error) => Outcome::Never(error.to_string()),
    }
}

/// Whether no other file can be read either. One file that may not be read is its own affair; an
/// account that has to sign in again is not.
fn concerns_all(error: &BridgeError) -> bool {
    match error.kind() {
        ErrorKind::Offline => true,
        ErrorKind::PermissionDenied => error.operation().starts_with("auth."),
        _ => false,
    }
}

fn failure(item: &MirrorItem, error: &str) -> FailedItem {
    FailedItem { path: item.path.clone().unwrap_or_default(), error: error.to_owned() }
}
