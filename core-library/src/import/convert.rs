//! Files to tracks and back.

use bridge_traits::path;

use super::ScannedFile;
use super::credits::tidy;
use crate::models::{ArtistCredit, Track, TrackTags};
use crate::records::TrackRecord;

/// The track a file holds; whose it is comes later.
pub(super) fn to_track(file: &ScannedFile, id: String, added_at: u64) -> Track {
    let file = file.clone();
    Track {
        id,
        title: file.title.unwrap_or_else(|| path::file_stem(&file.path).to_owned()),
        artist: file.artist,
        album_artist: file.album_artist,
        album: file.album,
        track_number: file.track_number,
        track_total: file.track_total,
        disc_number: file.disc_number,
        disc_total: file.disc_total,
        disc_subtitle: file.disc_subtitle,
        year: file.year,
        original_year: file.original_year,
        genre: file.genre,
        genres: file.genres,
        composer: file.composer,
        compilation: file.compilation,
        duration_ms: file.duration_ms,
        codec: file.codec,
        sample_rate: file.sample_rate,
        channels: file.channels,
        bits_per_sample: file.bits_per_sample,
        bitrate: file.bitrate,
        path: file.path,
        size: file.size,
        playable: file.playable,
        has_cover: file.has_cover,
        has_lyrics: file.lyrics.is_some(),
        added_at,
        ..Track::default()
    }
}

/// What lists do not show of a file.
pub(super) fn to_tags(file: &ScannedFile) -> TrackTags {
    let file = file.clone();
    TrackTags {
        title_sort: file.title_sort,
        artist_sort: file.artist_sort,
        album_sort: file.album_sort,
        album_artist_sort: file.album_artist_sort,
        comment: file.comment,
        release_date: file.release_date,
        label: file.label,
        isrc: file.isrc,
        bpm: file.bpm,
        mb_track_id: file.mb_track_id,
        mb_recording_id: file.mb_recording_id,
        mb_album_id: file.mb_album_id,
        mb_release_group_id: file.mb_release_group_id,
        mb_artist_ids: file.mb_artist_ids,
        mb_album_artist_ids: file.mb_album_artist_ids,
        replaygain_track_gain: file.replaygain_track_gain,
        replaygain_track_peak: file.replaygain_track_peak,
        replaygain_album_gain: file.replaygain_album_gain,
        replaygain_album_peak: file.replaygain_album_peak,
        lyrics: file.lyrics,
        duration_estimated: file.duration_estimated,
        bitrate_estimated: file.bitrate_estimated,
    }
}

/// The file a stored track was made from, with the values that hold.
pub(super) fn to_file(record: &TrackRecord, tags: &TrackTags) -> ScannedFile {
    let (track, tags) = (record.track.clone(), tags.clone());
    // Credits beside no name were not in the file: those of a track without artist are its
    // album's, those of a compilation without album artist are "Various Artists".
    let named = |name: &Option<String>, credits: Vec<ArtistCredit>| match name {
        Some(_) => credits.into_iter().map(|credit| credit.name).collect(),
        None => Vec::new(),
    };
    let artists = named(&track.artist, track.artists);
    let album_artists = named(&track.album_artist, track.album_artists);
    tidy(ScannedFile {
        path: track.path,
        size: track.size,
        modified_millis: record.modified_at,
        signature: record.signature.clone(),
        title: Some(track.title),
        artist: track.artist,
        album_artist: track.album_artist,
        album: track.album,
        track_number: track.track_number,
        track_total: track.track_total,
        disc_number: track.disc_number,
        disc_total: track.disc_total,
        year: track.year,
        genre: track.genre,
        duration_ms: track.duration_ms,
        codec: track.codec,
        sample_rate: track.sample_rate,
        channels: track.channels,
        bits_per_sample: track.bits_per_sample,
        bitrate: track.bitrate,
        playable: track.playable,
        has_cover: track.has_cover,
        artists,
        album_artists,
        genres: track.genres,
        composer: track.composer,
        title_sort: tags.title_sort,
        artist_sort: tags.artist_sort,
        album_sort: tags.album_sort,
        album_artist_sort: tags.album_artist_sort,
        comment: tags.comment,
        compilation: track.compilation,
        release_date: tags.release_date,
        original_year: track.original_year,
        disc_subtitle: track.disc_subtitle,
        label: tags.label,
        isrc: tags.isrc,
        bpm: tags.bpm,
        mb_track_id: tags.mb_track_id,
        mb_recording_id: tags.mb_recording_id,
        mb_album_id: tags.mb_album_id,
        mb_release_group_id: tags.mb_release_group_id,
        mb_artist_ids: tags.mb_artist_ids,
        mb_album_artist_ids: tags.mb_album_artist_ids,
        replaygain_track_gain: tags.replaygain_track_gain,
        replaygain_track_peak: tags.replaygain_track_peak,
        replaygain_album_gain: tags.replaygain_album_gain,
        replaygain_album_peak: tags.replaygain_album_peak,
        lyrics: tags.lyrics,
        duration_estimated: tags.duration_estimated,
        bitrate_estimated: tags.bitrate_estimated,
    })
}
