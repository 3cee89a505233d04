//! `tracks`, `albums`, `artists`, `search`, `show`, `status`

use core_service::core_library::{LibraryError, Page, SearchQuery};
use core_service::{CoreError, CoreService};
use serde::Serialize;

use crate::cli::ListArgs;
use crate::error::CommandError;
use crate::output::{self, Output};

pub(super) async fn tracks(
    core: &CoreService,
    args: ListArgs,
    output: &Output,
) -> Result<(), CommandError> {
    output.print(&core.library().tracks(&args.into()).await?, output::tracks);
    Ok(())
}

pub(super) async fn albums(
    core: &CoreService,
    args: ListArgs,
    output: &Output,
) -> Result<(), CommandError> {
    output.print(&core.library().albums(&args.into()).await?, output::albums);
    Ok(())
}

pub(super) async fn artists(
    core: &CoreService,
    args: ListArgs,
    output: &Output,
) -> Result<(), CommandError> {
    output.print(&core.library().artists(&args.into()).await?, output::artists);
    Ok(())
}

pub(super) async fn search(
    core: &CoreService,
    text: String,
    limit: u32,
    output: &Output,
) -> Result<(), CommandError> {
    let found = core.library().search(&SearchQuery { text, limit: Some(limit) }).await?;
    output.print(&found, |found| {
        let mut text = String::new();
        if !found.artists.is_empty() {
            text += &output::artists(&page(&found.artists));
            text.push('\n');
        }
        if !found.albums.is_empty() {
            text += &output::albums(&page(&found.albums));
            text.push('\n');
        }
        if !found.tracks.is_empty() {
            text += &output::tracks(&page(&found.tracks));
        }
        if text.is_empty() { "nothing found".to_owned() } else { text }
    });
    Ok(())
}

pub(super) async fn show(
    core: &CoreService,
    id: &str,
    output: &Output,
) -> Result<(), CommandError> {
    match core.find_track(id).await {
        Ok(track) => {
            output.print(&track, lines);
            return Ok(());
        }
        Err(CoreError::Library(LibraryError::NotFound { .. })) => {}
        Err(error) => return Err(error.into()),
    }
    match core.library().album(id).await {
        Ok(album) => {
            output.print(&album, lines);
            Ok(())
        }
        Err(LibraryError::NotFound { .. }) => {
            output.print(
                &core.library().artist(id).await.map_err(|error| unknown(error, id))?,
                lines,
            );
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn status(core: &CoreService, output: &Output) -> Result<(), CommandError> {
    output.print(&core.status().await?, lines);
    Ok(())
}

/// The fields of a value, one to a line.
pub(super) fn lines<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    let fields = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let line = |(name, value): (&String, &serde_json::Value)| match value.as_str() {
        Some(text) => format!("{name:16}{text}\n"),
        None => format!("{name:16}{value}\n"),
    };
    fields.map(line).collect()
}

fn page<T: Clone>(items: &[T]) -> Page<T> {
    Page { items: items.to_vec(), next: None }
}

fn unknown(error: LibraryError, id: &str) -> LibraryError {
    match error {
        LibraryError::NotFound { .. } => {
            LibraryError::NotFound { what: "track, album or artist", id: id.to_owned() }
        }
        error => error,
    }
}
