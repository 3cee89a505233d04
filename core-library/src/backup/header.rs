//! The first and the last line of a file, and what is said about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{Collection, FieldKind, ReadAt};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the files say they are.
pub(super) const FORMAT: &str = "music-platform-library";

/// The newest version of the format that is understood.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    /// In milliseconds since the Unix epoch.
    pub(super) created_at: u64,
    /// The last migration of each component.
    pub(super) components: BTreeMap<String, u32>,
    pub(super) collections: Vec<Table>,
}

/// A collection as the file has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) fields: Vec<Column>,
}

/// A field as the file has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
}

/// What a field holds, by the names in files.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ColumnKind {
    Boolean,
    Integer,
    Real,
    Text,
    Bytes,
    Tokens,
    /// A kind that this release does not know.
    #[serde(other)]
    Unknown,
}

/// The last line.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Trailer {
    /// How many records there are, by collection.
    pub(super) end: BTreeMap<String, u64>,
    /// The XXH3 hash (128 bits, hexadecimal) of everything before this line.
    pub(super) xxh3: String,
}

impl Table {
    pub(super) fn new(collection: &Collection) -> Self {
        let fields = collection
            .fields
            .iter()
            .map(|field| Column { name: field.name.clone(), kind: ColumnKind::from(field.kind) });
        Self { name: collection.name.clone(), fields: fields.collect() }
    }
}

impl From<FieldKind> for ColumnKind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Integer => Self::Integer,
            FieldKind::Real => Self::Real,
            FieldKind::Text => Self::Text,
            FieldKind::Bytes => Self::Bytes,
            FieldKind::Tokens => Self::Tokens,
            _ => Self::Unknown,
        }
    }
}

/// How a library is read from a file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportMode {
    /// What the user did in the file is added to what is here: edits, playlists, plays, ratings and
    /// favourites. Nothing that is here is lost, and a second time adds nothing. Tracks come from
    /// files, so scan those first; playlists and history keep what is not here.
    Merge,
    /// What is in the file takes the place of what is here.
    Replace {
        /// Where to put a copy of what is here, in case it is wanted back.
        safety_copy: Option<String>,
    },
}

/// An open file to read a library from: one that the host's files do not have, such as one that the
/// user has just chosen.
#[derive(Clone, Debug)]
pub struct LibraryFile {
    /// What the user knows it by.
    pub name: String,
    /// What is in it.
    pub content: Arc<dyn ReadAt>,
}

/// A library that was written to a file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct ExportReport {
    /// Where it is.
    pub path: String,
    /// How many records it has, of all collections.
    #[ts(type = "number")]
    pub records: u64,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What reading a library from a file did.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct ImportReport {
    /// When the file was written, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub written_at: u64,
    /// How many tracks the file has.
    #[ts(type = "number")]
    pub tracks: u64,
    /// How many of them are in the library now. The others have no file here that is known: scan
    /// it, and merge again.
    #[ts(type = "number")]
    pub matched: u64,
    /// How many tracks have got values that were edited in the file.
    #[ts(type = "number")]
    pub edited: u64,
    /// How many playlists came with it.
    #[ts(type = "number")]
    pub playlists: u64,
    /// How many entries of the play history came with it.
    #[ts(type = "number")]
    pub plays: u64,
}
