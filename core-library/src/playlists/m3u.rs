//! M3U and M3U8: a path per line, with remarks that players agree on.

use std::fmt::Write as _;

use super::file_entry::{FileEntry, PlaylistFile};
use super::location;

/// Reads a playlist. Nothing in it is an error: lines are paths, remarks, or empty.
///
/// Text is UTF-8 or UTF-16 where it says so by its first bytes, UTF-8 if it is valid, and otherwise
/// what Windows calls Latin-1, as old `.m3u` files are. Lines end in any of the three ways.
pub(super) fn read(bytes: &[u8]) -> PlaylistFile {
    let text = decode(bytes);
    let mut file = PlaylistFile::default();
    let mut next = FileEntry::default();
    for (line, number) in text.split(['\n', '\r']).zip(1_u32..) {
        let line = line.trim();
        let remark = |name: &str| {
            let start = line.get(..name.len())?;
            start.eq_ignore_ascii_case(name).then(|| line[name.len()..].trim())
        };
        if let Some(info) = remark("#EXTINF:") {
            (next.duration_ms, next.title, next.artist) = read_info(info);
        } else if let Some(name) = remark("#PLAYLIST:") {
            file.name = Some(name.to_owned()).filter(|name| !name.is_empty());
        } else if let Some(album) = remark("#EXTALB:") {
            next.album = Some(album.to_owned());
        } else if let Some(artist) = remark("#EXTART:") {
            next.artist = Some(artist.to_owned());
        } else if !line.is_empty() && !line.starts_with('#') {
            next.location = location::read(line);
            next.place = number;
            file.entries.push(std::mem::take(&mut next));
        }
    }
    file
}

/// `seconds[ attributes],artist - title`; −1 seconds is unknown.
fn read_info(info: &str) -> (Option<u64>, Option<String>, Option<String>) {
    // Attributes are `key="value"`, and values may hold commas.
    let mut quoted = false;
    let comma = info.find(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    let (head, name) = comma.map_or((info, ""), |at| (&info[..at], info[at + 1..].trim()));
    let seconds = head.split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
    let seconds = seconds.filter(|seconds| (0.0..1e9).contains(seconds) && *seconds > 0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    let duration = seconds.map(|seconds| (seconds * 1000.0).round() as u64);
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match name.split_once(" - ") {
        Some((artist, title)) => (duration, text(title), text(artist)),
        None => (duration, text(name), None),
    }
}

/// Writes a playlist as UTF-8.
pub(super) fn write(file: &PlaylistFile) -> String {
    let mut text = String::from("#EXTM3U\n");
    // Writing into a string does not fail.
    if let Some(name) = &file.name {
        writeln!(text, "#PLAYLIST:{}", one_line(name)).ok();
    }
    for entry in &file.entries {
        let seconds = entry.duration_ms.map_or(-1, |millis| {
            i64::try_from(millis.saturating_add(500) / 1000).unwrap_or(i64::MAX)
        });
        let title = entry.title.as_deref().unwrap_or_default();
        let name = match &entry.artist {
            Some(artist) => format!("{artist} - {title}"),
            None => title.to_owned(),
        };
        writeln!(text, "#EXTINF:{seconds},{}", one_line(&name)).ok();
        writeln!(text, "{}", location::write(&entry.location)).ok();
    }
    text
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" ")
}

fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// Latin-1 with the letters that Windows has in place of control characters.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locations(bytes: &[u8]) -> Vec<String> {
        read(bytes).entries.into_iter().map(|entry| entry.location).collect()
    }

    #[test]
    fn every_line_ending_and_encoding_is_read() {
        assert_eq!(
            locations("\u{feff}#EXTM3U\r\na.mp3\r\n\r\nÄ b.mp3".as_bytes()),
            ["a.mp3", "Ä b.mp3"]
        );
        assert_eq!(locations(b"a.mp3\rb.mp3\r"), ["a.mp3", "b.mp3"]);
        assert_eq!(locations(b"Bj\xf6rk \x96 J\xf3ga.mp3\n"), ["Björk – Jóga.mp3"]);
        let wide: Vec<u8> =
            "\u{feff}x/ñ.mp3\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(locations(&wide), ["x/ñ.mp3"]);
        assert_eq!(locations(b""), [""; 0]);
        assert_eq!(locations(&[0xff, 0xfe, 0x41]), [""; 0]);
    }

    #[test]
    fn remarks_belong_to_the_next_path() {
        let file = read(
            b"#EXTM3U\n#playlist: Road \n#EXTINF:123.4 tvg-id=\"a,b\",Ann - Blue - Live\n# a remark\nx.mp3\n\
              #EXTINF:-1,Only a title\ny.mp3\nz.mp3\n#EXTALB:Late\n",
        );
        assert_eq!(file.name.as_deref(), Some("Road"));
        let [x, y, z] = &file.entries[..] else { panic!("{file:?}") };
        assert_eq!((x.duration_ms, x.place), (Some(123_400), 5));
        assert_eq!((x.artist.as_deref(), x.title.as_deref()), (Some("Ann"), Some("Blue - Live")));
        assert_eq!((y.duration_ms, y.title.as_deref()), (None, Some("Only a title")));
        assert_eq!((&z.title, &z.album), (&None, &None));
    }

    #[test]
    fn what_is_written_reads_back() {
        let entry = |location: &str, artist: Option<&str>| FileEntry {
            location: location.into(),
            title: Some("T\nx".into()),
            artist: artist.map(str::to_owned),
            duration_ms: Some(61_000),
            ..FileEntry::default()
        };
        let file = PlaylistFile {
            name: Some("Né".into()),
            entries: vec![
                entry("/m/a b.mp3", Some("A")),
                entry("#odd.mp3", None),
                entry(" in front", None),
                entry("line\nbreak%20.mp3", None),
                entry("file:", None),
            ],
            ..PlaylistFile::default()
        };
        let text = write(&file);
        let back = read(text.as_bytes());
        assert_eq!(back.name, file.name);
        assert_eq!(back.entries.len(), file.entries.len(), "{text}");
        for (back, entry) in back.entries.iter().zip(&file.entries) {
            let plain = |text: &str| text.trim_start_matches("./").to_owned();
            assert_eq!(plain(&back.location), plain(&entry.location), "{text}");
            assert_eq!((back.title.as_deref(), back.duration_ms), (Some("T x"), Some(61_000)));
            assert_eq!(back.artist, entry.artist);
        }
    }
}
