//! Ratings, favourites, and the play history.

use core_async::join;
use core_async::time::Duration;
use core_library::{FileChange, LibraryError, PlayHistoryQuery, PlayOutcome, TrackQuery};

use crate::support::{World, file};

#[core_async::test]
async fn ratings_and_favourites_stay_through_a_rescan() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    world.library.rate_tracks(&tracks, Some(80)).await.unwrap();
    world.library.add_favourites(&tracks[..1]).await.unwrap();
    let mut file = file("m/a.flac", "A!", "A", "B");
    file.size = 2000;
    let change = FileChange::Update { track_id: tracks[0].clone(), file };
    world.library.apply(vec![change]).await.unwrap();
    let track = world.library.track(&tracks[0]).await.unwrap();
    assert_eq!((track.title.as_str(), track.rating, track.favourite), ("A!", Some(80), true));
    world.library.remove_favourites(&tracks).await.unwrap();
    world.library.rate_tracks(&tracks[..1], None).await.unwrap();
    let track = world.library.track(&tracks[0]).await.unwrap();
    assert_eq!((track.rating, track.favourite), (None, false));
    assert_eq!(world.library.track(&tracks[1]).await.unwrap().rating, Some(80));
}

#[core_async::test]
async fn a_rating_is_for_all_or_none() {
    let world = World::new().await;
    let tracks = world.tracks(&["a"]).await;
    let wrong = world.library.rate_tracks(&tracks, Some(101)).await.unwrap_err();
    assert!(matches!(wrong, LibraryError::InvalidRating { rating: 101 }));
    let both = [tracks[0].clone(), "gone".to_owned()];
    let missing = world.library.rate_tracks(&both, Some(10)).await.unwrap_err();
    assert_eq!(missing.code(), "not_found");
    assert_eq!(world.library.track(&tracks[0]).await.unwrap().rating, None);
}

#[core_async::test]
async fn counts_follow_every_play_and_can_be_taken_back() {
    let world = World::new().await;
    let track = world.tracks(&["a"]).await.remove(0);
    let mut plays = Vec::new();
    for outcome in [PlayOutcome::Completed, PlayOutcome::Skipped, PlayOutcome::Completed] {
        let play = world.library.start_play(&track).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
        plays.push(world.library.end_play(&play.id, outcome, 5_000).await.unwrap());
    }
    let counts = async || {
        let track = world.library.track(&track).await.unwrap();
        (track.play_count, track.skip_count, track.last_played_at)
    };
    assert_eq!(counts().await, (2, 1, plays[2].ended_at));
    world.library.undo_play(&plays[2].id).await.unwrap();
    assert_eq!(counts().await, (1, 1, plays[0].ended_at));
    // It was not a skip after all.
    let outcome = PlayOutcome::Completed;
    let play = world.library.end_play(&plays[1].id, outcome, 60_000).await.unwrap();
    assert_eq!(counts().await, (2, 0, play.ended_at));
    world.library.undo_play(&plays[1].id).await.unwrap();
    world.library.undo_play(&plays[0].id).await.unwrap();
    assert_eq!(counts().await, (0, 0, None));
    assert_eq!(world.library.undo_play(&plays[0].id).await.unwrap_err().code(), "not_found");
}

#[core_async::test]
async fn the_history_is_newest_first() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b"]).await;
    for (track, outcome) in tracks.iter().zip([PlayOutcome::Completed, PlayOutcome::Skipped]) {
        let play = world.library.start_play(track).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
        world.library.end_play(&play.id, outcome, 1_000).await.unwrap();
    }
    let titles = async |query: &PlayHistoryQuery| {
        let page = world.library.play_history(query).await.unwrap();
        page.items.into_iter().map(|play| play.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&PlayHistoryQuery::default()).await, ["b", "a"]);
    let skipped =
        PlayHistoryQuery { outcome: Some(PlayOutcome::Skipped), ..PlayHistoryQuery::default() };
    assert_eq!(titles(&skipped).await, ["b"]);
    let of_a =
        PlayHistoryQuery { track_id: Some(tracks[0].clone()), ..PlayHistoryQuery::default() };
    assert_eq!(titles(&of_a).await, ["a"]);
}

/// Two windows play the same track and rate it at once: every play counts.
#[core_async::test]
async fn plays_from_two_windows_all_count() {
    let world = World::contended().await;
    let tracks = world.tracks(&["a"]).await;
    let other = world.second();
    let play = async |world: &World| {
        for round in 0..25 {
            let play = world.library.start_play(&tracks[0]).await.unwrap();
            core_async::task::yield_now().await;
            world.library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
            world.library.rate_tracks(&tracks, Some(round)).await.unwrap();
        }
    };
    join!(play(&world), play(&other));
    let track = world.library.tracks(&TrackQuery::default()).await.unwrap().items.remove(0);
    assert_eq!((track.play_count, track.rating), (50, Some(24)));
}
