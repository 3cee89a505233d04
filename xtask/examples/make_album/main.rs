//! Makes music: two small albums of tagged files for the demo, or many short files for benchmarks.
//!
//! Everything is computed from the tables in `albums.rs`, so the files are the same on every run.

mod aiff;
mod alac;
mod albums;
mod cover;
mod file;
mod flac;
mod instruments;
mod many;
mod mix;
mod piece;
mod tags;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;

/// Make two small albums, or many short files
#[derive(Debug, Parser)]
struct Arguments {
    /// Make this many short files instead
    #[arg(long, value_name = "FILES")]
    many: Option<usize>,
    /// Where to
    folder: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.many {
        Some(count) => many::make(&arguments.folder, count),
        None => make_albums(&arguments.folder),
    }
}

fn make_albums(folder: &Path) -> Result<()> {
    for album in albums::ALBUMS {
        let cover = cover::png(album.cover)?;
        for track in album.tracks {
            let path = folder.join(album.artist).join(album.title).join(track.file_name(album));
            let parent = path.parent().context("a file without a folder")?;
            std::fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
            std::fs::write(&path, track.format.encode(&track.piece.render())?)?;
            tags::write(&path, &track.tags(album), &cover)?;
            println!("  {}", path.strip_prefix(folder)?.display());
        }
    }
    Ok(())
}
