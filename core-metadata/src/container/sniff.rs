//! Tells what a file is from its content; its name is no evidence.

use super::{adts, mpeg, wave64};
use crate::MetadataError;
use crate::tags::id3;
use crate::window::{Parse, Window};

/// A container, and where it begins if something may come before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Mpeg { first_frame: u64 },
    Adts { first_frame: u64 },
    Flac { start: u64 },
    Ogg,
    Mp4,
    Wav,
    Wave64,
    Aiff,
    WavPack,
    Monkeys { start: u64 },
    Musepack { start: u64 },
}

/// Known content that is no audio, by its first bytes.
const OTHERS: [(&[u8], &str); 16] = [
    (b"\x89PNG\r\n\x1A\n", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"#EXTM3U", "a playlist"),
];

/// Audio formats that are known by sight only.
const UNSUPPORTED: [(&[u8], &str); 7] = [
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media"),
    (b"\x1A\x45\xDF\xA3", "Matroska"),
    (b"MThd", "MIDI"),
    (b"TTA", "True Audio"),
    (b"DSD ", "DSD"),
    (b"FRM8", "DSD"),
    (b".RMF", "RealMedia"),
];

pub(crate) fn sniff(window: &mut Window) -> Parse<Kind> {
    let head = window.read_up_to(0, 16)?;
    if let Some(kind) = by_magic(&head, 0) {
        return Ok(kind);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Err(MetadataError::NotAudio { found: "a WebP image" }.into());
    }
    if let Some((_, found)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(MetadataError::NotAudio { found }.into());
    }
    if let Some((_, format)) = UNSUPPORTED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(MetadataError::Unsupported { format }.into());
    }
    let start = id3::skip_v2(window, 0)?;
    if start > 0 {
        if start >= window.length() {
            return Err(MetadataError::Truncated.into());
        }
        if let Some(kind) = by_magic(&window.read_up_to(start, 16)?, start) {
            return Ok(kind);
        }
    }
    if let Some(first_frame) = adts::find(window, start)? {
        return Ok(Kind::Adts { first_frame });
    }
    if let Some(first_frame) = mpeg::find(window, start)? {
        return Ok(Kind::Mpeg { first_frame });
    }
    Err(not_found(window, start)?.into())
}

fn by_magic(head: &[u8], start: u64) -> Option<Kind> {
    let form = head.get(8..12).unwrap_or_default();
    let kind = match head.get(..4)? {
        b"fLaC" => Kind::Flac { start },
        b"OggS" if start == 0 => Kind::Ogg,
        b"RIFF" | b"RF64" | b"BW64" if form == b"WAVE" && start == 0 => Kind::Wav,
        b"riff" if head.get(..16) == Some(&wave64::MAGIC) && start == 0 => Kind::Wave64,
        b"FORM" if matches!(form, b"AIFF" | b"AIFC") && start == 0 => Kind::Aiff,
        b"wvpk" if start == 0 => Kind::WavPack,
        b"MAC " => Kind::Monkeys { start },
        b"MPCK" => Kind::Musepack { start },
        [b'M', b'P', b'+', _] => Kind::Musepack { start },
        // `ftyp`; and QuickTime files from before it existed.
        _ if matches!(head.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide"))
            && start == 0 =>
        {
            Kind::Mp4
        }
        _ => return None,
    };
    Some(kind)
}

/// Why nothing was found.
fn not_found(window: &mut Window, start: u64) -> Parse<MetadataError> {
    let head = window.read_up_to(start, 512)?;
    // Tags, or the first bytes of a frame, and nothing behind them.
    let begins_frame = matches!(&head[..], [0xFF, second, ..] if second & 0xE0 == 0xE0);
    if start > 0 && head.len() < 512 || begins_frame && window.length() < 4096 {
        return Ok(MetadataError::Truncated);
    }
    let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E);
    if start == 0 && head.len() >= 16 && head.iter().all(is_text) {
        return Ok(MetadataError::NotAudio { found: "a text" });
    }
    Ok(MetadataError::UnknownFormat)
}
