//! Folders that were closed to us, and what changes do not tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::SyncError;
use super::run::Run;
use super::walking::{Asked, PAGE};
use crate::mirror::{MirrorItem, MirrorState, Phase, Presence, Which};
use crate::provider::RemoteChange;

/// How many folders are written at a time.
const BATCH: usize = 500;

impl Run<'_> {
    /// Looks into the folders that were closed to us when another sync asked. Gives how far we are if
    /// any of them had something to say.
    ///
    /// It comes last, and a failure ends it without being one of the sync: a server that is left alone
    /// for a while because it has failed for some of these has told of everything else. Those that
    /// were asked least often have their turn first.
    pub(super) async fn knock(
        &mut self,
        mut state: MirrorState,
    ) -> Result<Option<MirrorState>, SyncError> {
        let provider = Arc::clone(&self.request.provider);
        let Some(walk) = provider.walk() else { return Ok(None) };
        let mut has_news = false;
        let mut closed = self.closed_before().await?.into_iter().peekable();
        while closed.peek().is_some() {
            self.check().await?;
            let ids: Vec<_> = closed.by_ref().take(PAGE).map(|(_, id)| id).collect();
            let ids: Vec<_> = ids.iter().map(String::as_str).collect();
            let mut known = self.store.items(&ids).await?;
            let folders = ids.iter().filter_map(|id| known.remove(*id)).map(Some).collect();
            let Asked { state: now, failed, has_news: is_told } =
                self.look_into(walk, folders, state).await?;
            state = now;
            has_news |= is_told;
            // Of those behind the first nobody knows whether they were asked at all.
            if let Some((Some(folder), error)) = failed.into_iter().next() {
                tracing::info!(%error, "folders that were closed are asked by the next sync");
                if let Some(folder) = self.store.item(&folder.remote.id).await? {
                    let attempts = folder.attempts.saturating_add(1);
                    self.store.write([MirrorItem { attempts, ..folder }], None).await?;
                }
                break;
            }
        }
        self.report_unasked().await?;
        if has_news && !self.store.some(Which::ToWalk, 1).await?.is_empty() {
            state = state.told();
            self.store.write([], Some(state.clone())).await?;
            while state.phase == Phase::Listing {
                self.check().await?;
                state = self.walk(walk, state).await?;
            }
        }
        Ok(has_news.then_some(state))
    }

    /// The folders that were closed before this sync, by how often they were asked.
    async fn closed_before(&self) -> Result<BTreeSet<(u32, String)>, SyncError> {
        let mut closed = BTreeSet::new();
        let mut after = None;
        loop {
            let (folders, next) = self.store.page(Which::Closed, after).await?;
            let folders = folders.into_iter().map(|folder| (folder.attempts, folder.remote.id));
            closed.extend(folders.filter(|(_, id)| !self.closed.contains(id)));
            after = next;
            if after.is_none() {
                return Ok(closed);
            }
        }
    }

    /// Reports the folders that are closed, and that nobody came to ask.
    async fn report_unasked(&mut self) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            let (folders, next) = self.store.page(Which::Closed, after).await?;
            for folder in folders {
                let error = folder.error.clone().unwrap_or_default();
                self.report_closed(&folder, &error).await?;
            }
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Has folders looked into of which changes do not tell what has happened in them: those that
    /// hold such an item, or are it, then with everything below. Each is looked into once by a sync.
    /// Says whether the folder where a walk begins is one of them.
    pub(super) async fn note_untold(
        &mut self,
        changes: &[RemoteChange],
    ) -> Result<bool, SyncError> {
        let mut is_at_top = false;
        for change in changes {
            let RemoteChange::Untold { id, parent } = change else { continue };
            match (self.folder_there(id).await?, parent) {
                (Some(folder), _) => self.look_below(folder).await?,
                (None, None) => is_at_top = true,
                (None, Some(parent)) => {
                    if let Some(folder) = self.folder_there(parent).await?
                        && self.untold.insert(parent.clone())
                    {
                        self.store.write([to_look_into(folder)], None).await?;
                    }
                }
            }
        }
        Ok(is_at_top)
    }

    async fn folder_there(&self, id: &str) -> Result<Option<MirrorItem>, SyncError> {
        let item = self.store.item(id).await?;
        Ok(item.filter(|item| item.is_folder() && item.presence == Presence::There))
    }

    async fn look_below(&mut self, folder: MirrorItem) -> Result<(), SyncError> {
        let mut queue = vec![folder];
        let mut marked = Vec::new();
        while let Some(folder) = queue.pop() {
            if !self.untold.insert(folder.remote.id.clone()) {
                continue;
            }
            let mut after = None;
            loop {
                let which = Which::In { folder: &folder.remote.id };
                let (items, next) = self.store.page(which, after).await?;
                let is_there = |item: &MirrorItem| item.presence == Presence::There;
                queue.extend(items.into_iter().filter(|item| item.is_folder() && is_there(item)));
                after = next;
                if after.is_none() {
                    break;
                }
            }
            marked.push(to_look_into(folder));
            if marked.len() >= BATCH {
                self.store.write(std::mem::take(&mut marked), None).await?;
            }
        }
        Ok(self.store.write(marked, None).await?)
    }
}

/// A folder that is closed stays so: it has its turn in the end.
fn to_look_into(folder: MirrorItem) -> MirrorItem {
    MirrorItem { to_read: true, ..folder }
}
