//! The trait and its contract.

use std::fmt;

use bridge_traits::{PlatformSend, PlatformSync};
use bytes::Bytes;

use super::{Changes, Listing, ProviderError, RemoteItem, Walk};

/// What a drive can do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ProviderCapabilities {
    /// Whether it can say what has changed. Otherwise every sync lists everything.
    pub changes: bool,
    /// Whether an item is its path: its id changes when it moves, and no folder has two items of
    /// one name.
    pub ids_are_paths: bool,
}

impl ProviderCapabilities {
    /// A drive that says what changes, and whose items keep their ids.
    pub fn new() -> Self {
        Self { changes: true, ids_are_paths: false }
    }
}

impl Default for ProviderCapabilities {
    fn default() -> Self {
        Self::new()
    }
}

/// A cloud drive.
///
/// # Contract
///
/// * A cursor from [`begin`](Self::begin) is taken before a listing, so that what happens during
///   the listing is among its changes.
/// * Pages name the next one; asking for a page again gives it again, or what has become of it.
/// * A listing that ends was complete.
/// * A cursor that the drive no longer knows is [`ProviderError::CursorExpired`], never an empty
///   answer.
/// * `read` gives the bytes of the range that exist; fewer only at the end of the file. Bytes of
///   another revision than the item's are never given: it fails with `Conflict` instead, where the
///   drive can tell.
/// * Credentials go to the drive's own servers only, whatever address an answer names.
#[core_async::async_trait]
pub trait StorageProvider: fmt::Debug + PlatformSend + PlatformSync {
    /// What it can do.
    fn capabilities(&self) -> ProviderCapabilities;

    /// A cursor for changes from now on; `None` where a listing brings its own, or there are none.
    ///
    /// # Errors
    ///
    /// As the drive does.
    async fn begin(&self) -> Result<Option<String>, ProviderError>;

    /// How it is listed folder by folder; `None` for a drive that lists everything page by page.
    fn walk(&self) -> Option<&dyn Walk> {
        None
    }

    /// A page of everything; `None` for the first. A drive that is [walked](Self::walk) is not
    /// asked for any.
    ///
    /// # Errors
    ///
    /// Fails with [`ProviderError::CursorExpired`] for a page that is gone: the listing begins
    /// anew. Otherwise as the drive does.
    async fn list(&self, page: Option<&str>) -> Result<Listing, ProviderError>;

    /// The id of the folder that holds what is at the top, as the items in it name it. Nobody tells of
    /// that folder itself, so that it cannot be told from one that is yet to come: without this id,
    /// tracks appear when the first listing is complete. `None` where there is none, or it may not be
    /// known.
    ///
    /// # Errors
    ///
    /// As the drive does.
    async fn top_folder(&self) -> Result<Option<String>, ProviderError> {
        Ok(None)
    }

    /// What has changed since `cursor`, page by page.
    ///
    /// # Errors
    ///
    /// Fails with [`ProviderError::CursorExpired`], or as the drive does.
    async fn changes(&self, cursor: &str) -> Result<Changes, ProviderError>;

    /// The id of the folder that a person means by this: its id, or, where folders can be found by
    /// their paths, its path, beginning with a slash.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` if the drive says that there is no such folder, or as the drive does.
    async fn find_folder(&self, named: &str) -> Result<String, ProviderError> {
        Ok(named.to_owned())
    }

    /// Hears that these files are about to be read, so that a drive can ask at once for what each
    /// [`read`](Self::read) would have to ask for. What it cannot get is left to the reads, which say
    /// why. Dropping it stops it.
    async fn expect(&self, _items: &[RemoteItem]) {}

    /// Part of the content of a file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, with `Conflict` if the content has changed, or as the drive does.
    async fn read(
        &self,
        item: &RemoteItem,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, ProviderError>;
}
