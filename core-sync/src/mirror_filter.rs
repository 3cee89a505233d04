//! Which of a drive's files are mirrored.

use std::collections::BTreeSet;

use bridge_traits::path;
use core_metadata::{AUDIO_EXTENSIONS, is_audio_path};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use crate::provider::RemoteItem;

/// The largest file that is mirrored where nobody has said otherwise.
const MAX_SIZE: u64 = 4 << 30;

/// Which of a drive's files of music are mirrored: by their extensions and their sizes. Without
/// anything said, it is every file of music up to 4 GiB.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, TS)]
pub struct MirrorFilter {
    /// The extensions that are mirrored, in lower case and without the dot; all for none.
    include: Vec<String>,
    /// The extensions that are not, out of those.
    exclude: Vec<String>,
    /// The size in bytes of the largest file that is mirrored; 4 GiB for none.
    #[ts(type = "number | null")]
    max_size: Option<u64>,
}

/// Why a filter is none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// No file with this extension is mirrored in any case. Leave it out, or correct it.
    #[error("{extension:?} is not among the extensions that can be mirrored: {}", AUDIO_EXTENSIONS.join(", "))]
    UnknownExtension {
        /// The extension.
        extension: String,
    },
    /// No file would be mirrored. Include an extension that is not excluded, and allow a size above
    /// nothing; to mirror nothing at all, remove the account.
    #[error("no file would be mirrored: include more, exclude less, or remove the account")]
    NothingPasses,
}

impl MirrorFilter {
    /// A filter of these extensions, with or without a dot and in any case: those that are mirrored,
    /// all for none, and those that are not out of them. Files above `max_size` bytes are not
    /// mirrored either.
    ///
    /// # Errors
    ///
    /// Any of [`FilterError`].
    pub fn new<T: AsRef<str>>(
        include: &[T],
        exclude: &[T],
        max_size: Option<u64>,
    ) -> Result<Self, FilterError> {
        let (include, exclude) = (extensions(include)?, extensions(exclude)?);
        let filter = Self { include, exclude, max_size };
        let passes_any = AUDIO_EXTENSIONS.into_iter().any(|extension| filter.takes(extension));
        if !passes_any || max_size == Some(0) {
            return Err(FilterError::NothingPasses);
        }
        Ok(filter)
    }

    /// The extensions that are mirrored; all for none.
    pub fn include(&self) -> &[String] {
        &self.include
    }

    /// The extensions that are not, out of those.
    pub fn exclude(&self) -> &[String] {
        &self.exclude
    }

    /// The size in bytes of the largest file that is mirrored.
    pub fn max_size(&self) -> u64 {
        self.max_size.unwrap_or(MAX_SIZE)
    }

    /// Why a file is not mirrored; `None` if it is.
    pub(crate) fn refusal(&self, file: &RemoteItem) -> Option<&'static str> {
        if !is_audio_path(&file.name) {
            return Some("no longer a file of music");
        }
        if !self.takes(&path::extension(&file.name)) {
            return Some("the account's filter leaves out its extension");
        }
        let is_too_large = file.size.is_some_and(|size| size > self.max_size());
        is_too_large.then_some("larger than the account's filter allows")
    }

    /// The filter as text, which differs whenever it does; `None` where nobody has said anything.
    pub(crate) fn to_text(&self) -> Option<String> {
        if *self == Self::default() {
            return None;
        }
        let Self { include, exclude, .. } = self;
        Some(format!("+{} -{} {}", include.join(","), exclude.join(","), self.max_size()))
    }

    fn takes(&self, extension: &str) -> bool {
        let is_in = |extensions: &[String]| extensions.iter().any(|it| it == extension);
        (self.include.is_empty() || is_in(&self.include)) && !is_in(&self.exclude)
    }
}

impl<'de> Deserialize<'de> for MirrorFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Unchecked { include, exclude, max_size } = Unchecked::deserialize(deserializer)?;
        Self::new(&include, &exclude, max_size).map_err(D::Error::custom)
    }
}

/// A filter as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    max_size: Option<u64>,
}

/// Extensions in one spelling, each once.
fn extensions<T: AsRef<str>>(named: &[T]) -> Result<Vec<String>, FilterError> {
    let mut extensions = BTreeSet::new();
    for named in named {
        let extension = named.as_ref().trim().trim_start_matches('.').to_lowercase();
        if !AUDIO_EXTENSIONS.contains(&&*extension) {
            return Err(FilterError::UnknownExtension { extension: named.as_ref().to_owned() });
        }
        extensions.insert(extension);
    }
    Ok(extensions.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64) -> RemoteItem {
        RemoteItem { size: Some(size), ..RemoteItem::file("id", "root", name) }
    }

    #[test]
    fn files_pass_by_extension_and_size() {
        let all = MirrorFilter::default();
        let lossy = MirrorFilter::new(&[".MP3", "ogg", "mp3"], &["ogg"], Some(100)).unwrap();
        assert_eq!(
            (lossy.include(), lossy.exclude()),
            (&["mp3", "ogg"].map(String::from)[..], &["ogg".to_owned()][..])
        );
        for (name, size, by_all, by_lossy) in [
            ("a.MP3", 100, true, true),
            ("a.mp3", 101, true, false),
            ("a.ogg", 1, true, false),
            ("a.flac", 1, true, false),
            ("a.txt", 1, false, false),
            (".a.mp3", 1, false, false),
            ("a.mp3", 4 << 30, true, false),
            ("a.mp3", (4 << 30) + 1, false, false),
        ] {
            let file = file(name, size);
            let passed = [&all, &lossy].map(|filter| filter.refusal(&file).is_none());
            assert_eq!(passed, [by_all, by_lossy], "{name} of {size}");
        }
        let of_unknown_size = RemoteItem::file("id", "root", "a.mp3");
        assert_eq!(lossy.refusal(&of_unknown_size), None);
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let unknown = FilterError::UnknownExtension { extension: "wma".to_owned() };
        assert_eq!(MirrorFilter::new(&["mp3", "wma"], &[], None), Err(unknown));
        for (include, exclude, max_size) in [
            (&["mp3"][..], &["mp3"][..], None),
            (&[], &AUDIO_EXTENSIONS[..], None),
            (&[], &[], Some(0)),
        ] {
            let filter = MirrorFilter::new(include, exclude, max_size);
            assert_eq!(filter, Err(FilterError::NothingPasses));
        }
    }

    #[test]
    fn filters_are_written_as_they_are_read() {
        let filter = MirrorFilter::new(&["mp3"], &[], Some(7)).unwrap();
        let text = serde_json::to_string(&filter).unwrap();
        assert_eq!(text, r#"{"include":["mp3"],"exclude":[],"max_size":7}"#);
        assert_eq!(serde_json::from_str::<MirrorFilter>(&text).unwrap(), filter);
        let default: MirrorFilter = serde_json::from_str("{}").unwrap();
        assert_eq!((default.to_text(), default), (None, MirrorFilter::default()));
        for wrong in [r#"{"include":["exe"]}"#, r#"{"max_size":0}"#, r#"{"max":1}"#] {
            serde_json::from_str::<MirrorFilter>(wrong).unwrap_err();
        }
    }
}
