//! `scan`

use std::path::PathBuf;
use std::process::ExitCode;

use core_async::sync::CancellationToken;
use core_service::core_metadata::{ScanError, ScanReport};
use core_service::{CoreError, CoreService};

use super::{duplicates, existing};
use crate::error::CommandError;
use crate::output::Output;
use crate::progress::Progress;

pub(super) async fn scan(
    core: &CoreService,
    folders: &[PathBuf],
    output: &Output,
    cancel: &CancellationToken,
) -> Result<ExitCode, CommandError> {
    let roots = folders.iter().map(|folder| existing(folder)).collect::<Result<Vec<_>, _>>()?;
    let progress = output.shows_progress().then(|| Progress::of_scan(core.events()));
    let asked = duplicates::asked(core);
    let outcome = core.scan(&roots, cancel).await;
    drop(progress);
    match outcome {
        Ok(report) => {
            output.print(&report, text);
            duplicates::tell(asked, output);
            Ok(ExitCode::SUCCESS)
        }
        Err(CoreError::Scan(ScanError::Cancelled { .. })) => Err(CommandError::Interrupted),
        Err(error) => Err(error.into()),
    }
}

fn text(report: &ScanReport) -> String {
    let mut text = format!(
        "{} added, {} updated, {} moved, {} unchanged, {} removed, {} failed in {:.2} s\n",
        report.added,
        report.updated,
        report.moved,
        report.unchanged,
        report.removed,
        report.failed.len(),
        report.seconds
    );
    for failed in &report.failed {
        text.push_str(&format!("failed: {}: {}\n", failed.path, failed.error));
    }
    text
}
