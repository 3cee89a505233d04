//! The scanner: walk, compare, read, apply.

use std::collections::HashMap;
use std::sync::Arc;

use bridge_traits::{BoxStream, FileSystemAccess, PlatformSend, path};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant};
use core_library::{FileChange, KnownFile, Library, Lyrics, ScannedFile};
use core_runtime::{EventBus, LibraryEvent};
use futures::{StreamExt, stream};

use super::matcher::Matcher;
use super::walk::{Candidate, Walk};
use super::{FailedFile, ScanError, ScanPlan, ScanReport};
use crate::{AudioFile, MetadataError, is_decodable, read_audio_file, read_lyrics};

/// How many files are being read at a time: enough to hide the latency of any disk.
const IN_FLIGHT: usize = 16;

/// How many changes are applied at once.
const BATCH: usize = 256;

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// Brings the library in line with folders of files.
///
/// Files are known by path, size and time; only new and changed ones are read. A file that vanished
/// here and turned up there, or took the place of another, keeps its track. A folder that cannot
/// be listed, or a known file that cannot be read any more, changes nothing of what is known of it.
/// Lyrics in an `.lrc` file beside a track belong to it; those that are newer than the track are
/// noticed when they change.
///
/// # Examples
///
/// ```no_run
/// # use core_async::sync::CancellationToken;
/// # use core_metadata::{ScanError, Scanner};
/// # async fn example(scanner: Scanner) -> Result<(), ScanError> {
/// let report = scanner.scan(&["/home/ada/Music".into()], &CancellationToken::new()).await?;
/// for failed in &report.failed {
///     eprintln!("{}: {}", failed.path, failed.error);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Scanner {
    files: Arc<dyn FileSystemAccess>,
    library: Library,
    events: EventBus,
    is_playable: fn(&AudioFile) -> bool,
}

impl Scanner {
    /// A scanner that keeps `library` equal to `files` and tells of it on `events`.
    pub fn new(files: Arc<dyn FileSystemAccess>, library: Library, events: EventBus) -> Self {
        Self { files, library, events, is_playable: |file| is_decodable(file.codec) }
    }

    /// Decides with `is_playable` which files are marked as playable.
    #[must_use]
    pub fn with_playable(mut self, is_playable: fn(&AudioFile) -> bool) -> Self {
        self.is_playable = is_playable;
        self
    }

    /// Scans everything at or below `roots`, which are folders or files.
    ///
    /// # Errors
    ///
    /// Fails if the library does, or if `cancel` was cancelled. What could not be read is in the
    /// report instead.
    ///
    /// # Cancellation
    ///
    /// Cancelling `cancel` lets the batch at hand finish. Dropping the future stops at once; every
    /// batch that was applied stays.
    pub async fn scan(
        &self,
        roots: &[String],
        cancel: &CancellationToken,
    ) -> Result<ScanReport, ScanError> {
        self.events.emit(LibraryEvent::ScanStarted {});
        let mut run = Run {
            scanner: self,
            cancel,
            report: ScanReport::default(),
            progress: Progress { done: 0, total: 0, last: None },
        };
        let start = Instant::now();
        let outcome = run.run(&outermost(roots)).await;
        run.report.seconds = start.elapsed().as_secs_f64();
        self.events.emit(run.report.event());
        outcome?;
        if cancel.is_cancelled() {
            return Err(ScanError::Cancelled { report: Box::new(run.report) });
        }
        Ok(run.report)
    }

    /// Says what a [`scan`](Self::scan) would do, by the names, lengths and times of files. Nothing
    /// is read and nothing changes.
    ///
    /// # Errors
    ///
    /// As for [`scan`](Self::scan).
    pub async fn plan(
        &self,
        roots: &[String],
        cancel: &CancellationToken,
    ) -> Result<ScanPlan, ScanError> {
        let progress = Progress { done: 0, total: 0, last: None };
        let mut run = Run { scanner: self, cancel, report: ScanReport::default(), progress };
        let Compared { new, changed, matcher } = run.compare(&outermost(roots)).await?;
        if cancel.is_cancelled() {
            return Err(ScanError::Cancelled { report: Box::default() });
        }
        let (new, changed) = (new.len() as u64, changed.len() as u64);
        Ok(ScanPlan { new, changed, missing: matcher.missing() })
    }

