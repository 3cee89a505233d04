//! The file system adapter.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use bridge_traits::{
    BoxStream, BridgeError, ByteStream, DirectoryEntry, EntryKind, ErrorKind, FileMetadata,
    FileSystemAccess, ReadAt, Result, path,
};
use core_async::task;
use futures::StreamExt;

use super::bridge_error;
use super::folder_watch::FolderWatch;
use super::local_file::LocalFile;
use super::replacement::Replacement;
use super::sync::sync_directory;

/// The files of this computer.
///
/// Every call runs on a thread that may block, so a slow disk stops nothing else. Links are
/// followed, except that [`list`](FileSystemAccess::list) gives a link that leads back to a
/// directory on the way to it as [`EntryKind::Other`]: every walk through a tree ends.
///
/// # Examples
///
/// ```
/// use bridge_desktop::DesktopFileSystem;
/// use bridge_traits::{FileSystemAccess, FileSystemExt};
///
/// # #[core_async::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// let files = DesktopFileSystem::rooted(directory.path());
/// files.write_bytes("covers/1.png", "…".into()).await?;
/// assert_eq!(files.list("covers").await?[0].name, "1.png");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct DesktopFileSystem {
    root: Option<PathBuf>,
}

impl DesktopFileSystem {
    /// All files, by absolute path.
    pub fn new() -> Self {
        Self::default()
    }

    /// The files below `root`, by path relative to it; a leading `/` means the root as well. No
    /// path names anything outside, though a link inside may lead there.
    pub fn rooted(root: impl Into<PathBuf>) -> Self {
        Self { root: Some(root.into()) }
    }

    /// The path of the operating system for one of ours.
    fn resolve(&self, path: &str, operation: &'static str) -> Result<PathBuf> {
        let refuse = |why: &str| {
            Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail(format!("{path:?} {why}")))
        };
        let (mut resolved, rest) = match &self.root {
            Some(root) => (root.clone(), path.strip_prefix('/').unwrap_or(path)),
            None => match absolute(path) {
                Some(parts) => parts,
                None => return refuse("is not absolute"),
            },
        };
        if rest.is_empty() {
            return Ok(resolved);
        }
        for part in rest.split('/') {
            // On Windows a part can be more than a name: `C:`, or two names with a backslash.
            let plain = Path::new(part).components().count() == 1
                && !matches!(part, "" | "." | "..")
                && Path::new(part).file_name().is_some_and(|name| name == part);
            if !plain || part.contains('\0') {
                return refuse("has a part that is not a name");
            }
            resolved.push(part);
        }
        Ok(resolved)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        path: &str,
        operation: &'static str,
        work: impl FnOnce(&Path) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.resolve(path, operation)?;
        blocking(operation, move || work(&path)).await
    }

    async fn blocking_pair(
        &self,
        from: &str,
        to: &str,
        operation: &'static str,
        work: impl FnOnce(&Path, &Path) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (from, to) = (self.resolve(from, operation)?, self.resolve(to, operation)?);
        blocking(operation, move || work(&from, &to)).await
    }
}

#[core_async::async_trait]
impl FileSystemAccess for DesktopFileSystem {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        let operation = "files.metadata";
        self.blocking(path, operation, move |path| {
            fs::metadata(path).map(|found| describe(&found)).map_err(failed(operation))
        })
        .await
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let operation = "files.list";
        self.blocking(path, operation, move |path| list(path).map_err(failed(operation))).await
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let operation = "files.open";
        self.blocking(path, operation, move |path| {
            let file = LocalFile::open(path).map_err(failed(operation))?;
            Ok(Arc::new(file) as Arc<dyn ReadAt>)
        })
        .await
    }

    async fn write(&self, path: &str, mut body: ByteStream) -> Result<()> {
        let operation = "files.write";
        let mut replacement = self
            .blocking(path, operation, move |path| {
                Replacement::create(path).map_err(failed(operation))
            })
            .await?;
        // Cancellation: dropping the replacement anywhere removes the new file.
        while let Some(piece) = body.next().await {
            let piece = piece?;
            replacement = blocking(operation, move || {
                replacement.write(&piece).map_err(failed(operation))?;
                Ok(replacement)
            })
            .await?;
        }
        blocking(operation, move || replacement.commit().map_err(failed(operation))).await
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        let operation = "files.create_directory";
        self.blocking(path, operation, move |path| {
            create_directories(path).map_err(failed(operation))
        })
        .await
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        let operation = "files.remove_file";
        self.blocking(path, operation, move |path| {
            expect_file(path).map_err(failed(operation))?;
            fs::remove_file(path).map_err(failed(operation))
        })
        .await
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        let operation = "files.remove_directory";
        if path::file_name(path).is_empty() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("the root cannot be removed"));
        }
        self.blocking(path, operation, move |path| {
            // A link to a directory goes by itself, and what it leads to stays.
            let found = fs::symlink_metadata(path).map_err(failed(operation))?;
            if found.is_symlink() && fs::metadata(path).is_ok_and(|target| target.is_dir()) {
                return fs::remove_file(path).map_err(failed(operation));
            }
            if !found.is_dir() {
                return Err(failed(operation)(io::ErrorKind::InvalidInput.into()));
            }
            fs::remove_dir_all(path).map_err(failed(operation))
        })
        .await
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.rename";
        self.blocking_pair(from, to, operation, move |from, to| {
            rename(from, to).map_err(failed(operation))
        })
        .await
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.copy";
        self.blocking_pair(from, to, operation, move |from, to| {
            copy(from, to).map_err(failed(operation))
        })
        .await
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        let operation = "files.free_space";
        // Without a root there is no one disk to speak of.
        let Some(root) = self.root.clone() else { return Ok(None) };
        blocking(operation, move || {
            fs4::available_space(&root).map(Some).map_err(failed(operation))
        })
        .await
    }

    async fn watch(&self, path: &str) -> Result<BoxStream<'static, ()>> {
        // Every directory below is walked through.
        let watch = self.blocking(path, "files.watch", FolderWatch::start).await?;
        Ok(watch.changes())
    }
}

