//! Whatever is imported in whatever order, counts are true and nothing is left over.

use std::collections::BTreeMap;

use core_library::{AlbumQuery, ArtistQuery, FileChange, Library};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{all_tracks, file, library};

/// One step: which track (by number), what happens, and its new artist and album.
type Step = (u8, u8, u8, u8);

fn change(library_tracks: &BTreeMap<u8, String>, step: Step) -> FileChange {
    let (slot, kind, artist, album) = step;
    let path = format!("m/{}/{slot}", album % 2);
    let mut file = file(&path, "T", &format!("Artist {artist}"), &format!("Album {album}"));
    file.album_artist = (artist % 3 == 0).then(|| format!("Artist {album}"));
    match library_tracks.get(&slot) {
        None => FileChange::Add(file),
        Some(id) if kind == 0 => FileChange::Remove { track_id: id.clone() },
        Some(id) if kind == 1 => FileChange::Move { track_id: id.clone(), file },
        Some(id) => FileChange::Update { track_id: id.clone(), file },
    }
}

async fn check(library: &Library) {
    let tracks = all_tracks(library).await;
    let albums = AlbumQuery { limit: Some(1000), ..AlbumQuery::default() };
    let albums = library.albums(&albums).await.unwrap().items;
    let artists = ArtistQuery { limit: Some(1000), ..ArtistQuery::default() };
    let artists = library.artists(&artists).await.unwrap().items;
    for album in &albums {
        let of_album = tracks.iter().filter(|t| t.album_id.as_ref() == Some(&album.id));
        assert_eq!(of_album.clone().count(), album.track_count as usize, "{album:?}");
        assert_eq!(of_album.filter_map(|t| t.duration_ms).sum::<u64>(), album.duration_ms);
        assert!(album.track_count > 0);
    }
    for artist in &artists {
        let by_artist = tracks.iter().filter(|t| t.artist_id.as_ref() == Some(&artist.id));
        assert_eq!(by_artist.count(), artist.track_count as usize, "{artist:?}");
        let by_artist = albums.iter().filter(|a| a.artist_id.as_ref() == Some(&artist.id));
        assert_eq!(by_artist.count(), artist.album_count as usize, "{artist:?}");
        assert!(artist.track_count + artist.album_count > 0);
    }
    for track in &tracks {
        assert!(albums.iter().any(|album| track.album_id.as_ref() == Some(&album.id)));
        assert!(artists.iter().any(|artist| track.artist_id.as_ref() == Some(&artist.id)));
    }
}

#[core_async::test]
async fn counts_are_always_true() {
    let steps = prop::collection::vec((0..8_u8, 0..3_u8, 0..5_u8, 0..4_u8), 1..6);
    let batches = prop::collection::vec(steps, 1..8);
    let mut runner = TestRunner::deterministic();
    for _ in 0..Config::default().cases.min(64) {
        let batches = batches.new_tree(&mut runner).unwrap().current();
        let (library, _) = library().await;
        for batch in batches {
            let known = all_tracks(&library).await;
            let slot = |path: &str| path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap();
            let known: BTreeMap<u8, String> =
                known.into_iter().map(|track| (slot(&track.path), track.id)).collect();
            let mut batch: BTreeMap<u8, Step> =
                batch.into_iter().map(|step| (step.0, step)).collect();
            let changes = std::mem::take(&mut batch);
            let changes = changes.into_values().map(|step| change(&known, step)).collect();
            library.apply(changes).await.unwrap();
            check(&library).await;
        }
    }
}
