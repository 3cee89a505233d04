//! What makes and changes a playlist as a whole.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PlaylistError;
use crate::smart::SmartRules;

/// The most characters of a name.
const LONGEST_NAME: usize = 500;

/// The most characters of a description.
const LONGEST_DESCRIPTION: usize = 10_000;

/// A playlist to be made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct NewPlaylist {
    /// The name.
    pub name: String,
    /// What the user says about it.
    #[serde(default)]
    pub description: Option<String>,
    /// The rules, for a smart playlist.
    #[serde(default)]
    pub rules: Option<SmartRules>,
    /// The tracks it begins with; a smart playlist has none of its own.
    #[serde(default)]
    pub track_ids: Vec<String>,
}

/// What shall change about a playlist; the rest stays.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct PlaylistChange {
    /// A new name.
    pub name: Option<String>,
    /// A new description; an empty one removes it.
    pub description: Option<String>,
    /// New rules, for a playlist that has rules.
    pub rules: Option<SmartRules>,
}

/// The name without white space around it.
///
/// # Errors
///
/// Fails with [`PlaylistError::InvalidText`].
pub(crate) fn check_name(name: &str) -> Result<String, PlaylistError> {
    let name = name.trim();
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    Err(PlaylistError::InvalidText { what: "name", least: 1, most: LONGEST_NAME })
}

/// The description without white space around it; an empty one is none.
///
/// # Errors
///
/// Fails with [`PlaylistError::InvalidText`].
pub(crate) fn check_description(text: &str) -> Result<Option<String>, PlaylistError> {
    let text = text.trim();
    if text.chars().count() > LONGEST_DESCRIPTION {
        let most = LONGEST_DESCRIPTION;
        return Err(PlaylistError::InvalidText { what: "description", least: 0, most });
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