/// Runs `work` on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(BridgeError::new(ErrorKind::Other, operation).with_source(error))
    })
}

fn failed(operation: &'static str) -> impl Fn(io::Error) -> BridgeError {
    move |error| bridge_error(operation, error)
}

/// The root of an absolute path, and what follows it: `/music`, on Windows also `C:/Music`.
fn absolute(path: &str) -> Option<(PathBuf, &str)> {
    if !Path::new(path).is_absolute() {
        return None;
    }
    let (root, rest) = path.split_once('/')?;
    Some((PathBuf::from(format!("{root}/")), rest))
}

fn describe(metadata: &Metadata) -> FileMetadata {
    let kind = if metadata.is_file() {
        EntryKind::File
    } else if metadata.is_dir() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    FileMetadata {
        kind,
        length: if kind == EntryKind::File { metadata.len() } else { 0 },
        modified_millis: modified.and_then(|time| u64::try_from(time.as_millis()).ok()),
    }
}

fn list(directory: &Path) -> io::Result<Vec<DirectoryEntry>> {
    let other = FileMetadata { kind: EntryKind::Other, length: 0, modified_millis: None };
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (name, metadata) = match entry.file_name().into_string() {
            // What vanished meanwhile, and a link to nowhere, cannot be read.
            Ok(name) => {
                let path = entry.path();
                let found = fs::metadata(&path).map_or(other.clone(), |found| describe(&found));
                let is_link = entry.file_type()?.is_symlink();
                if is_link && found.kind == EntryKind::Directory && leads_back(directory, &path) {
                    (name, other.clone())
                } else {
                    (name, found)
                }
            }
            Err(name) => (name.to_string_lossy().into_owned(), other.clone()),
        };
        entries.push(DirectoryEntry { name, metadata });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Whether a link in `directory` leads to a directory that was passed on the way there.
fn leads_back(directory: &Path, link: &Path) -> bool {
    let Ok(target) = fs::canonicalize(link) else { return true };
    let passes = |passed: &Path| fs::canonicalize(passed).is_ok_and(|passed| passed == target);
    directory.ancestors().any(passes)
}

/// Creates a directory and those above it. The error for a file in the way is `AlreadyExists`.
pub(super) fn create_directories(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotADirectory => io::ErrorKind::AlreadyExists.into(),
        _ => error,
    })
}

pub(super) fn create_parent(path: &Path) -> io::Result<&Path> {
    let parent = path.parent().unwrap_or(path);
    create_directories(parent)?;
    Ok(parent)
}

fn expect_file(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        found => found.map(drop),
    }
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    expect_file(from)?;
    if fs::symlink_metadata(to).is_ok_and(|found| found.is_dir()) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let parent = create_parent(to)?;
    match fs::rename(from, to) {
        // Between disks a move is a copy and a removal; the file is at one of the places at
        // least, whatever happens.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(from, to)?;
            fs::remove_file(from)
        }
        result => result.and_then(|()| sync_directory(parent)),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = fs::File::open(from)?;
    if source.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if from == to {
        return Ok(());
    }
    let mut replacement = Replacement::create(to)?;
    replacement.copy_from(&mut source)?;
    replacement.commit()
}
