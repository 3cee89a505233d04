//! Recognising a track whose file is another item now.

use std::collections::BTreeSet;

use bridge_traits::{Result, path};

use crate::mirror::{MirrorItem, MirrorStore, Presence, Which};

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
        if let Some(item) = best(lost, new, taken)
            && !is_elsewhere(store, &item, new).await?
        {
            return Ok(Some((item, Evidence::PlaceAndName)));
        }
    }
    Ok(None)
}

/// Whether another file that has yet to be recognised has better evidence for being `lost`.
async fn is_elsewhere(store: &MirrorStore, lost: &MirrorItem, new: &MirrorItem) -> Result<bool> {
    let is_free = |item: &MirrorItem| {
        let is_new = item.to_place && item.track_id.is_none() && item.remote.id != new.remote.id;
        is_new && item.presence == Presence::There
    };
    if let Some(hash) = &lost.remote.hash {
        return Ok(store.first(Which::WithHash { hash }).await?.iter().any(is_free));
    }
    let (Some(size), Some(modified_millis)) = (lost.remote.size, lost.remote.modified_millis)
    else {
        return Ok(false);
    };
    let like = store.first(Which::Like { size, modified_millis }).await?;
    Ok(like.iter().any(|item| is_free(item) && item.remote.hash.is_none()))
}

/// The one of the same revision, which some drives keep, or else of the same name, or else the
/// first.
fn best(lost: Vec<MirrorItem>, new: &MirrorItem, taken: &BTreeSet<String>) -> Option<MirrorItem> {
    let free = lost.into_iter().filter(|item| !taken.contains(&item.remote.id));
    let (mut named, mut first) = (None, None);
    for item in free {
        if new.remote.revision.is_some() && item.remote.revision == new.remote.revision {
            return Some(item);
        }
        if named.is_none() && item.remote.name == new.remote.name {
            named = Some(item);
        } else if first.is_none() {
            first = Some(item);
        }
    }
    named.or(first)
}

fn stem(item: &MirrorItem) -> &str {
    path::file_stem(&item.remote.name)
}
