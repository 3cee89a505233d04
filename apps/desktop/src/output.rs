//! What goes to standard output and standard error.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use core_service::bridge_traits::with_causes;
use core_service::core_auth::{Account, AccountState};
use core_service::core_library::{
    Album, Artist, DuplicateGroup, Evidence, Page, Play, PlayOutcome, Playlist, PlaylistEntry,
    Track,
};
use core_service::core_sync::{SyncCounts, SyncJob};
use serde::Serialize;

/// Prints results, as text for people or as one JSON document.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether progress can be drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Prints a result: as JSON, or what `text` makes of it.
    pub(crate) fn print<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        let text = if self.json {
            serde_json::to_string_pretty(value).unwrap_or_default()
        } else {
            text(value)
        };
        // A reader that went away, as `head` does, is not our error.
        writeln!(io::stdout(), "{}", text.trim_end()).ok();
    }

    /// Prints one of many results, at once: as a line of JSON, or what `text` makes of it.
    pub(crate) fn line<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        let line = match self.json {
            true => serde_json::to_string(value).unwrap_or_default(),
            false => text(value),
        };
        writeln!(io::stdout(), "{}", line.trim_end()).ok();
    }

    /// Prints where to sign in, at once: the command waits until somebody has been there.
    pub(crate) fn sign_in_address(&self, url: &str) {
        let line = match self.json {
            true => serde_json::json!({ "authorize_url": url }).to_string(),
            false => format!("Sign in here: {url}"),
        };
        writeln!(io::stdout(), "{line}").ok();
    }

    /// Says something beside the result.
    pub(crate) fn note(&self, text: &str) {
        writeln!(io::stderr(), "mpc-desktop: {text}").ok();
    }

    /// Prints an error with its causes.
    pub(crate) fn fail(&self, error: &dyn Error) -> ExitCode {
        let message = with_causes(error);
        writeln!(io::stderr(), "mpc-desktop: {message}").ok();
        if self.json {
            let document = serde_json::json!({ "error": message });
            writeln!(io::stdout(), "{document}").ok();
        }
        ExitCode::FAILURE
    }
}

/// A list of tracks for people.
pub(crate) fn tracks(page: &Page<Track>) -> String {
    let rows = page.items.iter().map(track_row).collect();
    table(&["TITLE", "ARTIST", "ALBUM", "NO", "LENGTH", "CODEC", "ID"], rows) + &more(&page.next)
}

/// A list of albums for people.
pub(crate) fn albums(page: &Page<Album>) -> String {
    let rows = page.items.iter().map(album_row).collect();
    table(&["ALBUM", "ARTIST", "YEAR", "TRACKS", "LENGTH", "ID"], rows) + &more(&page.next)
}

/// A list of artists for people.
pub(crate) fn artists(page: &Page<Artist>) -> String {
    let rows = page.items.iter().map(artist_row).collect();
    table(&["ARTIST", "ALBUMS", "TRACKS", "ID"], rows) + &more(&page.next)
}

/// A list of playlists for people.
pub(crate) fn playlists(page: &Page<Playlist>) -> String {
    let row = |playlist: &Playlist| {
        vec![
            playlist.name.clone(),
            if playlist.rules.is_some() { "rules".to_owned() } else { String::new() },
            playlist.entry_count.to_string(),
            length(Some(playlist.duration_ms)),
            playlist.id.clone(),
        ]
    };
    let rows = page.items.iter().map(row).collect();
    table(&["PLAYLIST", "BY", "ENTRIES", "LENGTH", "ID"], rows) + &more(&page.next)
}

/// The entries of a playlist for people.
pub(crate) fn entries(page: &Page<PlaylistEntry>) -> String {
    let row = |entry: &PlaylistEntry| {
        let title = entry.track.as_ref().map(|track| track.title.clone());
        let missing = || entry.title.clone().unwrap_or_else(|| entry.location.clone()) + " ✗";
        let artist = entry.track.as_ref().and_then(|track| track.artist.clone());
        vec![
            title.unwrap_or_else(missing),
            artist.unwrap_or_default(),
            length(entry.duration_ms),
            entry.id.clone().unwrap_or_default(),
        ]
    };
    let rows = page.items.iter().map(row).collect();
    table(&["TITLE", "ARTIST", "LENGTH", "ENTRY"], rows) + &more(&page.next)
}

