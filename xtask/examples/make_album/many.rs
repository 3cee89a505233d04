//! Many short files with long tags, for benchmarks of scanning.

use std::path::Path;

use anyhow::{Context, Result};

use crate::cover;
use crate::file::Format;
use crate::instruments::Chance;
use crate::piece::{Drums, Lead, MAJOR, Piece};
use crate::tags::{self, Tags};

/// A real collection has about this much sound and cover to skip over.
const PIECE: Piece = Piece {
    seed: 7,
    tempo: 240.0,
    root: 60,
    scale: MAJOR,
    chords: [0, 5, 3, 4],
    bars: 2,
    lead: Lead::Pluck,
    drums: Drums::Soft,
};
const COVER_SIZE: u16 = 182;
const TRACKS_PER_ALBUM: usize = 10;

/// Fills `folder` with `count` files: equal parts of FLAC, M4A and MP3.
pub(crate) fn make(folder: &Path, count: usize) -> Result<()> {
    let samples = PIECE.render();
    let kinds = [
        ("flac", Format::Flac.encode(&samples)?),
        ("m4a", Format::Alac.encode(&samples)?),
        ("mp3", silent_mp3()),
    ];
    let mut chance = Chance::new(11);
    for index in 0..count {
        let album = index / TRACKS_PER_ALBUM;
        let track = index % TRACKS_PER_ALBUM + 1;
        let artist = format!("Artist {:03}", album / 3);
        let parent = folder.join(&artist).join(format!("Album {album:04}"));
        std::fs::create_dir_all(&parent)?;
        let (extension, bytes) = &kinds[index % kinds.len()];
        let path = parent.join(format!("{track:02} Track {index:05}.{extension}"));
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        let tags = Tags {
            title: format!("Track {index:05} of the long collection"),
            artist: artist.clone(),
            album: format!("Album {album:04}"),
            album_artist: artist,
            genre: ["Ambient", "Jazz", "Rock", "Folk"][album % 4].to_owned(),
            year: 1970 + u32::try_from(album % 55)?,
            track: (u32::try_from(track)?, u32::try_from(TRACKS_PER_ALBUM)?),
            disc: (1, 1),
        };
        tags::write(&path, &tags, &noise(&mut chance)?)?;
    }
    println!("  {count} files in {}", folder.display());
    Ok(())
}

/// A cover that compresses to about 100 KB.
fn noise(chance: &mut Chance) -> Result<Vec<u8>> {
    let bytes = usize::from(COVER_SIZE) * usize::from(COVER_SIZE) * 3;
    let pixels: Vec<u8> =
        (0..bytes).map(|_| u8::try_from(chance.below(256)).unwrap_or(0)).collect();
    cover::encode(COVER_SIZE, &pixels)
}

/// Two seconds of silence: frames of MPEG-1 layer III at 128 kbit/s whose side information says that nothing follows.
fn silent_mp3() -> Vec<u8> {
    const FRAME: usize = 417;
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(FRAME, 0);
    frame.repeat(77)
}
