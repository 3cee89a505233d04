//! Asking the drive, and keeping what it says.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_metadata::is_audio_path;

use super::SyncError;
use super::run::Run;
use crate::mirror::{MirrorItem, MirrorState, Phase, Presence, Which};
use crate::provider::{Next, ProviderError, RemoteChange, RemoteItem, RemoteKind};

/// How often one sync lists everything again because the drive forgot its cursors. More often than
/// that, it forgets them as fast as it gives them.
const RELISTINGS: u32 = 3;

impl Run<'_> {
    /// Asks until everything the drive has to say is kept.
    pub(super) async fn pull(&mut self) -> Result<MirrorState, SyncError> {
        let mut state = self.store.state().await?;
        if state.root != self.request.options.root {
            state = self.change_root(state).await?;
        }
        if state.filter != self.request.options.filter.to_text() {
            state = self.change_filter(state).await?;
        }
        let provider = Arc::clone(&self.request.provider);
        // A drive that does not say what changes is listed anew each time.
        if state.cursor.is_none() && (state.phase == Phase::Following || state.is_told()) {
            state = state.relisting(None);
        }
        loop {
            self.check().await?;
            state = match state.phase {
                Phase::Begin => self.begin(state).await?,
                Phase::Listing => match provider.walk() {
                    Some(walk) => self.walk(walk, state).await?,
                    None => self.list(state).await?,
                },
                Phase::Sweeping => self.sweep(state).await?,
                Phase::Following => match self.follow(state).await? {
                    (state, true) => return Ok(state),
                    (state, false) => state,
                },
            };
        }
    }

    /// Has everything find its place anew, and the drive listed again: what it was asked for may
    /// have been the other folder only.
    async fn change_root(&self, state: MirrorState) -> Result<MirrorState, SyncError> {
        let mut after = None;
        loop {
            let (mut items, next) = self.store.page(Which::Known, after).await?;
            for item in &mut items {
                item.presence = Presence::There;
                item.place_again("another folder is mirrored");
            }
            self.store.write(items, None).await?;
            after = next;
            if after.is_none() {
                break;
            }
        }
        let root = self.request.options.root.clone();
        let state = MirrorState { root, ..state.relisting(None) };
        self.store.write([], Some(state.clone())).await?;
        Ok(state)
    }

    /// Takes a cursor before the listing, so that nothing falls between the two.
    async fn begin(&mut self, state: MirrorState) -> Result<MirrorState, SyncError> {
        let cursor = self.request.provider.begin().await?;
        let generation = state.generation + 1;
        let state = MirrorState { cursor, phase: Phase::Listing, page: None, generation, ..state };
        self.store.write([], Some(state.clone())).await?;
        Ok(state)
    }

    async fn list(&mut self, mut state: MirrorState) -> Result<MirrorState, SyncError> {
        let listing = match self.request.provider.list(state.page.as_deref()).await {
            Ok(listing) => listing,
            // The page is gone: the listing begins anew.
            Err(ProviderError::CursorExpired { restart }) => {
                return self.relist(state, restart).await;
            }
            Err(error) => return Err(error.into()),
        };
        self.tell(listing.items.len());
        let items = self.merge(listing.items, &state, true).await?;
        match listing.next {
            Next::Page(page) => state.page = Some(page),
            Next::End(cursor) => {
                state.phase = Phase::Sweeping;
                state.page = None;
                state.cursor = cursor.or(state.cursor);
            }
        }
        self.note_early(&items, &state);
        self.store.write(items, Some(state.clone())).await?;
        self.place_early().await?;
        Ok(state)
    }

    /// What a complete listing did not name is gone.
    async fn sweep(&mut self, mut state: MirrorState) -> Result<MirrorState, SyncError> {
        loop {
            let missed = Which::NotIn { generation: state.generation };
            let mut items = self.store.first(missed).await?;
            if items.is_empty() {
                break;
            }
            for item in &mut items {
                item.leave(Presence::Gone, "not in a complete listing of the drive");
            }
            self.store.write(items, None).await?;
        }
        state.phase = Phase::Following;
        self.store.write([], Some(state.clone())).await?;
        Ok(state)
    }

    /// Asks for one page of changes. Says whether it was the last.
    async fn follow(&mut self, mut state: MirrorState) -> Result<(MirrorState, bool), SyncError> {
        let Some(cursor) = state.cursor.as_deref() else { return Ok((state, true)) };
        let page = match self.request.provider.changes(cursor).await {
            Ok(page) => page,
            Err(ProviderError::CursorExpired { restart }) => {
                return Ok((self.relist(state, restart).await?, false));
            }
            Err(error) => return Err(error.into()),
        };
        self.tell(page.changes.len());
        let is_untold_at_top = self.note_untold(&page.changes).await?;
        let items = self.merge(page.changes, &state, false).await?;
        let (cursor, is_last) = match page.next {
            Next::Page(cursor) => (Some(cursor), false),
            Next::End(cursor) => (cursor, true),
        };
        if cursor.is_some() && cursor != state.cursor || !items.is_empty() || is_untold_at_top {
            state.cursor = cursor.or(state.cursor);
            if is_untold_at_top {
                state.page = Some(MirrorState::TOP.to_owned());
            }
            self.store.write(items, Some(state.clone())).await?;
        }
        if !is_last {
            return Ok((state, false));
        }
        if state.page.as_deref() == Some(MirrorState::TOP) && !self.asked_top {
            state.phase = Phase::Listing;
        } else if !self.store.some(Which::ToWalk, 1).await?.is_empty() {
            // The drive told of folders that nobody has looked into.
            state = state.told();
        } else {
            return Ok((state, true));
        }
        self.store.write([], Some(state.clone())).await?;
        Ok((state, false))
    }

    async fn relist(
        &mut self,
        state: MirrorState,
        restart: Option<String>,
    ) -> Result<MirrorState, SyncError> {
        self.relistings += 1;
        if self.relistings > RELISTINGS {
            return Err(ProviderError::Protocol("it forgets its cursors at once").into());
        }
        let state = state.relisting(restart);
        self.store.write([], Some(state.clone())).await?;
        Ok(state)
    }

    /// What the items of a page are now, those that have not changed left out unless they have to
    /// be marked as seen. Of an item that comes more than once, the last counts.
    async fn merge(
        &self,
        changes: Vec<RemoteChange>,
        state: &MirrorState,
        is_listing: bool,
    ) -> Result<Vec<MirrorItem>, SyncError> {
        let generation = state.generation;
        let is_walked = self.request.provider.walk().is_some();
        let mut last: BTreeMap<String, Said> = BTreeMap::new();
        for change in changes {
            match change {
                RemoteChange::Upsert(item) => {
                    last.insert(item.id.clone(), Said { item: Some(item), is_gone: false });
                }
                RemoteChange::Removed { id } => last.entry(id).or_default().is_gone = true,
                // It stays as it was until somebody has looked.
                RemoteChange::Untold { .. } => {}
            }
        }
        let ids: Vec<_> = last.keys().map(String::as_str).collect();
        let mut known = self.store.items(&ids).await?;
        let mut changed = Vec::new();
        for (id, said) in last {
            let (mut item, mut is_news) = match (known.remove(&id), said.item) {
                (known, Some(remote)) if is_walked && !said.is_gone => {
                    changed.extend(self.one_in_folder(known, remote, state));
                    continue;
                }
                (Some(mut item), Some(remote)) => {
                    let is_news = self.update(&mut item, remote, generation);
                    (item, is_news)
                }
                (Some(item), None) => (item, false),
                // What is no music is of interest only where it was.
                (None, Some(remote)) if is_wanted(&remote) => {
                    (self.found(remote, generation), true)
                }
                (None, _) => continue,
            };
            item.generation = generation;
            if said.is_gone {
                is_news |= item.leave(Presence::Gone, "removed on the drive");
            }
            // A listing that names an item says that it is there.
            if is_news || is_listing {
                changed.push(item);
            }
        }
        Ok(changed)
    }
}

/// What a page says of one item.
#[derive(Default)]
struct Said {
    item: Option<RemoteItem>,
    is_gone: bool,
}

pub(super) fn is_wanted(item: &RemoteItem) -> bool {
    item.kind == RemoteKind::Folder || is_audio_path(&item.name)
}
