//! `decode`

use std::path::PathBuf;

use core_async::sync::CancellationToken;
use core_service::CoreService;
use serde::Serialize;

use super::{audio_path, utf8};
use crate::error::CommandError;
use crate::output::Output;

/// What to decode.
pub(super) struct DecodeRequest {
    pub(super) id_or_path: String,
    pub(super) out: PathBuf,
    pub(super) start: f64,
    pub(super) duration: Option<f64>,
}

#[derive(Serialize)]
struct Decoded {
    path: String,
    out: String,
    sample_rate: u32,
    channels: u16,
    start_frame: u64,
    frames: u64,
}

pub(super) async fn decode(
    core: &CoreService,
    request: DecodeRequest,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<(), CommandError> {
    let path = audio_path(core, &request.id_or_path).await?;
    let out = std::path::absolute(&request.out)
        .map_err(|source| CommandError::Path { path: request.out.display().to_string(), source })?;
    let out = utf8(out)?;
    let failed = |source| CommandError::Audio { path: path.clone(), source };
    let decoder = core.decoder(&path).await.map_err(failed)?;
    let (rate, channels) = (decoder.format().sample_rate, decoder.format().channels);
    let start = frames(request.start, rate);
    let end = request.duration.map_or(u64::MAX, |duration| start + frames(duration, rate));
    let frames = core_async::select! {
        () = cancel.cancelled() => return Err(CommandError::Interrupted),
        frames = core.decode_to_wav(&path, &out, start..end) => frames.map_err(failed)?,
    };
    let decoded = Decoded { path, out, sample_rate: rate, channels, start_frame: start, frames };
    output.print(&decoded, |decoded| {
        format!("{} frames at {} Hz written to {}", decoded.frames, rate, decoded.out)
    });
    Ok(())
}

/// Seconds as the nearest frame.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the command line accepts 0 to 1e9 seconds only"
)]
fn frames(seconds: f64, rate: u32) -> u64 {
    (seconds * f64::from(rate)).round() as u64
}
