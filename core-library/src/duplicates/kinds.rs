//! Where tracks that agree stand side by side, and whether they are the same.

use std::ops::Bound;

use bridge_traits::{Cursor, Direction, Filter, Query, Value};
use serde::{Deserialize, Serialize};

use crate::error::LibraryError;
use crate::import::DURATION_TOLERANCE_MS;
use crate::models::Evidence;
use crate::records::TrackRecord;
use crate::schema::{TRACK_DETAILS, TRACKS};

/// Behind every path and every id.
const LAST_TEXT: &str = "\u{10FFFF}";

/// A track that stands beside others.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) record: TrackRecord,
    /// The recording it is to `MusicBrainz`.
    pub(super) recording: Option<String>,
    /// Whether the user does not take it for a duplicate.
    pub(super) is_apart: bool,
    /// What it sounds like, if that is kept and its file is still the same.
    pub(super) fingerprint: Option<String>,
    /// Whether it sounds like another of its group; the first does.
    pub(super) sounds_alike: bool,
}

/// An index in which tracks that agree stand side by side.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Index {
    Content,
    Recording,
    Tags,
}

impl Index {
    /// Every one, that of the strongest evidence first.
    pub(super) const ALL: [Self; 3] = [Self::Content, Self::Recording, Self::Tags];

    /// What speaks for a group that was found in it.
    pub(super) fn evidence(self, group: &[Candidate]) -> Evidence {
        match self {
            Self::Content => Evidence::Content,
            _ if group.iter().all(|candidate| candidate.sounds_alike) => Evidence::Sound,
            Self::Recording => Evidence::Recording,
            Self::Tags => Evidence::Tags,
        }
    }

    /// Whether groups for which `evidence` speaks may be found in it.
    pub(super) fn may_have(self, evidence: Evidence) -> bool {
        match self {
            Self::Content => evidence == Evidence::Content,
            Self::Recording => matches!(evidence, Evidence::Recording | Evidence::Sound),
            Self::Tags => matches!(evidence, Evidence::Tags | Evidence::Sound),
        }
    }

    /// Its collection, and its fields. Tracks that agree in the first `.2` of them stand together.
    fn fields(self) -> (&'static str, &'static [&'static str], usize) {
        match self {
            Self::Content => (TRACKS, &["signature", "path"], 1),
            Self::Recording => (TRACK_DETAILS, &["mb_recording_id"], 1),
            Self::Tags => {
                (TRACKS, &["title_key", "artist_key", "album_key", "duration_ms", "path"], 3)
            }
        }
    }

    /// How many values have to agree.
    pub(super) fn width(self) -> usize {
        self.fields().2
    }

    /// The tracks in the order of the index: their ids behind the values that have to agree.
    pub(super) fn query(self) -> Query {
        let (collection, fields, width) = self.fields();
        let [first, ..] = fields else { return Query::new(collection) };
        let named = Filter::range(first, Bound::Excluded("".into()), Bound::Unbounded);
        let mut query = Query::new(collection).filter(named);
        if self == Self::Tags {
            // What is untitled has the name of its file, which says nothing without an artist.
            query = query.filter(Filter::equals("artist_key", Value::Null).negated());
        }
        for field in fields {
            query = query.sort(field, Direction::Ascending);
        }
        let fields: Vec<_> = fields.iter().take(width).copied().chain(["id"]).collect();
        query.project(&fields)
    }

    /// Behind every track with these values that have to agree, in the order of `query`.
    pub(super) fn behind(
        self,
        query: &Query,
        key: Vec<Option<String>>,
    ) -> Result<Cursor, LibraryError> {
        let (_, fields, width) = self.fields();
        if key.len() != width {
            return Err(LibraryError::InvalidQuery("this is no place in a list".to_owned()));
        }
        let rest = fields.iter().skip(width).map(|field| match *field {
            "duration_ms" => i64::MAX.into(),
            _ => LAST_TEXT.into(),
        });
        let values = key.into_iter().map(Value::from).chain(rest).collect();
        Ok(Cursor::new(query, values, LAST_TEXT))
    }

    /// Whether two tracks that stand together are the same by what they agree in.
    pub(super) fn holds(self, one: &Candidate, other: &Candidate) -> bool {
        match self {
            Self::Content => is_same_content(one, other),
            Self::Recording => is_same_recording(one, other) && is_as_long(one, other),
            Self::Tags => {
                let both = one.recording.as_ref().zip(other.recording.as_ref());
                both.is_none_or(|(one, other)| one == other)
                    && is_same_number(one, other)
                    && is_as_long(one, other)
            }
        }
    }
}

fn is_same_content(one: &Candidate, other: &Candidate) -> bool {
    let content = |one: &Candidate| (one.record.track.size, one.record.signature.clone());
    !one.record.signature.is_empty() && content(one) == content(other)
}

fn is_same_recording(one: &Candidate, other: &Candidate) -> bool {
    one.recording.is_some() && one.recording == other.recording
}

fn is_as_long(one: &Candidate, other: &Candidate) -> bool {
    let both = one.record.track.duration_ms.zip(other.record.track.duration_ms);
    both.is_some_and(|(one, other)| one.abs_diff(other) <= DURATION_TOLERANCE_MS)
}

/// An album may have several tracks of one name.
fn is_same_number(one: &Candidate, other: &Candidate) -> bool {
    let (one, other) = (&one.record.track, &other.record.track);
    let agree = |one: Option<u32>, other: Option<u32>| {
        one.zip(other).is_none_or(|(one, other)| one == other)
    };
    agree(one.track_number, other.track_number) && agree(one.disc_number, other.disc_number)
}
