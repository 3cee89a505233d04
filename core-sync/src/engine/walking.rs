//! Listing a drive folder by folder.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, stream};

use super::SyncError;
use super::pulling::is_wanted;
use super::report::FailedItem;
use super::run::Run;
use crate::mirror::{MirrorItem, MirrorState, Phase, Presence, Which};
use crate::provider::{FolderListing, ProviderError, RemoteItem, RemoteKind, Walk};

/// How many folders are asked for at a time.
const IN_FLIGHT: usize = 4;
/// How many folders are taken out of the queue at a time.
const PAGE: usize = 16;

impl Run<'_> {
    /// Looks into some of the folders that have yet to be looked into, or ends the walk if there
    /// are none.
    ///
    /// The queue is in the mirror: folders with `to_read`. What a folder holds is written together
    /// with its leaving the queue, and each folder on its own.
    pub(super) async fn walk(
        &mut self,
        walk: &dyn Walk,
        mut state: MirrorState,
    ) -> Result<MirrorState, SyncError> {
        let folders: Vec<_> = match state.page {
            None => vec![None],
            Some(_) => self.store.some(Which::ToWalk, PAGE).await?.into_iter().map(Some).collect(),
        };
        if folders.is_empty() {
            state.page = None;
            state.phase = Phase::Following;
            self.store.write([], Some(state.clone())).await?;
            return Ok(state);
        }
        let cancel = self.cancel.clone();
        let gate = self.gate.clone();
        let answers = stream::iter(folders).map(|folder| {
            let gate = &gate;
            async move {
                gate.pass().await;
                let answer = walk.look_into(folder.as_ref().map(|folder| &folder.remote)).await;
                (folder, answer)
            }
        });
        let answers = answers.buffered(IN_FLIGHT).take_until(cancel.cancelled_owned());
        futures::pin_mut!(answers);
        let mut failure = None;
        while let Some((folder, answer)) = answers.next().await {
            match answer {
                Ok(listing) => state = self.note(folder, listing, state).await?,
                // What the others have to say is kept.
                Err(error) => failure = Some(error),
            }
        }
        self.place_early().await?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(state),
        }
    }

    /// Has folders that were closed to us looked into again.
    pub(super) async fn knock_again(&self) -> Result<(), SyncError> {
        loop {
            let mut folders = self.store.first(Which::Closed).await?;
            if folders.is_empty() {
                return Ok(());
            }
            for folder in &mut folders {
                folder.error = None;
            }
            self.store.write(folders, None).await?;
        }
    }

    /// Keeps what came of looking into one folder.
    async fn note(
        &mut self,
        asked: Option<MirrorItem>,
        listing: FolderListing,
        mut state: MirrorState,
    ) -> Result<MirrorState, SyncError> {
        let Some(asked) = asked else {
            let FolderListing::Items(listed) = listing else {
                return Err(ProviderError::Protocol("what is mirrored is no folder").into());
            };
            self.tell(listed.len());
            let items = self.in_folder(None, listed, &state).await?;
            state = state.walking(MirrorState::UNDER_WAY);
            self.note_early(&items, &state);
            self.store.write(items, Some(state.clone())).await?;
            return Ok(state);
        };
        // Another folder may have told of this one since it was asked for.
        let folder = self.store.item(&asked.remote.id).await?.filter(|now| {
            now.to_read
                && now.presence == Presence::There
                && now.remote.target == asked.remote.target
        });
        let Some(mut folder) = folder else { return Ok(state) };
        let mut items = Vec::new();
        folder.to_read = false;
        folder.error = None;
        match listing {
            FolderListing::Items(listed) => {
                self.tell(listed.len());
                items = self.in_folder(Some(&folder), listed, &state).await?;
            }
            FolderListing::Gone => {
                folder.leave(Presence::Gone, "gone while the drive was listed");
            }
            FolderListing::Closed(error) => {
                // It stays to be looked into, by the next sync.
                folder.to_read = true;
                folder.error = Some(error.clone());
                let path = folder.path.clone().unwrap_or_else(|| folder.remote.name.clone());
                self.report.failed.push(FailedItem { path, error });
            }
        }
        self.note_early(&items, &state);
        items.push(folder);
        self.store.write(items, None).await?;
        Ok(state)
    }

    /// What has changed in a folder: what is there now, and what is no longer.
    async fn in_folder(
        &self,
        folder: Option<&MirrorItem>,
        listed: Vec<RemoteItem>,
        state: &MirrorState,
    ) -> Result<Vec<MirrorItem>, SyncError> {
        // A folder that holds itself leads nowhere.
        let holder = folder.map(|folder| folder.remote.id.as_str());
        let others = listed.into_iter().filter(|item| holder != Some(&*item.id));
        let listed: BTreeMap<_, _> = others.map(|item| (item.id.clone(), item)).collect();
        let named: BTreeSet<_> = listed.keys().cloned().collect();
        let mut changed = Vec::new();
        let mut listed = listed.into_values().peekable();
        while listed.peek().is_some() {
            let some: Vec<_> = listed.by_ref().take(500).collect();
            let ids: Vec<_> = some.iter().map(|item| item.id.as_str()).collect();
            let mut known = self.store.items(&ids).await?;
            for remote in some {
                let known = known.remove(&remote.id);
                changed.extend(self.one_in_folder(known, remote, state));
            }
        }
        let which = match folder {
            Some(folder) => Which::In { folder: &folder.remote.id },
            None => Which::AtTop,
        };
        let mut after = None;
        loop {
            let (items, next) = self.store.page(which, after).await?;
            for mut item in items {
                let is_there = named.contains(&item.remote.id);
                if !is_there && item.leave(Presence::Gone, "no longer in its folder") {
                    changed.push(item);
                }
            }
            after = next;
            if after.is_none() {
                return Ok(changed);
            }
        }
    }

    /// What one item is now, if that is news, and what was there before it.
    pub(super) fn one_in_folder(
        &self,
        known: Option<MirrorItem>,
        remote: RemoteItem,
        state: &MirrorState,
    ) -> Vec<MirrorItem> {
        let is_folder = remote.kind == RemoteKind::Folder;
        let new = |remote: RemoteItem| {
            let item = MirrorItem::new(self.store.account(), remote, state.generation);
            MirrorItem { to_read: is_folder, ..item }
        };
        let Some(mut item) = known else {
            return if is_wanted(&remote) { vec![new(remote)] } else { Vec::new() };
        };
        let was = item.clone();
        if was.is_folder() && !is_folder && was.presence == Presence::There {
            // What was in it is told first. The next walk finds the file.
            item.leave(Presence::Gone, "a file has its address now");
            return vec![item];
        }
        if was.is_folder() != is_folder {
            let old = was.track_id.is_some().then(|| item.replaced());
            return old.into_iter().chain([new(remote)]).collect();
        }
        if is_folder {
            // A folder that is somewhere else now is looked into for what is below it. One that was
            // met in this walk already, at another address, is not: it may lead in a circle.
            let is_back = was.presence != Presence::There;
            let is_met = was.generation == state.generation && !is_back;
            let is_other = remote.revision.is_none()
                || remote.revision != was.remote.revision
                || remote.target != was.remote.target;
            item.update(remote, state.generation);
            if is_back {
                item.error = None;
            }
            item.to_read = was.to_read || is_back || !is_met && (is_other || state.confirming);
        } else if is_other_file(&item, &remote) {
            let old = item.replaced();
            item.generation = state.generation;
            item.place_again("other content at its address");
            item.remote = remote;
            return vec![old, item];
        } else if !item.update(remote, state.generation) {
            return Vec::new();
        }
        if item == was { Vec::new() } else { vec![item] }
    }
}

/// Whether what is at an item's address now may be another file. Where ids are addresses, files can
/// trade them: then it is the evidence that tells which is which, the address included.
fn is_other_file(item: &MirrorItem, remote: &RemoteItem) -> bool {
    let has_address_for_id = item.remote.target.is_none() && remote.target.is_none();
    let has_time = item.remote.modified_millis == remote.modified_millis;
    // What comes back may have another time.
    let is_like = item.remote.size == remote.size && (has_time || item.presence != Presence::There);
    has_address_for_id && item.track_id.is_some() && !is_like
}
