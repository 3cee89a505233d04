//! `cover`

use std::path::Path;

use core_service::bridge_traits::FileSystemExt;
use core_service::core_library::LibraryError;
use core_service::core_metadata::{CoverSize, SizedCover};
use core_service::{CoreError, CoreService};
use serde::Serialize;

use super::absolute;
use crate::error::CommandError;
use crate::output::Output;

#[derive(Serialize)]
struct Written {
    out: String,
    mime: &'static str,
    bytes: usize,
    /// The colour the picture is remembered by, such as `#0080ff`.
    colour: Option<String>,
}

pub(super) async fn cover(
    core: &CoreService,
    id: &str,
    out: &Path,
    size: CoverSize,
    output: &Output,
) -> Result<(), CommandError> {
    let out = absolute(out)?;
    let found = match core.album_cover(id, size).await {
        Err(CoreError::Library(LibraryError::NotFound { .. })) => {
            core.track_cover(&core.find_track(id).await?.id, size).await?
        }
        found => found?,
    };
    let Some(SizedCover { cover, colour }) = found else {
        return Err(CommandError::NoCover(id.to_owned()));
    };
    let written = Written {
        out,
        mime: cover.mime,
        bytes: cover.bytes.len(),
        colour: colour.map(|colour| colour.to_string()),
    };
    core.files().write_bytes(&written.out, cover.bytes).await.map_err(CoreError::from)?;
    output.print(&written, |Written { out, mime, bytes, .. }| {
        format!("{mime}, {bytes} bytes, written to {out}")
    });
    Ok(())
}
