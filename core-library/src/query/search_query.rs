//! Asking for whatever matches some text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a user typed into the search field.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct SearchQuery {
    /// The text, exactly as typed; nothing in it is syntax.
    pub text: String,
    /// The most results of each kind, 20 by default.
    #[serde(default)]
    pub limit: Option<u32>,
}
