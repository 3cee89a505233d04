//! Text in frames, in one of four encodings.

/// How the text of a frame is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    Latin1,
    /// With a byte order mark; without one, least significant byte first.
    Utf16,
    Utf16BigEndian,
    Utf8,
}

impl Encoding {
    /// The encoding that the first byte of `content` names, and what follows.
    pub(super) fn split(content: &[u8]) -> Option<(Self, &[u8])> {
        let (first, rest) = content.split_first()?;
        let encoding = match first {
            0 => Self::Latin1,
            1 => Self::Utf16,
            2 => Self::Utf16BigEndian,
            3 => Self::Utf8,
            _ => return None,
        };
        Some((encoding, rest))
    }

    fn is_wide(self) -> bool {
        matches!(self, Self::Utf16 | Self::Utf16BigEndian)
    }

    /// The text up to the first terminator, and what follows it.
    pub(super) fn first(self, bytes: &[u8]) -> (String, &[u8]) {
        let (text, rest) = self.cut(bytes);
        (self.decode(text), rest)
    }

    /// Every value in a frame: there are terminators between them.
    pub(super) fn all(self, mut bytes: &[u8]) -> Vec<String> {
        let mut values = Vec::new();
        while !bytes.is_empty() {
            let (value, rest) = self.first(bytes);
            values.push(value);
            bytes = rest;
        }
        values
    }

    fn cut(self, bytes: &[u8]) -> (&[u8], &[u8]) {
        let (at, width) = if self.is_wide() {
            (bytes.chunks_exact(2).position(|unit| unit == [0, 0]).map(|at| at * 2), 2)
        } else {
            (bytes.iter().position(|byte| *byte == 0), 1)
        };
        match at {
            Some(at) => (&bytes[..at], &bytes[at + width..]),
            None => (bytes, &[]),
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Latin1 => latin1(bytes),
            // Some programs write Latin-1 and say that it is UTF-8.
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => text.trim_start_matches('\u{FEFF}').to_owned(),
                Err(_) => latin1(bytes),
            },
            Self::Utf16 | Self::Utf16BigEndian => {
                let (bytes, is_big) = match bytes {
                    [0xFE, 0xFF, rest @ ..] => (rest, true),
                    [0xFF, 0xFE, rest @ ..] => (rest, false),
                    _ => (bytes, self == Self::Utf16BigEndian),
                };
                let unit = if is_big { u16::from_be_bytes } else { u16::from_le_bytes };
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
                String::from_utf16_lossy(&units)
            }
        }
    }
}

/// Text of one byte per character.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &[u8], expected: &[&str]) {
        let (encoding, rest) = Encoding::split(content).unwrap();
        assert_eq!(encoding.all(rest), expected);
    }

    #[test]
    fn every_encoding_holds_several_values() {
        check(b"\0caf\xE9\0two\0", &["café", "two"]);
        check(b"\x01\xFF\xFEa\0\0\0\xFF\xFEb\0\0\0", &["a", "b"]);
        check(b"\x01\xFE\xFF\0a\0\0\xFF\xFEb\0", &["a", "b"]);
        check(b"\x01a\0b\0", &["ab"]);
        check(b"\x02\0a\0\0\0b", &["a", "b"]);
        check(b"\x03caf\xC3\xA9\0two", &["café", "two"]);
        check(b"\x03caf\xE9", &["café"]);
    }

    #[test]
    fn odd_bytes_and_lone_surrogates_are_harmless() {
        check(b"\x01\xFF\xFEa\0b", &["a"]);
        check(b"\x01\xFF\xFE\0\xD8", &["\u{FFFD}"]);
        assert_eq!(Encoding::split(b"\x04text"), None);
        assert_eq!(Encoding::split(b""), None);
    }
}
