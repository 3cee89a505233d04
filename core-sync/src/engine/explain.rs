//! Why a track is where it is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the mirror knows of a track.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Explanation {
    /// The account whose drive it is on.
    pub account: String,
    /// What the drive calls its file.
    pub item: String,
    /// The file's name there.
    pub name: String,
    /// Where it is in the library.
    pub path: Option<String>,
    /// Whether the drive still has it, where it is mirrored.
    pub is_there: bool,
    /// The last thing that was done, and why.
    pub reason: String,
    /// Why its tags could not be read, if so.
    pub error: Option<String>,
    /// Whether its tags are still to be read.
    pub is_waiting: bool,
}
