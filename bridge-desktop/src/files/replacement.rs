//! Replacing a file in one step.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::desktop::create_parent;
use super::sync::sync_directory;

/// What the names of unfinished files begin with. None of them is the content of anything.
const PREFIX: &str = ".mpc-new-";

/// The new content of a file while it is being written, in a file of its own in the same folder.
///
/// Dropping it leaves the old content and removes the new.
#[derive(Debug)]
pub(crate) struct Replacement {
    file: Option<File>,
    temporary: PathBuf,
    target: PathBuf,
}

impl Replacement {
    /// Begins to replace, or to create, the file at `target`, and the folders above it.
    pub(crate) fn create(target: &Path) -> io::Result<Self> {
        // One process numbers its files; the process id keeps several processes apart.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if fs::metadata(target).is_ok_and(|found| found.is_dir()) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let parent = create_parent(target)?;
        let process = std::process::id();
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let temporary = parent.join(format!("{PREFIX}{process}-{number}"));
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    return Ok(Self { file: Some(file), temporary, target: target.to_owned() });
                }
                // Left behind by a process of the same number that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file()?.write_all(bytes)
    }

    /// Adds everything that is in another file.
    pub(crate) fn copy_from(&mut self, source: &mut File) -> io::Result<()> {
        io::copy(source, self.file()?).map(drop)
    }

    /// Puts the new content in place, so that a power cut cannot take it back.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        if let Ok(replaced) = fs::metadata(&self.target) {
            // Who may read the file is not ours to change. Not every disk keeps permissions.
            self.file()?.set_permissions(replaced.permissions()).ok();
        }
        self.file()?.sync_all()?;
        // Windows does not rename an open file.
        self.file = None;
        fs::rename(&self.temporary, &self.target)?;
        sync_directory(self.target.parent().unwrap_or(&self.target))
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        self.file = None;
        // After a rename there is nothing left under this name.
        fs::remove_file(&self.temporary).ok();
    }
}
