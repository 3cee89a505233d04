//! The commands.

mod account;
mod backup;
mod cover;
mod decode;
mod duplicates;
mod edits;
mod fingerprint;
mod list;
mod listening;
mod play;
mod playlists;
mod scan;
mod sync;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use core_async::sync::CancellationToken;
use core_service::bridge_traits::Secret;
use core_service::core_library::ImportMode;
use core_service::core_sync::SyncHistoryQuery;
use core_service::{
    AudioDevice, CoreService, DesktopConfig, DesktopLifecycle, SecretStorage, SignInPages,
    bootstrap_desktop,
};

use crate::cli::{Cli, Command};
use crate::error::CommandError;
use crate::output::{self, Output};

/// Runs one command.
pub(crate) async fn run(
    cli: Cli,
    lifecycle: DesktopLifecycle,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<ExitCode, CommandError> {
    let audio = match &cli.command {
        Command::Play { device: Some(device), .. } if device == "null" => AudioDevice::Null,
        Command::Play { device: Some(device), .. } => AudioDevice::Named(device.clone()),
        _ => AudioDevice::Default,
    };
    let folder = data_dir(cli.data_dir)?;
    let sign_in = match &cli.command {
        Command::Account(command) if command.prints_address() => {
            let output = output.clone();
            SignInPages::Handed(Arc::new(move |url| output.sign_in_address(url)))
        }
        _ => SignInPages::Browser,
    };
    let secrets = secrets(&cli.command);
    let config =
        DesktopConfig { audio, lifecycle, secrets, sign_in, ..DesktopConfig::new(&folder) };
    let core = bootstrap_desktop(config)
        .await
        .map_err(|source| CommandError::Library { folder: folder.display().to_string(), source })?;
    let told = core.storage_damage();
    told.iter().for_each(|damage| output.note(&damage.reason));
    let outcome = dispatch(cli.command, &core, output, cancel).await;
    for found in core.storage_damage().iter().filter(|found| !told.contains(found)) {
        output.note(&found.reason);
    }
    let closed = core.shutdown().await;
    let code = outcome?;
    closed?;
    Ok(code)
}

async fn dispatch(
    command: Command,
    core: &CoreService,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<ExitCode, CommandError> {
    if let Command::Sync { metered: Some(allowed), .. } = command {
        core.set_sync_when_metered(allowed).await?;
    }
    match command {
        Command::Scan { folders } => return scan::scan(core, &folders, output, cancel).await,
        Command::Account(command) => account::account(core, command, output, cancel).await?,
        Command::Sync { account, history: true, limit, after, .. } => {
            let query = SyncHistoryQuery { limit, after, account };
            output.print(&core.sync_history(&query).await?, output::syncs);
        }
        Command::Sync { account, preview: true, .. } => {
            sync::preview(core, account, output, cancel).await?;
        }
        Command::Sync { account, watch: true, .. } => {
            sync::watch(core, account, output, cancel).await?;
        }
        Command::Sync { account, .. } => {
            return sync::sync(core, account, output, cancel).await;
        }
        Command::Tracks(args) => list::tracks(core, args, output).await?,
        Command::Albums(args) => list::albums(core, args, output).await?,
        Command::Artists(args) => list::artists(core, args, output).await?,
        Command::Search { text, limit } => list::search(core, text, limit, output).await?,
        Command::Show { id } => list::show(core, &id, output).await?,
        Command::Status => list::status(core, output).await?,
        Command::Fingerprint { tracks } => {
            unless(cancel, fingerprint::fingerprint(core, &tracks, output)).await?;
        }
        Command::Details { id } => edits::details(core, id, output).await?,
        Command::Edit { set, tracks } => edits::edit(core, &set, &tracks, output).await?,
        Command::Revert { fields, tracks } => {
            edits::revert(core, &fields, &tracks, output).await?;
        }
        Command::Remove { tracks } => edits::remove(core, &tracks, output).await?,
        Command::Restore { ids } => edits::restore(core, &ids, output).await?,
        Command::Bin(page) => edits::bin(core, page, output).await?,
        Command::Duplicates(args) => {
            unless(cancel, duplicates::duplicates(core, args, output)).await?;
        }
        Command::Playlists(command) => playlists::run(core, command, output).await?,
        Command::Rate { rating, tracks } => {
            listening::rate(core, rating.0, &tracks, output).await?;
        }
        Command::Favourite { remove, tracks } => {
            listening::favourite(core, remove, &tracks, output).await?;
        }
        Command::History(page) => listening::history(core, page, output).await?,
        Command::Export { file } => {
            unless(cancel, backup::export(core, &file, output)).await?;
        }
        Command::Import { file, replace: false, .. } => {
            unless(cancel, backup::import(core, &file, ImportMode::Merge, output)).await?;
        }
        // A replacement is not stopped on its way: half a library is left by that.
        Command::Import { file, replace: true, safety_copy } => {
            let safety_copy = safety_copy.as_deref().map(absolute).transpose()?;
            let mode = ImportMode::Replace { safety_copy };
            backup::import(core, &file, mode, output).await?;
        }
        Command::Storage => listening::storage(core, output).await?,
        Command::Cover { id, out, size } => {
            unless(cancel, cover::cover(core, &id, &out, size, output)).await?;
        }
        Command::Decode { id_or_path, out, start, duration } => {
            let request = decode::DecodeRequest { id_or_path, out, start, duration };
            decode::decode(core, request, output, cancel).await?;
        }
        Command::Play { id_or_path, .. } => {
            play::play(core, &id_or_path, output, cancel).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Does something that can be dropped at any time, until Ctrl-C.
async fn unless(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<(), CommandError>>,
) -> Result<(), CommandError> {
    cancel.run_until_cancelled(work).await.unwrap_or(Err(CommandError::Interrupted))
}

/// Where accounts keep their tokens: in a file that the passphrase in `MPC_PASSPHRASE` opens, or
/// else in the system's keyring. Commands that need no account get along without either.
fn secrets(command: &Command) -> SecretStorage {
    match std::env::var("MPC_PASSPHRASE") {
        Ok(passphrase) if !passphrase.is_empty() => {
            SecretStorage::EncryptedFile { passphrase: Secret::new(passphrase) }
        }
        _ if matches!(command, Command::Account(_) | Command::Sync { history: false, .. }) => {
            SecretStorage::Keyring
        }
        _ => SecretStorage::None,
    }
}

fn data_dir(chosen: Option<PathBuf>) -> Result<PathBuf, CommandError> {
    chosen
        .or_else(|| {
            let folders = directories::ProjectDirs::from("org", "", "music-platform-core")?;
            Some(folders.data_dir().to_owned())
        })
        .ok_or(CommandError::NoDataDir)
}

/// The absolute form of a path that must exist.
fn existing(path: &Path) -> Result<String, CommandError> {
    let absolute = path
        .canonicalize()
        .map_err(|source| CommandError::Path { path: path.display().to_string(), source })?;
    utf8(absolute)
}

/// The absolute form of a path, whether or not there is something.
fn absolute(path: &Path) -> Result<String, CommandError> {
    let failed = |source| CommandError::Path { path: path.display().to_string(), source };
    utf8(std::path::absolute(path).map_err(failed)?)
}

fn utf8(path: PathBuf) -> Result<String, CommandError> {
    path.into_os_string()
        .into_string()
        .map_err(|path| CommandError::PathNotUtf8(PathBuf::from(path)))
}

/// The path of a track's file, given its id or any path.
async fn audio_path(core: &CoreService, id_or_path: &str) -> Result<String, CommandError> {
    if Path::new(id_or_path).is_file() {
        return existing(Path::new(id_or_path));
    }
    Ok(core.find_track(id_or_path).await?.path)
}
