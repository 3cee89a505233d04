//! The commands about playlists.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use core_service::core_library::PlaylistFormat;

/// What to do with playlists.
#[derive(Debug, Subcommand)]
pub(crate) enum PlaylistCommand {
    /// List playlists.
    List(PageArgs),
    /// Show a playlist and its entries.
    Show {
        /// The playlist's id.
        id: String,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Make a playlist of tracks, or of rules.
    Create {
        /// The name.
        name: String,
        /// What it is about.
        #[arg(long)]
        description: Option<String>,
        /// The rules of a smart playlist, as JSON.
        #[arg(long, value_name = "JSON", conflicts_with = "tracks")]
        rules: Option<String>,
        /// Its tracks: ids, or paths of their files.
        tracks: Vec<String>,
    },
    /// Give a playlist another name.
    Rename {
        /// The playlist's id.
        id: String,
        /// The new name.
        name: String,
    },
    /// Delete a playlist; its tracks stay.
    Delete {
        /// The playlist's id.
        id: String,
    },
    /// Put tracks at the end of a playlist, or where `--index` says.
    Add {
        /// The playlist's id.
        id: String,
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
        /// How many entries come before them.
        #[arg(long)]
        index: Option<u32>,
    },
    /// Move entries of a playlist to where `--index` says.
    Move {
        /// The playlist's id.
        id: String,
        /// Ids of entries, as `show` prints them.
        #[arg(required = true)]
        entries: Vec<String>,
        /// How many other entries come before them.
        #[arg(long)]
        index: u32,
    },
    /// Remove entries from a playlist; their tracks stay.
    Remove {
        /// The playlist's id.
        id: String,
        /// Ids of entries, as `show` prints them.
        #[arg(required = true)]
        entries: Vec<String>,
    },
    /// Read a playlist from an M3U, M3U8 or JSON file.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Write a playlist to a file.
    Export {
        /// The playlist's id.
        id: String,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Its format [default: as the file's name ends].
        #[arg(long)]
        format: Option<FileFormat>,
    },
}

/// A page of a list.
#[derive(Args, Debug)]
pub(crate) struct PageArgs {
    /// The most items.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Begin behind this place: the `next` of the page before.
    #[arg(long, value_name = "NEXT")]
    pub(crate) after: Option<String>,
}

/// The format of a playlist's file.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FileFormat {
    /// Paths, one to a line, which every player reads.
    M3u8,
    /// Everything, rules included.
    Json,
}

impl From<FileFormat> for PlaylistFormat {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::M3u8 => Self::M3u8,
            FileFormat::Json => Self::Json,
        }
    }
}
