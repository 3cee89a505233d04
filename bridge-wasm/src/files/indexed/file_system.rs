//! The adapter: paths, and the transactions that change what they stand for.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, ByteStream, DirectoryEntry, EntryKind, ErrorKind, FileMetadata, FileSystemAccess,
    ReadAt, Result,
};
use core_async::sync::{Mutex, OnceCell};
use futures::{StreamExt, TryStreamExt, stream};

use super::catalog::{self, Content, Entry};
use super::content::{self, CHUNK, STORES, Writing};
use super::file::IndexedFile;
use crate::files::place::{parts, split, wrong_kind};
use crate::host::storage_use;
use crate::storage::Reader;

/// Files in IndexedDB, in a database per profile: slower than
/// [`OpfsFileSystem`](crate::OpfsFileSystem), and there wherever IndexedDB is, windows included.
///
/// A leading `/` is allowed and means nothing; the empty path and `/` are the root. An open file
/// that is replaced or removed can be read no further: reads then fail with `Conflict`. Only the
/// holder of a profile's lock may change its files.
#[derive(Debug)]
pub struct IndexedDbFileSystem {
    database: String,
    is_swept: OnceCell<()>,
    /// Held from the look at an entry to its change.
    changing: Mutex<()>,
}

impl IndexedDbFileSystem {
    /// The files of `profile`; nothing is created before the first use.
    pub fn new(profile: &str) -> Self {
        let database = format!("mpc-files:{profile}");
        Self { database, is_swept: OnceCell::new(), changing: Mutex::new(()) }
    }

    async fn reader(&self, operation: &'static str) -> Result<Reader> {
        let swept = || async {
            // Leftovers cost space and nothing else.
            content::sweep(&self.database, operation).await.ok();
        };
        self.is_swept.get_or_init(swept).await;
        content::open(&self.database, operation).await
    }

    /// What is at a path; `None` for the root.
    async fn entry(
        &self,
        reader: &Reader,
        path: &str,
        operation: &'static str,
    ) -> Result<Option<Entry>> {
        let parts = parts(path, operation)?;
        let Some((name, above)) = parts.split_last() else { return Ok(None) };
        let entry = catalog::find(reader, above, name, operation).await?;
        entry.map(Some).ok_or_else(|| missing(path, operation))
    }

    async fn content(
        &self,
        reader: &Reader,
        path: &str,
        operation: &'static str,
    ) -> Result<Content> {
        let entry = self.entry(reader, path, operation).await?;
        entry.and_then(|entry| entry.content).ok_or_else(|| wrong_kind(path, operation))
    }

    /// Makes `path` stand for `content`, and whatever `from` stood for nothing any more. The
    /// caller holds the lock.
    async fn place(
        &self,
        reader: &Reader,
        path: &str,
        content: Content,
        from: Option<&str>,
        operation: &'static str,
    ) -> Result<()> {
        let (directory, name) = split(path, operation)?;
        let missing = catalog::missing_directories(reader, &directory, operation).await?;
        let replaced = match catalog::find(reader, &directory, name, operation).await? {
            Some(Entry { content: None, .. }) => return Err(wrong_kind(path, operation)),
            found => found.and_then(|found| found.content),
        };
        let from = from.map(|from| split(from, operation)).transpose()?;
        let directory = directory.join("/");
        let id = content.id.clone();
        let entry = Entry { name: name.to_owned(), content: Some(content) };
        content::change(&self.database, &STORES, operation, |stores| {
            for (above, name) in &missing {
                catalog::put(stores, above, &Entry::directory(name))?;
            }
            if let Some((above, name)) = &from {
                catalog::delete(stores, &above.join("/"), name)?;
            }
            catalog::put(stores, &directory, &entry)?;
            content::settle(stores, &id)?;
            match &replaced {
                Some(replaced) if replaced.id != id => content::remove(stores, &replaced.id),
                _ => Ok(()),
            }
        })
        .await
    }
}