/// Groups of tracks that may be the same recording, for people: the one to keep comes first.
pub(crate) fn duplicates(page: &Page<DuplicateGroup>) -> String {
    let mut rows = Vec::new();
    for group in &page.items {
        let why = match group.evidence {
            Evidence::Content => "same content",
            Evidence::Sound => "same sound",
            Evidence::Recording => "same recording",
            _ => "same tags",
        };
        for (track, why) in
            group.tracks.iter().zip(std::iter::once(why).chain(std::iter::repeat("")))
        {
            let mut row = vec![why.to_owned(), track.title.clone()];
            row.extend(file_row(track));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return "no duplicates".to_owned();
    }
    table(&["WHY", "TITLE", "LENGTH", "CODEC", "FILE", "ID"], rows) + &more(&page.next)
}

/// The copies of a track, for people.
pub(crate) fn copies(page: &Page<Track>) -> String {
    table(&["LENGTH", "CODEC", "FILE", "ID"], page.items.iter().map(file_row).collect())
}

fn file_row(track: &Track) -> Vec<String> {
    let length = length(track.duration_ms);
    vec![length, track.codec.clone(), track.path.clone(), track.id.clone()]
}

/// The play history for people.
pub(crate) fn plays(page: &Page<Play>) -> String {
    let row = |play: &Play| {
        let outcome = match play.outcome {
            PlayOutcome::Completed => "played",
            PlayOutcome::Skipped => "skipped",
            _ => "begun",
        };
        vec![
            play.title.clone(),
            play.artist.clone().unwrap_or_default(),
            outcome.to_owned(),
            length(Some(play.position_ms)),
            play.track_id.clone(),
        ]
    };
    let rows = page.items.iter().map(row).collect();
    table(&["TITLE", "ARTIST", "HOW", "UNTIL", "TRACK"], rows) + &more(&page.next)
}

/// A list of accounts for people.
pub(crate) fn accounts(accounts: &[Account]) -> String {
    let row = |account: &Account| {
        let state = match account.state {
            AccountState::SignedIn => "signed in",
            AccountState::Leaving => "being removed",
            _ => "sign in again",
        };
        let label = account.label.clone().unwrap_or_default();
        vec![account.provider.clone(), label, state.to_owned(), account.id.clone()]
    };
    let mut text = table(&["DRIVE", "ACCOUNT", "STATE", "ID"], accounts.iter().map(row).collect());
    if accounts.iter().any(|account| account.state == AccountState::SignInRequired) {
        text.push_str("to sign in again, add the account as before; its tracks are still there\n");
    }
    text
}

/// The history of syncs for people.
pub(crate) fn syncs(page: &Page<SyncJob>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let row = |job: &SyncJob| {
        let count = |of: fn(&SyncCounts) -> u64| {
            job.counts.as_ref().map_or(String::new(), |counts| of(counts).to_string())
        };
        vec![
            ago(now.saturating_sub(Duration::from_millis(job.started_at))),
            job.trigger.name().replace('_', " "),
            job.state().to_string(),
            count(|counts| counts.added),
            count(|counts| counts.updated),
            count(|counts| counts.moved),
            count(|counts| counts.removed),
            count(|counts| counts.failed),
            count(|counts| counts.requests),
            job.account.clone(),
            job.error.clone().unwrap_or_default(),
        ]
    };
    let head = [
        "BEGAN", "WHY", "HOW", "ADDED", "UPDATED", "MOVED", "REMOVED", "FAILED", "REQUESTS",
        "ACCOUNT", "ERROR",
    ];
    table(&head, page.items.iter().map(row).collect()) + &more(&page.next)
}

/// How long ago something was, in the largest unit that fits.
fn ago(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1_440 => format!("{} h ago", minutes / 60),
        _ => format!("{} d ago", minutes / 1_440),
    }
}

/// Minutes and seconds.
pub(crate) fn length(millis: Option<u64>) -> String {
    millis.map_or("?".to_owned(), |millis| {
        let seconds = (millis + 500) / 1000;
        format!("{}:{:02}", seconds / 60, seconds % 60)
    })
}

fn track_row(track: &Track) -> Vec<String> {
    let number = match (track.disc_number, track.track_number) {
        (Some(disc), Some(number)) if track.disc_total != Some(1) => format!("{disc}-{number}"),
        (_, Some(number)) => number.to_string(),
        _ => String::new(),
    };
    let codec = if track.playable { track.codec.clone() } else { format!("{} ✗", track.codec) };
    vec![
        track.title.clone(),
        track.artist.clone().unwrap_or_default(),
        track.album.clone().unwrap_or_default(),
        number,
        length(track.duration_ms),
        codec,
        track.id.clone(),
    ]
}

fn album_row(album: &Album) -> Vec<String> {
    vec![
        album.title.clone(),
        album.artist.clone().unwrap_or_default(),
        album.year.map(|year| year.to_string()).unwrap_or_default(),
        album.track_count.to_string(),
        length(Some(album.duration_ms)),
        album.id.clone(),
    ]
}

fn artist_row(artist: &Artist) -> Vec<String> {
    vec![
        artist.name.clone(),
        artist.album_count.to_string(),
        artist.track_count.to_string(),
        artist.id.clone(),
    ]
}

/// Columns as wide as their content, but no wider than 40 characters.
fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    const WIDEST: usize = 40;
    let clean = |text: &str| -> String {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match text.char_indices().nth(WIDEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    };
    let head = head.iter().map(|&title| title.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head)
        .chain(rows)
        .map(|row: Vec<String>| row.iter().map(|cell| clean(cell)).collect())
        .collect();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn more(next: &Option<String>) -> String {
    next.as_ref().map_or(String::new(), |next| format!("\nmore: --after {next}\n"))
}
