//! Stored tracks.

use bridge_traits::{Record, Result, Value, path};

use super::credits::{credit_ids, decode_credits, encode_credits};
use super::json::{decode_list, encode_list};
use crate::models::{Track, TrackTags};
use crate::search::{lyrics_tokens, search_tokens};
use crate::text::fold;

/// A track with what only the library needs to know of its file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrackRecord {
    pub(crate) track: Track,
    /// When the file was last changed, in milliseconds since the Unix epoch.
    pub(crate) modified_at: Option<u64>,
    /// Evidence for recognising the file elsewhere.
    pub(crate) signature: String,
    pub(crate) orders: TrackOrders,
}

/// What a track is ordered by.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct TrackOrders {
    title: String,
    artist: Option<String>,
    album: Option<String>,
}

impl TrackOrders {
    /// What a track with these tags is ordered by.
    pub(crate) fn new(track: &Track, tags: &TrackTags) -> Self {
        let order = |sort: &Option<String>, name: &Option<String>| {
            sort.as_deref().or(name.as_deref()).map(fold)
        };
        Self {
            title: fold(tags.title_sort.as_ref().unwrap_or(&track.title)),
            artist: order(&tags.artist_sort, &track.artist),
            album: order(&tags.album_sort, &track.album),
        }
    }
}

impl TrackRecord {
    pub(crate) fn into_record(self) -> Result<Record> {
        let Self { track, modified_at, signature, orders } = self;
        let key = |name: &Option<String>| name.as_deref().map(fold);
        let title_key = fold(&track.title);
        let (artist_key, album_key) = (key(&track.artist), key(&track.album));
        let artists = encode_credits(&track.artists, track.artist.as_deref())?;
        let album_artists = encode_credits(&track.album_artists, track.album_artist.as_deref())?;
        let album_artist_id = track.album_artists.first().map(|credit| credit.id.clone());
        let genres = if track.genres.len() > 1 { encode_list(&track.genres)? } else { None };
        let tokens = search_tokens(searched(&track));
        let artist_ids = credit_ids(track.artists.iter().chain(&track.album_artists));
        let album_artist_ids = credit_ids(&track.album_artists);
        let folder = path::parent(&track.path).to_owned();
        Ok(Record::new(track.id)
            .with(track.title)
            .with(track.artist)
            .with(track.artist_id)
            .with(artists)
            .with(track.album_artist)
            .with(album_artist_id)
            .with(album_artists)
            .with(track.album)
            .with(track.album_id)
            .with(track.track_number)
            .with(track.track_total)
            .with(track.disc_number)
            .with(track.disc_total)
            .with(track.disc_subtitle)
            .with(track.year)
            .with(track.original_year)
            .with(track.genre)
            .with(genres)
            .with(track.composer)
            .with(track.compilation)
            .with(track.duration_ms)
            .with(track.codec)
            .with(track.sample_rate)
            .with(track.channels)
            .with(track.bits_per_sample)
            .with(track.bitrate)
            .with(track.path)
            .with(folder)
            .with(track.size)
            .with(track.playable)
            .with(track.has_cover)
            .with(track.has_lyrics)
            .with(track.added_at)
            .with(track.rating)
            .with(track.favourite)
            .with(track.play_count)
            .with(track.skip_count)
            .with(track.last_played_at)
            .with(modified_at)
            .with(signature)
            .with(title_key)
            .with(artist_key)
            .with(album_key)
            .with(orders.title)
            .with(orders.artist)
            .with(orders.album)
            .with(Value::Tokens(artist_ids))
            .with(Value::Tokens(album_artist_ids))
            .with(Value::Tokens(genre_keys(&track.genres)))
            .with(Value::Tokens(tokens)))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let (id, title) = (fields.text()?, fields.text()?);
        let (artist, artist_id) = (fields.optional_text()?, fields.optional_text()?);
        let artists = fields.optional_text()?;
        let (album_artist, album_artist_id) = (fields.optional_text()?, fields.optional_text()?);
        let album_artists = decode_credits(
            fields.optional_text()?,
            album_artist_id.as_ref(),
            album_artist.as_ref(),
        )?;
        let artists = decode_credits(artists, artist_id.as_ref(), artist.as_ref())?;
        let mut track = Track {
            id,
            title,
            artist,
            artist_id,
            artists,
            album_artist,
            album_artists,
            album: fields.optional_text()?,
            album_id: fields.optional_text()?,
            track_number: fields.optional_integer()?,
            track_total: fields.optional_integer()?,
            disc_number: fields.optional_integer()?,
            disc_total: fields.optional_integer()?,
            disc_subtitle: fields.optional_text()?,
            year: fields.optional_integer()?,
            original_year: fields.optional_integer()?,
            genre: fields.optional_text()?,
            genres: decode_list(fields.optional_text()?)?,
            composer: fields.optional_text()?,
            compilation: fields.boolean()?,
            duration_ms: fields.optional_integer()?,
            codec: fields.text()?,
            sample_rate: fields.optional_integer()?,
            channels: fields.optional_integer()?,
            bits_per_sample: fields.optional_integer()?,
            bitrate: fields.optional_integer()?,
            path: fields.text()?,
            size: {
                fields.skip()?;
                fields.integer()?
            },
            playable: fields.boolean()?,
            has_cover: fields.boolean()?,
            has_lyrics: fields.boolean()?,
            added_at: fields.integer()?,
            rating: fields.optional_integer()?,
            favourite: fields.boolean()?,
            play_count: fields.integer()?,
            skip_count: fields.integer()?,
            last_played_at: fields.optional_integer()?,
            deleted_at: None,
        };
        if track.genres.is_empty() {
            track.genres.extend(track.genre.clone());
        }
        let (modified_at, signature) = (fields.optional_integer()?, fields.text()?);
        for _keys in 0..3 {
            fields.skip()?;
        }
        let orders = TrackOrders {
            title: fields.text()?,
            artist: fields.optional_text()?,
            album: fields.optional_text()?,
        };
        Ok(Self { track, modified_at, signature, orders })
    }
}

/// The texts a track is found by.
/// The tokens that a track with lyrics is found by; none for one without.
pub(crate) fn lyrics_search(track: &Track, tags: &TrackTags) -> Vec<String> {
    let Some(lyrics) = &tags.lyrics else { return Vec::new() };
    let lines = lyrics.lines.iter().map(|line| line.text.as_str());
    lyrics_tokens(searched(track).chain(lyrics.plain.as_deref()).chain(lines))
}

fn searched(track: &Track) -> impl Iterator<Item = &str> {
    let texts = [&track.artist, &track.album_artist, &track.album].into_iter().flatten();
    let credits = track.artists.iter().map(|credit| &credit.name);
    texts.chain(credits).chain(&track.genres).chain([&track.title]).map(String::as_str)
}

/// The ids of genres with these names, sorted and without repeats, as tokens are.
pub(crate) fn genre_keys(genres: &[String]) -> Vec<String> {
    let mut keys: Vec<_> = genres.iter().map(|genre| fold(genre)).collect();
    keys.retain(|key| !key.is_empty());
    keys.sort_unstable();
    keys.dedup();
    keys
}
