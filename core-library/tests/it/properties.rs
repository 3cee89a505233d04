//! Whatever happens to tracks in whatever order, every count is true and nothing is left over.

use std::collections::BTreeMap;

use core_library::{FileChange, Library, ScannedFile, TrackEdit, TrackField};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::recomputed::check_counts;
use crate::support::{all_tracks, bin, file, library};

/// What one file says: artist, album, and bits for everything that may be there or not.
type Tags = (u8, u8, u16);

/// One step: which file, what happens to it, and what it says.
type Step = (u8, u8, Tags);

fn mbid(kind: u8, number: u8) -> String {
    format!("00000000-0000-4000-8{kind:03}-{number:012}")
}

fn described(slot: u8, (artist, album, bits): Tags) -> ScannedFile {
    let bit = |at: u16| bits & (1 << at) != 0;
    let folder = if bit(0) { "m/a/CD1" } else { "m/b" };
    let name = format!("Artist {artist}");
    let mut file = file(&format!("{folder}/{slot}"), "T", &name, &format!("Album {album}"));
    file.signature = format!("signature of {slot}");
    file.duration_ms = (!bit(1)).then_some(u64::from(artist) * 1000);
    if bit(2) {
        file.artists = vec![name.clone(), "Guest".into()];
        file.artist = Some(format!("{name} feat. Guest"));
    }
    if bit(3) {
        file.mb_artist_ids = vec![mbid(1, artist % 3)];
        file.mb_artist_ids.extend(bit(2).then(|| mbid(1, 9)));
    }
    if bit(4) {
        file.album_artist = Some(format!("Artist {album}"));
        file.mb_album_artist_ids = bit(5).then(|| mbid(1, album)).into_iter().collect();
    }
    file.compilation = bit(6);
    file.mb_album_id = bit(7).then(|| mbid(2, album % 2));
    file.genres =
        ["Rock", "ROCK", "Jazz"].iter().take(usize::from(bits % 4)).map(|&g| g.into()).collect();
    file.year = bit(8).then_some(1990 + i32::from(artist));
    file.original_year = bit(9).then_some(1980 + i32::from(album));
    file.has_cover = bit(10);
    file.disc_number = bit(11).then_some(u32::from(artist % 3) + 1);
    file.album = file.album.filter(|_| !(bit(12) && bit(13)));
    file
}

async fn take(library: &Library, step: Step) {
    let (slot, kind, tags) = step;
    let of_slot = |path: &str| path.rsplit('/').next().and_then(|name| name.parse().ok());
    let known = all_tracks(library).await.into_iter();
    let known: BTreeMap<Option<u8>, String> =
        known.map(|track| (of_slot(&track.path), track.id)).collect();
    let binned: Vec<String> = bin(library).await.into_iter().map(|track| track.id).collect();
    let file = described(slot, tags);
    let Some(track_id) = known.get(&Some(slot)).cloned() else {
        match kind {
            0 | 1 => drop(library.restore_tracks(&binned).await),
            2 => drop(library.purge_tracks(&binned).await.unwrap()),
            _ => library.apply(vec![FileChange::Add(file)]).await.unwrap(),
        }
        return;
    };
    let edit = TrackEdit::new()
        .set(TrackField::Artist, format!("Artist {}", tags.1))
        .set(TrackField::Genres, &["Edited"][..]);
    match kind {
        0 => library.apply(vec![FileChange::Remove { track_id }]).await.unwrap(),
        1 => library.apply(vec![FileChange::Move { track_id, file }]).await.unwrap(),
        2 => assert_eq!(library.remove_tracks(&[track_id]).await.unwrap(), 1),
        3 => drop(library.edit_track(&track_id, &edit).await.unwrap()),
        4 => drop(library.revert(&track_id, &[TrackField::Artist]).await.unwrap()),
        5 => {
            let all: Vec<String> = known.into_values().collect();
            let edit = TrackEdit::new().set(TrackField::Album, format!("Album {}", tags.1));
            library.edit_tracks(&all, &edit).await.unwrap();
        }
        6 => {
            let all: Vec<String> = known.into_values().collect();
            library.revert_tracks(&all, &[]).await.unwrap();
        }
        _ => library.apply(vec![FileChange::Update { track_id, file }]).await.unwrap(),
    }
}

#[core_async::test]
async fn counts_are_true_after_every_step_of_any_sequence() {
    let step = (0..8_u8, 0..12_u8, (0..5_u8, 0..4_u8, any::<u16>()));
    let sequences = prop::collection::vec(step, 1..40);
    let mut runner = TestRunner::deterministic();
    for _ in 0..Config::default().cases.min(64) {
        let steps = sequences.new_tree(&mut runner).unwrap().current();
        let (library, _) = library().await;
        for (number, step) in steps.iter().enumerate() {
            take(&library, *step).await;
            if number % 4 == 3 || number + 1 == steps.len() {
                check_counts(&library).await;
            }
        }
    }
}

#[core_async::test]
async fn counts_are_true_after_batches_of_many_changes() {
    let tags = (0..5_u8, 0..4_u8, any::<u16>());
    let batches =
        prop::collection::vec(prop::collection::vec((0..24_u8, 0..4_u8, tags), 1..24), 1..6);
    let mut runner = TestRunner::deterministic();
    for _ in 0..Config::default().cases.min(48) {
        let batches = batches.new_tree(&mut runner).unwrap().current();
        let (library, _) = library().await;
        for batch in batches {
            let of_slot = |path: &str| path.rsplit('/').next().and_then(|name| name.parse().ok());
            let known = all_tracks(&library).await.into_iter();
            let known: BTreeMap<Option<u8>, String> =
                known.map(|track| (of_slot(&track.path), track.id)).collect();
            let batch: BTreeMap<u8, Step> = batch.into_iter().map(|step| (step.0, step)).collect();
            let changes = batch.into_values().map(|(slot, kind, tags)| {
                let file = described(slot, tags);
                match known.get(&Some(slot)).cloned() {
                    None => FileChange::Add(file),
                    Some(track_id) if kind == 0 => FileChange::Remove { track_id },
                    Some(track_id) if kind == 1 => FileChange::Move { track_id, file },
                    Some(track_id) => FileChange::Update { track_id, file },
                }
            });
            library.apply(changes.collect()).await.unwrap();
            check_counts(&library).await;
        }
    }
}

#[core_async::test]
async fn an_album_of_more_artists_than_are_told_apart_still_adds_up() {
    let (library, _) = library().await;
    let files = (0..300).map(|n| file(&format!("m/{n}"), "T", &format!("Artist {n}"), "Mix"));
    for batch in files.collect::<Vec<_>>().chunks(64) {
        library.apply(batch.iter().cloned().map(FileChange::Add).collect()).await.unwrap();
    }
    check_counts(&library).await;
    let tracks = all_tracks(&library).await;
    let (left, gone) = tracks.split_at(2);
    for batch in gone.chunks(64) {
        let ids: Vec<String> = batch.iter().map(|track| track.id.clone()).collect();
        library.remove_tracks(&ids).await.unwrap();
        check_counts(&library).await;
    }
    library.remove_tracks(&[left[0].id.clone()]).await.unwrap();
    let album = library.album(left[1].album_id.as_deref().unwrap()).await.unwrap();
    assert_eq!(album.artist, left[1].artist, "the last one's artist, not various ones");
}
