//! What a user did with a track, in the track's record.

use std::sync::LazyLock;

use bridge_traits::{BridgeError, ErrorKind, Record, Result, Schema, Value};

use crate::models::Track;
use crate::schema::{self, TRACKS};

/// The fields, in the order of [`UserData`].
const FIELDS: [&str; 5] = ["rating", "favourite", "play_count", "skip_count", "last_played_at"];

/// Where the fields are in a record.
static POSITIONS: LazyLock<[usize; 5]> = LazyLock::new(|| {
    let schema = Schema::new(vec![schema::component()]).compile();
    let tracks = schema.and_then(|schema| schema.collection(TRACKS).cloned());
    // A field that is missing is found by the first test that touches it.
    FIELDS.map(|field| tracks.as_ref().ok().and_then(|t| t.position(field)).unwrap_or(usize::MAX))
});

/// What belongs to the user rather than to the file. It is read and written in place, so that the
/// rest of the record stays as it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct UserData {
    pub(crate) rating: Option<u32>,
    pub(crate) favourite: bool,
    pub(crate) play_count: u32,
    pub(crate) skip_count: u32,
    pub(crate) last_played_at: Option<u64>,
}

impl UserData {
    pub(crate) fn of(track: &Track) -> Self {
        Self {
            rating: track.rating,
            favourite: track.favourite,
            play_count: track.play_count,
            skip_count: track.skip_count,
            last_played_at: track.last_played_at,
        }
    }

    /// Puts it in the place of what the track has.
    pub(crate) fn give(self, track: &mut Track) {
        track.rating = self.rating;
        track.favourite = self.favourite;
        track.play_count = self.play_count;
        track.skip_count = self.skip_count;
        track.last_played_at = self.last_played_at;
    }

    /// What a track has that others are merged into: its own opinions, or else the best of theirs,
    /// and what was played of all of them.
    pub(crate) fn united(mut self, others: &[Self]) -> Self {
        self.rating = self.rating.or(others.iter().filter_map(|other| other.rating).max());
        for other in others {
            self.favourite |= other.favourite;
            self.play_count = self.play_count.saturating_add(other.play_count);
            self.skip_count = self.skip_count.saturating_add(other.skip_count);
            self.last_played_at = self.last_played_at.max(other.last_played_at);
        }
        self
    }

    /// What a merged track keeps, in case it is one of its own again: its opinions. What was played
    /// is the other's.
    pub(crate) fn bereft(self) -> Self {
        Self { play_count: 0, skip_count: 0, last_played_at: None, ..self }
    }

    pub(crate) fn read(record: &Record) -> Result<Self> {
        let values = POSITIONS.map(|position| record.0.get(position).cloned().unwrap_or_default());
        let mut fields = Record(values.into()).into_reader();
        Ok(Self {
            rating: fields.optional_integer()?,
            favourite: fields.boolean()?,
            play_count: fields.integer()?,
            skip_count: fields.integer()?,
            last_played_at: fields.optional_integer()?,
        })
    }

    pub(crate) fn write(self, record: &mut Record) -> Result<()> {
        let values: [Value; 5] = [
            self.rating.into(),
            self.favourite.into(),
            self.play_count.into(),
            self.skip_count.into(),
            self.last_played_at.into(),
        ];
        for (position, value) in POSITIONS.iter().zip(values) {
            let field = record.0.get_mut(*position);
            *field.ok_or_else(|| BridgeError::new(ErrorKind::Corrupt, "record.write"))? = value;
        }
        Ok(())
    }
}
