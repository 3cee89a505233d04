//! `fingerprint`

use core_service::core_playback::Fingerprint;
use core_service::{CoreService, RecordingComparison};
use serde::Serialize;

use super::audio_path;
use crate::error::CommandError;
use crate::output::Output;

/// What one track or file sounds like.
#[derive(Serialize)]
struct Printed {
    /// Of a track of the library.
    track_id: Option<String>,
    path: String,
    fingerprint: String,
    /// How alike it is to the first; not said of the first.
    #[serde(flatten)]
    comparison: Option<RecordingComparison>,
}

#[derive(Serialize)]
struct All {
    tracks: Vec<Printed>,
}

pub(super) async fn fingerprint(
    core: &CoreService,
    tracks: &[String],
    output: &Output,
) -> Result<(), CommandError> {
    let mut all = All { tracks: Vec::new() };
    let mut first: Option<(Option<String>, Fingerprint)> = None;
    for id_or_path in tracks {
        let path = audio_path(core, id_or_path).await?;
        let failed = |source| CommandError::Audio { path: path.clone(), source };
        let track_id = core.library().find_track_at(&path).await?.map(|track| track.id);
        let fingerprint = match &track_id {
            Some(id) => core.fingerprint(id).await,
            None => core.fingerprint_of_file(&path).await,
        };
        let fingerprint = fingerprint.map_err(failed)?;
        let comparison = match (&first, &track_id) {
            (None, _) => None,
            // Of these the length is known, too.
            (Some((Some(first), _)), Some(id)) => Some(core.compare_recordings(first, id).await?),
            (Some((_, first)), _) => Some(RecordingComparison {
                similarity: first.similarity(&fingerprint),
                same_recording: first.is_same_recording(&fingerprint),
            }),
        };
        let text = fingerprint.to_string();
        if first.is_none() {
            first = Some((track_id.clone(), fingerprint));
        }
        all.tracks.push(Printed { track_id, path, fingerprint: text, comparison });
    }
    output.print(&all, |all| all.tracks.iter().map(line).collect());
    Ok(())
}

fn line(printed: &Printed) -> String {
    let Printed { path, fingerprint, comparison, .. } = printed;
    let alike = comparison.map_or_else(String::new, |comparison| {
        let same = if comparison.same_recording { ", the same recording" } else { "" };
        format!("\t{:.2} alike{same}", comparison.similarity)
    });
    format!("{fingerprint}\t{path}{alike}\n")
}
