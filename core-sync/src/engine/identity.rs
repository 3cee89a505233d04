//! Recognising a track whose file is another item now.

use std::collections::BTreeSet;

use bridge_traits::{Result, path};

use crate::mirror::{MirrorItem, MirrorStore, Which};

/// Why two items are the same track.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Evidence {
    /// The drive's checksum of their content is the same.
    Content,
    /// Length and time of the content are the same, to the millisecond.
    LengthAndTime,
    /// The new one took the place and the name of the lost one, in another format.
    PlaceAndName,
}

impl Evidence {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Content => "the same content as a file that is gone",
            Self::LengthAndTime => "the same length and time as a file that is gone",
            Self::PlaceAndName => "took the place of a file of the same name",
        }
    }

    /// Whether tags read from the lost item are those of the new one.
    pub(super) fn keeps_tags(self) -> bool {
        self != Self::PlaceAndName
    }
}

/// Finds the lost item whose track `new` is, the strongest evidence first. Each can be found once:
/// `taken` holds those that were.
pub(super) async fn recognise(
    store: &MirrorStore,
    new: &MirrorItem,
    taken: &BTreeSet<String>,
) -> Result<Option<(MirrorItem, Evidence)>> {
    if let Some(hash) = &new.remote.hash {
        let lost = store.first(Which::LostWithHash { hash }).await?;
        if let Some(item) = best(lost, new, taken) {
            return Ok(Some((item, Evidence::Content)));
        }
    }
    if let (Some(size), Some(modified_millis)) = (new.remote.size, new.remote.modified_millis) {
        let like = Which::LostLike { size, modified_millis };
        let mut lost = store.first(like).await?;
        // Two checksums that differ say more than a length and a time that do not.
        lost.retain(|lost| lost.remote.hash.is_none() || new.remote.hash.is_none());
        if let Some(item) = best(lost, new, taken) {
            return Ok(Some((item, Evidence::LengthAndTime)));
        }
    }
    if let Some(folder) = &new.remote.parent {
        let mut lost = store.first(Which::LostIn { folder }).await?;
        // Only what went now: a name that was free for a while may mean something else.
        lost.retain(|lost| lost.to_place && stem(lost) == stem(new));
        if let Some(item) = best(lost, new, taken) {
            return Ok(Some((item, Evidence::PlaceAndName)));
        }
    }
    Ok(None)
}

/// The one of the same name, or else the first.
fn best(lost: Vec<MirrorItem>, new: &MirrorItem, taken: &BTreeSet<String>) -> Option<MirrorItem> {
    let mut free = lost.into_iter().filter(|item| !taken.contains(&item.remote.id));
    let first = free.next()?;
    if first.remote.name == new.remote.name {
        return Some(first);
    }
    Some(free.find(|item| item.remote.name == new.remote.name).unwrap_or(first))
}

fn stem(item: &MirrorItem) -> &str {
    path::file_stem(&item.remote.name)
}
