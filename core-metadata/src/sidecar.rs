//! Small text files that lie beside the music.

use bridge_traits::ReadAt;

use crate::MetadataError;

/// The largest text file that is read.
const LARGEST: u64 = 1024 * 1024;

/// Reads a whole text file: UTF-8, UTF-16 with a byte order mark, or Latin-1.
pub(crate) async fn read_text(file: &dyn ReadAt) -> Result<String, MetadataError> {
    let length = file.length();
    if length == 0 {
        return Err(MetadataError::Empty);
    }
    if length > LARGEST {
        return Err(MetadataError::TooLarge);
    }
    let size = usize::try_from(length).map_err(|_| MetadataError::TooLarge)?;
    let bytes = file.read_at(0, size).await.map_err(MetadataError::Read)?;
    Ok(decode(&bytes))
}

fn decode(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        bytes => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().copied().map(char::from).collect(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encodings_are_told_by_their_marks() {
        assert_eq!(decode("\u{FEFF}é".as_bytes()), "é");
        assert_eq!(decode(b"\xFF\xFE\xE9\0"), "é");
        assert_eq!(decode(b"\xFE\xFF\0\xE9"), "é");
        assert_eq!(decode(b"caf\xE9"), "café");
    }
}
