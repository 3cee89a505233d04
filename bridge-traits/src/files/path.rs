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

/// Whether `path` is `directory` or something below it; everything is below the root.
pub fn is_within(path: &str, directory: &str) -> bool {
    let directory = directory.strip_suffix('/').unwrap_or(directory);
    match path.strip_prefix(directory) {
        Some(rest) => directory.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
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

/// Whether a name can be a file's on every system: at most 255 bytes, no control characters, none of
/// `<>:"/\|?*`, no dot or space at its end, and not one that Windows keeps for a device, such as
/// `con` or `LPT1.txt`.
pub fn is_portable_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && !name.contains(is_refused_somewhere)
        && !name.ends_with(['.', ' '])
        && !is_device(name)
}

/// A name like this one that [is portable](is_portable_name), for files that are named after
/// something from outside. Two names may become one: add an id where that matters.
pub fn portable_name(name: &str) -> String {
    let mut portable: String =
        name.chars().map(|c| if is_refused_somewhere(c) { '_' } else { c }).collect();
    if is_device(&portable) {
        portable.insert(0, '_');
    }
    let mut end = portable.len().min(LONGEST_NAME);
    while !portable.is_char_boundary(end) {
        end -= 1;
    }
    portable.truncate(end);
    let kept = portable.trim_end_matches(['.', ' ']).len();
    portable.truncate(kept);
    if portable.is_empty() { "_".to_owned() } else { portable }
}

/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 255;

fn is_refused_somewhere(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*')
}

/// Whether Windows takes a name for a device: with any ending, in any case, and with the three
/// superscript digits as well.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        let is_port = digits.next().is_some_and(|c| matches!(c, '1'..='9' | '¹' | '²' | '³'));
        is_port && digits.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_begin_alike_are_not_within() {
        assert!(is_within("/music/a.mp3", "/music"));
        assert!(is_within("/music/a.mp3", "/music/"));
        assert!(is_within("/music/a.mp3", "/"));
        assert!(is_within("a.mp3", ""));
        assert!(is_within("/music", "/music"));
        assert!(!is_within("/music2/a.mp3", "/music"));
        assert!(!is_within("/music", "/music/a"));
    }

    #[test]
    fn portable_names_stay_and_others_become_portable() {
        let long = "é".repeat(127);
        for good in
            ["a", "Álbum 01.flac", ".hidden", "a..b", "console", "COM0", "com10", "lpt", &long]
        {
            assert!(is_portable_name(good), "{good:?}");
            assert_eq!(portable_name(good), good);
        }
        for (bad, expected) in [
            ("", "_"),
            (".", "_"),
            ("..", "_"),
            ("a.", "a"),
            ("a. .", "a"),
            ("../../x", ".._.._x"),
            ("/etc/x", "_etc_x"),
            ("C:\\x", "C__x"),
            ("a\0b", "a_b"),
            ("AC/DC", "AC_DC"),
            ("What?.mp3", "What_.mp3"),
            ("con", "_con"),
            ("CON.flac", "_CON.flac"),
            ("nul .x", "_nul .x"),
            ("Lpt9", "_Lpt9"),
            ("com³.a.b", "_com³.a.b"),
        ] {
            assert!(!is_portable_name(bad), "{bad:?}");
            assert_eq!(portable_name(bad), expected);
        }
        let cut = portable_name(&"日".repeat(1_000));
        assert_eq!(cut.len(), 255);
        for odd in
            ["x".repeat(254) + ". y", "con".repeat(100), " ".repeat(300), "a".repeat(253) + " é"]
        {
            assert!(is_portable_name(&portable_name(&odd)), "{odd:?}");
        }
    }

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
