//! After the library was replaced by a file.

use super::SyncError;
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
    async fn concerns_library(&self, item: &MirrorItem) -> Result<bool, SyncError> {
        Ok(match &item.track_id {
            Some(track) if item.presence != Presence::There => {
                matches!(self.shelf(track).await?, Shelf::InUse | Shelf::Copy)
            }
            _ => true,
        })
    }
}
