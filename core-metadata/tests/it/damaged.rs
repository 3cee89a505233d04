//! Files that are cut short, altered, or something else.

use core_metadata::MetadataError;

use crate::fixtures::{ALL, PICTURE, bytes, read};

#[core_async::test]
async fn files_cut_in_half_are_cut_short() {
    for (name, content) in ALL {
        let half = read(&content[..content.len() / 2]).await;
        // These formats do not say how long they are, so that half of one is a whole shorter one.
        if matches!(*name, "noxing.mp3" | "tone.aac") {
            assert!(half.is_ok(), "{name}");
        } else {
            assert!(matches!(half, Err(MetadataError::Truncated)), "{name}: {half:?}");
        }
    }
}

#[core_async::test]
async fn flac_whose_smallest_block_is_the_last_is_cut_short_only_when_it_is() {
    let mut counted = bytes("tone.flac").to_vec();
    assert_eq!(counted[8..10], counted[10..12]);
    counted[8..10].copy_from_slice(&100_u16.to_be_bytes());
    assert_eq!(read(&counted).await.unwrap().duration_ms, Some(500));
    let half = read(&counted[..counted.len() / 2]).await;
    assert!(matches!(half, Err(MetadataError::Truncated)), "{half:?}");
}

#[core_async::test]
async fn headers_alone_are_cut_short() {
    for (name, content) in ALL {
        for length in [4, 12, 20, 40] {
            let error = read(&content[..length]).await.unwrap_err();
            assert!(
                matches!(error, MetadataError::Truncated | MetadataError::UnknownFormat),
                "{name} {length}: {error:?}"
            );
        }
    }
}

#[core_async::test]
async fn any_cut_and_any_altered_byte_ends_well() {
    for (name, content) in ALL {
        let step = (content.len() / 150).max(1);
        for at in (0..content.len()).step_by(step) {
            // Whatever it says, it says it.
            read(&content[..at]).await.ok();
            let mut altered = content.to_vec();
            altered[at] = !altered[at];
            read(&altered).await.ok();
        }
        assert!(read(content).await.is_ok(), "{name}");
    }
}

#[core_async::test]
async fn each_kind_of_wrong_file_says_what_it_is() {
    let empty = read(b"").await.unwrap_err();
    assert_eq!(empty.to_string(), "the file is empty");
    for (content, expected) in [
        (PICTURE, "the file is a PNG image, not audio"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "the file is a WebP image, not audio"),
        (b"Dear diary,\nno music today.\n", "the file is a text, not audio"),
        (b"PK\x03\x04rest", "the file is a ZIP archive, not audio"),
        (b"\x1A\x45\xDF\xA3\x01\0\0\0\0\0\0\x23", "Matroska files are not supported"),
        (&[7; 5000], "the content is in no audio format that is known here"),
    ] {
        assert_eq!(read(content).await.unwrap_err().to_string(), expected);
    }
}

#[core_async::test]
async fn audio_behind_other_magic_is_found_by_content() {
    // An MP3 after a tag that was moved in front of it, and one with junk before its first frame.
    let content = bytes("noxing.mp3");
    let frames = content.windows(2).position(|bytes| bytes == [0xFF, 0xFB]).unwrap();
    let junk = [&[0; 700][..], &content[frames..]].concat();
    assert_eq!(read(&junk).await.unwrap().codec, "mp3");
}
