//! Tracks that may be the same recording.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Track;

/// What speaks for several tracks being one recording, the strongest evidence first.
///
/// Another kind is another variant here and another way to look in `duplicates/kinds.rs`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// Their files are as long as each other, and equal where they were read to be known again: at
    /// the beginning, in the middle and at the end; or their drive says the same of them.
    Content,
    /// They sound alike: what speaks for them otherwise are their tags or `MusicBrainz`, and their
    /// fingerprints say so, too. Those whose fingerprints say otherwise make no group.
    Sound,
    /// They are one recording to `MusicBrainz`, and as long, to two seconds.
    Recording,
    /// Title, artist and album are the same, and they are as long, to two seconds.
    Tags,
}

/// Tracks in use that may be the same recording.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct DuplicateGroup {
    /// What speaks for it. Each group is told by the strongest evidence that holds for all of it.
    pub evidence: Evidence,
    /// The tracks, at least two. The first is the one to keep unless the user has another wish:
    /// that with the newest file; among equals one of the host before one on a drive.
    pub tracks: Vec<Track>,
}

/// What is done about duplicates without being asked.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DuplicatePolicy {
    /// Nothing: they are all there until the user merges them.
    #[default]
    KeepBoth,
    /// Where the content is the same, the track with the newest file is kept and gets what belongs
    /// to the others. Other evidence is never enough.
    Newest,
    /// An event says how many groups there are, and the user decides.
    Ask,
}
