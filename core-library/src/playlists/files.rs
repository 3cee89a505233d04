//! Playlists from and to files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::file_entry::{FileEntry, PlaylistFile};
use super::{PlaylistError, json, location, m3u};
use crate::models::{Playlist, PlaylistEntry};

/// How a playlist is written to a file.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlaylistFormat {
    /// M3U8, which every player reads: paths, titles and durations.
    #[default]
    M3u8,
    /// JSON with everything the library knows of the playlist, rules included.
    Json,
}

/// How paths stand in a playlist file.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PathStyle {
    /// As the library knows them.
    #[default]
    Absolute,
    /// As seen from the folder the file is going to be in, so that both can move together.
    RelativeTo(String),
}

/// A playlist file to be read.
#[derive(Clone, Debug, Default)]
pub struct PlaylistSource<'a> {
    /// The content. JSON begins with a brace; everything else is an M3U.
    pub bytes: &'a [u8],
    /// The folder of the file, which relative paths start from.
    pub folder: &'a str,
    /// What to call a playlist whose file does not say.
    pub name: &'a str,
}

/// What became of a playlist file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct PlaylistImport {
    /// The new playlist.
    pub playlist: Playlist,
    /// How many entries were found in the library.
    #[ts(type = "number")]
    pub matched: u64,
    /// Entries that are not in the library. They are in the playlist all the same, and get their
    /// track when its file comes into the library.
    pub unresolved: Vec<UnresolvedEntry>,
}

/// An entry of a playlist file that is not in the library.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct UnresolvedEntry {
    /// Its line in an M3U, its number in a JSON file; the first is 1.
    pub place: u32,
    /// Where the file says it is.
    pub location: String,
    /// What the file calls it.
    pub title: Option<String>,
}

/// Reads a file; locations are joined to its folder.
///
/// # Errors
///
/// Fails with [`PlaylistError::InvalidFile`].
pub(crate) fn read(source: &PlaylistSource<'_>) -> Result<PlaylistFile, PlaylistError> {
    let start = source.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source.bytes);
    let is_json = start.trim_ascii_start().starts_with(b"{");
    let mut file = if is_json { json::read(source.bytes)? } else { m3u::read(source.bytes) };
    for entry in &mut file.entries {
        entry.location = location::resolve(source.folder, &entry.location);
    }
    Ok(file)
}

/// Writes a playlist with these entries.
pub(crate) fn write(
    playlist: Playlist,
    entries: Vec<PlaylistEntry>,
    format: PlaylistFormat,
    paths: &PathStyle,
) -> String {
    let entries = entries.into_iter().map(|entry| {
        let location = match paths {
            PathStyle::Absolute => entry.location,
            PathStyle::RelativeTo(folder) => location::relative(folder, &entry.location),
        };
        let place = 0;
        match entry.track {
            Some(track) => FileEntry {
                location,
                title: Some(track.title),
                artist: track.artist,
                album: track.album,
                duration_ms: track.duration_ms,
                place,
            },
            None => FileEntry {
                location,
                title: entry.title,
                duration_ms: entry.duration_ms,
                ..FileEntry::default()
            },
        }
    });
    let file = PlaylistFile {
        name: Some(playlist.name),
        description: playlist.description,
        rules: playlist.rules,
        entries: entries.collect(),
    };
    match format {
        PlaylistFormat::M3u8 => m3u::write(&file),
        PlaylistFormat::Json => json::write(file),
    }
}
