//! Merging tracks: nothing that belongs to one of them is lost.

use core_library::{
    FileChange, HistoryKind, HistoryQuery, Library, PlayHistoryQuery, PlayOutcome, QueuedTrack,
    Reason, ScannedFile, Session, Track, TrackEdit, TrackField,
};
use core_runtime::{Event, LibraryEvent};

use crate::duplicates::copy;
use crate::playlists::{content, playlist};
use crate::recomputed::check_counts;
use crate::support::{World, add, add_one, all_tracks, bin, file};

async fn lose(library: &Library, id: &str) {
    library.apply(vec![FileChange::Remove { track_id: id.to_owned() }]).await.unwrap();
}

async fn change(library: &Library, id: &str, file: ScannedFile) {
    let track_id = id.to_owned();
    library.apply(vec![FileChange::Update { track_id, file }]).await.unwrap();
}

/// A track and a copy of it.
async fn merged(world: &World) -> (Track, Track) {
    let kept = add_one(&world.library, copy("m/kept", "S")).await;
    let other = add_one(&world.library, copy("m/other", "S")).await;
    let ids = [other.id.clone()];
    assert_eq!(world.library.merge_tracks(&kept.id, &ids).await.unwrap(), 1);
    (kept, other)
}

async fn paths(library: &Library) -> Vec<String> {
    let mut paths: Vec<_> = all_tracks(library).await.into_iter().map(|it| it.path).collect();
    paths.sort();
    paths
}

#[core_async::test]
async fn all_that_belongs_to_the_others_is_the_kept_track_s() {
    let world = World::new().await;
    let library = &world.library;
    world.clock.set(1_000);
    let first = add_one(library, file("n/first", "Song", "B", "Other")).await;
    world.clock.set(2_000);
    let [kept, second] = [
        add_one(library, file("m/kept", "Song", "A", "Album")).await,
        add_one(library, ScannedFile { duration_ms: Some(61_000), ..file("o/2", "S", "A", "C") })
            .await,
    ];
    let ids = [kept.id.clone(), first.id.clone(), second.id.clone()];
    let [k, f, s] = &ids;
    let mix = [f.clone(), k.clone(), s.clone(), f.clone()];
    let list = playlist(&world, "Mix", &mix).await;
    let (_, entries) = content(&world, &list.id).await;
    let mut plays = Vec::new();
    for (at, id, outcome) in [
        (3_000, k, PlayOutcome::Completed),
        (5_000, f, PlayOutcome::Completed),
        (4_000, s, PlayOutcome::Skipped),
    ] {
        world.clock.set(at);
        let play = library.start_play(id).await.unwrap();
        plays.push(library.end_play(&play.id, outcome, 10).await.unwrap().id);
    }
    let under_way = library.start_play(s).await.unwrap();
    library.rate_tracks(std::slice::from_ref(f), Some(40)).await.unwrap();
    library.rate_tracks(std::slice::from_ref(s), Some(80)).await.unwrap();
    library.add_favourites(std::slice::from_ref(s)).await.unwrap();
    let edit = TrackEdit::new().set(TrackField::Comment, "f").set(TrackField::Title, "F");
    library.edit_track(f, &edit).await.unwrap();
    let edit = TrackEdit::new().set(TrackField::Title, "K");
    library.edit_track(k, &edit).await.unwrap();
    let queue = mix.iter().map(|id| QueuedTrack { track_id: id.clone(), source_index: None });
    let session = Session { queue: queue.collect(), index: Some(2), ..Session::default() };
    library.save_session(&session).await.unwrap();

    let mut events = world.events.subscribe();
    assert_eq!(library.merge_tracks(k, &[f.clone(), s.clone()]).await.unwrap(), 2);
    let updated = LibraryEvent::TrackUpdated { track_id: k.clone() };
    assert_eq!(events.recv().await, Ok(Event::Library(updated)));
    for id in [f, s] {
        let gone = LibraryEvent::TrackMerged { track_id: id.clone(), into: k.clone() };
        assert_eq!(events.recv().await, Ok(Event::Library(gone)));
    }
    check_counts(library).await;
    let details = library.track_details(k).await.unwrap();
    let track = details.track;
    assert_eq!((track.title.as_str(), details.tags.comment.as_deref()), ("K", Some("f")));
    assert_eq!((track.rating, track.favourite, track.added_at), (Some(80), true, 1_000));
    assert_eq!((track.play_count, track.skip_count, track.last_played_at), (2, 1, Some(5_000)));
    assert_eq!(all_tracks(library).await, [track]);
    assert!(bin(library).await.is_empty(), "a copy is nothing that was removed");

    let page = library.playlist_entries(&list.id, None, None).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|entry| entry.id.clone().unwrap()).collect();
    assert_eq!(ids, entries, "every entry is where it was");
    assert!(page.items.iter().all(|entry| entry.track.as_ref().unwrap().id == *k));
    let list = library.playlist(&list.id).await.unwrap();
    assert_eq!((list.entry_count, list.duration_ms), (4, 240_000));
    let session = library.session().await.unwrap().unwrap();
    assert!(session.queue.iter().all(|queued| queued.track_id == *k));
    assert_eq!((session.queue.len(), session.index), (4, Some(2)));

    // A play that was under way goes on as the kept track's.
    world.clock.set(9_000);
    library.end_play(&under_way.id, PlayOutcome::Completed, 10).await.unwrap();
    library.undo_play(&plays[1]).await.unwrap();
    let track = library.track(k).await.unwrap();
    assert_eq!((track.play_count, track.last_played_at), (2, Some(9_000)));
    let plays = library.play_history(&PlayHistoryQuery::default()).await.unwrap().items;
    assert!(plays.iter().all(|play| play.track_id == *k));

    let query = HistoryQuery { track_id: Some(f.clone()), ..HistoryQuery::default() };
    let entry = library.history(&query).await.unwrap().items.remove(0);
    assert_eq!((entry.kind, entry.reason), (HistoryKind::Merged, Reason::Edit));
    assert!(entry.after.unwrap().contains(k));
    // Their ids still find it, and doing it again changes nothing.
    assert_eq!(library.track(f).await.unwrap().id, *k);
    assert_eq!(library.merge_tracks(k, std::slice::from_ref(f)).await.unwrap(), 0);
}

