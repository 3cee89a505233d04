//! `mpc-desktop`: the reference desktop host. Scans folders into a library, lists and searches it,
//! decodes and plays. Results go to standard output, everything else to standard error.

mod cli;
mod commands;
mod error;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;
use core_async::sync::CancellationToken;
use core_service::bridge_traits::{LifecycleObserver, LifecyclePhase};
use core_service::core_runtime::init_logging;
use core_service::{BootstrapError, DesktopLifecycle};

use crate::cli::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    // clap ends the process itself for bad usage, with code 2.
    let cli = Cli::parse();
    let output = Output::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&error),
    };
    let (sink, clock) = core_service::desktop_logging();
    if let Err(error) = init_logging(&cli.logging(), sink, clock) {
        return output.fail(&error);
    }
    let cancel = CancellationToken::new();
    let outcome = runtime.block_on(async {
        let lifecycle = DesktopLifecycle::with_signals().map_err(BootstrapError::from)?;
        let (stop, mut phases) = (cancel.clone(), lifecycle.watch());
        runtime.spawn(async move {
            while phases.next().await.phase != LifecyclePhase::Terminating {}
            stop.cancel();
        });
        commands::run(cli, lifecycle, &output, &cancel).await
    });
    // A device or a disk that hangs must not keep the process from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(code) => code,
        Err(error) => output.fail(&error),
    }
}
