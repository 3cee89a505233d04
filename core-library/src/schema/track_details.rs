//! How what is rarely shown of a track is stored, under the id of its track.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Boolean, Real, Text, Tokens};

pub(crate) const TRACK_DETAILS: &str = "track_details";

/// The field with the search tokens of tracks that have lyrics.
pub(crate) const LYRICS_SEARCH: &str = "lyrics_search";

pub(super) fn collection() -> Collection {
    Collection::new(TRACK_DETAILS)
        .optional("title_sort", Text)
        .optional("artist_sort", Text)
        .optional("album_sort", Text)
        .optional("album_artist_sort", Text)
        .optional("comment", Text)
        .optional("release_date", Text)
        .optional("label", Text)
        .optional("isrc", Text)
        .optional("bpm", Real)
        .optional("mb_track_id", Text)
        .optional("mb_recording_id", Text)
        .optional("mb_album_id", Text)
        .optional("mb_release_group_id", Text)
        // JSON lists.
        .optional("mb_artist_ids", Text)
        .optional("mb_album_artist_ids", Text)
        .optional("replaygain_track_gain", Real)
        .optional("replaygain_track_peak", Real)
        .optional("replaygain_album_gain", Real)
        .optional("replaygain_album_peak", Real)
        // {plain, lines, language} as JSON.
        .optional("lyrics", Text)
        .required("duration_estimated", Boolean)
        .required("bitrate_estimated", Boolean)
        // What a track with lyrics is found by: its lyrics and all that `search` of the track holds.
        .required(LYRICS_SEARCH, Tokens)
        .index(&["mb_recording_id"])
        .index(&["isrc"])
}
