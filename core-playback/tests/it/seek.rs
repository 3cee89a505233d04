//! A seek goes to exactly the frame asked for.

use core_playback::{Decoder, FormatHint};

use crate::fixtures::{ALL, fixture};
use crate::sources::{Manner, TestFile, open, read_all};

#[core_async::test]
async fn the_first_frame_is_the_one_asked_for() {
    for fixture in ALL {
        let whole = read_all(&mut open(fixture.bytes).await).await;
        for manner in [Manner::Local, Manner::Remote] {
            let file = TestFile::new(fixture.bytes, manner);
            let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
            // Backwards, forwards, and to the places where packets and pages begin.
            for frame in [3999, 0, 1, 1023, 1024, 1025, 575, 576, 2000, 3500, 100, 3000] {
                decoder.seek(frame).await.unwrap();
                assert_eq!(decoder.position(), frame, "{} at {frame}", fixture.name);
                let start = usize::try_from(frame).unwrap() * fixture.channels;
                let rest = read_all(&mut decoder).await;
                assert_eq!(rest.len(), whole.len() - start, "{} at {frame}", fixture.name);
                assert_eq!(rest, whole[start..], "{} at {frame}", fixture.name);
            }
        }
    }
}

#[core_async::test]
async fn seek_past_the_end_clamps_to_the_end() {
    for fixture in ALL {
        let mut decoder = open(fixture.bytes).await;
        for frame in [fixture.frames as u64, 1_000_000, u64::MAX] {
            decoder.seek(frame).await.unwrap();
            assert_eq!(decoder.position(), fixture.frames as u64, "{}", fixture.name);
            assert_eq!(decoder.read(&mut [0.0; 64]).await.unwrap(), 0, "{}", fixture.name);
        }
        decoder.seek(0).await.unwrap();
        let all = read_all(&mut decoder).await;
        assert_eq!(all.len(), fixture.frames * fixture.channels, "{}", fixture.name);
    }
}

#[core_async::test]
async fn a_seek_in_the_middle_of_a_packet_drops_its_rest() {
    let fixture = fixture("tone.ogg");
    let whole = read_all(&mut open(fixture.bytes).await).await;
    let mut decoder = open(fixture.bytes).await;
    let mut buffer = [0.0; 2 * 10];
    decoder.read(&mut buffer).await.unwrap();
    decoder.seek(8000).await.unwrap();
    decoder.read(&mut buffer).await.unwrap();
    assert_eq!(buffer, whole[16_000..16_020]);
    decoder.seek(8010).await.unwrap();
    assert_eq!(decoder.position(), 8010);
    decoder.read(&mut buffer).await.unwrap();
    assert_eq!(buffer, whole[16_020..16_040]);
}

#[core_async::test]
async fn an_abandoned_seek_is_finished_by_the_next_read() {
    let fixture = fixture("tone.ogg");
    let whole = read_all(&mut open(fixture.bytes).await).await;
    let file = TestFile::new(fixture.bytes.to_vec(), Manner::Remote);
    let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
    {
        let seek = std::pin::pin!(decoder.seek(5000));
        let poll = futures::future::poll_immediate(seek).await;
        // Whether it needed to wait or not, the place is the same.
        assert!(poll.is_none_or(|done| done.is_ok()));
    }
    assert_eq!(read_all(&mut decoder).await, whole[10_000..]);
}

#[core_async::test]
async fn chained_streams_are_one_track() {
    let one = fixture("tone.ogg");
    let mut second = one.bytes.to_vec();
    renumber(&mut second, 99);
    let chained = [one.bytes, &second].concat();
    let mut decoder = open(chained.clone()).await;
    assert_eq!(decoder.format().frames, None);
    let whole = read_all(&mut decoder).await;
    let first = read_all(&mut open(one.bytes).await).await;
    // The padding between them is left out.
    assert_eq!(whole, [first.clone(), first].concat());
    for frame in [12_000, 50, 20_000, 11_025] {
        decoder.seek(frame).await.unwrap();
        let start = usize::try_from(frame).unwrap() * 2;
        assert_eq!(read_all(&mut decoder).await, whole[start..], "at {frame}");
    }
}

/// Gives all pages of an Ogg file another serial number, and new checksums (RFC 3533 § 6).
fn renumber(bytes: &mut [u8], serial: u8) {
    let mut start = 0;
    while start < bytes.len() {
        let segments = usize::from(bytes[start + 26]);
        let table = &bytes[start + 27..start + 27 + segments];
        let end =
            start + 27 + segments + table.iter().map(|size| usize::from(*size)).sum::<usize>();
        let page = &mut bytes[start..end];
        page[14] = serial;
        page[22..26].fill(0);
        let checksum = page.iter().fold(0_u32, |sum, byte| {
            (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
                if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 }
            })
        });
        page[22..26].copy_from_slice(&checksum.to_le_bytes());
        start = end;
    }
}
