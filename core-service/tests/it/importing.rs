//! Taking files into the core's own storage.

use bytes::Bytes;
use core_async::sync::CancellationToken;
use core_library::TrackQuery;

use crate::support::{core, entry, wav};

#[core_async::test]
async fn imported_files_are_kept_listed_and_not_taken_twice() {
    let core = core().await;
    let token = CancellationToken::new();
    let files = vec![
        entry("Album/1.wav", wav(10)).await,
        entry("Album/2.wav", wav(20)).await,
        entry("Album/cover.jpg", Bytes::from_static(b"no music")).await,
    ];
    let report = core.import(files.clone(), &token).await.unwrap();
    assert_eq!((report.added, report.failed.len()), (2, 0));
    let again = core.import(files, &token).await.unwrap();
    assert_eq!((again.added, again.unchanged, again.updated), (0, 2, 0));
    let tracks = core.library().tracks(&TrackQuery::default()).await.unwrap().items;
    let paths: Vec<_> = tracks.iter().map(|track| track.path.as_str()).collect();
    assert_eq!(paths, ["music/Album/1.wav", "music/Album/2.wav"]);
}

#[core_async::test]
async fn files_that_are_no_music_fail_one_by_one_and_leave_nothing() {
    let core = core().await;
    let files = vec![
        entry("a/png.mp3", Bytes::from_static(b"\x89PNG\r\n\x1a\n0000000000")).await,
        entry("a/empty.flac", Bytes::new()).await,
        entry("../outside.wav", wav(10)).await,
        entry("a/good.wav", wav(10)).await,
    ];
    let report = core.import(files, &CancellationToken::new()).await.unwrap();
    assert_eq!(report.added, 1);
    let mut failed: Vec<_> = report.failed.iter().map(|failed| failed.path.as_str()).collect();
    failed.sort_unstable();
    assert_eq!(failed, ["../outside.wav", "a/empty.flac", "a/png.mp3"]);
    let kept = core.files().list("music/a").await.unwrap();
    assert_eq!(kept.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["good.wav"]);
}

#[core_async::test]
async fn a_cancelled_import_keeps_what_it_took() {
    let core = core().await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let files = vec![entry("a.wav", wav(10)).await];
    let error = core.import(files.clone(), &cancel).await.unwrap_err();
    assert_eq!(error.code(), "cancelled");
    let report = core.import(files, &CancellationToken::new()).await.unwrap();
    assert_eq!(report.added, 1);
}
