//! Who is credited.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One of the artists a track or album is credited to.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS)]
pub struct ArtistCredit {
    /// The artist's id.
    pub id: String,
    /// The name as the file has it, which may differ from the artist's.
    pub name: String,
}
