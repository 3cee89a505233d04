//! Addresses of files, written in one way.
//!
//! Servers write the same address in different ways: with other letters escaped, with their own
//! name in front, with a slash at the end. Addresses are compared and kept as [`Path`]s.

use std::fmt::Write;

/// Deeper folders are not looked into: they lead in a circle.
const DEEPEST: usize = 128;

/// The path of a file or folder below the root of the server: its parts with everything escaped
/// that is not unreserved (RFC 3986 § 2.3), in capital hex digits.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Path(Vec<String>);

impl Path {
    /// Reads what a server writes into `href`: a path, or an absolute address, of which only the
    /// path counts. `None` for what leads somewhere else than it says.
    pub(super) fn of_href(href: &str) -> Option<Self> {
        let href = href.trim();
        let path = match href.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => {
                rest.split_once('/').map_or("", |it| it.1)
            }
            _ => match href.strip_prefix("//") {
                Some(rest) => rest.split_once('/').map_or("", |it| it.1),
                None => href,
            },
        };
        Self::of(path.split('/').map(unescaped))
    }

    /// Reads a path as people write it, with nothing escaped.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        Self::of(text.split('/').map(|part| part.as_bytes().to_vec()))
    }

    fn of(parts: impl Iterator<Item = Vec<u8>>) -> Option<Self> {
        let parts = parts.filter(|part| !part.is_empty() && part != b".");
        let parts: Option<Vec<_>> =
            parts.map(|part| (part != b"..").then(|| escaped(&part))).collect();
        parts.filter(|parts| parts.len() <= DEEPEST).map(Self)
    }

    /// This path, seen from `base`; `None` for one that is not below it.
    pub(super) fn below(&self, base: &Self) -> Option<Self> {
        self.0.strip_prefix(&*base.0).map(|rest| Self(rest.to_vec()))
    }

    /// `rest`, seen from where this path leads.
    pub(super) fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// What it is in, and its name; `None` for the root.
    pub(super) fn split(&self) -> Option<(Self, String)> {
        let (name, folder) = self.0.split_last()?;
        Some((Self(folder.to_vec()), String::from_utf8_lossy(&unescaped(name)).into_owned()))
    }

    /// Whether it is the root.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Its parts with slashes between them.
    pub(super) fn text(&self) -> String {
        self.0.join("/")
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(*byte));
            }
            _ => {
                write!(text, "%{byte:02X}").ok();
            }
        }
    }
    text
}

/// The bytes a part stands for. A percent sign that escapes nothing stands for itself: some servers
/// forget to escape it.
fn unescaped(part: &str) -> Vec<u8> {
    let bytes = part.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut all = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                all.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            _ => {
                all.push(*byte);
                at += 1;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[track_caller]
    fn check(href: &str, expected: Option<&str>) {
        let path = Path::of_href(href).map(|path| path.text());
        assert_eq!(path.as_deref(), expected, "{href:?}");
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for href in [
            "/dav/a%20b/%c3%a9.mp3",
            "/dav/a b/é.mp3",
            "//other.test/dav/a%20b/%C3%A9.mp3",
            "http://inside:8080/dav//a%20b/./%C3%A9%2Emp3/",
        ] {
            check(href, Some("dav/a%20b/%C3%A9.mp3"));
        }
    }

    #[test]
    fn odd_names_are_names() {
        check("/AC%2FDC/what?.mp3", Some("AC%2FDC/what%3F.mp3"));
        check("/100%/50%25/a#b", Some("100%25/50%25/a%23b"));
        check("/caf%E9", Some("caf%E9"));
        check("/a%00b", Some("a%00b"));
        check("/a:/b://c", Some("a%3A/b%3A/c"));
        check("http://server", Some(""));
        check("", Some(""));
    }

    #[test]
    fn what_leads_elsewhere_leads_nowhere() {
        check("/dav/../../secret", None);
        check("/dav/%2e%2E/secret", None);
        check(&"/a".repeat(1000), None);
    }

    #[test]
    fn paths_are_taken_apart_and_put_together() {
        let base = Path::of_text("dav/Ann's").unwrap();
        let path = Path::of_href("/dav/Ann's/M%C3%BCsik/x.mp3").unwrap();
        let below = path.below(&base).unwrap();
        assert_eq!(below.text(), "M%C3%BCsik/x.mp3");
        assert_eq!(base.join(&below), path);
        let (folder, name) = below.split().unwrap();
        assert_eq!((folder.split().unwrap().1.as_str(), &*name), ("Müsik", "x.mp3"));
        assert_eq!(base.below(&path), None);
        assert!(base.below(&base).unwrap().is_root());
    }
}
