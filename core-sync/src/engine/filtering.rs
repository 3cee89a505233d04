//! What an account's filter leaves out, and takes again.
//!
//! The mirror notes every file of music, whether it is mirrored or not. So a filter that changes
//! needs no names of the drive, and it makes no difference whether a listing or a change named a file.

use super::SyncError;
use super::run::Run;
use crate::mirror::{MirrorItem, MirrorState, Presence, Which};
use crate::provider::RemoteItem;

impl Run<'_> {
    /// Hides the tracks that the filter no longer takes, and has those files placed that it takes
    /// now.
    pub(super) async fn change_filter(&self, state: MirrorState) -> Result<MirrorState, SyncError> {
        let filter = &self.request.options.filter;
        let mut after = None;
        loop {
            self.check_cancelled()?;
            let (items, next) = self.store.page(Which::Known, after).await?;
            let mut changed = Vec::new();
            for mut item in items.into_iter().filter(|item| !item.is_folder()) {
                let is_there = item.presence == Presence::There;
                let is_track = item.track_id.is_some();
                match filter.refusal(&item.remote) {
                    Some(why) if is_there && is_track => item.leave_out(why),
                    Some(_) if is_there && item.to_place => item.to_place = false,
                    None if !is_there || !is_track => {
                        item.presence = Presence::There;
                        item.place_again("the account's filter takes it now");
                    }
                    _ => continue,
                }
                changed.push(item);
            }
            self.store.write(changed, None).await?;
            after = next;
            if after.is_none() {
                break;
            }
        }
        let state = MirrorState { filter: filter.to_text(), ..state };
        self.store.write([], Some(state.clone())).await?;
        Ok(state)
    }

    /// An item that was not known before.
    pub(super) fn found(&self, remote: RemoteItem, generation: u64) -> MirrorItem {
        let mut item = MirrorItem::new(self.store.account(), remote, generation);
        item.to_place = item.is_folder() || self.refusal(&item).is_none();
        item
    }

    /// Takes over what the drive says of an item now, and whether the filter takes it like that. Says
    /// whether anything changed but the generation.
    pub(super) fn update(
        &self,
        item: &mut MirrorItem,
        remote: RemoteItem,
        generation: u64,
    ) -> bool {
        let was_refused = self.refusal(item).is_some();
        let (presence, to_place) = (item.presence, item.to_place);
        if !item.update(remote, generation) {
            return false;
        }
        match self.refusal(item) {
            None => item.to_place |= was_refused,
            Some(_) if item.track_id.is_none() => item.to_place = false,
            Some(why) => {
                item.leave_out(why);
                // What went before does not go again.
                if presence != Presence::There {
                    item.to_place = to_place;
                }
            }
        }
        true
    }

    /// Why an item is not mirrored, if it is a file.
    pub(super) fn refusal(&self, item: &MirrorItem) -> Option<&'static str> {
        if item.is_folder() { None } else { self.request.options.filter.refusal(&item.remote) }
    }
}
