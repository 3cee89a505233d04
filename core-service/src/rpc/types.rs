//! The TypeScript declarations of everything that crosses the boundary.

use bridge_traits::Capabilities;
use core_auth::Account;
use core_library::{
    Album, AlbumQuery, Artist, ArtistQuery, DuplicateGroup, DuplicatePolicy, DuplicateQuery,
    ExportReport, Folder, FolderQuery, Genre, GenreQuery, HistoryEntry, HistoryQuery, ImportMode,
    ImportReport, NewPlaylist, Page, Place, Play, PlayHistoryQuery, Playlist, PlaylistChange,
    PlaylistEntry, PlaylistFormat, PlaylistQuery, SearchQuery, SearchResults, Session, Track,
    TrackDetails, TrackEdit, TrackField, TrackQuery,
};
use core_metadata::{CoverSize, ScanReport};
use core_playback::PlayerStatus;
use core_runtime::{Event, Severity};
use core_sync::{
    Explanation, MirrorFilter, SyncHistoryQuery, SyncJob, SyncPlan, SyncReport, SyncStatus,
    SyncTrigger,
};
use ts_rs::{Config, ExportError, TS};

use super::{CoreStatus, ImportedPlaylist, PlaylistFile, RedirectPage, RemovedAccount, RpcError};
use crate::cloud::{DriveDescription, NewAccount};
use crate::recordings::RecordingComparison;
use crate::sound_check::SoundCheck;
use crate::storage::StorageHealth;

/// Writes one TypeScript file per type into the folder that `config` names, with the types they
/// refer to.
///
/// # Errors
///
/// Fails if the folder cannot be written.
pub fn generated_types(config: &Config) -> Result<(), ExportError> {
    Track::export_all(config)?;
    Album::export_all(config)?;
    Artist::export_all(config)?;
    Page::<Track>::export_all(config)?;
    TrackQuery::export_all(config)?;
    AlbumQuery::export_all(config)?;
    ArtistQuery::export_all(config)?;
    SearchQuery::export_all(config)?;
    SearchResults::export_all(config)?;
    TrackDetails::export_all(config)?;
    TrackEdit::export_all(config)?;
    TrackField::export_all(config)?;
    Genre::export_all(config)?;
    GenreQuery::export_all(config)?;
    Folder::export_all(config)?;
    FolderQuery::export_all(config)?;
    DuplicateGroup::export_all(config)?;
    DuplicatePolicy::export_all(config)?;
    DuplicateQuery::export_all(config)?;
    HistoryEntry::export_all(config)?;
    HistoryQuery::export_all(config)?;
    Playlist::export_all(config)?;
    PlaylistQuery::export_all(config)?;
    PlaylistEntry::export_all(config)?;
    NewPlaylist::export_all(config)?;
    PlaylistChange::export_all(config)?;
    PlaylistFormat::export_all(config)?;
    PlaylistFile::export_all(config)?;
    ImportedPlaylist::export_all(config)?;
    ExportReport::export_all(config)?;
    ImportMode::export_all(config)?;
    ImportReport::export_all(config)?;
    Place::export_all(config)?;
    RecordingComparison::export_all(config)?;
    SoundCheck::export_all(config)?;
    Play::export_all(config)?;
    PlayHistoryQuery::export_all(config)?;
    Session::export_all(config)?;
    Account::export_all(config)?;
    DriveDescription::export_all(config)?;
    NewAccount::export_all(config)?;
    RedirectPage::export_all(config)?;
    RemovedAccount::export_all(config)?;
    MirrorFilter::export_all(config)?;
    SyncPlan::export_all(config)?;
    SyncReport::export_all(config)?;
    SyncStatus::export_all(config)?;
    SyncJob::export_all(config)?;
    SyncHistoryQuery::export_all(config)?;
    SyncTrigger::export_all(config)?;
    Explanation::export_all(config)?;
    StorageHealth::export_all(config)?;
    ScanReport::export_all(config)?;
    CoverSize::export_all(config)?;
    PlayerStatus::export_all(config)?;
    CoreStatus::export_all(config)?;
    Capabilities::export_all(config)?;
    Event::export_all(config)?;
    Severity::export_all(config)?;
    RpcError::export_all(config)
}
