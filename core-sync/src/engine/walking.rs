//! Listing a drive folder by folder.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, stream};

use super::SyncError;
use super::pulling::is_wanted;
use super::report::FailedItem;
use super::run::Run;
use crate::mirror::{MirrorItem, MirrorState, Presence, Which};
use crate::provider::{FolderListing, ProviderError, RemoteItem, RemoteKind, Walk};

/// How many folders are asked for at a time.
const IN_FLIGHT: usize = 4;
/// How many folders are taken out of the queue at a time.
pub(super) const PAGE: usize = 16;

/// What came of looking into some folders.
pub(super) struct Asked {
    pub(super) state: MirrorState,
    /// The folders of which nobody knows, and why.
    pub(super) failed: Vec<(Option<MirrorItem>, ProviderError)>,
    /// Whether any of them told what is in it.
    pub(super) has_news: bool,
}

impl Run<'_> {
    /// Looks into some of the folders that have yet to be looked into, or ends the walk if there
    /// are none.
    ///
    /// The queue is in the mirror: folders with `to_read`. What a folder holds is written together
    /// with its leaving the queue, and each folder on its own.
    pub(super) async fn walk(
        &mut self,
        walk: &dyn Walk,
        state: MirrorState,
    ) -> Result<MirrorState, SyncError> {
        let folders: Vec<_> = match state.page.as_deref() {
            None | Some(MirrorState::TOP) => vec![None],
            Some(_) => self.store.some(Which::ToWalk, PAGE).await?.into_iter().map(Some).collect(),
        };
        if folders.is_empty() {
            let state = state.walked();
            self.store.write([], Some(state.clone())).await?;
            return Ok(state);
        }
        let Asked { state, mut failed, .. } = self.look_into(walk, folders, state).await?;
        let placed = self.place_early().await;
        match failed.pop() {
            // It comes first: what placing has to say may follow from it.
            Some((_, error)) => Err(error.into()),
            None => placed.map(|()| state),
        }
    }

    /// Looks into these folders, a few at a time, and keeps what is in them.
    pub(super) async fn look_into(
        &mut self,
        walk: &dyn Walk,
        folders: Vec<Option<MirrorItem>>,
        state: MirrorState,
    ) -> Result<Asked, SyncError> {
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
        // As they arrive: what has been answered must not wait for what has not.
        let answers = answers.buffer_unordered(IN_FLIGHT).take_until(cancel.cancelled_owned());
        futures::pin_mut!(answers);
        let mut asked = Asked { state, failed: Vec::new(), has_news: false };
        while let Some((folder, answer)) = answers.next().await {
            match answer {
                Ok(listing) => {
                    asked.has_news |= !matches!(listing, FolderListing::Closed(_));
                    asked.state = self.note(folder, listing, asked.state).await?;
                }
                // What the others have to say is kept.
                Err(error) => asked.failed.push((folder, error)),
            }
        }
        Ok(asked)
    }

    /// Reports a folder that was not told whole.
    pub(super) async fn report_closed(
        &mut self,
        folder: &MirrorItem,
        error: &str,
    ) -> Result<(), SyncError> {
        if self.closed.insert(folder.remote.id.clone()) {
            // In the first listing folders have no place yet.
            let place = self.places().of_folder(folder).await?;
            let path = place.unwrap_or_else(|| folder.remote.name.clone());
            self.report.failed.push(FailedItem { path, error: error.to_owned() });
        }
        Ok(())
    }

    /// Keeps what came of looking into one folder.
    async fn note(
        &mut self,
        asked: Option<MirrorItem>,
        listing: FolderListing,
        state: MirrorState,
    ) -> Result<MirrorState, SyncError> {
        let Some(asked) = asked else { return self.note_top(listing, state).await };
        // Another folder may have told of this one since it was asked for.
        let folder = self.store.item(&asked.remote.id).await?.filter(|now| {
            now.to_read
                && now.presence == Presence::There
                && now.remote.target == asked.remote.target
        });
        let Some(mut folder) = folder else { return Ok(state) };
        let mut items = Vec::new();
        folder.to_read = false;
        folder.error = match listing {
            FolderListing::Items(listed) => {
                items = self.in_folder(Some(&folder), listed, &[], &state).await?;
                None
            }
            FolderListing::Part { items: listed, refused, why } => {
                items = self.in_folder(Some(&folder), listed, &refused, &state).await?;
                Some(why)
            }
            FolderListing::Gone => {
                folder.leave(Presence::Gone, "gone while the drive was listed");
                None
            }
            FolderListing::Closed(why) => Some(why),
        };
        folder.attempts = match folder.error.clone() {
            // It stays to be looked into, by the next sync.
            Some(why) => {
                folder.to_read = true;
                self.report_closed(&folder, &why).await?;
                folder.attempts.saturating_add(1)
            }
            None => 0,
        };
        self.note_early(&items, &state);
        items.push(folder);
        self.store.write(items, None).await?;
        Ok(state)
    }

    /// Keeps what came of looking into the folder where a walk begins.
    async fn note_top(
        &mut self,
        listing: FolderListing,
        state: MirrorState,
    ) -> Result<MirrorState, SyncError> {
        let (listed, refused) = match listing {
            FolderListing::Items(items) => (items, Vec::new()),
            FolderListing::Part { items, refused, why } => {
                self.report.failed.push(FailedItem { path: "/".to_owned(), error: why });
                (items, refused)
            }
            FolderListing::Gone | FolderListing::Closed(_) => {
                return Err(ProviderError::Protocol("what is mirrored is no folder").into());
            }
        };
        self.asked_top = true;
        let items = self.in_folder(None, listed, &refused, &state).await?;
        let state = state.past_top(refused.is_empty());
        self.note_early(&items, &state);
        self.store.write(items, Some(state.clone())).await?;
        Ok(state)
    }

    /// What has changed in a folder: what is there now, and what is no longer. What is at the
    /// `refused` addresses stays as it was.
    async fn in_folder(
        &mut self,
        folder: Option<&MirrorItem>,
        listed: Vec<RemoteItem>,
        refused: &[String],
        state: &MirrorState,
    ) -> Result<Vec<MirrorItem>, SyncError> {
        self.tell(listed.len());
        // A folder that holds itself leads nowhere.
        let holder = folder.map(|folder| folder.remote.id.as_str());
        let others = listed.into_iter().filter(|item| holder != Some(&*item.id));
        let listed: BTreeMap<_, _> = others.map(|item| (item.id.clone(), item)).collect();
        let named: BTreeSet<_> = listed.keys().cloned().collect();
        let refused: BTreeSet<_> = refused.iter().map(String::as_str).collect();
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
                let address = item.remote.target.as_deref().unwrap_or(&item.remote.id);
                let may_be_there = named.contains(&item.remote.id) || refused.contains(address);
                if !may_be_there && item.leave(Presence::Gone, "no longer in its folder") {
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
        let new = |remote: RemoteItem| MirrorItem {
            to_read: is_folder,
            ..self.found(remote, state.generation)
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
            // Also where the file of before was hidden, or gone.
            item.presence = Presence::There;
            item.generation = state.generation;
            item.place_again("other content at its address");
            item.remote = remote;
            return vec![old, item];
        } else if !self.update(&mut item, remote, state.generation) {
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
