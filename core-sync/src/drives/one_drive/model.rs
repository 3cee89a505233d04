//! What Microsoft Graph answers.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::drives::time::millis;
use crate::provider::{ProviderError, RemoteChange, RemoteItem, RemoteKind};

/// The properties of an item that are asked for.
pub(super) const PROPERTIES: &str = "id,name,size,eTag,cTag,parentReference,fileSystemInfo,\
    lastModifiedDateTime,file,folder,package,root,deleted,remoteItem";

#[derive(Debug, Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    pub(super) value: Vec<Item>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(super) delta: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    /// Empty in what is no item.
    #[serde(default)]
    pub(super) id: String,
    /// Left out where an item was deleted.
    name: Option<String>,
    size: Option<u64>,
    /// Changes whenever anything does.
    e_tag: Option<String>,
    /// Changes whenever the content does. Organisations' drives leave it out of deltas.
    c_tag: Option<String>,
    parent_reference: Option<Parent>,
    file_system_info: Option<FileTimes>,
    last_modified_date_time: Option<String>,
    file: Option<FileFacet>,
    pub(super) folder: Option<IgnoredAny>,
    /// A notebook or the like: neither a file nor a folder.
    package: Option<IgnoredAny>,
    pub(super) root: Option<IgnoredAny>,
    deleted: Option<IgnoredAny>,
    /// What is shared from another drive.
    remote_item: Option<RemoteFacet>,
    #[serde(rename = "@microsoft.graph.downloadUrl")]
    pub(super) download_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parent {
    id: Option<String>,
    drive_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileTimes {
    last_modified_date_time: Option<String>,
}

#[derive(Deserialize)]
struct FileFacet {
    hashes: Option<Hashes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hashes {
    quick_xor_hash: Option<String>,
    sha256_hash: Option<String>,
    sha1_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoteFacet {
    id: String,
    size: Option<u64>,
    parent_reference: Option<Parent>,
    file: Option<FileFacet>,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Whoever has the address of the content can read it.
        f.debug_struct("Item").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Item {
    /// What it means for files; `None` for what is neither a file nor a folder of this drive.
    pub(super) fn into_change(mut self) -> Result<Option<RemoteChange>, ProviderError> {
        if self.id.is_empty() {
            return Err(ProviderError::Protocol("an item has no id"));
        }
        if self.deleted.is_some() {
            return Ok(Some(RemoteChange::Removed { id: self.id }));
        }
        // What the root holds is at the top: it has no name that would show in a place.
        if self.root.is_some() || self.package.is_some() {
            return Ok(None);
        }
        let mut target = None;
        if let Some(shared) = self.remote_item.take() {
            // A folder of another drive is not followed: this drive's changes say nothing of it.
            let Some(file) = shared.file else { return Ok(None) };
            let drive = shared.parent_reference.and_then(|parent| parent.drive_id);
            let Some(drive) = drive else { return Ok(None) };
            target = Some(format!("{drive}/{}", shared.id));
            self.size = shared.size.or(self.size);
            self.file = Some(file);
        }
        let kind = match (&self.folder, &self.file) {
            (Some(_), _) => RemoteKind::Folder,
            (None, Some(_)) => RemoteKind::File,
            (None, None) => return Ok(None),
        };
        let (revision, hash) = match kind {
            RemoteKind::Folder => (None, None),
            RemoteKind::File => (self.revision(), self.hash()),
        };
        let name = self.name.ok_or(ProviderError::Protocol("an item has no name"))?;
        let modified = self.file_system_info.and_then(|times| times.last_modified_date_time);
        let modified = modified.or(self.last_modified_date_time);
        Ok(Some(RemoteChange::Upsert(RemoteItem {
            parent: self.parent_reference.and_then(|parent| parent.id),
            name,
            kind,
            size: self.size,
            modified_millis: modified.as_deref().and_then(millis),
            revision,
            hash,
            target,
            id: self.id,
        })))
    }

    /// Whether its content is the one that `item` has, as far as both say.
    pub(super) fn is_content_of(&self, item: &RemoteItem) -> bool {
        let agree = |ours: Option<String>, theirs: Option<&String>| match (&ours, theirs) {
            (Some(ours), Some(theirs)) => ours == theirs || kind(ours) != kind(theirs),
            _ => true,
        };
        agree(self.revision(), item.revision.as_ref())
            && agree(self.hash(), item.hash.as_ref())
            && self.size.zip(item.size).is_none_or(|(ours, theirs)| ours == theirs)
    }

    /// What changes with the content. Where nothing does, what changes with anything.
    fn revision(&self) -> Option<String> {
        match (&self.c_tag, &self.e_tag) {
            (Some(tag), _) => Some(format!("c:{tag}")),
            (None, Some(tag)) if self.hash().is_none() => Some(format!("e:{tag}")),
            (None, _) => None,
        }
    }

    /// The checksum that most drives have, so that files of two drives can be compared.
    fn hash(&self) -> Option<String> {
        let hashes = self.file.as_ref()?.hashes.as_ref()?;
        let named = |name: &str, hash: &Option<String>| {
            Some(format!("{name}:{}", hash.as_ref().filter(|hash| !hash.is_empty())?))
        };
        named("quickxor", &hashes.quick_xor_hash)
            .or_else(|| named("sha256", &hashes.sha256_hash))
            .or_else(|| named("sha1", &hashes.sha1_hash))
    }
}

/// What kind of revision or checksum it is.
fn kind(text: &str) -> Option<&str> {
    Some(text.split_once(':')?.0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn change(item: Value) -> Option<RemoteChange> {
        let item: Item = serde_json::from_value(item).expect("it is an item");
        item.into_change().expect("it can be understood")
    }

    fn file(item: Value) -> RemoteItem {
        match change(item) {
            Some(RemoteChange::Upsert(item)) => item,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_file_and_no_folder_is_left_out() {
        for other in [
            json!({ "id": "1", "name": "root", "root": {}, "folder": {} }),
            json!({ "id": "1", "name": "Notes", "package": { "type": "oneNote" } }),
            json!({ "id": "1", "name": "Shared", "remoteItem": { "id": "9", "folder": {} } }),
            json!({ "id": "1", "name": "?" }),
        ] {
            assert_eq!(change(other.clone()), None, "{other}");
        }
        let deleted = change(json!({ "id": "1", "deleted": {}, "file": {} }));
        assert_eq!(deleted, Some(RemoteChange::Removed { id: "1".to_owned() }));
    }

    #[test]
    fn organisations_leave_content_tags_out_and_renames_are_no_new_content() {
        let hashes = json!({ "hashes": { "quickXorHash": "q", "sha1Hash": "s" } });
        let item = |tag: &str| {
            file(json!({ "id": "1", "name": "a.mp3", "size": 3, "eTag": tag, "file": hashes }))
        };
        assert_eq!(item("1").revision, item("2").revision);
        assert_eq!(item("1").hash.as_deref(), Some("quickxor:q"));
        let bare = |tag: &str| file(json!({ "id": "1", "name": "a", "eTag": tag, "file": {} }));
        assert_ne!(bare("1").revision, bare("2").revision);
        // Asked for alone, an item says more of itself than in a delta.
        let alone = json!({ "id": "1", "size": 3, "eTag": "2", "cTag": "c", "file": hashes });
        let alone: Item = serde_json::from_value(alone).expect("it is an item");
        assert!(alone.is_content_of(&item("1")) && alone.is_content_of(&bare("1")));
        assert!(!alone.is_content_of(&RemoteItem { size: Some(4), ..item("1") }));
        let other = RemoteItem { hash: Some("quickxor:r".to_owned()), ..item("1") };
        assert!(!alone.is_content_of(&other));
    }

    #[test]
    fn shared_files_are_read_where_they_are() {
        let shared = file(json!({
            "id": "1", "name": "a.mp3",
            "remoteItem": {
                "id": "9", "size": 5, "file": {}, "parentReference": { "driveId": "d2" },
            },
        }));
        assert_eq!((shared.target.as_deref(), shared.size), (Some("d2/9"), Some(5)));
    }
}
