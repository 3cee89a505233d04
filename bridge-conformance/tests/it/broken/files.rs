//! Broken file systems, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::files::{FileSystemUnderTest, change, read, watch, write};
use bridge_memory::MemoryFileSystem;
use bridge_traits::{
    BoxStream, ByteStream, DirectoryEntry, ErrorKind, FileMetadata, FileSystemAccess,
    FileSystemExt, ReadAt, Result,
};
use bytes::Bytes;
use futures::{StreamExt, stream};

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    AppendsToFiles,
    CopiesOntoItselfEmpty,
    EndsItsWatch,
    FollowsDots,
    KeepsFailedWrites,
    LeavesTemporaryFiles,
    ListsBackwards,
    ReadsOneByteMore,
    ReadsOneByteLate,
    ReadNowShowsZeroes,
    RefusesLongNames,
    RemovesWhatIsMissing,
    RenameKeepsTheSource,
    SharesCopies,
    WatchesNothing,
    WrapsOffsets,
    WritesTheFirstPieceOnly,
}

#[derive(Debug)]
struct Broken {
    inner: MemoryFileSystem,
    fault: Fault,
}

fn subject(fault: Fault) -> FileSystemUnderTest {
    let broken = Broken { inner: MemoryFileSystem::new(), fault };
    FileSystemUnderTest::from(Arc::new(broken) as Arc<dyn FileSystemAccess>)
}

faults! { subject:
    ReadsOneByteMore => read::every_range_of_a_small_file,
    ReadsOneByteLate => read::ranges_of_a_large_file,
    WrapsOffsets => read::huge_offsets_are_past_the_end,
    ReadNowShowsZeroes => read::read_now_gives_the_same_bytes,
    ListsBackwards => read::a_list_has_every_entry_once_and_sorted,
    FollowsDots => read::paths_that_are_not_plain_are_refused,
    RemovesWhatIsMissing => read::a_missing_path_is_not_found,
    AppendsToFiles => write::a_write_replaces_the_whole_content,
    WritesTheFirstPieceOnly => write::pieces_are_joined_in_order,
    KeepsFailedWrites => write::a_failed_body_leaves_the_old_content,
    LeavesTemporaryFiles => write::nothing_is_left_behind_by_writing,
    RefusesLongNames => write::long_names_work,
    RenameKeepsTheSource => change::a_renamed_file_keeps_its_content,
    CopiesOntoItselfEmpty => change::a_copy_onto_itself_changes_nothing,
    SharesCopies => change::a_copy_is_a_file_of_its_own,
    EndsItsWatch => watch::new_files_are_told,
    WatchesNothing => watch::what_is_missing_cannot_be_watched,
}

impl Broken {
    /// The path as the broken file system reads it.
    fn path(&self, path: &str) -> String {
        if self.fault != Fault::FollowsDots {
            return path.to_owned();
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    }
}

#[core_async::async_trait]
impl FileSystemAccess for Broken {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        self.inner.metadata(&self.path(path)).await
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let mut entries = self.inner.list(&self.path(path)).await?;
        if self.fault == Fault::ListsBackwards {
            entries.reverse();
        }
        Ok(entries)
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let inner = self.inner.open(&self.path(path)).await?;
        Ok(Arc::new(BrokenFile { inner, fault: self.fault }))
    }

    async fn write(&self, path: &str, body: ByteStream) -> Result<()> {
        let path = &self.path(path);
        match self.fault {
            Fault::RefusesLongNames if path.len() > 100 => {
                Err(bridge_traits::BridgeError::new(ErrorKind::InvalidRequest, "broken"))
            }
            Fault::AppendsToFiles => {
                let old = self.inner.read_bytes(path, usize::MAX).await.unwrap_or_default();
                let both = stream::iter([Ok(old)]).chain(body);
                self.inner.write(path, Box::pin(both)).await
            }
            Fault::WritesTheFirstPieceOnly => self.inner.write(path, Box::pin(body.take(1))).await,
            Fault::KeepsFailedWrites => {
                let mut body = body;
                let mut content = Vec::new();
                while let Some(piece) = body.next().await {
                    content.extend_from_slice(&piece?);
                    self.inner.insert(path, content.clone())?;
                }
                self.inner.insert(path, content)
            }
            Fault::LeavesTemporaryFiles => {
                self.inner.insert(&format!("{path}.tmp"), "")?;
                self.inner.write(path, body).await
            }
            _ => self.inner.write(path, body).await,
        }
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        self.inner.create_directory(&self.path(path)).await
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        match self.inner.remove_file(&self.path(path)).await {
            Err(_) if self.fault == Fault::RemovesWhatIsMissing => Ok(()),
            result => result,
        }
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        self.inner.remove_directory(&self.path(path)).await
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (&self.path(from), &self.path(to));
        match self.fault {
            Fault::RenameKeepsTheSource => self.inner.copy(from, to).await,
            _ => self.inner.rename(from, to).await,
        }
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (&self.path(from), &self.path(to));
        match self.fault {
            Fault::CopiesOntoItselfEmpty if from == to => self.inner.insert(to, ""),
            Fault::SharesCopies => self.inner.rename(from, to).await,
            _ => self.inner.copy(from, to).await,
        }
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        self.inner.free_space().await
    }

    async fn watch(&self, path: &str) -> Result<BoxStream<'static, ()>> {
        match self.fault {
            Fault::EndsItsWatch => Ok(Box::pin(stream::empty())),
            Fault::WatchesNothing => Ok(Box::pin(stream::pending())),
            _ => self.inner.watch(path).await,
        }
    }
}

#[derive(Debug)]
struct BrokenFile {
    inner: Arc<dyn ReadAt>,
    fault: Fault,
}

#[core_async::async_trait]
impl ReadAt for BrokenFile {
    fn length(&self) -> u64 {
        self.inner.length()
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let (offset, length) = match self.fault {
            Fault::ReadsOneByteMore => (offset, length.saturating_add(1)),
            Fault::ReadsOneByteLate if offset > 65_536 => (offset + 1, length),
            Fault::WrapsOffsets => (offset & u64::from(u32::MAX), length),
            _ => (offset, length),
        };
        self.inner.read_at(offset, length).await
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let result = self.inner.read_at_now(offset, buffer);
        if self.fault == Fault::ReadNowShowsZeroes {
            buffer.fill(0);
        }
        result
    }
}