#[core_async::test]
async fn what_was_set_for_a_copy_is_inherited_once() {
    let world = World::new().await;
    let library = &world.library;
    let kept = add_one(library, copy("m/1", "S")).await;
    let [first, second] =
        [add_one(library, copy("m/2", "S")).await, add_one(library, copy("m/3", "S")).await];
    let edit = TrackEdit::new().set(TrackField::Comment, "theirs");
    library.edit_track(&first.id, &edit).await.unwrap();
    library.merge_tracks(&kept.id, std::slice::from_ref(&first.id)).await.unwrap();
    // The user takes it back; merging one more does not bring it again.
    library.revert(&kept.id, &[TrackField::Comment]).await.unwrap();
    library.merge_tracks(&kept.id, &[first.id, second.id]).await.unwrap();
    assert_eq!(library.track_details(&kept.id).await.unwrap().tags.comment, None);
}

#[core_async::test]
async fn files_of_which_nothing_is_known_are_not_the_same() {
    let world = World::new().await;
    let library = &world.library;
    let unread = |path: &str, title: &str| ScannedFile {
        signature: String::new(),
        ..file(path, title, "A", "B")
    };
    let lost = add_one(library, unread("m/1", "One")).await;
    lose(library, &lost.id).await;
    assert_ne!(add_one(library, unread("m/2", "Two")).await.id, lost.id);
}

#[core_async::test]
async fn what_cannot_be_merged_changes_nothing() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c"]).await;
    let library = &world.library;
    library.remove_tracks(&tracks[2..]).await.unwrap();
    let before = all_tracks(library).await;
    for (keep, others) in [
        (&tracks[0], vec![tracks[1].clone(), tracks[2].clone()]),
        (&tracks[2], vec![tracks[0].clone()]),
        (&tracks[0], vec!["nobody".into()]),
    ] {
        let error = library.merge_tracks(keep, &others).await.unwrap_err();
        assert_eq!(error.code(), "not_found");
    }
    assert_eq!(library.merge_tracks(&tracks[0], &tracks[..1]).await.unwrap(), 0);
    assert_eq!(all_tracks(library).await, before);
}

