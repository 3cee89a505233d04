//! Drives that are listed folder by folder.

use std::fmt;

use bridge_traits::{PlatformSend, PlatformSync};

use super::{ProviderError, RemoteItem};

/// A drive that says of one folder at a time what is in it.
///
/// The engine keeps what has yet to be looked into with everything else it knows of the drive, so
/// that neither many folders nor a crash in the middle make a difference.
///
/// # Contract
///
/// * [`Items`](FolderListing::Items) is all there is in the folder, and
///   [`Part`](FolderListing::Part) names what is missing. An answer that could be part of it
///   otherwise, or is about another folder, is an error.
/// * A folder has a `revision` only if it changes with everything below it, however deep: as long
///   as it stays, the folder is not looked into again.
/// * Items in the folder where it begins have no parent, and the others the id of the folder they
///   are in.
#[core_async::async_trait]
pub trait Walk: fmt::Debug + PlatformSend + PlatformSync {
    /// What is in `folder`; `None` is the one where it begins, which has to be there.
    ///
    /// # Errors
    ///
    /// As the drive does. That one folder is gone or closed to us is no error, unless it is the one
    /// where it begins.
    async fn look_into(&self, folder: Option<&RemoteItem>) -> Result<FolderListing, ProviderError>;
}

/// What came of looking into a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FolderListing {
    /// All of it.
    Items(Vec<RemoteItem>),
    /// All of it but what the drive does not say anything of, for this reason. What was known of
    /// that stays.
    Part {
        /// What it says something of.
        items: Vec<RemoteItem>,
        /// The others: the `target` of each, or the `id` where items have no target.
        refused: Vec<String>,
        /// Why, for people.
        why: String,
    },
    /// It is no longer there.
    Gone,
    /// We may not look, for this reason. What was known of it stays.
    Closed(String),
}
