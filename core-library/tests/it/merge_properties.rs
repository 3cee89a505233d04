//! Whatever is merged, split, played, rated, edited, moved and lost in whatever order, nothing that
//! belongs to a track is lost, and every file is somebody's.

use std::collections::{BTreeMap, BTreeSet};

use core_library::{
    FileChange, KnownFile, LibraryError, PlayHistoryQuery, PlayOutcome, QueuedTrack, ScannedFile,
    Session, Track, TrackEdit, TrackField,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::duplicates::copy;
use crate::playlists::playlist;
use crate::recomputed::check_counts;
use crate::support::{World, all_tracks};

/// One step: what is done, two numbers that choose tracks or files, and one more.
type Step = (u8, u8, u8, u8);

/// What a user made of a track.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Made {
    rating: Option<u32>,
    favourite: bool,
    comment: Option<String>,
}

/// A library, the files it is of, and what has to be true of it.
struct Model {
    world: World,
    /// What is on the disk: the content and the time of each file.
    disk: BTreeMap<String, (u8, u64)>,
    made: BTreeMap<String, Made>,
    /// The playlist: the track of each entry.
    list: (String, Vec<String>),
    queue: Vec<String>,
    /// The track and the outcome of each play.
    plays: BTreeMap<String, (String, PlayOutcome)>,
    /// Copies whose belongings were followed.
    merged: BTreeSet<String>,
    now: u64,
}

fn described(path: &str, (content, modified): (u8, u64)) -> ScannedFile {
    let mut file = copy(path, &format!("content {content}"));
    file.size = 1_000 + u64::from(content);
    file.modified_millis = Some(modified);
    file
}

impl Model {
    async fn new() -> Self {
        let world = World::new().await;
        let id = playlist(&world, "L", &[]).await.id;
        Self {
            world,
            disk: BTreeMap::new(),
            made: BTreeMap::new(),
            list: (id, Vec::new()),
            queue: Vec::new(),
            plays: BTreeMap::new(),
            merged: BTreeSet::new(),
            now: 1,
        }
    }

    /// Brings the library in line with the disk as a scanner does, a few changes at a time.
    async fn scan(&self, batch: usize) {
        let known = self.world.library.known_files("m").await.unwrap();
        let mut known: BTreeMap<String, KnownFile> =
            known.into_iter().map(|file| (file.path.clone(), file)).collect();
        let (mut new, mut changes) = (Vec::new(), Vec::new());
        for (path, state) in &self.disk {
            let file = described(path, *state);
            match known.remove(path) {
                Some(known) if known.modified_millis == file.modified_millis => {}
                Some(known) => changes.push(FileChange::Update { track_id: known.track_id, file }),
                None => new.push(file),
            }
        }
        let mut missing: Vec<_> = known.into_values().collect();
        for file in new {
            let is_same = |known: &KnownFile| known.signature == file.signature;
            match missing.iter().position(is_same) {
                Some(at) => {
                    let track_id = missing.remove(at).track_id;
                    changes.push(FileChange::Move { track_id, file });
                }
                None => changes.push(FileChange::Add(file)),
            }
        }
        missing.sort_by_key(|file| !file.is_copy);
        let gone = missing.into_iter().map(|file| FileChange::Remove { track_id: file.track_id });
        changes.extend(gone);
        for changes in changes.chunks(batch) {
            self.world.library.apply(changes.to_vec()).await.unwrap();
        }
    }

