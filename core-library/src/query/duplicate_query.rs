//! Asking for duplicates.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::models::Evidence;

/// Which duplicates. Those by content come first, then those by recording, then those by tags;
/// those by sound are among the last two.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct DuplicateQuery {
    /// About how many groups a page has, 50 by default. It is longer where many tracks have the
    /// same names.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only groups for which this speaks.
    pub evidence: Option<Evidence>,
}
