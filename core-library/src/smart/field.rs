//! What rules can ask about.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RuleOperator;

/// What a field holds, which decides what can be asked of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Text, stored folded.
    Text,
    /// Words of any of several fields.
    Words,
    /// A whole number.
    Number,
    /// A time in milliseconds since the Unix epoch.
    Time,
    /// True or false.
    Truth,
    /// Whether the track is on a playlist.
    Playlist,
    /// Several texts, stored folded.
    Texts,
}

/// A property of tracks that rules can ask about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleField {
    /// The title.
    Title,
    /// The artist.
    Artist,
    /// The album's title.
    Album,
    /// Any of its genres.
    Genre,
    /// Words anywhere in title, artist, album or genre.
    Text,
    /// The path of the file.
    Path,
    /// The codec.
    Codec,
    /// The year of release.
    Year,
    /// The playing time in milliseconds.
    DurationMs,
    /// The bit rate in kbit/s.
    Bitrate,
    /// The length of the file in bytes.
    Size,
    /// The user's rating, 0 to 100.
    Rating,
    /// How often it was played to the end.
    PlayCount,
    /// How often it was given up.
    SkipCount,
    /// When it came into the library.
    AddedAt,
    /// When it was last played to the end.
    LastPlayedAt,
    /// Whether it is a favourite.
    Favourite,
    /// Whether the core can decode it.
    Playable,
    /// Whether it has a cover picture.
    HasCover,
    /// The playlists, filled by a person, that it is on.
    Playlist,
}

impl RuleField {
    pub(super) const ALL: [Self; 20] = [
        Self::Title,
        Self::Artist,
        Self::Album,
        Self::Genre,
        Self::Text,
        Self::Path,
        Self::Codec,
        Self::Year,
        Self::DurationMs,
        Self::Bitrate,
        Self::Size,
        Self::Rating,
        Self::PlayCount,
        Self::SkipCount,
        Self::AddedAt,
        Self::LastPlayedAt,
        Self::Favourite,
        Self::Playable,
        Self::HasCover,
        Self::Playlist,
    ];

    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        self.describe().0
    }

    /// The field of the collection.
    pub(super) fn column(self) -> &'static str {
        self.describe().1
    }

    pub(super) fn kind(self) -> Kind {
        self.describe().2
    }

    /// Whether every track has it.
    pub(super) fn is_required(self) -> bool {
        self.describe().3
    }

    /// What can be asked of it.
    pub(super) fn operators(self) -> Vec<RuleOperator> {
        use RuleOperator::{
            AtLeast, AtMost, Between, HasWords, InLastDays, Is, IsNot, IsNotSet, IsSet,
            NotInLastDays, StartsWith,
        };
        let mut operators = match self.kind() {
            Kind::Text | Kind::Texts => vec![Is, IsNot, StartsWith],
            Kind::Words => vec![HasWords],
            Kind::Number => vec![Is, IsNot, AtLeast, AtMost, Between],
            Kind::Time => vec![AtLeast, AtMost, Between, InLastDays, NotInLastDays],
            Kind::Truth | Kind::Playlist => vec![Is, IsNot],
        };
        if !self.is_required() {
            operators.extend([IsSet, IsNotSet]);
        }
        operators
    }

    /// Name, stored field, kind, and whether every track has it.
    fn describe(self) -> (&'static str, &'static str, Kind, bool) {
        match self {
            Self::Title => ("title", "title_key", Kind::Text, true),
            Self::Artist => ("artist", "artist_key", Kind::Text, false),
            Self::Album => ("album", "album_key", Kind::Text, false),
            Self::Genre => ("genre", "genre_keys", Kind::Texts, false),
            Self::Text => ("text", "search", Kind::Words, true),
            Self::Path => ("path", "path", Kind::Text, true),
            Self::Codec => ("codec", "codec", Kind::Text, true),
            Self::Year => ("year", "year", Kind::Number, false),
            Self::DurationMs => ("duration_ms", "duration_ms", Kind::Number, false),
            Self::Bitrate => ("bitrate", "bitrate", Kind::Number, false),
            Self::Size => ("size", "size", Kind::Number, true),
            Self::Rating => ("rating", "rating", Kind::Number, false),
            Self::PlayCount => ("play_count", "play_count", Kind::Number, true),
            Self::SkipCount => ("skip_count", "skip_count", Kind::Number, true),
            Self::AddedAt => ("added_at", "added_at", Kind::Time, true),
            Self::LastPlayedAt => ("last_played_at", "last_played_at", Kind::Time, false),
            Self::Favourite => ("favourite", "favourite", Kind::Truth, true),
            Self::Playable => ("playable", "playable", Kind::Truth, true),
            Self::HasCover => ("has_cover", "has_cover", Kind::Truth, true),
            Self::Playlist => ("playlist", "id", Kind::Playlist, true),
        }
    }
}