    async fn take(&mut self, (kind, one, other, more): Step) {
        self.now += 1;
        self.world.clock.set(self.now);
        let library = self.world.library.clone();
        let tracks = all_tracks(&library).await;
        let of = |number: u8| tracks.get(usize::from(number) % tracks.len().max(1)).cloned();
        let path = |number: u8| format!("m/{}", number % 9);
        match kind {
            // Files come and change, move, and go.
            0 | 1 => drop(self.disk.insert(path(one), (other % 4, self.now))),
            2 => {
                if let Some((_, modified)) = self.disk.get_mut(&path(one)) {
                    *modified = self.now;
                }
            }
            3 => {
                if let Some(state) = self.disk.remove(&path(one)) {
                    self.disk.insert(path(other), state);
                }
            }
            4 => drop(self.disk.remove(&path(one))),
            5 => drop(self.disk.remove(&path(one)).or(self.disk.remove(&path(other)))),
            _ => {
                let (Some(one), Some(other)) = (of(one), of(other)) else { return };
                return self.use_tracks(kind, one, other, more).await;
            }
        }
        self.scan(usize::from(more % 3) + 1).await;
        self.follow_merges(&all_tracks(&library).await).await;
    }

    async fn use_tracks(&mut self, kind: u8, one: Track, other: Track, more: u8) {
        let library = self.world.library.clone();
        let ids = [one.id.clone()];
        let made = self.made.entry(one.id.clone()).or_default();
        match kind {
            6 => {
                made.rating = Some(u32::from(more % 101));
                library.rate_tracks(&ids, made.rating).await.unwrap();
                made.favourite |= more.is_multiple_of(2);
                if made.favourite {
                    library.add_favourites(&ids).await.unwrap();
                }
            }
            7 => {
                made.comment = Some(format!("comment {more}"));
                let edit = TrackEdit::new().set(TrackField::Comment, format!("comment {more}"));
                library.edit_track(&one.id, &edit).await.unwrap();
            }
            8 | 9 => {
                let outcome = [PlayOutcome::Completed, PlayOutcome::Skipped, PlayOutcome::Started]
                    [usize::from(more % 3)];
                let play = library.start_play(&one.id).await.unwrap();
                library.end_play(&play.id, outcome, 1).await.unwrap();
                self.plays.insert(play.id, (one.id, outcome));
            }
            10 => {
                let place = core_library::Place::End;
                let added = [one.id.clone(), other.id.clone()];
                library.add_to_playlist(&self.list.0, &added, place).await.unwrap();
                self.list.1.extend(added);
                self.queue.push(one.id);
                let queue = self.queue.iter();
                let queue =
                    queue.map(|id| QueuedTrack { track_id: id.clone(), source_index: None });
                let session = Session { queue: queue.collect(), ..Session::default() };
                library.save_session(&session).await.unwrap();
            }
            11 => {
                if let Some(copy) = library.copies(&one.id).await.unwrap().pop() {
                    match library.split_track(&copy.id).await {
                        Ok(()) | Err(LibraryError::PathTaken { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            12 => drop(library.merge_verified(core_library::Reason::Scan).await.unwrap()),
            _ => {
                if one.id == other.id {
                    return;
                }
                library.merge_tracks(&one.id, std::slice::from_ref(&other.id)).await.unwrap();
            }
        }
        self.follow_merges(&all_tracks(&library).await).await;
    }

    /// What belonged to tracks that were merged belongs to others now.
    async fn follow_merges(&mut self, in_use: &[Track]) {
        let in_use: BTreeSet<&String> = in_use.iter().map(|track| &track.id).collect();
        let mut heirs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut known: BTreeSet<String> = self.made.keys().cloned().collect();
        known.extend(self.plays.values().map(|(track, _)| track.clone()));
        known.extend(self.list.1.iter().chain(&self.queue).cloned());
        self.merged.retain(|id| !in_use.contains(id));
        for id in known.iter().filter(|id| !in_use.contains(id) && !self.merged.contains(*id)) {
            if let Some(heir) = self.world.library.merged_into(id).await.unwrap() {
                heirs.entry(heir).or_default().push(id.clone());
            }
        }
        for (heir, merged) in heirs {
            let follow = |id: &mut String| {
                if merged.contains(id) {
                    id.clone_from(&heir);
                }
            };
            self.plays.values_mut().for_each(|(track, _)| follow(track));
            self.list.1.iter_mut().chain(&mut self.queue).for_each(follow);
            let theirs: Vec<_> =
                merged.iter().filter_map(|id| self.made.get(id)).cloned().collect();
            let made = self.made.entry(heir.clone()).or_default();
            made.rating = made.rating.or(theirs.iter().filter_map(|made| made.rating).max());
            made.favourite |= theirs.iter().any(|made| made.favourite);
            let comments: Vec<_> = theirs.iter().filter_map(|made| made.comment.clone()).collect();
            if made.comment.is_none() && !comments.is_empty() {
                let details = self.world.library.track_details(&heir).await.unwrap();
                made.comment = details.tags.comment;
                assert!(made.comment.as_ref().is_some_and(|it| comments.contains(it)), "{made:?}");
            }
            self.merged.extend(merged);
        }
    }

    async fn check(&self) {
        let library = &self.world.library;
        check_counts(library).await;
        let tracks = all_tracks(library).await;
        let mut plays: BTreeMap<&String, (u32, u32)> = BTreeMap::new();
        for (track, outcome) in self.plays.values() {
            let counts = plays.entry(track).or_default();
            counts.0 += u32::from(*outcome == PlayOutcome::Completed);
            counts.1 += u32::from(*outcome == PlayOutcome::Skipped);
        }
        for track in &tracks {
            let counts = plays.get(&track.id).copied().unwrap_or_default();
            assert_eq!((track.play_count, track.skip_count), counts, "{track:?}");
            let made = self.made.get(&track.id).cloned().unwrap_or_default();
            let comment = library.track_details(&track.id).await.unwrap().tags.comment;
            let found = Made { rating: track.rating, favourite: track.favourite, comment };
            assert_eq!(found, made, "{track:?}");
        }
        let query = PlayHistoryQuery { limit: Some(1_000), ..PlayHistoryQuery::default() };
        let found = library.play_history(&query).await.unwrap().items;
        let found: BTreeMap<_, _> =
            found.into_iter().map(|play| (play.id, (play.track_id, play.outcome))).collect();
        assert_eq!(found, self.plays);

        let page = library.playlist_entries(&self.list.0, Some(1_000), None).await.unwrap();
        let in_use = |id: &String| tracks.iter().any(|track| track.id == *id);
        let expected: Vec<_> = self.list.1.iter().map(|id| in_use(id).then_some(id)).collect();
        let found: Vec<_> =
            page.items.iter().map(|entry| entry.track.as_ref().map(|track| &track.id)).collect();
        assert_eq!(found, expected, "entries are where they were, and the tracks they were");
        let queue = library.session().await.unwrap().unwrap_or_default().queue;
        let queue: Vec<_> = queue.into_iter().map(|queued| queued.track_id).collect();
        let expected: Vec<_> = self.queue.iter().filter(|id| in_use(id)).cloned().collect();
        assert_eq!(queue, expected);

        // Every file is somebody's, and everybody has a file.
        let known = library.known_files("m").await.unwrap();
        for copy in known.iter().filter(|file| file.is_copy) {
            let heir = library.merged_into(&copy.track_id).await.unwrap().unwrap();
            assert!(in_use(&heir), "a copy is there, and its track has no file");
            assert_eq!(copy.size, 1_000 + u64::from(self.disk[&copy.path].0));
        }
        let known: Vec<_> = known.into_iter().map(|file| file.path).collect();
        assert_eq!(known, self.disk.keys().cloned().collect::<Vec<_>>());
        for track in &tracks {
            let (content, _) = self.disk[&track.path];
            assert_eq!(track.size, 1_000 + u64::from(content), "{track:?}");
        }
    }
}

#[core_async::test]
async fn nothing_is_lost_in_any_sequence() {
    let step = (0..18_u8, any::<u8>(), any::<u8>(), any::<u8>());
    let sequences = prop::collection::vec(step, 1..60);
    let mut runner = TestRunner::deterministic();
    for _ in 0..80 {
        let steps = sequences.new_tree(&mut runner).unwrap().current();
        let mut model = Model::new().await;
        for step in steps {
            model.take(step).await;
            model.check().await;
        }
    }
}
