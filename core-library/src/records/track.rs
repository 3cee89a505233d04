//! Stored tracks.

use bridge_traits::{Record, Result, Value};

use crate::models::Track;
use crate::search::search_tokens;
use crate::text::fold;

/// A track with what only the library needs to know of its file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TrackRecord {
    pub(crate) track: Track,
    /// When the file was last changed, in milliseconds since the Unix epoch.
    pub(crate) modified_at: Option<u64>,
    /// Evidence for recognising the file elsewhere.
    pub(crate) signature: String,
}

impl TrackRecord {
    pub(crate) fn into_record(self) -> Record {
        let Self { track, modified_at, signature } = self;
        let key = |text: &Option<String>| text.as_deref().map(fold);
        let keys = [
            Value::from(fold(&track.title)),
            Value::from(key(&track.artist)),
            Value::from(key(&track.album)),
            Value::from(key(&track.genre)),
        ];
        let texts = [&track.artist, &track.album_artist, &track.album, &track.genre];
        let texts = texts.into_iter().flatten().map(String::as_str);
        let tokens = search_tokens(texts.chain([track.title.as_str()]));
        let record = Record::new(track.id)
            .with(track.title)
            .with(track.artist)
            .with(track.artist_id)
            .with(track.album_artist)
            .with(track.album)
            .with(track.album_id)
            .with(track.track_number)
            .with(track.track_total)
            .with(track.disc_number)
            .with(track.disc_total)
            .with(track.year)
            .with(track.genre)
            .with(track.duration_ms)
            .with(track.codec)
            .with(track.sample_rate)
            .with(track.channels)
            .with(track.bits_per_sample)
            .with(track.bitrate)
            .with(track.path)
            .with(track.size)
            .with(track.playable)
            .with(track.has_cover)
            .with(track.added_at)
            .with(track.rating)
            .with(track.favourite)
            .with(track.play_count)
            .with(track.skip_count)
            .with(track.last_played_at)
            .with(modified_at)
            .with(signature);
        keys.into_iter().fold(record, Record::with).with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let track = Track {
            id: fields.text()?,
            title: fields.text()?,
            artist: fields.optional_text()?,
            artist_id: fields.optional_text()?,
            album_artist: fields.optional_text()?,
            album: fields.optional_text()?,
            album_id: fields.optional_text()?,
            track_number: fields.optional_integer()?,
            track_total: fields.optional_integer()?,
            disc_number: fields.optional_integer()?,
            disc_total: fields.optional_integer()?,
            year: fields.optional_integer()?,
            genre: fields.optional_text()?,
            duration_ms: fields.optional_integer()?,
            codec: fields.text()?,
            sample_rate: fields.optional_integer()?,
            channels: fields.optional_integer()?,
            bits_per_sample: fields.optional_integer()?,
            bitrate: fields.optional_integer()?,
            path: fields.text()?,
            size: fields.integer()?,
            playable: fields.boolean()?,
            has_cover: fields.boolean()?,
            added_at: fields.integer()?,
            rating: fields.optional_integer()?,
            favourite: fields.boolean()?,
            play_count: fields.integer()?,
            skip_count: fields.integer()?,
            last_played_at: fields.optional_integer()?,
        };
        Ok(Self { track, modified_at: fields.optional_integer()?, signature: fields.text()? })
    }
}
