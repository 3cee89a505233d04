//! Where in the search for duplicates a page ends.

use serde::{Deserialize, Serialize};

use crate::error::LibraryError;
use crate::models::Evidence;

/// Behind which tracks to go on: those that agree in `key`, as this evidence sees it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Place {
    pub(super) evidence: Evidence,
    pub(super) key: Vec<Option<String>>,
}

impl Place {
    pub(super) fn decode(text: &str) -> Result<Self, LibraryError> {
        serde_json::from_str(text)
            .map_err(|_| LibraryError::InvalidQuery("this is no place in a list".to_owned()))
    }

    pub(super) fn encode(&self) -> String {
        serde_json::json!(self).to_string()
    }
}
