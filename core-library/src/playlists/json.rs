//! Playlists as JSON: everything the library knows of them, for this program and others.

use serde::{Deserialize, Serialize};

use super::PlaylistError;
use super::file_entry::PlaylistFile;
use super::location;

/// What the files say they are.
const FORMAT: &str = "music-platform-playlist";

/// The newest version that is understood.
const VERSION: u32 = 1;

#[derive(Deserialize, Serialize)]
struct Document {
    format: String,
    version: u32,
    #[serde(flatten)]
    file: PlaylistFile,
}

/// Reads a playlist.
///
/// # Errors
///
/// Fails with [`PlaylistError::InvalidFile`] if it is something else or newer.
pub(super) fn read(bytes: &[u8]) -> Result<PlaylistFile, PlaylistError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|error| PlaylistError::InvalidFile(error.to_string()))?;
    if document.format != FORMAT || document.version > VERSION {
        let Document { format, version, .. } = document;
        let message = format!("it says it is {format:?} version {version}; update the program");
        return Err(PlaylistError::InvalidFile(message));
    }
    let mut file = document.file;
    for (entry, place) in file.entries.iter_mut().zip(1..) {
        entry.place = place;
        entry.location = location::read(&entry.location);
    }
    Ok(file)
}

/// Writes a playlist.
pub(super) fn write(file: PlaylistFile) -> String {
    let document = Document { format: FORMAT.to_owned(), version: VERSION, file };
    // Plain values, which cannot fail; were they to, the file would not read.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
