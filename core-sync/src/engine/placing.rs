//! Telling the library what is where: folders first, then files, then what is gone.

use std::collections::BTreeSet;

use bridge_traits::path;
use core_library::{FileChange, ScannedFile};

use super::SyncError;
use super::exchanged::{follow_owners, removals};
use super::identity::recognise;
use super::places::Places;
use super::run::{Run, Shelf};
use crate::mirror::{MirrorItem, MirrorState, Presence, Which};

/// Fewer tracks than this may vanish at once without further ado.
const FEW: u64 = 4;
/// From so many on, they are looked for again if they are more than the limit that was set; of fewer,
/// if they are more than [`HALF`] as well. Most of a small account is soon gone by its owner's hand.
const MANY: u64 = 20;
/// In percent.
const HALF: u64 = 50;

/// How placing ended.
#[derive(Debug)]
pub(super) enum Placed {
    /// The library is in line with the mirror.
    All,
    /// So much is gone that the drive has to be asked again first.
    ToConfirm,
}

/// What one file's turn leads to.
struct Turn {
    item: MirrorItem,
    change: Option<FileChange>,
    /// Whether the library gets a track by it that it did not have, or not in use.
    is_new: bool,
}

impl Run<'_> {
    /// Brings the library in line with the mirror.
    pub(super) async fn place(&mut self, state: MirrorState) -> Result<Placed, SyncError> {
        let mut places = self.places();
        self.place_folders(&mut places).await?;
        self.place_files(&mut places).await?;
        self.place_lost(state).await
    }

    pub(super) fn places(&self) -> Places {
        let ids_are_paths = self.request.provider.capabilities().ids_are_paths;
        Places::new(self.store.clone(), self.request.options.root.clone(), ids_are_paths)
    }

    pub(super) async fn place_folders(&mut self, places: &mut Places) -> Result<(), SyncError> {
        loop {
            let folders = self.store.first(Which::FoldersToPlace).await?;
            if folders.is_empty() {
                return Ok(());
            }
            let mut placed = Vec::new();
            for mut folder in folders {
                self.check().await?;
                // Whoever holds it may have had its turn since.
                places.forget();
                let place = match folder.presence {
                    Presence::Gone => None,
                    _ => places.of_folder(&folder).await?,
                };
                if place != folder.path {
                    self.tell_content(places, &folder.remote.id, place.is_some()).await?;
                }
                folder.path = place;
                folder.to_place = false;
                placed.push(folder);
            }
            // Only now: what they hold was told.
            self.store.write(placed, None).await?;
        }
    }

    /// Has everything in a folder placed again.
    async fn tell_content(
        &self,
        places: &mut Places,
        folder: &str,
        is_reachable: bool,
    ) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            let (items, next) = self.store.page(Which::In { folder }, after).await?;
            let mut told = Vec::new();
            for mut item in items {
                match (item.presence, is_reachable) {
                    (Presence::Gone, _) => continue,
                    (Presence::There, true) if item.to_place => continue,
                    (Presence::There, true) if places.is_up_to_date(&item).await? => continue,
                    (_, true) => {
                        item.presence = Presence::There;
                        item.place_again("its folder moved");
                    }
                    (_, false) if item.is_folder() => item.place_again("its folder is gone"),
                    (_, false) => {
                        item.leave(Presence::Hidden, "its folder is gone");
                    }
                }
                told.push(item);
            }
            self.store.write(told, None).await?;
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn place_files(&mut self, places: &mut Places) -> Result<(), SyncError> {
        self.total = self.store.count(Which::FilesToPlace).await?;
        loop {
            self.check().await?;
            let items = self.store.first(Which::FilesToPlace).await?;
            if items.is_empty() {
                return Ok(());
            }
            let placed = self.place_some(places, items).await?;
            self.tell(placed);
        }
    }

    /// Tells the library of these files. Gives how many are placed for good.
    pub(super) async fn place_some(
        &mut self,
        places: &mut Places,
        mut items: Vec<MirrorItem>,
    ) -> Result<usize, SyncError> {
        follow_owners(self.library(), &mut items).await?;
        // A drive that is new has lost nothing that its files could be.
        let has_lost = !self.store.some(Which::Lost, 1).await?.is_empty();
        let mut turns = Vec::new();
        let mut taken = BTreeSet::new();
        let mut left = Vec::new();
        for item in items {
            let taken_or_none = has_lost.then_some(&taken);
            let (turn, lost) = self.turn(places, item, taken_or_none).await?;
            turns.push(turn);
            if let Some(lost) = lost {
                taken.insert(lost.remote.id.clone());
                left.push(lost);
            }
        }
        let changes: Vec<_> = turns.iter_mut().filter_map(|turn| turn.change.take()).collect();
        let added = turns.iter().filter(|turn| turn.is_new).count() as u64;
        let moved = changes.len() as u64 - added;
        let changes = self.vacating(changes).await?;
        self.apply(changes).await?;
        let mut items: Vec<_> = turns.into_iter().map(|turn| turn.item).collect();
        for item in &mut items {
            if let (None, Some(path), false) = (&item.track_id, &item.path, item.to_place) {
                item.track_id = self.library().find_file(path).await?;
            }
        }
        // One commit: a lost item and the one that took over never both have the track.
        let placed = items.iter().filter(|item| !item.to_place).count();
        self.store.write(left.into_iter().chain(items), None).await?;
        self.report.added += added;
        self.report.moved += moved;
        Ok(placed)
    }

    /// Takes tracks out of the way whose places others have now, and whose own turn has yet to
    /// come. What they have moves with them when it does.
    async fn vacating(&self, changes: Vec<FileChange>) -> Result<Vec<FileChange>, SyncError> {
        if !self.request.provider.capabilities().ids_are_paths {
            return Ok(changes);
        }
        let mut moving: BTreeSet<_> = changes.iter().filter_map(known_track).cloned().collect();
        let mut first = Vec::new();
        for change in &changes {
            let (FileChange::Add(file) | FileChange::Move { file, .. }) = change else { continue };
            if let Some(track) = self.library().find_track_at(&file.path).await?
                && moving.insert(track.id.clone())
            {
                first.push(FileChange::Remove { track_id: track.id });
            }
        }
        first.extend(changes);
        Ok(first)
    }

    /// Decides about one file. Gives the lost item, too, whose track it takes over: if there are
    /// any, one of those that are not `taken` yet.
    async fn turn(
        &mut self,
        places: &mut Places,
        mut item: MirrorItem,
        taken: Option<&BTreeSet<String>>,
    ) -> Result<(Turn, Option<MirrorItem>), SyncError> {
        let done = |item| Ok((Turn { item, change: None, is_new: false }, None));
        let Some(place) = places.of_file(&item).await? else {
            item.leave(Presence::Hidden, "no folder that is mirrored leads to it");
            item.to_place = self.has_lost(&item).await?;
            return done(item);
        };
        if let Some(why) = self.refusal(&item) {
            if item.track_id.is_some() {
                item.leave_out(why);
            }
            item.to_place = self.has_lost(&item).await?;
            return done(item);
        }
        item.to_place = false;
        let was = item.path.take();
        let mut lost = None;
        if item.track_id.is_none() {
            let lost_item = match taken {
                Some(taken) => recognise(&self.store, &item, taken).await?,
                None => None,
            };
            match lost_item {
                Some((mut old, evidence)) => {
                    follow_owners(self.library(), std::slice::from_mut(&mut old)).await?;
                    item.track_id = old.track_id.take();
                    old.to_place = false;
                    item.tags = old.tags.clone();
                    item.to_read = !evidence.keeps_tags() || item.tags.is_none();
                    evidence.reason().clone_into(&mut item.reason);
                    lost = Some(old);
                }
                None => item.to_read = true,
            }
        }
        // Whoever left before its tags were read has yet to have them read.
        item.to_read |= item.track_id.is_some() && item.tags.is_none() && item.error.is_none();
        item.path = Some(place);
        let was_here = match &lost {
            Some(lost) => lost.path == item.path,
            None => was == item.path,
        };
        let shelf = match &item.track_id {
            Some(track) => self.shelf(track).await?,
            None => Shelf::Nowhere,
        };
        let change = match (item.track_id.clone(), shelf) {
            (Some(_), Shelf::InUse) if was_here => None,
            (Some(track_id), Shelf::InUse | Shelf::Copy | Shelf::Bin) => {
                Some(FileChange::Move { track_id, file: described(&item) })
            }
            _ => {
                item.track_id = None;
                // A crash may have kept us from noting that it was added.
                let is_added = known_at(self, &item).await?;
                (!is_added).then(|| FileChange::Add(described(&item)))
            }
        };
        let is_new = !matches!(shelf, Shelf::InUse | Shelf::Copy) && change.is_some();
        if change.is_some() && item.to_read && item.tags.is_some() {
            self.placed_to_read.insert(item.remote.id.clone());
        }
        Ok((Turn { item, change, is_new }, lost))
    }

    /// Whether the library has to be told that an item is hidden. What went before does not go again.
    async fn has_lost(&self, item: &MirrorItem) -> Result<bool, SyncError> {
        Ok(item.track_id.is_some() && self.concerns_library(item).await?)
    }

    /// Tells the library what is gone, unless that is very much and only said once.
    async fn place_lost(&mut self, mut state: MirrorState) -> Result<Placed, SyncError> {
        let lost = self.store.count(Which::LostTracks).await?;
        if lost > 0 && !state.confirming && self.needs_confirmation(lost).await? {
            tracing::warn!(lost, "very much is gone from the drive: it is asked again");
            state.confirming = true;
            self.store.write([], Some(state.relisting(None))).await?;
            return Ok(Placed::ToConfirm);
        }
        loop {
            self.check().await?;
            let mut items = self.store.first(Which::LostToPlace).await?;
            if items.is_empty() {
                break;
            }
            follow_owners(self.library(), &mut items).await?;
            let changes = removals(self.library(), &self.request.account, &items).await?;
            let count = changes.len() as u64;
            self.apply(changes).await?;
            for item in &mut items {
                item.to_place = false;
            }
            self.store.write(items, None).await?;
            self.report.removed += count;
        }
        if state.confirming {
            state.confirming = false;
            self.store.write([], Some(state)).await?;
        }
        Ok(Placed::All)
    }

    pub(super) async fn needs_confirmation(&self, lost: u64) -> Result<bool, SyncError> {
        let all = lost + self.store.count(Which::Tracks).await?;
        let limit = self.request.options.removal_limit;
        let limit = if lost < MANY { limit.max(HALF) } else { limit };
        Ok(lost >= FEW && lost * 100 > all * limit)
    }
}

