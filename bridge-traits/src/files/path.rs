//! Paths: UTF-8, `/` between the parts, on every platform.

/// The last part of `path`.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The last part of `path` without its extension.
pub fn file_stem(path: &str) -> &str {
    let name = file_name(path);
    match name.rfind('.') {
        Some(0) | None => name,
        Some(dot) => &name[..dot],
    }
}

/// The extension of `path` in lower case; empty without one.
pub fn extension(path: &str) -> String {
    let name = file_name(path);
    match name.rfind('.') {
        Some(0) | None => String::new(),
        Some(dot) => name[dot + 1..].to_lowercase(),
    }
}

/// Everything before the last part; empty at the top.
pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(slash) => &path[..slash],
        None => "",
    }
}

/// `name` below `directory`.
pub fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        directory if directory.ends_with('/') => format!("{directory}{name}"),
        directory => format!("{directory}/{name}"),
    }
}

/// Whether every part is an ordinary name: no empty part, no `.` or `..`, no NUL, no backslash.
/// Relative paths that come from outside must pass this before they are used.
pub fn is_plain_relative(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        assert_eq!(file_name("a/b/c.FLAC"), "c.FLAC");
        assert_eq!(file_stem("a/b/c.tar.gz"), "c.tar");
        assert_eq!(file_stem(".hidden"), ".hidden");
        assert_eq!(extension("a.b/c.FLAC"), "flac");
        assert_eq!(extension("a.b/c"), "");
        assert_eq!(parent("/a"), "/");
        assert_eq!(parent("a"), "");
        assert_eq!(join("", "a"), "a");
        assert_eq!(join("/", "a"), "/a");
        assert_eq!(join("a", "b"), "a/b");
    }

    #[test]
    fn unsafe_relative_paths_are_refused() {
        assert!(is_plain_relative("Artist/Álbum/01 x.flac"));
        for bad in ["", "/etc", "../x", "a/../b", "a//b", "a/.", "a\0b", "a\\b", "a/"] {
            assert!(!is_plain_relative(bad), "{bad:?}");
        }
    }
}
