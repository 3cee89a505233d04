//! Where in the search for duplicates a page ends.

use serde::{Deserialize, Serialize};

use super::kinds::Index;
use crate::error::LibraryError;

/// Behind which tracks to go on: those that agree in `key`, in this index.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Place {
    #[serde(rename = "evidence")]
    pub(super) index: Index,
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
