//! Replacing a file in one step.

use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::path;
use core_async::task;

use crate::host::{File, NodeError, fs_promises, fs_sync, options, process_id, sync_directory};

/// What the names of unfinished files begin with. None of them is the content of anything.
const PREFIX: &str = ".mpc-new-";

/// The new content of a file while it is being written, in a file of its own in the same directory.
///
/// Dropping it leaves the old content and removes the new.
#[derive(Debug)]
pub(crate) struct Replacement {
    file: Option<File>,
    length: u64,
    temporary: String,
    target: String,
}

impl Replacement {
    /// Begins to replace, or to create, the file at `target`, and the directories above it. A new
    /// file gets the permissions `mode`, apart from what the process masks out.
    pub(crate) async fn create(target: &str, mode: u32) -> Result<Self, NodeError> {
        // One process numbers its files; the process id keeps several processes apart.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let parent = path::parent(target);
        create_directories(parent).await?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let temporary = path::join(parent, &format!("{PREFIX}{}-{number}", process_id()));
            let target = target.to_owned();
            // A task of its own: where nobody waits for it any more, the file is removed again.
            let opening = task::spawn(async move {
                let file = File::open(&temporary, "wx", mode).await?;
                Ok(Self { file: Some(file), length: 0, temporary, target })
            });
            match opening.await.unwrap_or_else(|_| Err(NodeError::new("ECANCELED", "broken off"))) {
                Ok(replacement) => return Ok(replacement),
                // Left behind by a process of the same number that was killed.
                Err(error) if error.code() == "EEXIST" => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds bytes.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        self.file()?.write(self.length, bytes).await?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Takes over everything that is in another file.
    pub(crate) async fn copy_from(&mut self, source: &str) -> Result<(), NodeError> {
        self.file()?;
        // Into the file that is there already, whose permissions stay as they are.
        fs_promises::copy_file(source, &self.temporary, 0).await?;
        Ok(())
    }

    /// Puts the new content in place, so that a power cut cannot take it back.
    ///
    /// # Cancellation
    ///
    /// Before the content changes, dropping the future leaves the old one.
    pub(crate) async fn commit(mut self) -> Result<(), NodeError> {
        if let Ok(replaced) = fs_promises::stat(&self.target).await {
            // Who may read the file is not ours to change. Not every disk keeps permissions.
            self.file()?.set_mode(replaced.mode() & 0o777).await.ok();
        }
        self.file()?.sync().await?;
        if let Some(file) = self.file.take() {
            file.close().await?;
        }
        // At once: a rename under way could not be called back.
        fs_sync::rename(&self.temporary, &self.target)?;
        sync_directory(path::parent(&self.target)).await
    }

    /// Puts the content in place unless there is a file already, which then stays as it is.
    pub(crate) async fn commit_if_absent(self) -> Result<(), NodeError> {
        self.file()?.sync().await?;
        // The name it was written under goes when this value is dropped.
        match fs_promises::link(&self.temporary, &self.target).await.map_err(NodeError::from) {
            Err(error) if error.code() == "EEXIST" => Ok(()),
            linked => {
                linked?;
                sync_directory(path::parent(&self.target)).await
            }
        }
    }

    fn file(&self) -> Result<&File, NodeError> {
        self.file.as_ref().ok_or_else(|| NodeError::new("ENOENT", "the file was given up"))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        self.file = None;
        // After a rename there is nothing left under this name.
        fs_sync::unlink(&self.temporary).ok();
    }
}

/// Creates a directory and those above it. A file in the way is `EEXIST`.
pub(crate) async fn create_directories(path: &str) -> Result<(), NodeError> {
    if path.is_empty() {
        return Ok(());
    }
    match fs_promises::mkdir(path, &options(&[("recursive", true.into())])).await {
        Ok(_) => Ok(()),
        Err(error) => match NodeError::from(error) {
            error if error.code() == "ENOTDIR" => Err(NodeError::new("EEXIST", error.message())),
            error => Err(error),
        },
    }
}
