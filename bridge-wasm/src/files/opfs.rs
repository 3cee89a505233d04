//! The origin's private file system behind the trait.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, ByteStream, DirectoryEntry, ErrorKind, FileMetadata, FileSystemAccess, ReadAt,
    Result,
};
use core_async::sync::{Mutex, OnceCell};
use futures::TryStreamExt;
use wasm_bindgen::JsValue;
use web_sys::{File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemRemoveOptions};

use super::BlobFile;
use super::place::{self, Entry, parts, split, wrong_kind};
use super::temporary::{self, Temporary};
use crate::host::{JsError, property, resolve, storage_manager, storage_use};

/// How much of a file is copied at a time.
const COPY_PIECE: usize = 1 << 20;

/// Files in the origin's private file system (OPFS), in a directory per profile.
///
/// It needs a dedicated worker. A leading `/` is allowed and means nothing; the empty path and
/// `/` are the root. Open files hold no locks: an open file can be replaced, and reads of the old
/// one then fail with `Conflict`.
#[derive(Debug)]
pub struct OpfsFileSystem {
    profile: String,
    roots: OnceCell<Roots>,
    /// Two moves onto the same name at the same time would be refused by the browser.
    moving: Mutex<()>,
}

/// The directories of a profile.
#[derive(Debug)]
struct Roots {
    files: FileSystemDirectoryHandle,
    temporary: FileSystemDirectoryHandle,
}

impl OpfsFileSystem {
    /// Whether this context has what it takes: a private file system with synchronous access, as
    /// dedicated workers of secure contexts have. Some browsers refuse it in private windows, which
    /// only a try can tell. Where it is missing, use
    /// [`IndexedDbFileSystem`](crate::IndexedDbFileSystem).
    pub async fn is_available() -> bool {
        if property(&js_sys::global(), "FileSystemSyncAccessHandle").is_none() {
            return false;
        }
        let Ok(storage) = storage_manager("files.open") else { return false };
        resolve::<FileSystemDirectoryHandle>(storage.get_directory()).await.is_ok()
    }

    /// The files of `profile`; nothing is created before the first use.
    pub fn new(profile: &str) -> Self {
        Self { profile: profile.to_owned(), roots: OnceCell::new(), moving: Mutex::new(()) }
    }

    async fn roots(&self, operation: &'static str) -> Result<&Roots> {
        self.roots
            .get_or_try_init(|| async {
                let storage = storage_manager(operation)?;
                let origin = resolve(storage.get_directory()).await;
                let origin = origin.map_err(|error| error.at(operation))?;
                // A profile's name may hold what a file's name may not.
                let profile = String::from(js_sys::encode_uri_component(&self.profile));
                let profile = place::create(&origin, &["mpc", &profile], operation).await?;
                let files = place::create(&profile, &["files"], operation).await?;
                let temporary = place::create(&profile, &["temporary"], operation).await?;
                // Leftovers cost space and nothing else.
                temporary::sweep(&temporary).await.ok();
                Ok(Roots { files, temporary })
            })
            .await
    }

    async fn directory(
        &self,
        parts: &[&str],
        operation: &'static str,
    ) -> Result<FileSystemDirectoryHandle> {
        place::descend(&self.roots(operation).await?.files, parts, operation).await
    }

    async fn entry(&self, path: &str, operation: &'static str) -> Result<Entry> {
        let parts = parts(path, operation)?;
        let Some((name, above)) = parts.split_last() else {
            return Ok(Entry::Directory);
        };
        let directory = self.directory(above, operation).await?;
        place::find(&directory, name).await.map_err(|error| failure(error, path, operation))
    }

    async fn file(&self, path: &str, operation: &'static str) -> Result<FileSystemFileHandle> {
        match self.entry(path, operation).await? {
            Entry::File(file) => Ok(file),
            Entry::Directory => Err(wrong_kind(path, operation)),
        }
    }

