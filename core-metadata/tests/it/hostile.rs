//! Small files that claim to be huge, deep or impossible.

use core_metadata::MetadataError;

use crate::fixtures::{bytes, read};

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap();
    [&length.to_be_bytes()[..], kind, content].concat()
}

fn ogg_page(flags: u8, packets: &[&[u8]]) -> Vec<u8> {
    let mut segments = Vec::new();
    for packet in packets {
        segments.extend(std::iter::repeat_n(255, packet.len() / 255));
        segments.push(u8::try_from(packet.len() % 255).unwrap());
    }
    let mut page = [&b"OggS\0"[..], &[flags], &[0; 20]].concat();
    page.push(u8::try_from(segments.len()).unwrap());
    page.extend_from_slice(&segments);
    page.extend(packets.concat());
    page
}

fn stream_info(rate: u32, channels: u8, samples: u32) -> Vec<u8> {
    let mut info = vec![0; 34];
    info[..4].copy_from_slice(&[0x10, 0, 0x10, 0]);
    info[10..14]
        .copy_from_slice(&(rate << 12 | u32::from(channels - 1) << 9 | 15 << 4).to_be_bytes());
    info[14..18].copy_from_slice(&samples.to_be_bytes());
    info
}

#[track_caller]
fn is_clean(name: &str, result: Result<core_metadata::AudioFile, MetadataError>) {
    let error = result.expect_err(name);
    assert!(
        !matches!(error, MetadataError::Interrupted | MetadataError::Read(_)),
        "{name}: {error:?}"
    );
}

#[core_async::test]
async fn sample_rates_of_zero_are_errors() {
    let flac = [b"fLaC\x80\0\0\x22", &stream_info(0, 2, 0)[..], &[0; 4000]].concat();
    let mut wav = bytes("tone.wav").to_vec();
    wav[24..28].fill(0);
    let mut ogg = bytes("tone.ogg").to_vec();
    ogg[40..44].fill(0);
    let mut aiff = bytes("plain.aiff").to_vec();
    let common = aiff.windows(4).position(|bytes| bytes == b"COMM").unwrap();
    aiff[common + 16..common + 26].fill(0);
    let mut mp4 = bytes("alac.m4a").to_vec();
    let cookie =
        mp4.windows(8).rposition(|bytes| &bytes[4..] == b"alac" && bytes[3] == 36).unwrap();
    mp4[cookie + 32..cookie + 36].fill(0);
    for (name, content) in
        [("flac", flac), ("wav", wav), ("ogg", ogg), ("aiff", aiff), ("mp4", mp4)]
    {
        let error = read(&content).await.expect_err(name).to_string();
        assert_eq!(error, format!("damaged {name} file: its sample rate is zero"));
    }
}

#[core_async::test]
async fn impossible_rates_and_channels_are_errors() {
    let flac = [b"fLaC\x80\0\0\x22", &stream_info(1, 2, 0)[..], &[0; 4000]].concat();
    is_clean("1 Hz", read(&flac).await);
    let mut wav = bytes("tone.wav").to_vec();
    wav[22..24].copy_from_slice(&255_u16.to_le_bytes());
    is_clean("255 channels", read(&wav).await);
    let mut ogg = bytes("tone.ogg").to_vec();
    ogg[39] = 255;
    is_clean("255 channels", read(&ogg).await);
}

#[core_async::test]
async fn lengths_of_gigabytes_cost_nothing() {
    let samples = [b"fLaC\x80\0\0\x22", &stream_info(44_100, 2, u32::MAX)[..]].concat();
    is_clean("FLAC without frames", read(&samples).await);
    let block =
        [b"fLaC\0\0\0\x22", &stream_info(44_100, 2, 1)[..], b"\x84\xFF\xFF\xFF", &[0xFF; 64]];
    is_clean("FLAC block", read(&block.concat()).await);

    let head = [b"\x01vorbis\0\0\0\0\x02\x44\xAC\0\0", &[0; 14][..]].concat();
    let comments = [&b"\x03vorbis"[..], &[0xFF; 60]].concat();
    let ogg = [ogg_page(2, &[&head]), ogg_page(0, &[&comments])].concat();
    // Comments that make no sense are no comments; the rest decides.
    assert!(read(&ogg).await.is_ok_and(|file| file.tags.title.is_none()));

    let id3 =
        [b"ID3\x03\0\0\x7F\x7F\x7F\x7F", &b"TIT2\xFF\xFF\xFF\xFF\0\0"[..], &[1; 500]].concat();
    is_clean("ID3 tag", read(&id3).await);

    let mut wav = bytes("tone.wav").to_vec();
    let data = wav.windows(4).position(|bytes| bytes == b"data").unwrap();
    wav[data + 4..data + 8].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
    assert!(matches!(read(&wav).await, Err(MetadataError::Truncated)));

    let long_box = [&boxed(b"ftyp", b"M4A \0\0\0\0")[..], b"\0\0\0\x01moov", &[0xFF; 8]].concat();
    is_clean("64-bit box", read(&long_box).await);
}

#[core_async::test]
async fn boxes_in_boxes_do_not_grow_the_stack() {
    let mut file = boxed(b"ftyp", b"M4A \0\0\0\0");
    for level in (1..=20_000_u32).rev() {
        file.extend_from_slice(&(level * 8).to_be_bytes());
        file.extend_from_slice(if level % 2 == 0 { b"moov" } else { b"trak" });
    }
    is_clean("nested boxes", read(&file).await);
}

#[core_async::test]
async fn a_million_tiny_boxes_end() {
    let mut file = boxed(b"ftyp", b"M4A \0\0\0\0");
    file.extend(boxed(b"free", &[]).repeat(120_000));
    is_clean("tiny boxes", read(&file).await);
}

#[core_async::test]
async fn empty_pages_end() {
    let head = [b"\x01vorbis\0\0\0\0\x02\x44\xAC\0\0", &[0; 14][..]].concat();
    let ogg = [ogg_page(2, &[&head]), ogg_page(0, &[]).repeat(30_000)].concat();
    is_clean("empty pages", read(&ogg).await);
}

#[core_async::test]
async fn compressed_frames_without_sense_are_left_out() {
    // The song is still a song.
    let frame = [b"TIT2\0\0\x40\0\0\x80".to_vec(), vec![0x78; 0x4000]].concat();
    let artist = b"TPE1\0\0\0\x04\0\0\0Ada";
    let size = frame.len() + artist.len();
    let size = [0, 1, u8::try_from(size >> 7 & 0x7F).unwrap(), u8::try_from(size & 0x7F).unwrap()];
    let mp3 = bytes("noxing.mp3");
    let frames = mp3.windows(2).position(|bytes| bytes == [0xFF, 0xFB]).unwrap();
    let file = [b"ID3\x03\0\0", &size[..], &frame, artist, &mp3[frames..]].concat();
    let file = read(&file).await.unwrap();
    assert_eq!((file.tags.title, file.tags.artist.as_deref()), (None, Some("Ada")));
}

#[core_async::test]
async fn durations_cannot_overflow() {
    let mut mp4 = bytes("alac.m4a").to_vec();
    for kind in [b"mdhd", b"mvhd", b"tkhd"] {
        let at = mp4.windows(4).position(|bytes| bytes == kind).unwrap();
        mp4[at + 4] = 1;
        mp4[at + 8..at + 36].fill(0xFF);
    }
    read(&mp4).await.ok();
}