#[core_async::test]
async fn a_copy_is_known_to_scans_while_its_content_is_the_same() {
    let world = World::new().await;
    let (kept, other) = merged(&world).await;
    let library = &world.library;
    let known = library.known_files("m").await.unwrap();
    let known: Vec<_> = known.into_iter().map(|file| (file.track_id, file.is_copy)).collect();
    assert_eq!(known, [(kept.id.clone(), false), (other.id.clone(), true)]);
    // Somebody has looked at the folder before it was merged.
    add(library, vec![copy("m/other", "S"), copy("m/kept", "S")]).await;
    // Touched, moved, gone and come again it is the copy.
    change(library, &other.id, ScannedFile { modified_millis: Some(7), ..copy("m/other", "S") })
        .await;
    let (track_id, file) = (other.id.clone(), copy("m/moved", "S"));
    library.apply(vec![FileChange::Move { track_id, file }]).await.unwrap();
    lose(library, &other.id).await;
    assert!(library.copies(&kept.id).await.unwrap().is_empty());
    add(library, vec![copy("m/again", "S")]).await;
    assert_eq!(library.copies(&kept.id).await.unwrap()[0].path, "m/again");
    assert_eq!(paths(library).await, ["m/kept"]);
    // One more of the same content is another track, and takes nothing from the copy.
    let third = add_one(library, copy("m/third", "S")).await;
    assert_ne!(third.id, other.id);
    assert_eq!(library.copies(&kept.id).await.unwrap()[0].path, "m/again");
    // Other content makes it a track of its own.
    change(library, &other.id, copy("m/again", "T")).await;
    assert_eq!(paths(library).await, ["m/again", "m/kept", "m/third"]);
    assert_eq!(library.track(&other.id).await.unwrap().title, "T");
    check_counts(library).await;
}

#[core_async::test]
async fn a_copy_takes_the_place_of_the_track_s_file_when_that_goes() {
    let world = World::new().await;
    let (kept, other) = merged(&world).await;
    let library = &world.library;
    library.rate_tracks(std::slice::from_ref(&kept.id), Some(60)).await.unwrap();
    let edit = TrackEdit::new().set(TrackField::Title, "Mine");
    library.edit_track(&kept.id, &edit).await.unwrap();
    let list = playlist(&world, "L", std::slice::from_ref(&kept.id)).await;
    let mut events = world.events.subscribe();
    lose(library, &kept.id).await;
    let moved = LibraryEvent::TrackMoved { track_id: kept.id.clone() };
    assert_eq!(events.recv().await, Ok(Event::Library(moved)));
    let track = library.track(&kept.id).await.unwrap();
    assert_eq!((&*track.path, &*track.title, track.rating), ("m/other", "Mine", Some(60)));
    assert_eq!(content(&world, &list.id).await.0, ["Mine"]);
    let query = HistoryQuery { track_id: Some(kept.id.clone()), ..HistoryQuery::default() };
    let history = library.history(&query).await.unwrap().items;
    assert!(history.iter().all(|entry| entry.kind != HistoryKind::Removed), "{history:?}");
    check_counts(library).await;
    // The file comes back, as the copy.
    add(library, vec![copy("m/kept", "S")]).await;
    assert_eq!(paths(library).await, ["m/other"]);
    assert_eq!(library.copies(&kept.id).await.unwrap()[0].path, "m/kept");
    // Reverted, the title is what the file says that it has now.
    let track = library.revert(&kept.id, &[]).await.unwrap();
    assert_eq!((&*track.path, &*track.title), ("m/other", "S"));

    // Both go; whichever comes back is the track.
    lose(library, &other.id).await;
    lose(library, &kept.id).await;
    assert_eq!(bin(library).await[0].id, kept.id);
    assert_eq!(bin(library).await.len(), 1);
    add(library, vec![copy("m/elsewhere", "S")]).await;
    assert_eq!(paths(library).await, ["m/elsewhere"]);
    assert_eq!(all_tracks(library).await[0].id, kept.id);
    check_counts(library).await;
}

#[core_async::test]
async fn a_copy_of_other_content_that_comes_back_is_the_track_whose_file_is_gone() {
    let world = World::new().await;
    let library = &world.library;
    let kept = add_one(library, copy("m/a.flac", "one")).await;
    let other = add_one(library, ScannedFile { codec: "mp3".into(), ..copy("m/a.mp3", "two") });
    let other = other.await;
    library.merge_tracks(&kept.id, std::slice::from_ref(&other.id)).await.unwrap();
    lose(library, &other.id).await;
    lose(library, &kept.id).await;
    assert!(all_tracks(library).await.is_empty());
    add(library, vec![ScannedFile { codec: "mp3".into(), ..copy("n/a.mp3", "two") }]).await;
    let track = all_tracks(library).await.remove(0);
    assert_eq!((&track.id, &*track.codec), (&kept.id, "mp3"));
    // Both at once: neither stands in for the other.
    add(library, vec![copy("m/a.flac", "one")]).await;
    let gone = [&kept.id, &other.id].map(|id| FileChange::Remove { track_id: id.clone() });
    library.apply(gone.to_vec()).await.unwrap();
    assert!(all_tracks(library).await.is_empty());
    check_counts(library).await;
}

