//! Recognises known tracks in other places.

use std::collections::{HashMap, HashSet};

use bridge_traits::path;
use core_library::{FileChange, KnownFile, ScannedFile};

/// Tracks whose file is not where it was, by what the file was.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    missing: HashMap<(String, u64), Vec<KnownFile>>,
    found: HashSet<String>,
}

impl Matcher {
    /// Notes that `known` is not where it was: the file vanished, or another one took its place.
    pub(super) fn miss(&mut self, known: KnownFile) {
        self.missing.entry((known.signature.clone(), known.size)).or_default().push(known);
    }

    /// How many tracks are missed.
    pub(super) fn missing(&self) -> u64 {
        self.missing.values().map(|equals| equals.len() as u64).sum()
    }

    /// The track that `file` belongs to, if it is one that is missed. Each is found once; among
    /// equal files one of the same name comes first.
    pub(super) fn find(&mut self, file: &ScannedFile) -> Option<KnownFile> {
        let equals = self.missing.get_mut(&(file.signature.clone(), file.size))?;
        let name = path::file_name(&file.path);
        let same_name = |known: &KnownFile| path::file_name(&known.path) == name;
        let at = equals.iter().position(same_name).unwrap_or(0);
        if at >= equals.len() {
            return None;
        }
        let known = equals.remove(at);
        self.found.insert(known.track_id.clone());
        Some(known)
    }

    /// The change that a file at a new path makes.
    pub(super) fn resolve_new(&mut self, file: ScannedFile) -> FileChange {
        match self.find(&file) {
            Some(known) => FileChange::Move { track_id: known.track_id, file },
            None => FileChange::Add(file),
        }
    }

    fn was_found(&self, known: &KnownFile) -> bool {
        self.found.contains(&known.track_id)
    }

    /// The changes that files at known paths make which hold something else now, after every new
    /// file was resolved. Where tracks trade places all of it must happen at once: such changes
    /// come first, apart from the others.
    pub(super) fn resolve_changed(
        &mut self,
        changed: Vec<(KnownFile, ScannedFile)>,
    ) -> (Vec<FileChange>, Vec<FileChange>) {
        let mut together = Vec::new();
        let mut rest = Vec::new();
        let mut others = Vec::new();
        for (known, file) in changed {
            if known.signature == file.signature {
                rest.push(FileChange::Update { track_id: known.track_id, file });
                continue;
            }
            match self.find(&file) {
                Some(mover) => {
                    together.push(FileChange::Move { track_id: mover.track_id, file });
                    others.push((known, None));
                }
                None => others.push((known, Some(file))),
            }
        }
        for (known, file) in others {
            match (self.was_found(&known), file) {
                // It moved on, and its place was taken by a track that had moved as well.
                (true, None) => {}
                (true, Some(file)) => together.push(FileChange::Add(file)),
                (false, None) => {
                    self.found.insert(known.track_id.clone());
                    together.push(FileChange::Remove { track_id: known.track_id });
                }
                (false, Some(file)) => {
                    self.found.insert(known.track_id.clone());
                    rest.push(FileChange::Update { track_id: known.track_id, file });
                }
            }
        }
        (together, rest)
    }

    /// The tracks that were not found anywhere, in the order of their ids, copies before what they
    /// are copies of.
    pub(super) fn remove_missing(self) -> Vec<FileChange> {
        let Self { missing, found } = self;
        let mut ids: Vec<_> = missing
            .into_values()
            .flatten()
            .map(|known| (!known.is_copy, known.track_id))
            .filter(|(_, id)| !found.contains(id))
            .collect();
        ids.sort();
        ids.into_iter().map(|(_, track_id)| FileChange::Remove { track_id }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(path: &str, signature: &str) -> KnownFile {
        KnownFile {
            path: path.into(),
            size: 1,
            modified_millis: None,
            signature: signature.into(),
            track_id: format!("track of {path}"),
            is_copy: false,
        }
    }

    fn file(path: &str, signature: &str) -> ScannedFile {
        ScannedFile {
            path: path.into(),
            size: 1,
            signature: signature.into(),
            ..ScannedFile::default()
        }
    }

    fn describe(changes: &[FileChange]) -> Vec<String> {
        changes
            .iter()
            .map(|change| match change {
                FileChange::Add(file) => format!("add {}", file.path),
                FileChange::Update { track_id, .. } => format!("update {track_id}"),
                FileChange::Move { track_id, file } => format!("move {track_id} to {}", file.path),
                FileChange::Remove { track_id } => format!("remove {track_id}"),
            })
            .collect()
    }

    #[test]
    fn equal_files_are_matched_one_to_one_and_by_name_first() {
        let mut matcher = Matcher::default();
        matcher.miss(known("old/a", "S"));
        matcher.miss(known("old/b", "S"));
        let changes = [
            matcher.resolve_new(file("new/b", "S")),
            matcher.resolve_new(file("new/c", "S")),
            matcher.resolve_new(file("new/d", "S")),
        ];
        assert_eq!(
            describe(&changes),
            ["move track of old/b to new/b", "move track of old/a to new/c", "add new/d"]
        );
        assert!(matcher.remove_missing().is_empty());
    }

    #[test]
    fn tracks_that_trade_places_move() {
        let mut matcher = Matcher::default();
        matcher.miss(known("a", "A"));
        matcher.miss(known("b", "B"));
        let changed = vec![(known("a", "A"), file("a", "B")), (known("b", "B"), file("b", "A"))];
        let (together, rest) = matcher.resolve_changed(changed);
        assert_eq!(describe(&together), ["move track of b to a", "move track of a to b"]);
        assert!(rest.is_empty() && matcher.remove_missing().is_empty());
    }

    #[test]
    fn a_file_moved_over_another_keeps_its_track() {
        let mut matcher = Matcher::default();
        matcher.miss(known("a", "A"));
        matcher.miss(known("b", "B"));
        let (together, rest) = matcher.resolve_changed(vec![(known("b", "B"), file("b", "A"))]);
        assert_eq!(describe(&together), ["move track of a to b", "remove track of b"]);
        assert!(rest.is_empty() && matcher.remove_missing().is_empty());
    }

    #[test]
    fn a_new_file_in_the_place_of_a_moved_one_is_added() {
        let mut matcher = Matcher::default();
        matcher.miss(known("a", "A"));
        assert_eq!(
            describe(&[matcher.resolve_new(file("elsewhere", "A"))]),
            ["move track of a to elsewhere"]
        );
        let (together, rest) = matcher.resolve_changed(vec![(known("a", "A"), file("a", "N"))]);
        assert_eq!(describe(&together), ["add a"]);
        assert!(rest.is_empty() && matcher.remove_missing().is_empty());
    }

    #[test]
    fn retagged_files_are_updated() {
        let mut matcher = Matcher::default();
        matcher.miss(known("a", "A"));
        matcher.miss(known("gone", "G"));
        let (together, rest) = matcher.resolve_changed(vec![(known("a", "A"), file("a", "A2"))]);
        assert!(together.is_empty());
        assert_eq!(describe(&rest), ["update track of a"]);
        assert_eq!(describe(&matcher.remove_missing()), ["remove track of gone"]);
    }
}
