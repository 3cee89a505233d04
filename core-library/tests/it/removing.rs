//! The bin: what goes there, what comes back, and with what.

use core_library::{
    FileChange, Library, LibraryError, PlayHistoryQuery, PlayOutcome, SearchQuery, Track,
    TrackEdit, TrackField, TrackQuery,
};
use core_runtime::{Event, LibraryEvent};

use crate::playlists::{content, playlist};
use crate::recomputed::check_counts;
use crate::support::{World, add, add_one, all_tracks, bin, file, library};

async fn lose(library: &Library, track: &Track) {
    let change = FileChange::Remove { track_id: track.id.clone() };
    library.apply(vec![change]).await.unwrap();
}

#[core_async::test]
async fn a_lost_file_comes_back_with_everything_the_user_made_of_it() {
    let fixture = World::new().await;
    fixture.clock.set(1_000);
    let library = &fixture.library;
    let track = add_one(library, file("m/1", "One", "A", "Album")).await;
    fixture.set(&track.id, "rating", 80_i64).await;
    fixture.set(&track.id, "play_count", 7_i64).await;
    fixture.set(&track.id, "favourite", true).await;
    let edit = TrackEdit::new().set(TrackField::Comment, "the one").set(TrackField::Title, "Mine");
    library.edit_track(&track.id, &edit).await.unwrap();
    let before = library.track_details(&track.id).await.unwrap();

    let mut receiver = fixture.events.subscribe();
    fixture.clock.advance(core_async::time::Duration::from_secs(1));
    lose(library, &track).await;
    let gone = LibraryEvent::TrackDeleted { track_id: track.id.clone() };
    assert_eq!(receiver.recv().await, Ok(Event::Library(gone)));
    let counts = library.counts().await.unwrap();
    assert_eq!((counts.tracks, counts.albums, counts.artists), (0, 0, 0));
    let query = SearchQuery { text: "mine".into(), limit: None };
    assert!(library.search(&query).await.unwrap().tracks.is_empty());
    assert!(matches!(library.track(&track.id).await, Err(LibraryError::NotFound { .. })));
    assert!(library.known_files("").await.unwrap().is_empty());
    let binned = bin(library).await;
    assert_eq!((&binned[0].id, binned[0].deleted_at), (&track.id, Some(2_000)));
    assert_eq!(library.track_details(&track.id).await.unwrap().track.deleted_at, Some(2_000));

    add(library, vec![file("m/1", "One", "A", "Album")]).await;
    let back = LibraryEvent::TrackRestored { track_id: track.id.clone() };
    assert_eq!(receiver.recv().await, Ok(Event::Library(back)));
    let after = library.track_details(&track.id).await.unwrap();
    assert_eq!(after, before, "the album and the artist have their ids again, too");
    assert_eq!((after.track.rating, after.track.favourite), (Some(80), true));
    assert!(bin(library).await.is_empty());
    check_counts(library).await;
}

#[core_async::test]
async fn the_same_music_in_another_file_comes_back_as_the_same_track() {
    let (library, _) = library().await;
    let one = add_one(&library, file("old/1.mp3", "One", "A", "Album")).await;
    let mut known = file("old/2.mp3", "Two", "A", "Album");
    known.mb_recording_id = Some("r".into());
    let two = add_one(&library, known).await;
    let three = add_one(&library, file("old/3.mp3", "Three", "A", "Album")).await;
    for track in [&one, &two, &three] {
        lose(&library, track).await;
    }
    // The same bytes elsewhere.
    let mut moved = file("new/1.mp3", "One", "A", "Album");
    moved.signature = "signature of old/1.mp3".into();
    // Another rip of the same recording.
    let mut ripped = file("new/2.flac", "Two (remastered)", "A", "Album");
    ripped.mb_recording_id = Some("r".into());
    // Another encoding with the same tags, and something else of the same name.
    let mut encoded = file("new/3.flac", "THREE", "a", "Album");
    encoded.duration_ms = Some(61_500);
    let mut other = file("new/4.flac", "Three", "A", "Album");
    other.duration_ms = Some(90_000);
    add(&library, vec![other, encoded, ripped, moved]).await;
    let at = |path: &'static str| {
        let library = library.clone();
        async move { library.find_track_at(path).await.unwrap().unwrap().id }
    };
    assert_eq!(at("new/1.mp3").await, one.id);
    assert_eq!(at("new/2.flac").await, two.id);
    assert_eq!(at("new/3.flac").await, three.id);
    assert_eq!(all_tracks(&library).await.len(), 4);
    check_counts(&library).await;
}

