//! What is in a playlist file, whatever its format.

use serde::{Deserialize, Serialize};

use crate::smart::SmartRules;

/// A playlist as a file has it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct PlaylistFile {
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rules: Option<SmartRules>,
    #[serde(default)]
    pub(crate) entries: Vec<FileEntry>,
}

/// An entry as a file has it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct FileEntry {
    /// The path, not yet joined to the folder of the file.
    pub(crate) location: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artist: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) album: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) duration_ms: Option<u64>,
    /// The line, or the number of the entry.
    #[serde(skip)]
    pub(crate) place: u32,
}