    async fn read(&self, candidate: Candidate) -> Result<ScannedFile, FailedFile> {
        let Candidate { path, modified_millis, lyrics, .. } = candidate;
        let file = self.files.open(&path).await.map_err(MetadataError::Read);
        let read = match file {
            Ok(file) => read_audio_file(file).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(mut file) => {
                if let Some(lyrics) = lyrics {
                    self.add_lyrics(&mut file, &lyrics).await;
                }
                let playable = (self.is_playable)(&file);
                Ok(ScannedFile { playable, ..file.into_scanned(path, modified_millis) })
            }
            Err(error) => Err(FailedFile::new(path, &error)),
        }
    }

    /// Reads the lyrics beside a file. They count where they have times and those in it do not.
    async fn add_lyrics(&self, file: &mut AudioFile, path: &str) {
        let read = match self.files.open(path).await {
            Ok(lyrics) => read_lyrics(lyrics).await,
            Err(error) => Err(MetadataError::Read(error)),
        };
        match (read, &file.tags.lyrics) {
            (Ok(beside), inside) => {
                let is_better = inside
                    .as_ref()
                    .is_none_or(|inside| inside.lines.is_empty() && !beside.lines.is_empty());
                if is_better && beside != Lyrics::default() {
                    file.tags.lyrics = Some(beside);
                }
            }
            // The track is there without them.
            (Err(error), _) => tracing::debug!(%error, path, "the lyrics cannot be read"),
        }
    }
}

/// One scan.
struct Run<'a> {
    scanner: &'a Scanner,
    cancel: &'a CancellationToken,
    report: ScanReport,
    progress: Progress,
}

/// The differences between files and library, by path, size and time.
#[derive(Default)]
struct Compared {
    new: Vec<((), Candidate)>,
    changed: Vec<(KnownFile, Candidate)>,
    matcher: Matcher,
}