#[core_async::test]
async fn what_the_user_removed_stays_removed_until_they_bring_it_back() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let ids = [track.id.clone()];
    assert_eq!(library.remove_tracks(&ids).await.unwrap(), 1);
    assert_eq!(library.remove_tracks(&ids).await.unwrap(), 0, "it is in the bin already");
    // Its file is known, so that scans do not find it anew; gone and come again it stays away.
    assert_eq!(library.known_files("m").await.unwrap()[0].track_id, track.id);
    lose(&library, &track).await;
    assert!(library.known_files("m").await.unwrap().is_empty());
    add(&library, vec![file("m/1", "One", "A", "Album")]).await;
    assert_eq!(library.known_files("m").await.unwrap().len(), 1);
    assert!(all_tracks(&library).await.is_empty());

    assert_eq!(library.restore_tracks(&ids).await.unwrap(), 1);
    assert_eq!(all_tracks(&library).await, [track]);
    assert!(bin(&library).await.is_empty());
    check_counts(&library).await;
}

#[core_async::test]
async fn a_track_whose_place_is_taken_cannot_come_back_there() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    lose(&library, &track).await;
    let mut other = file("m/1", "Something else", "B", "Other");
    other.signature = "another".into();
    let other = add_one(&library, other).await;
    assert_ne!(other.id, track.id);
    let error = library.restore_tracks(std::slice::from_ref(&track.id)).await.unwrap_err();
    assert!(matches!(&error, LibraryError::PathTaken { path } if path == "m/1"), "{error}");
    library.remove_tracks(&[other.id]).await.unwrap();
    assert_eq!(library.restore_tracks(&[track.id]).await.unwrap(), 1);
}

#[core_async::test]
async fn purged_tracks_are_forgotten() {
    let World { library, clock, events, .. } = World::new().await;
    clock.set(1_000);
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Mine");
    library.edit_track(&track.id, &edit).await.unwrap();
    let ids = [track.id.clone()];
    assert_eq!(library.purge_tracks(&ids).await.unwrap(), 0, "only the bin is purged");
    library.remove_tracks(&ids).await.unwrap();
    let mut receiver = events.subscribe();
    assert_eq!(library.purge_until(999).await.unwrap(), 0);
    assert_eq!(library.purge_until(1_000).await.unwrap(), 1);
    let purged = LibraryEvent::TrackPurged { track_id: track.id.clone() };
    assert_eq!(receiver.recv().await, Ok(Event::Library(purged)));
    assert!(bin(&library).await.is_empty());
    assert!(library.track_details(&track.id).await.is_err());

    clock.advance(core_async::time::Duration::from_secs(1));
    let again = add_one(&library, file("m/1", "One", "A", "Album")).await;
    assert_ne!(again.id, track.id);
    assert_eq!(again.title, "One", "its edits went with it");
}

#[core_async::test]
async fn purged_tracks_leave_the_history_and_every_playlist() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    let library = &world.library;
    for track in &tracks {
        let play = library.start_play(track).await.unwrap();
        library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
    }
    let [a, b] = [0, 1].map(|at| tracks[at].clone());
    let mix = playlist(&world, "Mix", &[a.clone(), b.clone(), a.clone()]).await;
    let only = playlist(&world, "Only", std::slice::from_ref(&b)).await;
    library.remove_tracks(std::slice::from_ref(&a)).await.unwrap();
    assert_eq!(library.playlist(&mix.id).await.unwrap().entry_count, 3, "it may come back");
    assert_eq!(library.purge_tracks(&[a]).await.unwrap(), 1);

    assert_eq!(content(&world, &mix.id).await.0, ["b"]);
    assert_eq!(content(&world, &only.id).await.0, ["b"]);
    for id in [&mix.id, &only.id] {
        let playlist = library.playlist(id).await.unwrap();
        assert_eq!((playlist.entry_count, playlist.duration_ms), (1, 60_000));
    }
    let plays = library.play_history(&PlayHistoryQuery::default()).await.unwrap().items;
    assert_eq!(plays.iter().map(|play| &play.track_id).collect::<Vec<_>>(), [&b]);
    check_counts(library).await;
}

#[core_async::test]
async fn many_tracks_are_removed_and_restored_together() {
    let (library, _) = library().await;
    let files = (0..500).map(|n| file(&format!("m/{n}"), "T", &format!("A{}", n % 7), "Album"));
    add(&library, files.collect()).await;
    let before = all_tracks(&library).await;
    let ids: Vec<String> = before.iter().map(|track| track.id.clone()).collect();
    assert_eq!(library.remove_tracks(&ids).await.unwrap(), 500);
    check_counts(&library).await;
    assert_eq!(library.counts().await.unwrap().tracks, 0);
    let query = TrackQuery { deleted: true, ..TrackQuery::default() };
    assert_eq!(library.count_tracks(&query).await.unwrap(), 500);
    assert_eq!(library.restore_tracks(&ids).await.unwrap(), 500);
    assert_eq!(all_tracks(&library).await, before);
    check_counts(&library).await;
}
