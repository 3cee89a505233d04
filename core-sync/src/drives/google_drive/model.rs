//! What Google Drive answers.

use serde::Deserialize;

use crate::drives::time::millis;
use crate::provider::{RemoteChange, RemoteItem, RemoteKind};

pub(super) const FOLDER: &str = "application/vnd.google-apps.folder";
pub(super) const SHORTCUT: &str = "application/vnd.google-apps.shortcut";

/// What Drive may take music for, by how the name of the type begins. That depends on who uploaded
/// it, so the file's own name decides in the end. Lists are asked for these, and of changes nothing
/// else is taken: what only one of the two named would come and go.
const BEGINNINGS: [&str; 2] = ["audio/", "video/"];
/// The same, by the whole name.
const TYPES: [&str; 7] = [
    "application/ogg",
    "application/octet-stream",
    "application/flac",
    "application/x-flac",
    "application/mp4",
    FOLDER,
    SHORTCUT,
];

/// The condition for files that a list names.
pub(super) fn wanted() -> String {
    let beginnings = BEGINNINGS.iter().map(|part| format!("mimeType contains '{part}'"));
    let types = TYPES.iter().map(|name| format!("mimeType='{name}'"));
    let any: Vec<_> = beginnings.chain(types).collect();
    format!("trashed=false and ({})", any.join(" or "))
}

/// The fields of a file that are asked for.
pub(super) const FIELDS: &str = "id,name,mimeType,parents,size,modifiedTime,md5Checksum,\
    headRevisionId,trashed,resourceKey,shortcutDetails(targetId,targetMimeType,targetResourceKey)";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartToken {
    pub(super) start_page_token: String,
}

/// A file of which only the id was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilePage {
    pub(super) next_page_token: Option<String>,
    #[serde(default)]
    pub(super) incomplete_search: bool,
    pub(super) files: Vec<File>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangePage {
    pub(super) next_page_token: Option<String>,
    pub(super) new_start_page_token: Option<String>,
    pub(super) changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    #[serde(default)]
    change_type: Option<String>,
    file_id: Option<String>,
    #[serde(default)]
    removed: bool,
    file: Option<File>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    id: String,
    name: String,
    mime_type: String,
    #[serde(default)]
    parents: Vec<String>,
    /// A number as text: 64 bits do not fit into the numbers of JavaScript.
    size: Option<String>,
    modified_time: Option<String>,
    md5_checksum: Option<String>,
    head_revision_id: Option<String>,
    #[serde(default)]
    trashed: bool,
    resource_key: Option<String>,
    shortcut_details: Option<Shortcut>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shortcut {
    target_id: String,
    target_mime_type: String,
    target_resource_key: Option<String>,
}

impl File {
    pub(super) fn into_change(self) -> RemoteChange {
        let mime_type = self.mime_type.as_str();
        let is_wanted =
            BEGINNINGS.iter().any(|part| mime_type.starts_with(part)) || TYPES.contains(&mime_type);
        if self.trashed || !is_wanted {
            return RemoteChange::Removed { id: self.id };
        }
        let kind = match mime_type {
            FOLDER => RemoteKind::Folder,
            _ => RemoteKind::File,
        };
        let with_key = |id: &str, key: Option<String>| match key {
            Some(key) => format!("{id}/{key}"),
            None => id.to_owned(),
        };
        // A folder behind a shortcut is not followed: it is mirrored where it is.
        let target = match self.shortcut_details {
            Some(details) if details.target_mime_type != FOLDER => {
                Some(with_key(&details.target_id, details.target_resource_key))
            }
            Some(_) => None,
            None => self.resource_key.map(|key| with_key(&self.id, Some(key))),
        };
        RemoteChange::Upsert(RemoteItem {
            parent: self.parents.into_iter().next(),
            name: self.name,
            kind,
            size: self.size.and_then(|size| size.parse().ok()),
            modified_millis: self.modified_time.as_deref().and_then(millis),
            revision: self.head_revision_id,
            hash: self.md5_checksum.map(|md5| format!("md5:{md5}")),
            target,
            id: self.id,
        })
    }
}

impl Change {
    /// What it means for files; `None` for changes of shared drives themselves.
    pub(super) fn into_change(self) -> Option<RemoteChange> {
        if self.change_type.is_some_and(|kind| kind != "file") {
            return None;
        }
        match (self.removed, self.file, self.file_id) {
            (false, Some(file), _) => Some(file.into_change()),
            (_, _, Some(id)) => Some(RemoteChange::Removed { id }),
            _ => None,
        }
    }
}
