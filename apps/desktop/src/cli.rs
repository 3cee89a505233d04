//! The command line.

mod accounts;
mod duplicates;
mod playlists;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use core_service::bridge_traits::LogLevel;
use core_service::core_library::{AlbumQuery, ArtistQuery, TrackQuery};
use core_service::core_metadata::CoverSize;
use core_service::core_runtime::LoggingConfig;

pub(crate) use accounts::{AccountCommand, ClientArgs, NewAccount, ServerArgs};
pub(crate) use duplicates::DuplicatesArgs;
pub(crate) use playlists::{FileFormat, PageArgs, PlaylistCommand};

/// Scans, lists, searches, decodes and plays a music library.
#[derive(Debug, Parser)]
#[command(name = "mpc-desktop", version, about)]
pub(crate) struct Cli {
    /// The folder that holds the library [default: the user's data folder].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print exactly one JSON document on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log more: -v for information, -vv for debugging, -vvv for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the library in line with these folders.
    Scan {
        /// The folders.
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
    },
    /// List tracks.
    Tracks(ListArgs),
    /// List albums.
    Albums(ListArgs),
    /// List artists.
    Artists(ListArgs),
    /// Find tracks, albums and artists; every word must begin a word of the result.
    Search {
        /// What to look for.
        text: String,
        /// The most results of each kind.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Show a track, album or artist.
    Show {
        /// Its id, or the path of a track.
        id: String,
    },
    /// Write the cover of an album or a track into a file.
    Cover {
        /// The id of an album or a track, or the path of a track.
        id: String,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// How large: `thumbnail`, `full` or `original`.
        #[arg(long, default_value = "full")]
        size: CoverSize,
    },
    /// Decode a track into a WAV file.
    Decode {
        /// The track's id, or the path of any audio file.
        id_or_path: String,
        /// The file to write.
        #[arg(long, value_name = "FILE.wav")]
        out: PathBuf,
        /// Where to begin, in seconds.
        #[arg(long, default_value_t = 0.0, value_parser = seconds)]
        start: f64,
        /// How much to decode, in seconds [default: to the end].
        #[arg(long, value_parser = seconds)]
        duration: Option<f64>,
    },
    /// Play a track until its end or Ctrl-C.
    Play {
        /// The track's id, or the path of any audio file.
        id_or_path: String,
        /// The sound device: a name, or `null` for none [default: the system's].
        #[arg(long)]
        device: Option<String>,
    },
    /// Show what tracks sound like, as fingerprints that `AcoustID` knows, and how alike they are to
    /// the first.
    Fingerprint {
        /// Ids of tracks, or paths of any audio files.
        #[arg(required = true, value_name = "ID_OR_PATH")]
        tracks: Vec<String>,
    },
    /// Show everything about a track, and where its values come from.
    Details {
        /// Its id, or the path of its file.
        id: String,
    },
    /// Set fields of tracks; later scans leave them alone.
    Edit {
        /// The fields, as a JSON object such as `{"title": "Takk", "comment": null}`.
        #[arg(long, value_name = "JSON")]
        set: String,
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
    },
    /// Give fields of tracks back to their files.
    Revert {
        /// The fields, for example `title,year`.
        #[arg(long, required = true, value_delimiter = ',')]
        fields: Vec<String>,
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
    },
    /// Put tracks into the bin; their files stay.
    Remove {
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
    },
    /// Bring tracks back from the bin.
    Restore {
        /// Ids of tracks.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// List the tracks in the bin.
    Bin(PageArgs),
    /// List tracks that may be the same recording, merge them, or say what is done about them.
    Duplicates(DuplicatesArgs),
    /// Make, show, change, import and export playlists.
    #[command(subcommand)]
    Playlists(PlaylistCommand),
    /// Rate tracks from 0 to 100, or take ratings back.
    Rate {
        /// The rating; `none` takes it back.
        #[arg(value_parser = rating)]
        rating: Rating,
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
    },
    /// Make tracks favourites.
    Favourite {
        /// Make them favourites no longer.
        #[arg(long)]
        remove: bool,
        /// Ids of tracks, or paths of their files.
        #[arg(required = true)]
        tracks: Vec<String>,
    },
    /// List what was played, the latest first.
    History(PageArgs),
    /// Write everything the library holds into one file.
    Export {
        /// The file, for example `music.mpclib`; one that is there is replaced when all is written.
        file: PathBuf,
    },
    /// Read a library from a file that `export` wrote, here or in a browser.
    Import {
        /// The file.
        file: PathBuf,
        /// Put it in the place of the library, instead of adding what its user did: playlists,
        /// plays, ratings, favourites, edits.
        #[arg(long)]
        replace: bool,
        /// Where to write the library that is replaced.
        #[arg(long, value_name = "FILE", requires = "replace")]
        safety_copy: Option<PathBuf>,
    },
    /// Show how the storage is.
    Storage,
    /// Add, list and remove accounts on cloud drives.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Bring the library in line with cloud drives.
    Sync {
        /// The account [default: all].
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// Say what would be done, and do not do it.
        #[arg(long)]
        preview: bool,
        /// Go on until Ctrl-C: with folders when something changes in them, with drives every five
        /// minutes.
        #[arg(long, conflicts_with = "preview")]
        watch: bool,
        /// Whether drives are asked over networks that cost, too; it is remembered [default: yes].
        #[arg(long, value_name = "YES|NO", value_parser = clap::builder::BoolishValueParser::new())]
        metered: Option<bool>,
        /// List the syncs that ran, the latest first, instead: when, why, how they ended and what they
        /// did.
        #[arg(long, conflicts_with_all = ["preview", "watch", "metered"])]
        history: bool,
        /// The most syncs of the list [default: 50].
        #[arg(long, requires = "history")]
        limit: Option<u32>,
        /// Begin the list behind this place: the `next` of the page before.
        #[arg(long, value_name = "NEXT", requires = "history")]
        after: Option<String>,
    },
    /// Show how the library is.
    Status,
}

/// Filters, order and page of a list.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// The most items.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Begin behind this place: the `next` of the page before.
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
    /// The order, for example `title` or `-year` (descending).
    #[arg(long, allow_hyphen_values = true)]
    sort: Option<String>,
    /// Only this artist (id or name).
    #[arg(long)]
    artist: Option<String>,
    /// Only this album (id or title).
    #[arg(long)]
    album: Option<String>,
    /// Only this genre.
    #[arg(long)]
    genre: Option<String>,
    /// Only this year.
    #[arg(long, allow_hyphen_values = true)]
    year: Option<i32>,
}

impl Cli {
    /// How much is logged.
    pub(crate) fn logging(&self) -> LoggingConfig {
        let level = match self.verbose {
            0 => LogLevel::Warn,
            1 => LogLevel::Info,
            2 => LogLevel::Debug,
            _ => LogLevel::Trace,
        };
        // Other people's detail is only wanted at the very finest level.
        let filter = match self.verbose {
            2 => Some("info,core_runtime=debug,core_library=debug,core_metadata=debug,core_playback=debug,core_service=debug,bridge_desktop=debug".to_owned()),
            _ => None,
        };
        LoggingConfig { level, filter, ..LoggingConfig::default() }
    }
}

impl From<ListArgs> for TrackQuery {
    fn from(args: ListArgs) -> Self {
        let ListArgs { limit, after, sort, artist, album, genre, year } = args;
        Self { limit: Some(limit), after, sort, artist, album, genre, year, ..Self::default() }
    }
}

impl From<ListArgs> for AlbumQuery {
    fn from(args: ListArgs) -> Self {
        let ListArgs { limit, after, sort, artist, album, genre, year } = args;
        Self { limit: Some(limit), after, sort, artist, album, genre, year, ..Self::default() }
    }
}

impl From<ListArgs> for ArtistQuery {
    fn from(args: ListArgs) -> Self {
        let ListArgs { limit, after, sort, artist, album, genre, year } = args;
        Self { limit: Some(limit), after, sort, artist, album, genre, year, ..Self::default() }
    }
}

/// A rating, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rating(pub(crate) Option<u32>);

fn rating(text: &str) -> Result<Rating, String> {
    if text == "none" {
        return Ok(Rating(None));
    }
    match text.parse() {
        Ok(rating) if rating <= 100 => Ok(Rating(Some(rating))),
        _ => Err("expected 0 to 100, or none".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..1e9).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, for example 12.5".to_owned()),
    }
}
