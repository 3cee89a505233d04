//! Uncompressed samples in `QuickTime` files.

use crate::fixtures::read;

fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], kind, content].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A file of a tenth of a second of stereo, described by `entry`.
fn mov(kind: &[u8; 4], entry: &[u8], rate: u32) -> Vec<u8> {
    let description = [words(&[0, 1]), atom(kind, entry)].concat();
    let table = [
        atom(b"stsd", &description),
        atom(b"stts", &words(&[0, 1, rate / 10, 1])),
        atom(b"stsc", &words(&[0, 1, 1, rate / 10, 1])),
        atom(b"stsz", &words(&[0, 6, rate / 10])),
        atom(b"stco", &words(&[0, 1, 36])),
    ];
    let media = [
        atom(b"mdhd", &words(&[0, 0, 0, rate, rate / 10, 0])),
        atom(b"hdlr", &[&[0; 4][..], b"mhlrsoun", &[0; 13]].concat()),
        atom(b"minf", &atom(b"stbl", &table.concat())),
    ];
    let mut header = words(&[0, 0, 0, rate, rate / 10]);
    header.resize(100, 0);
    let movie = [atom(b"mvhd", &header), atom(b"trak", &atom(b"mdia", &media.concat()))];
    let data = vec![7; usize::try_from(rate / 10 * 6).unwrap()];
    let start = atom(b"ftyp", b"qt  \0\0\x02\0qt  ");
    [start, atom(b"wide", &[]), atom(b"mdat", &data), atom(b"moov", &movie.concat())].concat()
}

/// The part of a description that all versions have.
fn fields(version: u8, rate: u32) -> Vec<u8> {
    let mut entry = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, version];
    entry.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0]);
    entry.extend_from_slice(&rate.to_be_bytes());
    entry
}

#[core_async::test]
async fn the_kind_of_samples_says_how_deep_they_are() {
    for (kind, size, bits) in
        [(b"in24", 3, 24), (b"in32", 4, 32), (b"fl32", 4, 32), (b"fl64", 8, 64)]
    {
        let entry = [fields(1, 44_100 << 16), words(&[1, size, 2 * size, 2])].concat();
        let file = read(&mov(kind, &entry, 44_100)).await.unwrap();
        assert_eq!((file.codec, file.container), ("pcm", "mp4"));
        assert_eq!((file.sample_rate, file.channels), (44_100, 2));
        assert_eq!((file.bits_per_sample, file.duration_ms), (Some(bits), Some(100)));
    }
}

#[core_async::test]
async fn rates_beyond_sixteen_bits_have_a_description_of_their_own() {
    let mut entry = fields(2, 0x1_0000);
    entry.extend(words(&[72]));
    entry.extend_from_slice(&96_000_f64.to_be_bytes());
    entry.extend(words(&[2, 0x7F00_0000, 24, 0xE, 6, 1]));
    let file = read(&mov(b"lpcm", &entry, 96_000)).await.unwrap();
    assert_eq!((file.sample_rate, file.channels), (96_000, 2));
    assert_eq!((file.bits_per_sample, file.duration_ms), (Some(24), Some(100)));
    // No number at all is no rate.
    entry[32..40].copy_from_slice(&f64::NAN.to_be_bytes());
    assert!(read(&mov(b"lpcm", &entry, 96_000)).await.is_err());
}