#[core_async::test]
async fn a_track_that_becomes_other_music_lets_its_copies_go() {
    let world = World::new().await;
    let (kept, other) = merged(&world).await;
    let library = &world.library;
    // Another cover is the same music.
    let mut same = copy("m/kept", "S");
    (same.signature, same.has_cover) = ("retagged".into(), true);
    change(library, &kept.id, same).await;
    assert_eq!(paths(library).await, ["m/kept"]);
    change(library, &kept.id, copy("m/kept", "Something else")).await;
    assert_eq!(paths(library).await, ["m/kept", "m/other"]);
    assert_eq!(library.track(&other.id).await.unwrap().title, "S");
    check_counts(library).await;
}

#[core_async::test]
async fn a_copy_that_is_split_off_is_a_track_and_stays_one() {
    let world = World::new().await;
    let library = &world.library;
    let kept = add_one(library, copy("m/kept", "S")).await;
    let other = add_one(library, copy("m/other", "S")).await;
    library.rate_tracks(std::slice::from_ref(&other.id), Some(20)).await.unwrap();
    let edit = TrackEdit::new().set(TrackField::Title, "Other");
    library.edit_track(&other.id, &edit).await.unwrap();
    library.merge_tracks(&kept.id, std::slice::from_ref(&other.id)).await.unwrap();
    library.split_track(&other.id).await.unwrap();
    let track = library.track(&other.id).await.unwrap();
    assert_eq!((&*track.title, track.rating, &*track.path), ("Other", Some(20), "m/other"));
    assert_eq!(library.merge_verified(Reason::Scan).await.unwrap(), 0, "the user has said so");
    assert_eq!(library.split_track(&other.id).await.unwrap_err().code(), "not_found");
    check_counts(library).await;

    // One whose file is gone has nothing to come back with.
    library.merge_tracks(&kept.id, std::slice::from_ref(&other.id)).await.unwrap();
    lose(library, &other.id).await;
    assert_eq!(library.split_track(&other.id).await.unwrap_err().code(), "not_found");
}

#[core_async::test]
async fn copies_go_and_stay_with_their_track() {
    let world = World::new().await;
    let (kept, other) = merged(&world).await;
    let library = &world.library;
    let third = add_one(library, copy("m/third", "S")).await;
    // Copies of what is merged are copies of the other.
    library.merge_tracks(&third.id, std::slice::from_ref(&kept.id)).await.unwrap();
    assert_eq!(library.copies(&third.id).await.unwrap().len(), 2);
    assert_eq!(library.track(&other.id).await.unwrap().id, third.id);
    // A copy by itself is neither removed nor purged.
    let copies = [kept.id.clone(), other.id.clone()];
    assert_eq!(library.remove_tracks(&copies).await.unwrap(), 0);
    assert_eq!(library.purge_tracks(&copies).await.unwrap(), 0);
    assert_eq!(library.purge_until(u64::MAX >> 1).await.unwrap(), 0);
    assert_eq!(library.known_files("m").await.unwrap().len(), 3);
    // What the user removes stays away, whichever file comes.
    library.remove_tracks(std::slice::from_ref(&third.id)).await.unwrap();
    assert_eq!(bin(library).await.len(), 1);
    lose(library, &other.id).await;
    add(library, vec![copy("m/other", "S")]).await;
    assert!(all_tracks(library).await.is_empty());
    // Purged, it is forgotten with its copies: their files are new to the next scan.
    assert_eq!(library.purge_tracks(&[third.id]).await.unwrap(), 3);
    assert!(library.known_files("m").await.unwrap().is_empty());
    assert!(library.merged_into(&other.id).await.unwrap().is_none());
}

