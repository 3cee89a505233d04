//! A small file system in memory, to test the facade with.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use core_async::fs::{FileSystem, Metadata, OpenFile, OpenOptions, Provider};
use core_async::task::yield_now;

type Content = Arc<Mutex<Vec<u8>>>;

/// Directories are entries without content.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    entries: Mutex<BTreeMap<String, Option<Content>>>,
    largest_read: Arc<AtomicUsize>,
}

impl Memory {
    /// Returns an empty file system and the question how many bytes were read at once.
    pub(crate) fn empty() -> (FileSystem, Arc<AtomicUsize>) {
        let memory = Self::default();
        let largest_read = Arc::clone(&memory.largest_read);
        (FileSystem::new(Arc::new(memory)), largest_read)
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Option<Content>>> {
        self.entries.lock().unwrap()
    }

    fn has_parent(&self, path: &str) -> bool {
        match path.rsplit_once('/') {
            Some((parent, _)) => matches!(self.entries().get(parent), Some(None)),
            None => true,
        }
    }

    fn children(&self, path: &str) -> Vec<String> {
        let inside = format!("{path}/");
        self.entries().keys().filter(|name| name.starts_with(&inside)).cloned().collect()
    }

    fn describe(content: Option<&Content>) -> Metadata {
        match content {
            Some(content) => Metadata::file(content.lock().unwrap().len() as u64),
            None => Metadata::directory(),
        }
    }
}

#[core_async::async_trait]
impl Provider for Memory {
    async fn metadata(&self, path: &str) -> io::Result<Metadata> {
        yield_now().await;
        let entries = self.entries();
        let found = entries.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Self::describe(found.as_ref()))
    }

    async fn read_dir(&self, path: &str) -> io::Result<Vec<(String, Metadata)>> {
        if !self.metadata(path).await?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let children = self.children(path).into_iter();
        let entries = self.entries();
        Ok(children
            .filter(|child| !child[path.len() + 1..].contains('/'))
            .map(|child| {
                let name = child[path.len() + 1..].to_owned();
                (name, Self::describe(entries[&child].as_ref()))
            })
            .collect())
    }

    async fn open(&self, path: &str, options: &OpenOptions) -> io::Result<Arc<dyn OpenFile>> {
        yield_now().await;
        if !self.has_parent(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut entries = self.entries();
        let content = match entries.get(path) {
            Some(_) if options.is_create_new() => Err(io::ErrorKind::AlreadyExists),
            Some(None) => Err(io::ErrorKind::IsADirectory),
            Some(Some(content)) => Ok(Arc::clone(content)),
            None if options.is_create() => {
                let content = Content::default();
                entries.insert(path.to_owned(), Some(Arc::clone(&content)));
                Ok(content)
            }
            None => Err(io::ErrorKind::NotFound),
        }?;
        if options.is_truncate() {
            content.lock().unwrap().clear();
        }
        Ok(Arc::new(MemoryFile { content, largest_read: Arc::clone(&self.largest_read) }))
    }

    async fn create_dir(&self, path: &str) -> io::Result<()> {
        yield_now().await;
        if !self.has_parent(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut entries = self.entries();
        if entries.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        entries.insert(path.to_owned(), None);
        Ok(())
    }

    async fn remove_file(&self, path: &str) -> io::Result<()> {
        if self.metadata(path).await?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        self.entries().remove(path);
        Ok(())
    }

    async fn remove_dir(&self, path: &str) -> io::Result<()> {
        if !self.metadata(path).await?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        if !self.children(path).is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.entries().remove(path);
        Ok(())
    }

    async fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.metadata(from).await?;
        let moved = self.entries().remove(from);
        self.entries().insert(to.to_owned(), moved.flatten());
        Ok(())
    }
}

#[derive(Debug)]
struct MemoryFile {
    content: Content,
    largest_read: Arc<AtomicUsize>,
}

#[core_async::async_trait]
impl OpenFile for MemoryFile {
    async fn metadata(&self) -> io::Result<Metadata> {
        yield_now().await;
        Ok(Memory::describe(Some(&self.content)))
    }

    async fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        yield_now().await;
        let content = self.content.lock().unwrap();
        let start = usize::try_from(offset).unwrap().min(content.len());
        let end = start.saturating_add(length).min(content.len());
        self.largest_read.fetch_max(end - start, Ordering::SeqCst);
        Ok(Bytes::copy_from_slice(&content[start..end]))
    }

    async fn write_at(&self, offset: u64, data: Bytes) -> io::Result<()> {
        yield_now().await;
        if data.as_ref() == b"disk full" {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut content = self.content.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        let end = start + data.len();
        if content.len() < end {
            content.resize(end, 0);
        }
        content[start..end].copy_from_slice(&data);
        Ok(())
    }

    async fn set_len(&self, length: u64) -> io::Result<()> {
        self.content.lock().unwrap().resize(usize::try_from(length).unwrap(), 0);
        Ok(())
    }

    async fn flush(&self) -> io::Result<()> {
        yield_now().await;
        Ok(())
    }

    async fn sync(&self) -> io::Result<()> {
        self.flush().await
    }
}
