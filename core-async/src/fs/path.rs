//! From the paths of programs to the paths of file systems.

use std::borrow::Cow;
use std::io;
use std::path::{MAIN_SEPARATOR_STR, Path};

/// Returns `path` as UTF-8 with `/` between the parts.
pub(super) fn to_str(path: &Path) -> io::Result<Cow<'_, str>> {
    let text = path.to_str().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the path is not valid UTF-8")
    })?;
    if MAIN_SEPARATOR_STR == "/" {
        Ok(Cow::Borrowed(text))
    } else {
        Ok(Cow::Owned(text.replace(MAIN_SEPARATOR_STR, "/")))
    }
}

/// Returns the directory that `path` is in; `None` at the top.
pub(super) fn parent(path: &str) -> Option<&str> {
    let (parent, _) = path.trim_end_matches('/').rsplit_once('/')?;
    let parent = parent.trim_end_matches('/');
    (!parent.is_empty()).then_some(parent)
}

/// Returns `name` in `directory`.
pub(super) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        directory => format!("{}/{name}", directory.trim_end_matches('/')),
    }
}
