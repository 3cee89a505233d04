//! Files that tracks and their copies have exchanged since they were noted.

use core_library::{FileChange, Library, LibraryError};

use super::places::account_of;
use crate::mirror::MirrorItem;

/// Notes whose these items are by now. The library is right about it: it gives a track whose file
/// goes that of a copy, which may be on this drive or on another.
pub(super) async fn follow_owners(
    library: &Library,
    items: &mut [MirrorItem],
) -> Result<(), LibraryError> {
    let of = |item: &MirrorItem| item.path.clone().zip(item.track_id.clone());
    let files: Vec<(String, String)> = items.iter().filter_map(of).collect();
    if files.is_empty() {
        return Ok(());
    }
    let mut owners = library.owners(&files).await?.into_iter();
    for item in items.iter_mut().filter(|item| of(item).is_some()) {
        item.track_id = owners.next();
    }
    Ok(())
}

/// What the library is told of items of an account that are gone. A track that went on elsewhere,
/// because the same music came to another drive or to the host, stays there.
pub(super) async fn removals(
    library: &Library,
    account: &str,
    items: &[MirrorItem],
) -> Result<Vec<FileChange>, LibraryError> {
    let mut changes = Vec::new();
    for track_id in items.iter().filter_map(|item| item.track_id.clone()) {
        let is_elsewhere = match library.file_of(&track_id).await {
            Ok(file) => account_of(&file.path) != Some(account),
            // In the bin, or another copy of a track: the library knows what to do.
            Err(LibraryError::NotFound { .. }) => false,
            Err(error) => return Err(error),
        };
        if !is_elsewhere {
            changes.push(FileChange::Remove { track_id });
        }
    }
    Ok(changes)
}
