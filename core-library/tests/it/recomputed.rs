//! Every count of a library made again from its tracks, to compare the cached ones with.

use std::collections::{BTreeMap, BTreeSet};

use core_library::{
    AlbumQuery, ArtistQuery, Folder, FolderQuery, GenreQuery, Library, Track, TrackQuery, fold,
};

use crate::support::all_tracks;

fn credited(track: &Track) -> BTreeSet<&String> {
    track.artists.iter().chain(&track.album_artists).map(|credit| &credit.id).collect()
}

fn genres(names: &[String]) -> BTreeSet<String> {
    names.iter().map(|name| fold(name)).collect()
}

/// Panics if anything cached is not what the tracks say.
pub(crate) async fn check_counts(library: &Library) {
    let tracks = all_tracks(library).await;
    let counts = library.counts().await.unwrap();
    assert_eq!(counts.tracks, tracks.len() as u64);
    check_albums_and_artists(library, &tracks).await;
    check_genres(library, &tracks).await;
    check_folders(library, &tracks).await;
}

async fn check_albums_and_artists(library: &Library, tracks: &[Track]) {
    let query = AlbumQuery { limit: Some(10_000), ..AlbumQuery::default() };
    let albums = library.albums(&query).await.unwrap().items;
    let mut of_album: BTreeMap<&String, Vec<&Track>> = BTreeMap::new();
    for track in tracks {
        assert_eq!(track.album.is_some(), track.album_id.is_some());
        if let Some(id) = &track.album_id {
            of_album.entry(id).or_default().push(track);
        }
    }
    assert_eq!(albums.len(), of_album.len());
    for album in &albums {
        let mut tracks = of_album.remove(&album.id).unwrap();
        tracks.sort_by_key(|track| (track.disc_number, track.track_number, &track.path));
        assert_eq!(album.track_count as usize, tracks.len(), "{album:?}");
        let duration: u64 = tracks.iter().filter_map(|track| track.duration_ms).sum();
        assert_eq!(album.duration_ms, duration, "{album:?}");
        assert_eq!(album.year, tracks.iter().filter_map(|track| track.year).min());
        let original = tracks.iter().filter_map(|track| track.original_year).min();
        assert_eq!(album.original_year, original);
        let discs: BTreeSet<_> = tracks.iter().map(|t| t.disc_number.unwrap_or(1)).collect();
        assert_eq!(album.disc_count as usize, discs.len(), "{album:?}");
        assert_eq!(album.compilation, tracks.iter().any(|track| track.compilation));
        let cover = tracks.iter().find(|track| track.has_cover).map(|track| &track.id);
        assert_eq!(album.cover_track_id.as_ref(), cover, "{album:?}");
        assert_eq!(album.has_cover, cover.is_some());
        let named: BTreeSet<_> = tracks.iter().flat_map(|track| genres(&track.genres)).collect();
        assert_eq!(genres(&album.genres), named);
        assert_eq!(album.artist_id.as_ref(), album.artists.first().map(|credit| &credit.id));
        let listed = TrackQuery { album: Some(album.id.clone()), ..TrackQuery::default() };
        assert_eq!(library.count_tracks(&listed).await.unwrap(), tracks.len() as u64);
    }
    let query = ArtistQuery { limit: Some(10_000), ..ArtistQuery::default() };
    let artists = library.artists(&query).await.unwrap().items;
    let mut expected: BTreeMap<&String, (u32, u32)> = BTreeMap::new();
    for id in tracks.iter().flat_map(credited) {
        expected.entry(id).or_default().0 += 1;
    }
    for album in &albums {
        let ids: BTreeSet<_> = album.artists.iter().map(|credit| &credit.id).collect();
        for id in ids {
            expected.entry(id).or_default().1 += 1;
        }
    }
    for artist in &artists {
        let expected = expected.remove(&artist.id);
        assert_eq!(Some((artist.track_count, artist.album_count)), expected, "{artist:?}");
    }
    assert!(expected.is_empty(), "{expected:?}");
}

async fn check_genres(library: &Library, tracks: &[Track]) {
    let query = AlbumQuery { limit: Some(10_000), ..AlbumQuery::default() };
    let albums = library.albums(&query).await.unwrap().items;
    let mut expected: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for genre in tracks.iter().flat_map(|track| genres(&track.genres)) {
        expected.entry(genre).or_default().0 += 1;
    }
    for genre in albums.iter().flat_map(|album| genres(&album.genres)) {
        expected.entry(genre).or_default().1 += 1;
    }
    let query = GenreQuery { limit: Some(10_000), ..GenreQuery::default() };
    for genre in library.genres(&query).await.unwrap().items {
        let expected = expected.remove(&genre.id);
        assert_eq!(Some((genre.track_count, genre.album_count)), expected, "{genre:?}");
    }
    assert!(expected.is_empty(), "{expected:?}");
}

async fn check_folders(library: &Library, tracks: &[Track]) {
    let mut expected: BTreeMap<String, Folder> = BTreeMap::new();
    for track in tracks {
        let mut path = track.path.as_str();
        let mut is_own = true;
        while let Some((folder, _)) = path.rsplit_once('/') {
            let entry = expected.entry(folder.to_owned()).or_default();
            entry.track_count += 1;
            entry.own_track_count += u32::from(is_own);
            entry.duration_ms += track.duration_ms.unwrap_or(0);
            is_own = false;
            path = folder;
        }
    }
    let folders: Vec<String> = expected.keys().cloned().collect();
    for folder in &folders {
        if let Some((parent, _)) = folder.rsplit_once('/') {
            expected.get_mut(parent).unwrap().folder_count += 1;
        }
    }
    let mut open = vec![None];
    while let Some(parent) = open.pop() {
        let query = FolderQuery { parent, limit: Some(10_000), ..FolderQuery::default() };
        for folder in library.folders(&query).await.unwrap().items {
            let expected = expected.remove(&folder.id).unwrap();
            let counts = |folder: &Folder| {
                (
                    folder.track_count,
                    folder.own_track_count,
                    folder.folder_count,
                    folder.duration_ms,
                )
            };
            assert_eq!(counts(&folder), counts(&expected), "{folder:?}");
            let below = TrackQuery { folder: Some(folder.id.clone()), ..TrackQuery::default() };
            let below = library.count_tracks(&below).await.unwrap();
            assert_eq!(below, u64::from(folder.track_count));
            open.push(Some(folder.id));
        }
    }
    assert!(expected.is_empty(), "{expected:?}");
}
