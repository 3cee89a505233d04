//! Tags as programs have written them, right and wrong.

use super::*;
use crate::tags::Tags;

fn frame(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend_from_slice(content);
    bytes
}

fn tag(version: u8, flags: u8, body: &[u8]) -> Window {
    let mut bytes = vec![b'I', b'D', b'3', version, 0, flags];
    bytes.extend_from_slice(&to_syncsafe(body.len()));
    bytes.extend_from_slice(body);
    Window::in_memory(bytes.into())
}

fn to_syncsafe(value: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| u8::try_from((value >> shift) & 0x7F).unwrap())
}

fn tags(found: Found) -> Tags {
    found.fields.understand()
}

#[test]
fn several_artists_stay_several() {
    let body = [frame(b"TPE1", b"\x03One\0Two"), frame(b"TRCK", b"\x033/12")].concat();
    let found = tags(read_both(&mut tag(4, 0, &body), Want::Fields).unwrap());
    assert_eq!(found.artists, ["One", "Two"]);
    assert_eq!((found.track_number, found.track_total), (Some(3), Some(12)));
}

#[test]
fn a_frame_that_makes_no_sense_spoils_nothing_else() {
    let body = [
        frame(b"TYER", b"\0\xFE\xFF"),
        frame(b"TALB", b"\x77nonsense"),
        frame(b"TIT2", b"\0Title"),
        frame(b"TPE1", b"\0First"),
        frame(b"TPE1", b"\0Second"),
    ];
    let found = tags(read_both(&mut tag(3, 0, &body.concat()), Want::Fields).unwrap());
    assert_eq!(found.title.as_deref(), Some("Title"));
    assert_eq!(found.artists, ["First", "Second"]);
    assert_eq!((found.album, found.year), (None, None));
}

#[test]
fn numeric_genres_have_names() {
    for text in [&b"\0(17)"[..], b"\x0017"] {
        let found = tags(read_both(&mut tag(3, 0, &frame(b"TCON", text)), Want::Fields).unwrap());
        assert_eq!(found.genres, ["Rock"]);
    }
}

#[test]
fn unsynchronised_tags_of_version_3_are_restored() {
    // UTF-16 with a byte order mark: FF FE becomes FF 00 FE.
    let body = frame(b"TIT2", b"\x01\xFF\xFEa\0b\0");
    let mut escaped = Vec::new();
    for byte in body {
        escaped.push(byte);
        if byte == 0xFF {
            escaped.push(0);
        }
    }
    let found = tags(read_both(&mut tag(3, 0x80, &escaped), Want::Fields).unwrap());
    assert_eq!(found.title.as_deref(), Some("ab"));
}

#[test]
fn plain_sizes_in_version_4_are_understood() {
    // 200 is written as a plain number, where 7 bits per byte are due.
    let title = [&b"\x03"[..], &[b'x'; 199]].concat();
    let body = [frame(b"TIT2", &title), frame(b"TALB", b"\x03Album")].concat();
    let found = tags(read_both(&mut tag(4, 0, &body), Want::Fields).unwrap());
    assert_eq!(found.title.map(|title| title.len()), Some(199));
    assert_eq!(found.album.as_deref(), Some("Album"));
}

#[test]
fn compressed_and_oversized_frames_are_left_out() {
    let mut compressed = frame(b"TIT2", b"\0\0\0\x10not zlib");
    compressed[9] = 0x80;
    let body =
        [compressed, frame(b"TPE1", &vec![b'x'; 70_000]), frame(b"TALB", b"\0Album")].concat();
    let found = tags(read_both(&mut tag(3, 0, &body), Want::Fields).unwrap());
    assert_eq!(found.title, None);
    assert!(found.artists.is_empty());
    assert_eq!(found.album.as_deref(), Some("Album"));
}

#[test]
fn the_front_cover_is_preferred() {
    let picture = |kind: u8, data: &[u8]| {
        frame(b"APIC", &[&b"\0image/png\0"[..], &[kind], b"\0", data].concat())
    };
    let body = [picture(4, b"back"), picture(3, b"front")].concat();
    let found = read_both(&mut tag(3, 0, &body), Want::Fields).unwrap();
    assert!(found.has_cover && found.cover.is_none());
    let found = read_both(&mut tag(3, 0, &body), Want::Cover).unwrap();
    assert_eq!(found.cover.as_deref(), Some(&b"front"[..]));
}

#[test]
fn version_1_fills_what_version_2_lacks() {
    let mut bytes = vec![0; 512];
    let body = frame(b"TIT2", b"\0Long title");
    bytes.splice(..0, [&b"ID3\x03\0\0"[..], &to_syncsafe(body.len()), &body].concat());
    let mut v1 = b"TAG".to_vec();
    for (text, length) in [("Short", 30), ("Artist", 30), ("Album", 30), ("1999", 4), ("", 30)] {
        v1.extend_from_slice(text.as_bytes());
        v1.resize(v1.len() + length - text.len(), 0);
    }
    v1.push(17);
    bytes.extend_from_slice(&v1);
    let found = tags(read_both(&mut Window::in_memory(bytes.into()), Want::Fields).unwrap());
    assert_eq!(found.title.as_deref(), Some("Long title"));
    assert_eq!(found.artists, ["Artist"]);
    assert_eq!(found.year, Some(1999));
    assert_eq!(found.genres, ["Rock"]);
}