    /// The directory, created if need be, and the name for a file that is about to be written.
    async fn target<'a>(
        &self,
        path: &'a str,
        operation: &'static str,
    ) -> Result<(FileSystemDirectoryHandle, &'a str)> {
        let (above, name) = split(path, operation)?;
        let directory =
            place::create(&self.roots(operation).await?.files, &above, operation).await?;
        match place::find(&directory, name).await {
            Ok(Entry::Directory) => Err(wrong_kind(path, operation)),
            Err(error) if error.name() != "NotFoundError" => Err(failure(error, path, operation)),
            _ => Ok((directory, name)),
        }
    }

    /// Puts a file that is whole into its place.
    async fn place(&self, file: Temporary, path: &str, operation: &'static str) -> Result<()> {
        let _moving = self.moving.lock().await;
        let (directory, name) = self.target(path, operation).await?;
        file.move_to(&directory, name).await
    }

    async fn remove(&self, path: &str, recursive: bool, operation: &'static str) -> Result<()> {
        let (above, name) = split(path, operation)?;
        let directory = self.directory(&above, operation).await?;
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(recursive);
        let removed = resolve::<JsValue>(directory.remove_entry_with_options(name, &options)).await;
        removed.map(drop).map_err(|error| failure(error, path, operation))
    }
}

#[core_async::async_trait]
impl FileSystemAccess for OpfsFileSystem {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        let operation = "files.metadata";
        let entry = self.entry(path, operation).await?;
        entry.metadata().await.map_err(|error| failure(error, path, operation))
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let operation = "files.list";
        let directory = self.directory(&parts(path, operation)?, operation).await?;
        let list = async {
            let mut list = Vec::new();
            for (name, entry) in place::entries(&directory).await? {
                match entry.metadata().await {
                    Ok(metadata) => list.push(DirectoryEntry { name, metadata }),
                    // Removed since.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(list)
        };
        let mut list = list.await.map_err(|error| failure(error, path, operation))?;
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(list)
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let operation = "files.open";
        let file = self.file(path, operation).await?;
        let snapshot = resolve::<File>(file.get_file()).await;
        let snapshot = snapshot.map_err(|error| failure(error, path, operation))?;
        Ok(Arc::new(BlobFile::new(snapshot.into())))
    }

    async fn write(&self, path: &str, mut body: ByteStream) -> Result<()> {
        let operation = "files.write";
        split(path, operation)?;
        let mut temporary = Temporary::create(&self.roots(operation).await?.temporary).await?;
        while let Some(piece) = body.try_next().await? {
            temporary.append(&piece)?;
        }
        self.place(temporary, path, operation).await
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        let operation = "files.create_directory";
        let parts = parts(path, operation)?;
        place::create(&self.roots(operation).await?.files, &parts, operation).await.map(drop)
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        let operation = "files.remove_file";
        self.file(path, operation).await?;
        self.remove(path, false, operation).await
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        let operation = "files.remove_directory";
        match self.entry(path, operation).await? {
            Entry::Directory => self.remove(path, true, operation).await,
            Entry::File(_) => Err(wrong_kind(path, operation)),
        }
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.rename";
        let file = self.file(from, operation).await?;
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        let _moving = self.moving.lock().await;
        let (directory, name) = self.target(to, operation).await?;
        let moved = temporary::move_file(&file, &directory, name).await;
        if !moved.map_err(|error| failure(error, to, operation))? {
            self.remove(from, false, operation).await?;
        }
        Ok(())
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.copy";
        self.file(from, operation).await?;
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        let source = self.open(from).await?;
        let mut temporary = Temporary::create(&self.roots(operation).await?.temporary).await?;
        for offset in (0..source.length()).step_by(COPY_PIECE) {
            temporary.append(&source.read_at(offset, COPY_PIECE).await?)?;
        }
        self.place(temporary, to, operation).await
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        Ok(storage_use().await?.map(|space| space.quota.saturating_sub(space.used)))
    }
}

fn failure(error: JsError, path: &str, operation: &'static str) -> BridgeError {
    error.at(operation).with_detail(format!("{path:?}"))
}
