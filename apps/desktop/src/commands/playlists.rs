//! `playlists`

use std::path::Path;

use core_service::bridge_traits::FileSystemExt;
use core_service::core_library::{
    NewPlaylist, Page, PathStyle, Place, Playlist, PlaylistChange, PlaylistEntry, PlaylistFormat,
    PlaylistQuery, PlaylistSource,
};
use core_service::{CoreError, CoreService, ImportedPlaylist};
use serde::Serialize;

use super::{absolute, existing};
use crate::cli::{FileFormat, PageArgs, PlaylistCommand};
use crate::error::CommandError;
use crate::output::{self, Output};

/// No playlist is larger; anything that is, is something else.
const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// A playlist with a page of its entries.
#[derive(Serialize)]
struct Shown {
    playlist: Playlist,
    entries: Page<PlaylistEntry>,
}

/// What an edit leaves behind.
#[derive(Serialize)]
struct Edited {
    playlist: Playlist,
    entry_ids: Vec<String>,
}

#[derive(Serialize)]
struct Written {
    path: String,
}

pub(super) async fn run(
    core: &CoreService,
    command: PlaylistCommand,
    output: &Output,
) -> Result<(), CommandError> {
    let library = core.library();
    match command {
        PlaylistCommand::List(PageArgs { limit, after }) => {
            let query = PlaylistQuery { limit: Some(limit), after, ..Default::default() };
            output.print(&library.playlists(&query).await?, output::playlists);
        }
        PlaylistCommand::Show { id, page: PageArgs { limit, after } } => {
            let playlist = library.playlist(&id).await?;
            let entries = library.playlist_entries(&id, Some(limit), after.as_deref()).await?;
            output.print(&Shown { playlist, entries }, |shown| {
                format!("{}\n\n{}", shown.playlist.name, output::entries(&shown.entries))
            });
        }
        PlaylistCommand::Create { name, description, rules, tracks } => {
            let rules = rules.map(|rules| serde_json::from_str(&rules)).transpose();
            let rules = rules.map_err(CommandError::Rules)?;
            let track_ids = tracks_of(core, &tracks).await?;
            let new = NewPlaylist { name, description, rules, track_ids };
            show(output, &library.create_playlist(new).await?);
        }
        PlaylistCommand::Rename { id, name } => {
            let change = PlaylistChange { name: Some(name), ..Default::default() };
            show(output, &library.change_playlist(&id, &change).await?);
        }
        PlaylistCommand::Delete { id } => {
            let playlist = library.playlist(&id).await?;
            library.delete_playlist(&id).await?;
            show(output, &playlist);
        }
        PlaylistCommand::Add { id, tracks, index } => {
            let track_ids = tracks_of(core, &tracks).await?;
            let place = index.map_or(Place::End, Place::Index);
            let entry_ids = library.add_to_playlist(&id, &track_ids, place).await?;
            edited(core, &id, entry_ids, output).await?;
        }
        PlaylistCommand::Move { id, entries, index } => {
            library.move_in_playlist(&id, &entries, Place::Index(index)).await?;
            edited(core, &id, entries, output).await?;
        }
        PlaylistCommand::Remove { id, entries } => {
            library.remove_from_playlist(&id, &entries).await?;
            edited(core, &id, Vec::new(), output).await?;
        }
        PlaylistCommand::Import { file } => import(core, &file, output).await?,
        PlaylistCommand::Export { id, out, format } => {
            export(core, &id, &out, format, output).await?;
        }
    }
    Ok(())
}

async fn import(core: &CoreService, file: &Path, output: &Output) -> Result<(), CommandError> {
    let path = existing(file)?;
    let bytes = core.files().read_bytes(&path, LARGEST_FILE).await.map_err(CoreError::from)?;
    let folder = Path::new(&path).parent().and_then(Path::to_str).unwrap_or_default();
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("playlist");
    let source = PlaylistSource { bytes: &bytes, folder, name };
    let imported = ImportedPlaylist::from(core.library().import_playlist(&source).await?);
    output.print(&imported, |imported| {
        let mut text = format!(
            "{}: {} tracks found, {} not in the library\n",
            imported.playlist.name,
            imported.matched,
            imported.unresolved.len()
        );
        for location in &imported.unresolved {
            text.push_str(&format!("missing: {location}\n"));
        }
        text
    });
    Ok(())
}

async fn export(
    core: &CoreService,
    id: &str,
    out: &Path,
    format: Option<FileFormat>,
    output: &Output,
) -> Result<(), CommandError> {
    let is_json = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let format = match format {
        Some(format) => format.into(),
        None if is_json => PlaylistFormat::Json,
        None => PlaylistFormat::M3u8,
    };
    let text = core.library().export_playlist(id, format, &PathStyle::Absolute).await?;
    let path = absolute(out)?;
    core.files().write_bytes(&path, text.into()).await.map_err(CoreError::from)?;
    output.print(&Written { path }, |written| format!("written to {}", written.path));
    Ok(())
}

/// The ids of tracks given by id or path.
pub(super) async fn tracks_of(
    core: &CoreService,
    given: &[String],
) -> Result<Vec<String>, CommandError> {
    let mut ids = Vec::new();
    for id_or_path in given {
        let path = Path::new(id_or_path);
        let name = if path.is_file() { existing(path)? } else { id_or_path.clone() };
        ids.push(core.find_track(&name).await?.id);
    }
    Ok(ids)
}

async fn edited(
    core: &CoreService,
    id: &str,
    entry_ids: Vec<String>,
    output: &Output,
) -> Result<(), CommandError> {
    let playlist = core.library().playlist(id).await?;
    output.print(&Edited { playlist, entry_ids }, |edited| summary(&edited.playlist));
    Ok(())
}

fn show(output: &Output, playlist: &Playlist) {
    output.print(playlist, summary);
}

fn summary(playlist: &Playlist) -> String {
    format!("{} ({} entries, {})", playlist.name, playlist.entry_count, playlist.id)
}
