//! The cue sheet block of FLAC (RFC 9639 § 8.7), which has positions but no titles.

use super::{CueSheet, CueTime, CueTrack};
use crate::tags::clean;

/// The catalogue number, the lead-in, flags and the number of tracks.
const HEADER: usize = 396;

/// Position, number, code, flags and the number of index points of a track.
const TRACK: usize = 36;

/// Position, number and reserved bytes of an index point.
const INDEX: usize = 12;

/// Reads the block; nothing if no audio track is in it.
pub(crate) fn read(block: &[u8], sample_rate: u32) -> Option<CueSheet> {
    let text = |bytes: &[u8]| clean(&String::from_utf8_lossy(bytes));
    let (header, mut rest) = block.split_at_checked(HEADER)?;
    let mut sheet = CueSheet { catalog: text(&header[..128]), ..CueSheet::default() };
    let time = |samples: u64| CueTime { count: samples, per_second: sample_rate };
    for _ in 0..header[HEADER - 1] {
        let Some((track, after)) = rest.split_at_checked(TRACK) else { break };
        let (number, is_audio, count) = (track[8], track[21] & 0x80 == 0, usize::from(track[35]));
        let Some((points, after)) = after.split_at_checked(count * INDEX) else { break };
        rest = after;
        // The last one marks the end of the disc.
        if matches!(number, 0 | 170 | 255) || !is_audio {
            continue;
        }
        let start = be64(track);
        let point = |wanted: u8| {
            let mut points = points.chunks_exact(INDEX);
            points.find(|point| point[8] == wanted).map(|point| start.saturating_add(be64(point)))
        };
        sheet.tracks.push(CueTrack {
            number: number.into(),
            isrc: text(&track[9..21]),
            start: time(point(1).unwrap_or(start)),
            pregap: point(0).map(time),
            ..CueTrack::default()
        });
    }
    (!sheet.tracks.is_empty()).then_some(sheet)
}

fn be64(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(offset: u64, number: u8, points: &[(u64, u8)]) -> Vec<u8> {
        let mut bytes = offset.to_be_bytes().to_vec();
        bytes.push(number);
        bytes.extend_from_slice(b"ABCDE1234567");
        bytes.extend_from_slice(&[0; 14]);
        bytes.push(u8::try_from(points.len()).unwrap());
        for (offset, number) in points {
            bytes.extend_from_slice(&offset.to_be_bytes());
            bytes.extend_from_slice(&[*number, 0, 0, 0]);
        }
        bytes
    }

    #[test]
    fn positions_are_in_samples() {
        let mut block = vec![0; HEADER];
        block[..13].copy_from_slice(b"0123456789012");
        block[HEADER - 1] = 3;
        block.extend(track(0, 1, &[(0, 1)]));
        block.extend(track(441_000, 2, &[(0, 0), (44_100, 1)]));
        block.extend(track(882_000, 170, &[]));
        let sheet = read(&block, 44_100).unwrap();
        assert_eq!(sheet.catalog.as_deref(), Some("0123456789012"));
        assert_eq!(sheet.tracks.len(), 2);
        assert_eq!(sheet.tracks[1].start.millis(), 11_000);
        assert_eq!(sheet.tracks[1].pregap.map(CueTime::millis), Some(10_000));
        assert_eq!(sheet.tracks[1].isrc.as_deref(), Some("ABCDE1234567"));
        // Cut anywhere it is a shorter sheet, or none.
        for length in 0..block.len() {
            read(&block[..length], 44_100);
        }
    }
}
