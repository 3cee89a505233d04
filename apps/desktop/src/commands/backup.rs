//! `export` and `import`

use std::path::Path;

use core_service::core_library::{ImportMode, ImportReport};
use core_service::{CoreError, CoreService};

use super::{absolute, existing};
use crate::error::CommandError;
use crate::output::Output;

pub(super) async fn export(
    core: &CoreService,
    file: &Path,
    output: &Output,
) -> Result<(), CommandError> {
    let path = absolute(file)?;
    let report = core.library().export_library(core.files(), &path).await;
    output.print(&report.map_err(CoreError::from)?, |report| {
        format!("{} records, {} bytes, written to {}", report.records, report.bytes, report.path)
    });
    Ok(())
}

pub(super) async fn import(
    core: &CoreService,
    file: &Path,
    mode: ImportMode,
    output: &Output,
) -> Result<(), CommandError> {
    let path = existing(file)?;
    let report = core.library().import_library(core.files(), &path, &mode).await;
    let report = report
        .map_err(|error| CommandError::LibraryFile { path, source: CoreError::from(error) })?;
    output.print(&report, |report| summary(report, &mode));
    Ok(())
}

fn summary(report: &ImportReport, mode: &ImportMode) -> String {
    let ImportReport { tracks, matched, edited, playlists, plays, .. } = report;
    if matches!(mode, ImportMode::Replace { .. }) {
        return format!("replaced: {tracks} tracks, {playlists} playlists, {plays} plays");
    }
    let mut text = format!(
        "{matched} of {tracks} tracks are here; added {playlists} playlists, {plays} plays, edits \
         of {edited} tracks"
    );
    if matched < tracks {
        text.push_str("\nscan the folders of the others, then import the file again");
    }
    text
}
