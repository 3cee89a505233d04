//! Recognising bare MPEG audio frames, which have no magic number.
//!
//! Eleven set bits occur in any kind of file, so a stream is believed only when several frames of
//! the same kind follow each other (ISO 11172-3 § 2.4.1.3, ISO 13818-7 § 6.2).

use std::io::{self, Read, Seek, SeekFrom};

/// How many frames must follow each other, unless the file ends before.
const CHAIN: usize = 3;

/// A kind of frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FrameKind {
    /// MPEG-1, 2 or 2.5 audio; the layer, 1 to 3.
    Mpeg(u8),
    /// AAC with ADTS headers.
    Adts,
}

#[derive(Clone, Copy)]
struct Header {
    kind: FrameKind,
    /// What all frames of one stream have in common.
    common: u32,
    length: u64,
}

/// Looks for the first frame of a stream in `start..start + depth`, returning its kind and position.
pub(crate) fn find_frames(
    reader: &mut (impl Read + Seek),
    start: u64,
    depth: u64,
) -> io::Result<Option<(FrameKind, u64)>> {
    let mut window = vec![0; 16 * 1024];
    let mut position = start;
    while position < start + depth {
        reader.seek(SeekFrom::Start(position))?;
        let filled = fill(reader, &mut window)?;
        for (offset, bytes) in window[..filled].windows(6).enumerate() {
            if bytes[0] == 0xff && bytes[1] >= 0xe0 {
                let candidate = position + offset as u64;
                if let Some(kind) = follow_chain(reader, candidate)? {
                    return Ok(Some((kind, candidate)));
                }
            }
        }
        if filled < window.len() {
            return Ok(None);
        }
        // The last bytes are looked at again, with what follows them.
        position += filled as u64 - 5;
    }
    Ok(None)
}

/// The kind of the frames that start at `position`, if there are enough of them.
fn follow_chain(reader: &mut (impl Read + Seek), position: u64) -> io::Result<Option<FrameKind>> {
    let mut position = position;
    let mut first: Option<Header> = None;
    for _ in 0..CHAIN {
        reader.seek(SeekFrom::Start(position))?;
        let mut bytes = [0; 6];
        if fill(reader, &mut bytes)? < bytes.len() {
            // A stream may be shorter than the chain, but not shorter than one whole frame.
            break;
        }
        let Some(header) = Header::parse(bytes) else { return Ok(None) };
        if first.is_some_and(|first| first.common != header.common) {
            return Ok(None);
        }
        first.get_or_insert(header);
        position += header.length;
    }
    // The end of the file must not be inside the first frame.
    reader.seek(SeekFrom::Start(position.saturating_sub(1)))?;
    let whole = fill(reader, &mut [0; 1])? == 1;
    Ok(first.filter(|_| whole).map(|first| first.kind))
}

impl Header {
    fn parse(bytes: [u8; 6]) -> Option<Self> {
        let word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if word >> 21 != 0x7ff {
            return None;
        }
        match (word >> 17) & 3 {
            0 => Self::parse_adts(word, bytes),
            layer => Self::parse_mpeg(word, 4 - layer as usize),
        }
    }

    fn parse_adts(word: u32, bytes: [u8; 6]) -> Option<Self> {
        let rate = (word >> 10) & 15;
        let tail = u64::from(u16::from_be_bytes([bytes[4], bytes[5]]));
        let length = (u64::from(word & 3) << 11) | (tail >> 5);
        // The twelfth sync bit is set, too, in ADTS.
        let valid = word >> 20 == 0xfff && rate < 13 && length > 7;
        valid.then_some(Self { kind: FrameKind::Adts, common: word & 0xffff_fdc0, length })
    }

    fn parse_mpeg(word: u32, layer: usize) -> Option<Self> {
        // Kilobits per second / 8, by table row and index.
        const RATES: [[u16; 16]; 5] = [
            [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0],
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0],
            [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
            [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0],
            [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
        ];
        let version = (word >> 19) & 3;
        let first_version = version == 3;
        let row = match (first_version, layer) {
            (true, layer) => layer - 1,
            (false, 1) => 3,
            (false, _) => 4,
        };
        let bitrate = u64::from(RATES[row][((word >> 12) & 15) as usize]) * 1000;
        let rate: u64 = match (word >> 10) & 3 {
            0 => 44_100,
            1 => 48_000,
            2 => 32_000,
            _ => return None,
        };
        let rate = match version {
            3 => rate,
            2 => rate / 2,
            0 => rate / 4,
            _ => return None,
        };
        let padding = u64::from((word >> 9) & 1);
        let length = match layer {
            1 => (12 * bitrate / rate + padding) * 4,
            3 if !first_version => 72 * bitrate / rate + padding,
            _ => 144 * bitrate / rate + padding,
        };
        let kind = FrameKind::Mpeg(u8::try_from(layer).ok()?);
        // Sync, version, layer and sample rate; the bit rate and the channel mode may change.
        (length > 4).then_some(Self { kind, common: word & 0xfffe_0c00, length })
    }
}

/// Reads until the buffer is full or the source ends.
pub(crate) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
