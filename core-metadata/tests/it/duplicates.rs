//! Scanning folders with several copies of the same files.

use bridge_traits::FileSystemAccess;
use core_library::DuplicateQuery;

use crate::fixtures::bytes;
use crate::scanner::{Setup, check};

#[core_async::test]
async fn a_merged_copy_is_neither_added_nor_read_again() {
    let setup = Setup::new().await;
    setup.put("music/copies/tone.flac", bytes("tone.flac"));
    check(&setup.scan().await, [4, 0, 0, 0, 0, 0]);
    let groups = setup.library.duplicates(&DuplicateQuery::default()).await.unwrap().items;
    assert_eq!(groups[0].tracks.len(), 2);
    let kept = setup.track("music/a/tone.flac").await;
    let copy = setup.track("music/copies/tone.flac").await;
    setup.library.merge_tracks(&kept.id, std::slice::from_ref(&copy.id)).await.unwrap();
    // Unchanged files are not opened.
    check(&setup.scan().await, [0, 0, 0, 4, 0, 0]);
    assert_eq!(setup.tracks().await.len(), 3);

    // Moved, it is known all the same.
    setup.files.remove_file("music/copies/tone.flac").await.unwrap();
    setup.put("music/elsewhere/tone.flac", bytes("tone.flac"));
    check(&setup.scan().await, [0, 0, 1, 3, 0, 0]);
    assert_eq!(setup.library.copies(&kept.id).await.unwrap()[0].path, "music/elsewhere/tone.flac");

    // The kept file goes: the copy takes its place, and the track stays.
    setup.files.remove_file("music/a/tone.flac").await.unwrap();
    check(&setup.scan().await, [0, 0, 0, 3, 1, 0]);
    assert_eq!(setup.track("music/elsewhere/tone.flac").await.id, kept.id);
    check(&setup.scan().await, [0, 0, 0, 3, 0, 0]);

    // It comes back as the copy, and changed it is a track of its own.
    setup.put("music/a/tone.flac", bytes("tone.flac"));
    check(&setup.scan().await, [1, 0, 0, 3, 0, 0]);
    assert_eq!(setup.tracks().await.len(), 3);
    setup.put("music/a/tone.flac", bytes("tone.wav"));
    setup.scan().await;
    assert_eq!(setup.tracks().await.len(), 4);
    assert_eq!(setup.track("music/a/tone.flac").await.id, copy.id);
}

#[core_async::test]
async fn a_track_and_its_copies_that_go_together_are_gone() {
    let setup = Setup::new().await;
    setup.put("music/copies/tone.flac", bytes("tone.flac"));
    setup.scan().await;
    let (kept, copy) =
        (setup.track("music/a/tone.flac").await, setup.track("music/copies/tone.flac").await);
    setup.library.merge_tracks(&kept.id, std::slice::from_ref(&copy.id)).await.unwrap();
    setup.files.remove_file("music/a/tone.flac").await.unwrap();
    setup.files.remove_file("music/copies/tone.flac").await.unwrap();
    check(&setup.scan().await, [0, 0, 0, 2, 2, 0]);
    assert_eq!(setup.tracks().await.len(), 2);
    // Whichever comes back, it is the track.
    setup.put("music/copies/tone.flac", bytes("tone.flac"));
    setup.scan().await;
    assert_eq!(setup.track("music/copies/tone.flac").await.id, kept.id);
}
