//! What can happen, by domain.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

// `thiserror` is used for its one-line `Display`; events are not errors, so the derive is hidden
// behind a macro that names what it does.
macro_rules! events {
    ($(#[$meta:meta])* $name:ident { $(
        $(#[doc = $doc:literal])* #[says($($sentence:tt)*)]
        $variant:ident { $( $(#[$field_meta:meta])* $field:ident: $type:ty ),* $(,)? }
    ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS, Error)]
        #[serde(tag = "type", rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name { $(
            $(#[doc = $doc])*
            #[error($($sentence)*)]
            $variant { $(
                #[doc = concat!("The `", stringify!($field), "`; ids unless it says otherwise.")]
                $(#[$field_meta])* $field: $type
            ),* }
        ),* }
    };
}

events! {
    /// Sign-in and tokens. `provider` and `profile` are ids.
    AuthEvent {
        /// A user began to sign in.
        #[says("signing in to {provider}")]
        SigningIn { provider: String },
        /// A user is signed in.
        #[says("signed in to {provider}")]
        SignedIn { provider: String, profile: String },
        /// A user signed out.
        #[says("signed out of {provider}")]
        SignedOut { provider: String, profile: String },
        /// A token is being renewed.
        #[says("renewing the sign-in")]
        TokenRefreshing { profile: String },
        /// A token was renewed.
        #[says("renewed the sign-in")]
        TokenRefreshed { profile: String },
        /// Signing in or renewing failed.
        #[says("signing in to {provider} failed: {message}")]
        Failed { provider: String, code: String, message: String },
    }
}

events! {
    /// Mirroring of remote collections. `account` is an id.
    SyncEvent {
        /// A sync began.
        #[says("sync started")]
        Started { account: String },
        /// A sync got further. Its phases are `listing`, `placing` and `reading`, each with a
        /// count of its own; `total` is absent until it is known.
        #[says("synchronised {done} items ({phase})")]
        Progress {
            account: String,
            phase: String,
            #[ts(type = "number")] done: u64,
            #[ts(type = "number | null")] total: Option<u64>,
        },
        /// A sync waits: for a network (`offline`) or for a free one (`metered`).
        #[says("sync waits: {reason}")]
        Waiting { account: String, reason: String },
        /// A sync ended.
        #[says("sync completed: {added} added, {updated} updated, {removed} removed")]
        Completed {
            account: String,
            #[ts(type = "number")] added: u64,
            #[ts(type = "number")] updated: u64,
            #[ts(type = "number")] removed: u64,
        },
        /// A sync gave up.
        #[says("sync failed: {message}")]
        Failed { account: String, code: String, message: String },
        /// A sync was cancelled.
        #[says("sync cancelled")]
        Cancelled { account: String },
    }
}

events! {
    /// The library.
    LibraryEvent {
        /// A track is new.
        #[says("track added")]
        TrackAdded { track_id: String },
        /// A track's data changed.
        #[says("track updated")]
        TrackUpdated { track_id: String },
        /// A track's file is somewhere else now.
        #[says("track moved")]
        TrackMoved { track_id: String },
        /// A track went to the bin.
        #[says("track deleted")]
        TrackDeleted { track_id: String },
        /// A track came back from the bin.
        #[says("track restored")]
        TrackRestored { track_id: String },
        /// A track is out of the bin for good.
        #[says("track purged")]
        TrackPurged { track_id: String },
        /// A track became another copy of the track `into`, which has what belonged to it.
        #[says("track merged")]
        TrackMerged { track_id: String, into: String },
        /// After a scan or a sync there are groups of tracks that may be the same recording, and
        /// the user is to be asked.
        #[says("{groups} groups of duplicates found")]
        DuplicatesFound { #[ts(type = "number")] groups: u64 },
        /// What may be duplicates is listened to: groups of tracks, `done` of about `total`.
        #[says("{done} of {total} groups of duplicates listened to")]
        SoundCheckProgress {
            #[ts(type = "number")] done: u64,
            #[ts(type = "number")] total: u64,
        },
        /// An album is new.
        #[says("album added")]
        AlbumAdded { album_id: String },
        /// The user rated a track, or made it a favourite or not.
        #[says("track rated")]
        TrackRated { track_id: String },
        /// A play of a track was recorded, ended or taken back.
        #[says("play history changed")]
        TrackPlayed { track_id: String },
        /// A playlist is new.
        #[says("playlist created")]
        PlaylistCreated { playlist_id: String },
        /// A playlist changed.
        #[says("playlist updated")]
        PlaylistUpdated { playlist_id: String },
        /// A playlist is gone.
        #[says("playlist deleted")]
        PlaylistDeleted { playlist_id: String },
        /// The whole library was replaced or merged with another: read again what you show.
        #[says("library restored")]
        LibraryRestored {},
        /// A scan began.
        #[says("scan started")]
        ScanStarted {},
        /// A scan got further.
        #[says("scanned {done} of {total} files")]
        ScanProgress {
            #[ts(type = "number")] done: u64,
            #[ts(type = "number")] total: u64,
            current: Option<String>,
        },
        /// A scan ended.
        #[says("scan completed: {added} added, {updated} updated, {removed} removed, {failed} failed")]
        ScanCompleted {
            #[ts(type = "number")] added: u64,
            #[ts(type = "number")] updated: u64,
            #[ts(type = "number")] moved: u64,
            #[ts(type = "number")] unchanged: u64,
            #[ts(type = "number")] removed: u64,
            #[ts(type = "number")] failed: u64,
        },
    }
}

events! {
    /// Playback.
    PlaybackEvent {
        /// A track began to play.
        #[says("playing")]
        Started { track_id: String },
        /// Playback was paused.
        #[says("paused")]
        Paused { track_id: String, #[ts(type = "number")] position_ms: u64 },
        /// Playback went on.
        #[says("resumed")]
        Resumed { track_id: String, #[ts(type = "number")] position_ms: u64 },
        /// Playback was stopped before the end.
        #[says("stopped")]
        Stopped { track_id: String },
        /// A track was played to its end.
        #[says("played to the end")]
        Completed { track_id: String },
        /// The play head moved; sent a few times a second, and after a seek.
        #[says("at {position_ms} ms")]
        PositionChanged {
            track_id: String,
            #[ts(type = "number")] position_ms: u64,
            #[ts(type = "number | null")] duration_ms: Option<u64>,
        },
        /// A track could not be played (on).
        #[says("playback failed: {message}")]
        Error { track_id: String, code: String, message: String },
        /// More of a remote track has arrived.
        #[says("{received} bytes received")]
        DownloadProgress {
            track_id: String,
            #[ts(type = "number")] received: u64,
            #[ts(type = "number | null")] total: Option<u64>,
        },
    }
}

events! {
    /// Metadata beyond what the files say.
    MetadataEvent {
        /// A track's metadata was completed or corrected.
        #[says("metadata updated")]
        Updated { track_id: String },
    }
}

events! {
    /// The core itself.
    SystemEvent {
        /// This subscriber was too slow and missed events: read again what you show.
        #[says("missed {missed} events")]
        Lagged { #[ts(type = "number")] missed: u64 },
        /// A newer release has taken the library over, in another tab: here it can be read, but nothing
        /// can be stored any more. Start the program, or load the page, again.
        #[says("a newer release has taken the library over")]
        Superseded {},
        /// What was stored has been deleted, by the user or the host: here it can be read, but nothing can
        /// be stored any more. Start the program, or load the page, again.
        #[says("the stored library has been deleted")]
        StorageDeleted {},
        /// Damage was found in the stored library while it was in use. What is asked for and lies there
        /// fails with `corrupt`; everything else goes on. `reason` says what to do.
        #[says("{part} is damaged: {reason}")]
        StorageDamaged { part: String, reason: String },
    }
}