impl Run<'_> {
    async fn run(&mut self, roots: &[&str]) -> Result<(), ScanError> {
        let Compared { new, changed, mut matcher } = self.compare(roots).await?;

        // Changed files are read first: one that took the place of another says so, and the other
        // may be among the new ones.
        let mut replaced = Vec::new();
        let mut reads = read_all(self.scanner, changed, self.cancel);
        while let Some((known, result)) = reads.next().await {
            // What was known of a file that cannot be read any more is kept.
            if let Some(file) = self.note(result) {
                if known.signature != file.signature {
                    matcher.miss(known.clone());
                }
                replaced.push((known, file));
            }
        }
        drop(reads);

        self.add_new(new, &mut matcher).await?;

        // Without having seen every file nobody can say what is gone.
        if self.cancel.is_cancelled() {
            return Ok(());
        }
        let (together, rest) = matcher.resolve_changed(replaced);
        self.apply(together).await?;
        for changes in [rest, matcher.remove_missing()] {
            for batch in changes.chunks(BATCH) {
                if !self.cancel.is_cancelled() {
                    self.apply(batch.to_vec()).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads new files while those read before are being applied.
    async fn add_new(
        &mut self,
        new: Vec<((), Candidate)>,
        matcher: &mut Matcher,
    ) -> Result<(), ScanError> {
        let mut reads = read_all(self.scanner, new, self.cancel);
        let mut batch = Vec::new();
        loop {
            let (applied, results) = core_async::join!(
                self.apply(std::mem::take(&mut batch)),
                reads.by_ref().take(BATCH).collect::<Vec<_>>()
            );
            applied?;
            if results.is_empty() {
                return Ok(());
            }
            for ((), result) in results {
                if let Some(file) = self.note(result) {
                    batch.push(matcher.resolve_new(file));
                }
            }
        }
    }

    async fn compare(&mut self, roots: &[&str]) -> Result<Compared, ScanError> {
        let mut compared = Compared::default();
        for root in roots {
            let known = self.scanner.library.known_files(root).await?;
            let walk = Walk::run(&*self.scanner.files, root, self.cancel).await;
            self.progress.total += walk.files.len() as u64;
            let mut known: HashMap<String, KnownFile> =
                known.into_iter().map(|file| (file.path.clone(), file)).collect();
            for candidate in &walk.files {
                match known.remove(&candidate.path) {
                    Some(file) if candidate.is(&file) => {
                        self.report.unchanged += 1;
                        self.progress.done += 1;
                    }
                    Some(file) => compared.changed.push((file, candidate.clone())),
                    None => compared.new.push(((), candidate.clone())),
                }
            }
            for file in known.into_values().filter(|file| walk.knows(&file.path)) {
                compared.matcher.miss(file);
            }
            self.report.failed.extend(walk.failed);
        }
        Ok(compared)
    }

    /// Notes what became of a file.
    fn note(&mut self, result: Result<ScannedFile, FailedFile>) -> Option<ScannedFile> {
        self.progress.done += 1;
        let path = match &result {
            Ok(file) => &file.path,
            Err(failed) => &failed.path,
        };
        if let Some(event) = self.progress.tell(path) {
            self.scanner.events.emit(event);
        }
        result.map_err(|failed| self.report.failed.push(failed)).ok()
    }

    async fn apply(&mut self, changes: Vec<FileChange>) -> Result<(), ScanError> {
        if changes.is_empty() {
            return Ok(());
        }
        let (mut added, mut updated, mut moved, mut removed) = (0, 0, 0, 0);
        for change in &changes {
            match change {
                FileChange::Add(_) => added += 1,
                FileChange::Update { .. } => updated += 1,
                FileChange::Move { .. } => moved += 1,
                FileChange::Remove { .. } => removed += 1,
            }
        }
        self.scanner.library.apply(changes).await?;
        // Only what is in the library counts.
        self.report.added += added;
        self.report.updated += updated;
        self.report.moved += moved;
        self.report.removed += removed;
        Ok(())
    }
}

/// Reads files, a few at a time, in their order, until `cancel` is cancelled.
fn read_all<T: PlatformSend + 'static>(
    scanner: &Scanner,
    candidates: Vec<(T, Candidate)>,
    cancel: &CancellationToken,
) -> BoxStream<'static, (T, Result<ScannedFile, FailedFile>)> {
    let scanner = scanner.clone();
    let reads = stream::iter(candidates).map(move |(tag, candidate)| {
        let scanner = scanner.clone();
        async move { (tag, scanner.read(candidate).await) }
    });
    Box::pin(reads.buffered(IN_FLIGHT).take_until(cancel.clone().cancelled_owned()))
}

impl Candidate {
    /// Whether it is as it was.
    fn is(&self, known: &KnownFile) -> bool {
        (self.size, self.modified_millis) == (known.size, known.modified_millis)
    }
}

/// How far a scan is.
struct Progress {
    done: u64,
    total: u64,
    last: Option<Instant>,
}

impl Progress {
    /// The event to send, if the last one is long enough ago.
    fn tell(&mut self, current: &str) -> Option<LibraryEvent> {
        let now = Instant::now();
        let is_due = self.last.is_none_or(|last| now.duration_since(last) >= PROGRESS);
        if !is_due && self.done < self.total {
            return None;
        }
        self.last = Some(now);
        Some(LibraryEvent::ScanProgress {
            done: self.done,
            total: self.total,
            current: Some(current.to_owned()),
        })
    }
}

/// The roots that are in no other root, each once.
fn outermost(roots: &[String]) -> Vec<&str> {
    let mut roots: Vec<&str> = roots
        .iter()
        .map(|root| if root.len() > 1 { root.trim_end_matches('/') } else { root })
        .collect();
    roots.sort_unstable();
    roots.dedup();
    let all = roots.clone();
    roots.retain(|root| !all.iter().any(|other| other != root && path::is_within(root, other)));
    roots
}

#[cfg(test)]
mod tests {
    use super::outermost;

    #[test]
    fn roots_in_roots_are_scanned_once() {
        let roots = ["/m/a", "/m/", "/m", "/n", "/mm"].map(String::from);
        assert_eq!(outermost(&roots), ["/m", "/mm", "/n"]);
        assert_eq!(outermost(&["".into(), "a".into()]), [""]);
        assert_eq!(outermost(&["/".into(), "/a".into()]), ["/"]);
    }
}
