//! The entries of a directory.

use bridge_traits::{DirectoryEntry, EntryKind, FileMetadata, path};
use futures::{StreamExt, stream};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use super::node::describe;
use crate::host::{NodeError, fs_promises, options};

/// How many entries are looked at at once; Node has four threads for files unless told otherwise.
const AT_ONCE: usize = 16;

const OTHER: FileMetadata =
    FileMetadata { kind: EntryKind::Other, length: 0, modified_millis: None };

#[wasm_bindgen]
extern "C" {
    type Dirent;

    // A `Buffer`, as we ask for it.
    #[wasm_bindgen(method, getter)]
    fn name(this: &Dirent) -> Uint8Array;
    #[wasm_bindgen(method, js_name = isSymbolicLink)]
    fn is_link(this: &Dirent) -> bool;
}

/// Every entry, sorted by name.
pub(super) async fn list(directory: &str) -> Result<Vec<DirectoryEntry>, NodeError> {
    let options = options(&[("withFileTypes", true.into()), ("encoding", "buffer".into())]);
    let found: Array = fs_promises::readdir(directory, &options).await?.unchecked_into();
    let described = found.iter().map(|entry| entry_of(directory, entry.unchecked_into()));
    let mut entries: Vec<_> = stream::iter(described).buffer_unordered(AT_ONCE).collect().await;
    entries.sort_by(|a: &DirectoryEntry, b| a.name.cmp(&b.name));
    Ok(entries)
}

async fn entry_of(directory: &str, entry: Dirent) -> DirectoryEntry {
    let name = match String::from_utf8(entry.name().to_vec()) {
        Ok(name) => name,
        Err(error) => {
            let name = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return DirectoryEntry { name, metadata: OTHER };
        }
    };
    let path = path::join(directory, &name);
    // What vanished meanwhile, and a link to nowhere, cannot be read.
    let metadata = fs_promises::stat(&path).await.map_or(OTHER, |found| describe(&found));
    let leads_back = entry.is_link()
        && metadata.kind == EntryKind::Directory
        && leads_back(directory, &path).await;
    DirectoryEntry { name, metadata: if leads_back { OTHER } else { metadata } }
}

/// Whether a link in `directory` leads to a directory that was passed on the way there.
async fn leads_back(directory: &str, link: &str) -> bool {
    let real = async |path: &str| fs_promises::realpath(path).await.ok()?.as_string();
    let Some(target) = real(link).await else { return true };
    let mut passed = directory;
    loop {
        if real(passed).await.as_ref() == Some(&target) {
            return true;
        }
        match path::parent(passed) {
            parent if parent.is_empty() || parent == passed => return false,
            parent => passed = parent,
        }
    }
}
