//! Stored details of tracks.

use bridge_traits::{Record, Result, Value};

use super::json::{decode, decode_list, encode, encode_list};
use crate::models::TrackTags;

impl TrackTags {
    /// The record of the track with this id, found by these tokens; none where there is nothing to
    /// say.
    pub(crate) fn into_record(self, id: &str, found_by: Vec<String>) -> Result<Option<Record>> {
        if self == Self::default() {
            return Ok(None);
        }
        let (artist_ids, album_artist_ids) =
            (encode_list(&self.mb_artist_ids)?, encode_list(&self.mb_album_artist_ids)?);
        let lyrics = self.lyrics.as_ref().map(encode).transpose()?;
        let record = Record::new(id)
            .with(self.title_sort)
            .with(self.artist_sort)
            .with(self.album_sort)
            .with(self.album_artist_sort)
            .with(self.comment)
            .with(self.release_date)
            .with(self.label)
            .with(self.isrc)
            .with(finite(self.bpm))
            .with(self.mb_track_id)
            .with(self.mb_recording_id)
            .with(self.mb_album_id)
            .with(self.mb_release_group_id)
            .with(artist_ids)
            .with(album_artist_ids)
            .with(finite(self.replaygain_track_gain))
            .with(finite(self.replaygain_track_peak))
            .with(finite(self.replaygain_album_gain))
            .with(finite(self.replaygain_album_peak))
            .with(lyrics)
            .with(self.duration_estimated)
            .with(self.bitrate_estimated)
            .with(Value::Tokens(found_by));
        Ok(Some(record))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        fields.skip()?;
        Ok(Self {
            title_sort: fields.optional_text()?,
            artist_sort: fields.optional_text()?,
            album_sort: fields.optional_text()?,
            album_artist_sort: fields.optional_text()?,
            comment: fields.optional_text()?,
            release_date: fields.optional_text()?,
            label: fields.optional_text()?,
            isrc: fields.optional_text()?,
            bpm: fields.optional_real()?,
            mb_track_id: fields.optional_text()?,
            mb_recording_id: fields.optional_text()?,
            mb_album_id: fields.optional_text()?,
            mb_release_group_id: fields.optional_text()?,
            mb_artist_ids: decode_list(fields.optional_text()?)?,
            mb_album_artist_ids: decode_list(fields.optional_text()?)?,
            replaygain_track_gain: fields.optional_real()?,
            replaygain_track_peak: fields.optional_real()?,
            replaygain_album_gain: fields.optional_real()?,
            replaygain_album_peak: fields.optional_real()?,
            lyrics: fields.optional_text()?.as_deref().map(decode).transpose()?,
            duration_estimated: fields.boolean()?,
            bitrate_estimated: fields.boolean()?,
        })
    }
}

/// A tag may say `nan`; databases hold only numbers.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}