#[core_async::test]
async fn files_that_were_exchanged_are_found_by_those_who_remember_them() {
    let world = World::new().await;
    let (kept, other) = merged(&world).await;
    let library = &world.library;
    let files = |pairs: &[(&str, &Track)]| -> Vec<(String, String)> {
        pairs.iter().map(|(path, track)| ((*path).to_owned(), track.id.clone())).collect()
    };
    let remembered = files(&[("m/kept", &kept), ("m/other", &other), ("n/moved", &other)]);
    let same = [&kept.id, &other.id, &other.id].map(Clone::clone);
    assert_eq!(library.owners(&remembered).await.unwrap(), same);
    lose(library, &kept.id).await;
    let exchanged = [&other.id, &kept.id, &other.id].map(Clone::clone);
    assert_eq!(library.owners(&remembered).await.unwrap(), exchanged);
    // A file that is somebody else's by now is not theirs to exchange.
    let stranger = add_one(library, copy("n/moved", "T")).await;
    assert_eq!(library.owners(&remembered).await.unwrap(), exchanged);
    let remembered = files(&[("m/other", &stranger)]);
    assert_eq!(library.owners(&remembered).await.unwrap(), [stranger.id]);
}

#[core_async::test]
async fn a_merge_of_everything_that_is_killed_anywhere_goes_on_later() {
    // More than fit in one commit.
    const GROUPS: usize = 60;
    let (mut polls, mut killed) = (0, 0);
    loop {
        let world = World::contended().await;
        let library = &world.library;
        let names: Vec<_> = (0..GROUPS).map(|number| format!("content {number}")).collect();
        let files = names.iter().flat_map(|content| {
            [copy(&format!("m/{content}"), content), copy(&format!("n/{content}"), content)]
        });
        add(library, files.collect()).await;
        let ids: Vec<_> = all_tracks(library).await.into_iter().map(|track| track.id).collect();
        let list = playlist(&world, "L", &ids).await.id;
        let play = library.start_play(&ids[7]).await.unwrap();
        library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
        let mut is_done = false;
        {
            let mut merge = std::pin::pin!(library.merge_verified(Reason::Scan));
            for _ in 0..polls {
                is_done |= !is_done && futures::poll!(&mut merge).is_ready();
                core_async::task::yield_now().await;
            }
        }
        check_counts(library).await;
        let left = library.count_duplicates(None).await.unwrap();
        killed += u32::from(left > 0 && left < GROUPS as u64);
        assert_eq!(all_tracks(library).await.len() as u64, GROUPS as u64 + left);
        library.merge_verified(Reason::Scan).await.unwrap();
        let tracks = all_tracks(library).await;
        assert_eq!(tracks.len(), GROUPS);
        assert_eq!(tracks.iter().map(|track| track.play_count).sum::<u32>(), 1);
        let titles = content(&world, &list).await.0;
        assert!(titles.iter().all(|title| title.starts_with("content")), "all are tracks");
        assert_eq!(titles.len(), 2 * GROUPS);
        if is_done {
            break;
        }
        polls += 9;
    }
    assert!(killed > 0, "between two commits at least once");
}

#[core_async::test]
async fn what_the_user_has_set_takes_no_copies_away() {
    let world = World::new().await;
    let (kept, _) = merged(&world).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Mine");
    world.library.edit_track(&kept.id, &edit).await.unwrap();
    let retagged = ScannedFile { signature: "retagged".into(), ..copy("m/kept", "S") };
    change(&world.library, &kept.id, retagged).await;
    assert_eq!(world.library.copies(&kept.id).await.unwrap().len(), 1);
    check_counts(&world.library).await;
}

#[core_async::test]
async fn two_windows_that_merge_the_same_at_once_merge_it_once() {
    let world = World::contended().await;
    let other_window = world.second();
    let kept = add_one(&world.library, copy("m/1", "S")).await;
    let other = add_one(&world.library, copy("m/2", "S")).await;
    for id in [&kept.id, &other.id] {
        let play = world.library.start_play(id).await.unwrap();
        world.library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
    }
    let others = [other.id.clone()];
    let (one, two, play) = core_async::join!(
        world.library.merge_tracks(&kept.id, &others),
        other_window.library.merge_tracks(&kept.id, &others),
        other_window.library.start_play(&other.id)
    );
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    other_window.library.end_play(&play.unwrap().id, PlayOutcome::Completed, 1).await.unwrap();
    let track = all_tracks(&world.library).await.remove(0);
    assert_eq!((&track.id, track.play_count), (&kept.id, 3));
    check_counts(&world.library).await;
}
