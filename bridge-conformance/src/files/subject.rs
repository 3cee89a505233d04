//! The file system a case works on.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bridge_traits::{EntryKind, ErrorKind, FileSystemAccess, FileSystemExt, path};
use bytes::Bytes;

/// A file system and the directory in it that belongs to the test.
pub struct FileSystemUnderTest {
    files: Arc<dyn FileSystemAccess>,
    root: String,
    /// Held until the test is over, for example a temporary directory.
    _guard: Box<dyn Any>,
}

impl FileSystemUnderTest {
    /// Works below `root`, an existing, empty directory; `guard` lives as long as the test.
    pub fn new(files: Arc<dyn FileSystemAccess>, root: impl Into<String>, guard: impl Any) -> Self {
        Self { files, root: root.into(), _guard: Box::new(guard) }
    }

    /// The file system.
    pub fn files(&self) -> &dyn FileSystemAccess {
        &*self.files
    }

    /// A path below the directory of the test; the empty name is the directory itself.
    pub fn path(&self, name: &str) -> String {
        if name.is_empty() { self.root.clone() } else { path::join(&self.root, name) }
    }

    pub(super) async fn put(&self, name: &str, content: impl Into<Bytes>) {
        let path = self.path(name);
        if let Err(error) = self.files.write_bytes(&path, content.into()).await {
            panic!("{name:?} cannot be written: {error:?}");
        }
    }

    pub(super) async fn content(&self, name: &str) -> Bytes {
        match self.files.read_bytes(&self.path(name), usize::MAX).await {
            Ok(content) => content,
            Err(error) => panic!("{name:?} cannot be read: {error:?}"),
        }
    }

    pub(super) async fn names(&self, name: &str) -> Vec<String> {
        let entries = self.files.list(&self.path(name)).await.unwrap();
        entries.into_iter().map(|entry| entry.name).collect()
    }

    pub(super) async fn is_missing(&self, name: &str) -> bool {
        match self.files.metadata(&self.path(name)).await {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{name:?}");
                true
            }
        }
    }

    pub(super) async fn kind(&self, name: &str) -> EntryKind {
        self.files.metadata(&self.path(name)).await.unwrap().kind
    }
}

impl From<Arc<dyn FileSystemAccess>> for FileSystemUnderTest {
    /// The whole file system belongs to the test, and paths are relative to its root.
    fn from(files: Arc<dyn FileSystemAccess>) -> Self {
        Self::new(files, "", ())
    }
}

impl fmt::Debug for FileSystemUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSystemUnderTest")
            .field("files", &self.files)
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// Bytes of which every stretch of four differs from every other.
pub(super) fn pattern(length: usize) -> Bytes {
    let number = |index: usize| u32::try_from(index).unwrap().wrapping_mul(0x9e37_79b1);
    let bytes = (0..length.div_ceil(4)).flat_map(|index| number(index).to_le_bytes());
    bytes.take(length).collect()
}
