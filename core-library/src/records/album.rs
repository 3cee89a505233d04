//! Stored albums.

use bridge_traits::{Record, Result, Value};

use super::credits::{credit_ids, decode_credits, encode_credits};
use super::json::{decode_list, encode_list};
use super::track::genre_keys;
use crate::models::Album;
use crate::search::search_tokens;
use crate::text::fold;

/// An album with what only the library needs to know of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AlbumRecord {
    pub(crate) album: Album,
    /// What it is sorted as.
    pub(crate) sort: Option<String>,
    /// What its artist is sorted as.
    pub(crate) artist_sort: Option<String>,
    /// What makes tracks without a `MusicBrainz` id belong to it.
    pub(crate) group: String,
    /// How often its tracks name each value, as JSON.
    pub(crate) tallies: String,
}

/// What makes an album this one and no other.
pub(crate) fn album_identity(mb_album_id: Option<&str>, group: &str) -> String {
    match mb_album_id {
        Some(id) => format!("mb:{id}"),
        None => group.to_owned(),
    }
}

impl AlbumRecord {
    pub(crate) fn into_record(self) -> Result<Record> {
        let Self { album, sort, artist_sort, group, tallies } = self;
        let title_key = fold(&album.title);
        let title_order = sort.as_deref().map_or_else(|| title_key.clone(), fold);
        let artist_order = artist_sort.as_deref().or(album.artist.as_deref()).map(fold);
        let texts = album.artist.iter().chain([&album.title]).map(String::as_str);
        let tokens = search_tokens(texts);
        let identity = album_identity(album.mb_album_id.as_deref(), &group);
        Ok(Record::new(album.id)
            .with(album.title)
            .with(album.artist.clone())
            .with(album.artist_id)
            .with(encode_credits(&album.artists, album.artist.as_deref())?)
            .with(album.year)
            .with(album.original_year)
            .with(encode_list(&album.genres)?)
            .with(album.compilation)
            .with(album.disc_count)
            .with(album.track_count)
            .with(album.duration_ms)
            .with(album.has_cover)
            .with(album.cover_track_id)
            .with(album.mb_album_id)
            .with(album.mb_release_group_id)
            .with(album.added_at)
            .with(identity)
            .with(group)
            .with(tallies)
            .with(title_key)
            .with(title_order)
            .with(artist_order)
            .with(Value::Tokens(credit_ids(&album.artists)))
            .with(Value::Tokens(genre_keys(&album.genres)))
            .with(Value::Tokens(tokens)))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let (id, title) = (fields.text()?, fields.text()?);
        let (artist, artist_id) = (fields.optional_text()?, fields.optional_text()?);
        let artists = decode_credits(fields.optional_text()?, artist_id.as_ref(), artist.as_ref())?;
        let album = Album {
            id,
            title,
            artist,
            artist_id,
            artists,
            year: fields.optional_integer()?,
            original_year: fields.optional_integer()?,
            genres: decode_list(fields.optional_text()?)?,
            compilation: fields.boolean()?,
            disc_count: fields.integer()?,
            track_count: fields.integer()?,
            duration_ms: fields.integer()?,
            has_cover: fields.boolean()?,
            cover_track_id: fields.optional_text()?,
            mb_album_id: fields.optional_text()?,
            mb_release_group_id: fields.optional_text()?,
            added_at: fields.integer()?,
        };
        fields.skip()?;
        let (group, tallies) = (fields.text()?, fields.text()?);
        // What it is sorted as follows from the tallies.
        Ok(Self { album, sort: None, artist_sort: None, group, tallies })
    }
}
