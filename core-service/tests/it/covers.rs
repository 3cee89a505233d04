//! Covers, as hosts ask for them.

use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_library::{AlbumQuery, TrackQuery};
use core_metadata::CoverSize::{Full, Original, Thumbnail};
use core_service::{Bridges, CoreService};

use crate::support::{bridges, core, entry, wav};

/// A file of an album, with a front cover in it.
const TONE: &[u8] = include_bytes!("../../../core-metadata/tests/fixtures/tone.flac");

/// The cover.
const PICTURE: &[u8] = include_bytes!("../../../core-metadata/tests/fixtures/cover.png");

/// Takes a track with a cover in, and tells its album and its path.
async fn import(core: &CoreService) -> (String, String) {
    let files = vec![entry("tone.flac", Bytes::from_static(TONE)).await];
    core.import(files, &CancellationToken::new()).await.unwrap();
    let album = core.library().albums(&AlbumQuery::default()).await.unwrap().items.remove(0);
    let track = core.library().tracks(&TrackQuery::default()).await.unwrap().items.remove(0);
    (album.id, track.path)
}

#[core_async::test]
async fn covers_are_made_when_they_are_asked_for_and_then_kept() {
    let core = core().await;
    let (album, path) = import(&core).await;
    assert!(core.files().list("covers").await.is_err(), "an import makes none");
    let made = core.album_cover(&album, Thumbnail).await.unwrap().unwrap();
    assert_eq!((made.cover.mime, &made.cover.bytes[..]), ("image/png", PICTURE));
    assert!(made.colour.is_some());
    assert_eq!(core.album_cover(&album, Original).await.unwrap(), Some(made.clone()));

    core.files().remove_file(&path).await.unwrap();
    assert_eq!(core.album_cover(&album, Thumbnail).await.unwrap(), Some(made));
    for never_made in [Full, Original] {
        let error = core.album_cover(&album, never_made).await.unwrap_err();
        assert_eq!(error.code(), "not_found");
    }
}

#[core_async::test]
async fn what_has_no_cover_has_none() {
    let core = core().await;
    core.import(vec![entry("a.wav", wav(10)).await], &CancellationToken::new()).await.unwrap();
    let track = core.library().tracks(&TrackQuery::default()).await.unwrap().items.remove(0);
    assert_eq!(core.track_cover(&track.id, Thumbnail).await.unwrap(), None);
    let error = core.album_cover("nobody", Thumbnail).await.unwrap_err();
    assert_eq!(error.code(), "not_found");
}

#[core_async::test]
async fn host_that_makes_no_covers_says_so() {
    let bridges = Bridges { artwork: None, ..bridges() };
    let core = CoreService::start("test", bridges).await.unwrap();
    let (album, _) = import(&core).await;
    let error = core.album_cover(&album, Thumbnail).await.unwrap_err();
    assert_eq!(error.to_string(), "the artwork bridge is missing: set `Bridges::artwork`");
}
