//! Lists the audio files below a folder.

use std::collections::HashMap;

use bridge_traits::{DirectoryEntry, EntryKind, FileSystemAccess, path};
use core_async::sync::CancellationToken;
use xxhash_rust::xxh3::Xxh3;

use super::FailedFile;
use crate::{MetadataError, is_audio_path};

/// How deep folders may be nested.
const DEEPEST: usize = 64;

/// How many folders one walk visits: with links in circles there is no other end.
const MOST_FOLDERS: usize = 200_000;

/// A file that may hold audio.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Candidate {
    pub(super) path: String,
    pub(super) size: u64,
    /// When it, or the lyrics beside it, were last changed: both lead to a new reading.
    pub(super) modified_millis: Option<u64>,
    /// The lyrics that lie beside it.
    pub(super) lyrics: Option<String>,
}

impl Candidate {
    /// Takes note of the lyrics of the same name, if there are any.
    fn with_lyrics(mut self, lyrics: &HashMap<String, DirectoryEntry>, folder: &str) -> Self {
        let name = stem(path::file_name(&self.path)).to_lowercase();
        if let Some(entry) = lyrics.get(&name) {
            self.modified_millis = self.modified_millis.max(entry.metadata.modified_millis);
            self.lyrics = Some(path::join(folder, &entry.name));
        }
        self
    }
}

/// The name of a file without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The files, folder by folder, each in the order of names.
    pub(super) files: Vec<Candidate>,
    /// The folders that could not be listed. Nothing is known of what is below them.
    pub(super) unknown: Vec<String>,
    pub(super) failed: Vec<FailedFile>,
}

/// How many folders in a row may look like one above them before they are taken for a circle.
/// `Band/Band` is common, and folders that were made together have the same times.
const MOST_REPEATS: u8 = 4;

struct Folder {
    path: String,
    // What the folders above this one hold, to notice links that lead back up.
    above: Vec<u128>,
    repeats: u8,
}

impl Walk {
    /// Walks everything at or below `root`.
    pub(super) async fn run(
        files: &dyn FileSystemAccess,
        root: &str,
        cancel: &CancellationToken,
    ) -> Self {
        let mut walk = Self::default();
        if !root.is_empty() && walk.take_file(files, root).await {
            return walk;
        }
        let mut folders = vec![Folder { path: root.to_owned(), above: Vec::new(), repeats: 0 }];
        let mut visited = 0;
        while let Some(folder) = folders.pop() {
            visited += 1;
            if cancel.is_cancelled() {
                walk.unknown.push(folder.path);
            } else if visited > MOST_FOLDERS || folder.above.len() >= DEEPEST {
                walk.fail(folder.path, "folders are nested too deeply here");
            } else {
                match files.list(&folder.path).await {
                    Ok(entries) => walk.take_entries(&folder, entries, &mut folders),
                    Err(error) => {
                        let error = MetadataError::Read(error);
                        let failed = FailedFile::new(folder.path.clone(), &error);
                        let message = failed.error.replace("the file", "the folder");
                        walk.fail(folder.path, &message);
                    }
                }
            }
        }
        walk
    }

    /// Takes the root itself, if it is a file.
    async fn take_file(&mut self, files: &dyn FileSystemAccess, root: &str) -> bool {
        match files.metadata(root).await {
            Ok(metadata) if metadata.kind == EntryKind::File => {
                self.files.push(Candidate {
                    path: root.to_owned(),
                    size: metadata.length,
                    modified_millis: metadata.modified_millis,
                    lyrics: None,
                });
                true
            }
            // What is wrong with a folder shows when it is listed.
            _ => false,
        }
    }

    fn take_entries(
        &mut self,
        folder: &Folder,
        entries: Vec<DirectoryEntry>,
        folders: &mut Vec<Folder>,
    ) {
        let content = fingerprint(&entries);
        let mut repeats = 0;
        if folder.above.contains(&content) {
            repeats = folder.repeats + 1;
            // A folder that holds files, down to their times, exists once.
            let is_certain = entries.iter().any(|entry| entry.metadata.kind == EntryKind::File);
            if is_certain || repeats >= MOST_REPEATS {
                return;
            }
        }
        let is_lyrics = |entry: &&DirectoryEntry| {
            entry.metadata.kind == EntryKind::File && path::extension(&entry.name) == "lrc"
        };
        let lyrics: HashMap<String, DirectoryEntry> = entries
            .iter()
            .filter(is_lyrics)
            .map(|entry| (stem(&entry.name).to_lowercase(), entry.clone()))
            .collect();
        let mut below = Vec::new();
        for entry in entries {
            if entry.name.starts_with('.') {
                continue;
            }
            let path = path::join(&folder.path, &entry.name);
            match entry.metadata.kind {
                EntryKind::File if is_audio_path(&path) => {
                    let candidate = Candidate {
                        path,
                        size: entry.metadata.length,
                        modified_millis: entry.metadata.modified_millis,
                        lyrics: None,
                    };
                    self.files.push(candidate.with_lyrics(&lyrics, &folder.path));
                }
                EntryKind::Directory => {
                    let above = folder.above.iter().copied().chain([content]).collect();
                    below.push(Folder { path, above, repeats });
                }
                EntryKind::Other if is_audio_path(&path) => self.fail(
                    path,
                    "this is no readable file: a broken link, a device, or a name that is not UTF-8",
                ),
                _ => {}
            }
        }
        // The last one is taken first.
        folders.extend(below.into_iter().rev());
    }

    fn fail(&mut self, folder: String, error: &str) {
        self.failed.push(FailedFile { path: folder.clone(), error: error.to_owned() });
        self.unknown.push(folder);
    }

    /// Whether it is known what is at `file`.
    pub(super) fn knows(&self, file: &str) -> bool {
        !self.unknown.iter().any(|folder| path::is_within(file, folder))
    }
}

/// What a folder holds, as a number. A folder with the content of one above it, down to the times,
/// is most likely that folder, reached through a link.
fn fingerprint(entries: &[DirectoryEntry]) -> u128 {
    let mut hasher = Xxh3::new();
    for entry in entries {
        hasher.update(entry.name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&entry.metadata.length.to_le_bytes());
        hasher.update(&entry.metadata.modified_millis.unwrap_or(u64::MAX).to_le_bytes());
    }
    hasher.digest128()
}
