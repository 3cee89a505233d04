//! Where playlist files say that music is.

use bridge_traits::path;

/// A path as it is written in a playlist: `file:` addresses become paths, and so do paths as
/// Windows writes them. Other addresses stay.
pub(super) fn read(written: &str) -> String {
    if let Some(rest) = strip_scheme(written, "file:") {
        let rest = rest.strip_prefix("//").map_or(rest, |rest| {
            // A host may stand before the path; it is this computer or a share's.
            rest.find('/').map_or(rest, |slash| &rest[slash..])
        });
        let path = unescape(rest);
        // `file:///C:/x` names `C:/x`.
        let drive = path.strip_prefix('/').filter(|path| has_drive(path));
        return drive.map_or(path.clone(), str::to_owned).replace('\\', "/");
    }
    if is_address(written) {
        return written.to_owned();
    }
    // On other systems a backslash may be part of a name, but hardly where there is no slash.
    if has_drive(written) || !written.contains('/') {
        written.replace('\\', "/")
    } else {
        written.to_owned()
    }
}

/// A path so that [`read`] gives it back. Paths that a line cannot hold as they are, are written as
/// `file:` addresses.
pub(super) fn write(location: &str) -> String {
    let is_odd = location.contains(['\n', '\r'])
        || location.trim() != location
        || strip_scheme(location, "file:").is_some();
    if is_odd && !is_address(location) {
        return format!("file:{}", escape(location));
    }
    if location.starts_with('#') { format!("./{location}") } else { location.to_owned() }
}

/// The path that `location` means in a playlist in the folder `base`.
pub(super) fn resolve(base: &str, location: &str) -> String {
    if is_address(location) {
        return location.to_owned();
    }
    let is_absolute = location.starts_with('/') || has_drive(location);
    let joined = if is_absolute { location.to_owned() } else { path::join(base, location) };
    let root = if joined.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            // Nothing is above the root.
            ".." if root == "/" => {}
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

/// `location` as seen from the folder `base`, where that can be said.
pub(super) fn relative(base: &str, location: &str) -> String {
    let is_rooted = |path: &str| path.starts_with('/');
    if is_address(location) || is_rooted(base) != is_rooted(location) {
        return location.to_owned();
    }
    if has_drive(location) && base.get(..2) != location.get(..2) {
        return location.to_owned();
    }
    let split = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (base, location) = (split(base), split(location));
    let common = base.iter().zip(&location).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", base.len() - common);
    let down = location[common..].iter().map(String::as_str);
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Whether this is an address of something that is not a file.
pub(super) fn is_address(location: &str) -> bool {
    location.split_once("://").is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !scheme.eq_ignore_ascii_case("file")
    })
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let start = text.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

/// Whether a path begins with a drive, as in `C:/`.
fn has_drive(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(|drive| drive.is_ascii_alphabetic())
        && characters.next() == Some(':')
        && matches!(characters.next(), Some('/' | '\\'))
}

fn escape(path: &str) -> String {
    let mut escaped = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// Undoes `%xx`; what is no such thing, or no text, stays as it is.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let digits = others.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let is_hex = |digits: &&str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = digits.filter(is_hex).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => {
                bytes.push(first);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_paths_are_read() {
        for (written, path) in [
            ("a/b.mp3", "a/b.mp3"),
            (r"C:\Music\a.mp3", "C:/Music/a.mp3"),
            (r"..\a\b.mp3", "../a/b.mp3"),
            (r"a/b\c.mp3", r"a/b\c.mp3"),
            ("file:///home/x/a%20%C3%A4.mp3", "/home/x/a ä.mp3"),
            ("file://localhost/a.mp3", "/a.mp3"),
            ("FILE:///C:/a.mp3", "C:/a.mp3"),
            ("file:a%2", "a%2"),
            ("file:%ff", "%ff"),
            ("http://x/a%20b.mp3", "http://x/a%20b.mp3"),
        ] {
            assert_eq!(read(written), path);
        }
    }

    #[test]
    fn paths_resolve_against_the_folder_and_back() {
        for (base, location, path) in [
            ("/m/lists", "../a/b.mp3", "/m/a/b.mp3"),
            ("/m/lists", "./b.mp3", "/m/lists/b.mp3"),
            ("/m", "/x/./y/../b.mp3", "/x/b.mp3"),
            ("/m", "../../../b.mp3", "/b.mp3"),
            ("lists", "../../b.mp3", "../b.mp3"),
            ("", "b.mp3", "b.mp3"),
            ("/m", "C:/b.mp3", "C:/b.mp3"),
            ("/m", "http://x/y", "http://x/y"),
        ] {
            assert_eq!(resolve(base, location), path, "{base} {location}");
        }
        for (base, path, location) in [
            ("/m/lists", "/m/a/b.mp3", "../a/b.mp3"),
            ("/m", "/m/b.mp3", "b.mp3"),
            ("m/lists", "m/b.mp3", "../b.mp3"),
            ("/m", "C:/b.mp3", "C:/b.mp3"),
            ("/m", "http://x/y", "http://x/y"),
        ] {
            assert_eq!(relative(base, path), location);
            assert_eq!(resolve(base, location), path);
        }
    }
}
