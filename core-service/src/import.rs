//! Taking files into the core's own storage: what a page does with files a user chose.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, ErrorKind, FileSystemAccess, ReadAt, Result as BridgeResult, path,
};
use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_library::Reason;
use core_metadata::{FailedFile, FileSignature, ScanReport, Scanner, is_audio_path};
use core_runtime::{EventBus, LibraryEvent};
use futures::stream;

use crate::error::CoreError;
use crate::service::CoreService;

/// The folder of the core's own storage that imported files go to.
const FOLDER: &str = "music";

/// How many files are copied before they appear in the library.
const BATCH: usize = 32;

/// How much of a file is copied at a time.
const PIECE: usize = 1024 * 1024;

/// A file to import.
#[derive(Clone, Debug)]
pub struct ImportEntry {
    /// Where the user had it, below the folder that was chosen; parts separated by `/`.
    pub path: String,
    /// Its content.
    pub source: Arc<dyn ReadAt>,
}

impl CoreService {
    /// Copies audio files into the core's storage and adds them to the library, a few at a time,
    /// so that the first can be played while the rest arrives. Files that are there already are
    /// not copied again; other files are passed over. Copies that turn out unreadable are removed.
    ///
    /// # Errors
    ///
    /// Fails as the library does, with `QuotaExceeded` if storage is full, or if `cancel` was
    /// cancelled. Everything imported until then stays; importing the same files again completes
    /// the work.
    pub async fn import(
        &self,
        entries: Vec<ImportEntry>,
        cancel: &CancellationToken,
    ) -> Result<ScanReport, CoreError> {
        let entries: Vec<_> =
            entries.into_iter().filter(|entry| is_audio_path(&entry.path)).collect();
        let total = entries.len() as u64;
        let events = self.events();
        events.emit(LibraryEvent::ScanStarted {});
        let started = core_async::time::Instant::now();
        let mut report = ScanReport::default();
        let arrivals = self.arrivals();
        let mut done = 0;
        let outcome = async {
            for batch in entries.chunks(BATCH) {
                let mut copied = Vec::new();
                for entry in batch {
                    if cancel.is_cancelled() {
                        break;
                    }
                    let current = Some(entry.path.clone());
                    events.emit(LibraryEvent::ScanProgress { done, total, current });
                    match copy(&**self.files(), entry).await {
                        Ok(path) => copied.push(path),
                        Err(error) if error.kind() == ErrorKind::QuotaExceeded => {
                            return Err(error.into());
                        }
                        Err(error) => report.failed.push(failed(entry.path.clone(), &error)),
                    }
                    done += 1;
                }
                let part = self.take_in(&copied).await?;
                merge(&mut report, part);
                if cancel.is_cancelled() {
                    return Err(CoreError::Cancelled);
                }
            }
            Ok(())
        }
        .await;
        report.seconds = started.elapsed().as_secs_f64();
        events.emit(LibraryEvent::ScanProgress { done, total, current: None });
        events.emit(LibraryEvent::ScanCompleted {
            added: report.added,
            updated: report.updated,
            moved: report.moved,
            unchanged: report.unchanged,
            removed: report.removed,
            failed: report.failed.len() as u64,
        });
        let has_news = report.added + report.updated + report.moved > 0;
        self.follow_duplicate_policy(arrivals, has_news, Reason::Scan).await;
        outcome.map(|()| report)
    }

    /// Adds copied files to the library; copies that are no music are removed again.
    async fn take_in(&self, copied: &[String]) -> Result<ScanReport, CoreError> {
        // The import tells of its own progress, so the scan of a part tells nobody.
        let silent = EventBus::default();
        let scanner = Scanner::new(Arc::clone(self.files()), self.library().clone(), silent);
        let mut report = scanner.scan(copied, &CancellationToken::new()).await?;
        for failed in &mut report.failed {
            if self.library().find_file(&failed.path).await?.is_none() {
                self.files().remove_file(&failed.path).await.ok();
            }
            if let Some(path) = failed.path.strip_prefix(FOLDER) {
                failed.path = path.trim_start_matches('/').to_owned();
            }
        }
        Ok(report)
    }
}

/// Copies one file unless the same one is there already; returns where it is.
async fn copy(files: &dyn FileSystemAccess, entry: &ImportEntry) -> BridgeResult<String> {
    if !path::is_plain_relative(&entry.path) {
        return Err(BridgeError::new(ErrorKind::InvalidRequest, "import")
            .with_detail("the path has a part that no file can have"));
    }
    let target = path::join(FOLDER, &entry.path);
    if let Ok(existing) = files.open(&target).await
        && existing.length() == entry.source.length()
        && FileSignature::of(&*existing).await? == FileSignature::of(&*entry.source).await?
    {
        return Ok(target);
    }
    let source = Arc::clone(&entry.source);
    let body = stream::try_unfold(0, move |offset| {
        let source = Arc::clone(&source);
        async move {
            let piece: Bytes = source.read_at(offset, PIECE).await?;
            let next = offset + piece.len() as u64;
            Ok::<_, BridgeError>((!piece.is_empty()).then_some((piece, next)))
        }
    });
    files.write(&target, Box::pin(body)).await?;
    Ok(target)
}

fn merge(report: &mut ScanReport, part: ScanReport) {
    report.added += part.added;
    report.updated += part.updated;
    report.moved += part.moved;
    report.unchanged += part.unchanged;
    report.removed += part.removed;
    report.failed.extend(part.failed);
}

fn failed(path: String, error: &BridgeError) -> FailedFile {
    FailedFile { path, error: error.to_string() }
}
