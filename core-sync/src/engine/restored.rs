//! After the library was replaced by a file.

use super::SyncError;
use super::exchanged::follow_owners;
use super::run::{Run, Shelf};
use crate::mirror::{MirrorItem, MirrorState, Presence, Which};

impl Run<'_> {
    /// Has every track placed anew if the library was replaced since it was placed: what the mirror
    /// remembers is of a library that is no more.
    pub(super) async fn follow_restore(&mut self) -> Result<(), SyncError> {
        let restore = self.library().last_restore().await?;
        let state = self.store.state().await?;
        if state.restore == restore {
            return Ok(());
        }
        let mut after = None;
        loop {
            self.check().await?;
            let (mut items, next) = self.store.page(Which::EveryTrack, after).await?;
            follow_owners(self.library(), &mut items).await?;
            for item in &mut items {
                if self.concerns_library(item).await? {
                    item.place_again("the library was replaced by a file");
                }
            }
            self.store.write(items, None).await?;
            if next.is_none() {
                break;
            }
            after = next;
        }
        Ok(self.store.write([], Some(MirrorState { restore, ..state })).await?)
    }

    /// Whether the library has to be told of an item: of what went from the drive long ago only if
    /// it has the track again.
    pub(super) async fn concerns_library(&self, item: &MirrorItem) -> Result<bool, SyncError> {
        let (Some(track), false) = (&item.track_id, item.presence == Presence::There) else {
            return Ok(true);
        };
        Ok(match (self.shelf(track).await?, &item.path) {
            (Shelf::InUse, _) => true,
            // A copy stays known when its file goes.
            (Shelf::Copy, Some(path)) => {
                self.library().find_file(path).await?.as_ref() == Some(track)
            }
            _ => false,
        })
    }
}
