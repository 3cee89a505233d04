//! FLAC files whose smallest block is the last one, which it must not be (RFC 9639 § 8.2).

use core_playback::{Decoder, FormatHint};

use crate::cut::read_cut;
use crate::fixtures::{FLAC24, fixture};
use crate::hostile::torture;
use crate::sources::{Manner, TestFile, open, read_all};

/// Where the first frame of the fixtures starts.
const FIRST_FRAME: usize = 60;

/// A fixture as some encoders write it: of 4000 frames in blocks of 1024, the last has 928.
pub(crate) fn counting_its_last_block(plain: &[u8]) -> Vec<u8> {
    assert_eq!(plain[8..12], [4, 0, 4, 0]);
    assert_eq!(plain[FIRST_FRAME..FIRST_FRAME + 2], [0xff, 0xf8]);
    let mut bytes = plain.to_vec();
    bytes[8..10].copy_from_slice(&928_u16.to_be_bytes());
    bytes
}

/// Checks that all frames are where they are in `whole`, in whatever order they are read.
async fn check(bytes: Vec<u8>, whole: &[f32], what: &str) {
    for manner in [Manner::Local, Manner::Remote, Manner::Moody] {
        let file = TestFile::new(bytes.clone(), manner);
        let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
        assert_eq!(decoder.format().frames, Some(4000), "{what}");
        assert_eq!(decoder.format().duration_ms(), Some(181), "{what}");
        assert_eq!(read_all(&mut decoder).await, whole, "{what}");
        // Within blocks, at their edges and in the last one, backwards and forwards.
        for frame in (0..40).map(|at| at * 1777 % 4000).chain([1023, 1024, 3071, 3072, 3999, 0]) {
            decoder.seek(frame as u64).await.unwrap();
            assert_eq!(decoder.position(), frame as u64, "{what}");
            assert_eq!(read_all(&mut decoder).await, whole[frame..], "{what} at {frame}");
        }
    }
}

#[core_async::test]
async fn a_last_block_that_counts_changes_nothing() {
    for plain in [fixture("tone16.flac").bytes, FLAC24] {
        let whole = read_all(&mut open(plain).await).await;
        let counted = counting_its_last_block(plain);
        check(counted.clone(), &whole, "plain").await;
        // Behind a tag, all positions are others.
        let tagged = [b"ID3\x04\0\0\0\0\0\x05tags!".as_slice(), &counted].concat();
        check(tagged, &whole, "tagged").await;
        // A seek table is hidden in the same file, wherever it is.
        let table = [&[3, 0, 0, 36][..], &[0xff; 36]].concat();
        let tabled = [&counted[..42], &table, &counted[42..]].concat();
        check(tabled, &whole, "with a seek table").await;
    }
}

#[core_async::test]
async fn limits_that_say_nothing_change_nothing() {
    let plain = fixture("tone16.flac").bytes;
    let whole = read_all(&mut open(plain).await).await;
    let mut bytes = plain.to_vec();
    // What an encoder writes that does not go back to the start of its file.
    bytes[8..12].copy_from_slice(&[0, 16, 0xff, 0xff]);
    check(bytes, &whole, "16 to 65535").await;
}

#[core_async::test]
async fn a_cut_file_whose_last_block_counts_is_truncated() {
    let counted = counting_its_last_block(fixture("tone16.flac").bytes);
    let whole = read_all(&mut open(counted.clone()).await).await;
    let half = counted[..counted.len() * 3 / 4].to_vec();
    assert!(read_cut(half, &whole, "flac").await >= 2048);
}

#[core_async::test]
async fn only_a_whole_header_of_a_fixed_block_is_believed() {
    let counted = counting_its_last_block(fixture("tone16.flac").bytes);
    let damages: [(usize, u8); 3] = [(1, 1), (2, 0x10), (5, 0xff)];
    for (at, flip) in damages {
        let mut bytes = counted.clone();
        bytes[FIRST_FRAME + at] ^= flip;
        assert!(torture(bytes, "tone.flac").await.is_err(), "{at}");
    }
    torture(counted[..FIRST_FRAME + 3].to_vec(), "tone.flac").await.unwrap_err();
}
