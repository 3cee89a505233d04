//! Queue and play head over a restart.

use core_library::{FileChange, LibraryError, QueuedTrack, Repeat, Session};

use crate::support::World;

fn session(tracks: &[String], index: u32) -> Session {
    let queue = tracks.iter().zip(0..).map(|(track_id, place)| QueuedTrack {
        track_id: track_id.clone(),
        source_index: Some(place * 3),
    });
    Session {
        queue: queue.collect(),
        index: Some(index),
        position_ms: 12_345,
        shuffle: true,
        repeat: Repeat::All,
    }
}

#[core_async::test]
async fn a_session_survives_a_restart() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c"]).await;
    assert_eq!(world.library.session().await.unwrap(), None);
    let twice = [tracks[0].clone(), tracks[1].clone(), tracks[0].clone()];
    let mut saved = session(&twice, 2);
    world.library.save_session(&saved).await.unwrap();
    assert_eq!(world.second().library.session().await.unwrap(), Some(saved.clone()));
    world.library.save_position(Some(1), 99).await.unwrap();
    (saved.index, saved.position_ms) = (Some(1), 99);
    assert_eq!(world.library.session().await.unwrap(), Some(saved));
    let shorter = session(&tracks[..1], 0);
    world.library.save_session(&shorter).await.unwrap();
    assert_eq!(world.second().library.session().await.unwrap(), Some(shorter));
    world.library.clear_session().await.unwrap();
    assert_eq!(world.library.session().await.unwrap(), None);
    world.library.save_position(None, 1).await.unwrap();
    assert_eq!(world.library.session().await.unwrap(), None);
}

#[core_async::test]
async fn tracks_that_are_gone_are_left_out() {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "b", "c"]).await;
    world.library.save_session(&session(&tracks, 1)).await.unwrap();
    let gone = FileChange::Remove { track_id: tracks[0].clone() };
    world.library.apply(vec![gone]).await.unwrap();
    let left = world.library.session().await.unwrap().unwrap();
    assert_eq!((left.queue.len(), left.index, left.position_ms), (2, Some(0), 12_345));
    let gone = FileChange::Remove { track_id: tracks[1].clone() };
    world.library.apply(vec![gone]).await.unwrap();
    let left = world.library.session().await.unwrap().unwrap();
    assert_eq!((left.queue.len(), left.index, left.position_ms), (1, Some(0), 0));
    let gone = FileChange::Remove { track_id: tracks[2].clone() };
    world.library.apply(vec![gone]).await.unwrap();
    assert_eq!(world.library.session().await.unwrap().unwrap().index, None);
}

#[core_async::test]
async fn an_index_outside_the_queue_is_refused() {
    let world = World::new().await;
    let wrong = world.library.save_session(&session(&[], 0)).await.unwrap_err();
    assert!(matches!(wrong, LibraryError::InvalidQueue { .. }));
}