fn known_track(change: &FileChange) -> Option<&String> {
    match change {
        FileChange::Add(_) => None,
        FileChange::Update { track_id, .. }
        | FileChange::Move { track_id, .. }
        | FileChange::Remove { track_id } => Some(track_id),
    }
}

/// Whether the library has a track there that the mirror does not know of.
async fn known_at(run: &Run<'_>, item: &MirrorItem) -> Result<bool, SyncError> {
    let (None, Some(path)) = (&item.track_id, &item.path) else { return Ok(false) };
    let Some(track) = run.library().find_file(path).await? else { return Ok(false) };
    // It may be another item's, which has yet to leave.
    Ok(run.store.some(Which::OfTrack { track: &track }, 1).await?.is_empty())
}

/// What the library is told of a file: its tags as they were read, or what its name says.
pub(super) fn described(item: &MirrorItem) -> ScannedFile {
    let tags = item.tags.as_deref().and_then(|tags| serde_json::from_str(tags).ok());
    let read = tags.unwrap_or_else(|| ScannedFile {
        title: Some(path::file_stem(&item.remote.name).to_owned()),
        codec: path::extension(&item.remote.name),
        signature: item.remote.hash.clone().unwrap_or_default(),
        playable: true,
        ..ScannedFile::default()
    });
    ScannedFile {
        path: item.path.clone().unwrap_or_default(),
        size: item.remote.size.unwrap_or_default(),
        modified_millis: item.remote.modified_millis,
        ..read
    }
}