#[core_async::async_trait]
impl FileSystemAccess for IndexedDbFileSystem {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        let operation = "files.metadata";
        parts(path, operation)?;
        let reader = self.reader(operation).await?;
        let entry = self.entry(&reader, path, operation).await?;
        Ok(entry.map_or(
            FileMetadata { kind: EntryKind::Directory, length: 0, modified_millis: None },
            |entry| entry.metadata(),
        ))
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let operation = "files.list";
        let directory = parts(path, operation)?;
        let reader = self.reader(operation).await?;
        if !catalog::is_directory(&reader, &directory, operation).await? {
            return Err(missing(path, operation));
        }
        let entries = catalog::list(&reader, &directory.join("/"), operation).await?;
        let mut list: Vec<_> = entries.into_iter().map(Entry::listed).collect();
        // IndexedDB sorts by UTF-16 units.
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(list)
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let operation = "files.open";
        parts(path, operation)?;
        let reader = self.reader(operation).await?;
        let content = self.content(&reader, path, operation).await?;
        Ok(Arc::new(IndexedFile::new(&self.database, content.id, content.length)))
    }

    async fn write(&self, path: &str, mut body: ByteStream) -> Result<()> {
        let operation = "files.write";
        split(path, operation)?;
        drop(self.reader(operation).await?);
        // Cancellation: dropping it removes what was written.
        let mut writing = Writing::begin(&self.database, operation).await?;
        while let Some(piece) = body.try_next().await? {
            writing.append(&piece, operation).await?;
        }
        let (id, length) = writing.finish(operation).await?;
        let modified_millis = core_async::time::now_millis();
        let _changing = self.changing.lock().await;
        let reader = self.reader(operation).await?;
        let content = Content { id, length, modified_millis };
        self.place(&reader, path, content, None, operation).await?;
        writing.keep();
        Ok(())
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        let operation = "files.create_directory";
        let directory = parts(path, operation)?;
        let _changing = self.changing.lock().await;
        let reader = self.reader(operation).await?;
        let missing = catalog::missing_directories(&reader, &directory, operation).await?;
        content::change(&self.database, &STORES, operation, |stores| {
            let mut missing = missing.iter();
            missing
                .try_for_each(|(above, name)| catalog::put(stores, above, &Entry::directory(name)))
        })
        .await
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        let operation = "files.remove_file";
        let (directory, name) = split(path, operation)?;
        let _changing = self.changing.lock().await;
        let reader = self.reader(operation).await?;
        let content = self.content(&reader, path, operation).await?;
        content::change(&self.database, &STORES, operation, |stores| {
            catalog::delete(stores, &directory.join("/"), name)?;
            content::remove(stores, &content.id)
        })
        .await
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        let operation = "files.remove_directory";
        let (above, name) = split(path, operation)?;
        let _changing = self.changing.lock().await;
        let reader = self.reader(operation).await?;
        if self.entry(&reader, path, operation).await?.is_some_and(|it| it.content.is_some()) {
            return Err(wrong_kind(path, operation));
        }
        let mut left = vec![parts(path, operation)?.join("/")];
        let mut found = Vec::new();
        while let Some(directory) = left.pop() {
            for entry in catalog::list(&reader, &directory, operation).await? {
                if entry.content.is_none() {
                    left.push(format!("{directory}/{}", entry.name));
                }
                found.push((directory.clone(), entry));
            }
        }
        content::change(&self.database, &STORES, operation, |stores| {
            for (directory, entry) in &found {
                catalog::delete(stores, directory, &entry.name)?;
                if let Some(content) = &entry.content {
                    content::remove(stores, &content.id)?;
                }
            }
            catalog::delete(stores, &above.join("/"), name)
        })
        .await
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.rename";
        split(from, operation)?;
        split(to, operation)?;
        let _changing = self.changing.lock().await;
        let reader = self.reader(operation).await?;
        let content = self.content(&reader, from, operation).await?;
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        self.place(&reader, to, content, Some(from), operation).await
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.copy";
        split(from, operation)?;
        split(to, operation)?;
        let reader = self.reader(operation).await?;
        self.content(&reader, from, operation).await?;
        drop(reader);
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        let source = self.open(from).await?;
        let pieces = stream::iter((0..source.length()).step_by(CHUNK)).then(move |offset| {
            let source = Arc::clone(&source);
            async move { source.read_at(offset, CHUNK).await }
        });
        self.write(to, Box::pin(pieces)).await
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        Ok(storage_use().await?.map(|space| space.quota.saturating_sub(space.used)))
    }
}

fn missing(path: &str, operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::NotFound, operation).with_detail(format!("{path:?}"))
}
