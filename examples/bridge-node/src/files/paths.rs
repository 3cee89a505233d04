//! From the core's paths to those of the operating system.

use bridge_traits::{BridgeError, ErrorKind, Result};

use crate::host::is_windows;

/// The directory a file system works below.
#[derive(Clone, Debug)]
pub(super) enum Root {
    /// Every path is absolute.
    None,
    /// Every path is relative to this directory.
    Directory(String),
}

impl Root {
    /// The path of the operating system for one of ours. Node takes `/` on Windows, too.
    pub(super) fn resolve(&self, path: &str, operation: &'static str) -> Result<String> {
        let refuse = |why: &str| {
            Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail(format!("{path:?} {why}")))
        };
        let (root, rest) = match self {
            Self::Directory(root) => (root.as_str(), path.strip_prefix('/').unwrap_or(path)),
            Self::None => match split_root(path) {
                Some(parts) => parts,
                None => return refuse("is not absolute"),
            },
        };
        if rest.is_empty() {
            return Ok(root.to_owned());
        }
        if !rest.split('/').all(is_name) {
            return refuse("has a part that is not a name");
        }
        Ok(bridge_traits::path::join(root, rest))
    }
}

/// The root of an absolute path, and what follows it: `/music`, on Windows `C:/Music`.
fn split_root(path: &str) -> Option<(&str, &str)> {
    let root = match path.as_bytes() {
        [b'/', ..] if !is_windows() => 1,
        [drive, b':', b'/', ..] if is_windows() && drive.is_ascii_alphabetic() => 3,
        _ => return None,
    };
    Some(path.split_at(root))
}

fn is_name(part: &str) -> bool {
    let is_special = matches!(part, "" | "." | "..") || part.contains('\0');
    // There a backslash separates names, and a colon names a drive or a stream.
    let is_several = is_windows() && part.contains(['\\', ':']);
    !is_special && !is_several
}
