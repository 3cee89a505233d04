//! `sync`

use std::collections::HashSet;
use std::process::ExitCode;

use core_async::sync::CancellationToken;
use core_service::core_auth::{Account, AccountState};
use core_service::core_sync::{SyncError, SyncPlan, SyncReport};
use core_service::{CoreError, CoreService, Followed};
use futures::StreamExt;
use serde::Serialize;

use super::duplicates;
use crate::error::CommandError;
use crate::output::Output;
use crate::progress::Progress;

pub(super) async fn sync(
    core: &CoreService,
    account: Option<String>,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<ExitCode, CommandError> {
    let progress = output.shows_progress().then(|| Progress::of_sync(core.events()));
    let asked = duplicates::asked(core);
    let accounts = accounts(core, account).await?;
    let is_alone = accounts.len() == 1;
    let mut results = Vec::new();
    for account in accounts {
        match core.sync(&account, cancel).await.map_err(interrupted) {
            Ok(report) => results.push(Synced::Done(report)),
            // One drive that fails does not keep the others from being mirrored.
            Err(CommandError::Core(error)) if !is_alone => {
                results.push(Synced::failed(account, &error));
            }
            Err(error) => return Err(error),
        }
    }
    drop(progress);
    print(output, &results, text);
    duplicates::tell(asked, output);
    let is_complete = results.iter().all(Synced::is_complete);
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How one account's sync ended.
#[derive(Serialize)]
#[serde(untagged)]
enum Synced {
    Done(SyncReport),
    Failed { account: String, error: Failure },
}

#[derive(Serialize)]
struct Failure {
    code: &'static str,
    message: String,
}

impl Synced {
    fn failed(account: String, error: &CoreError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        Self::Failed { account, error: Failure { code, message } }
    }

    /// Whether it is worth a line among many.
    fn says_something(&self) -> bool {
        match self {
            Self::Done(report) => {
                let done = report.added + report.updated + report.moved + report.removed;
                done > 0 || report.waiting > 0 || !report.failed.is_empty()
            }
            Self::Failed { .. } => true,
        }
    }

    fn is_complete(&self) -> bool {
        match self {
            Self::Done(report) => report.failed.is_empty(),
            Self::Failed { .. } => false,
        }
    }
}

/// Prints every outcome in which something was done or went wrong, and the first of each account.
pub(super) async fn watch(
    core: &CoreService,
    account: Option<String>,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<(), CommandError> {
    let progress = output.shows_progress().then(|| Progress::of_sync(core.events()));
    let accounts = accounts(core, account).await?;
    if accounts.is_empty() {
        return Err(CommandError::NoAccount);
    }
    let mut known = HashSet::new();
    let mut followed = core.follow(accounts, cancel);
    while let Some(Followed { account, outcome }) = followed.next().await {
        let is_first = known.insert(account.clone());
        let synced = match outcome {
            Ok(report) => Synced::Done(report),
            Err(error) => Synced::failed(account, &error),
        };
        if is_first || synced.says_something() {
            output.line(&synced, |synced| named(synced) + &text(synced));
        }
    }
    drop(progress);
    Ok(())
}

pub(super) async fn preview(
    core: &CoreService,
    account: Option<String>,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<(), CommandError> {
    let mut plans = Vec::new();
    for account in accounts(core, account).await? {
        let plan = core.preview_sync(&account, cancel).await.map_err(interrupted)?;
        plans.push(Preview { account, plan });
    }
    print(output, &plans, |preview| {
        let SyncPlan { to_place, to_remove, to_read, needs_confirmation } = preview.plan;
        let sure = if needs_confirmation { ", after asking the drive again" } else { "" };
        format!("{to_place} to add or move, {to_remove} to remove{sure}, {to_read} to read\n")
    });
    Ok(())
}

#[derive(Serialize)]
struct Preview {
    account: String,
    #[serde(flatten)]
    plan: SyncPlan,
}

async fn accounts(
    core: &CoreService,
    account: Option<String>,
) -> Result<Vec<String>, CommandError> {
    match account {
        Some(account) => Ok(vec![account]),
        None => {
            let accounts = core.accounts().await?.into_iter();
            // What is being removed is nobody's to mirror.
            let stays = |account: &Account| account.state != AccountState::Leaving;
            Ok(accounts.filter(stays).map(|account| account.id).collect())
        }
    }
}

fn interrupted(error: CoreError) -> CommandError {
    match error {
        CoreError::Sync(SyncError::Cancelled { .. }) => CommandError::Interrupted,
        error => error.into(),
    }
}

/// One result as it is, several as a list.
fn print<T: Serialize>(output: &Output, results: &[T], text: impl Fn(&T) -> String) {
    match results {
        [] => output.print(&results, |_| "there is no account; add one first".to_owned()),
        [result] => output.print(result, text),
        results => output.print(&results, |results| results.iter().map(text).collect()),
    }
}

/// What a line among those of other accounts begins with.
fn named(synced: &Synced) -> String {
    match synced {
        Synced::Done(report) => format!("{}: ", report.account),
        // Its text has the name.
        Synced::Failed { .. } => String::new(),
    }
}

fn text(synced: &Synced) -> String {
    let report = match synced {
        Synced::Done(report) => report,
        Synced::Failed { account, error } => {
            return format!("{account}: {}\n", error.message);
        }
    };
    let mut text = format!(
        "{} added, {} updated, {} moved, {} removed, {} unchanged; {} requests, {} bytes in {:.2} s\n",
        report.added,
        report.updated,
        report.moved,
        report.removed,
        report.unchanged,
        report.requests,
        report.bytes,
        report.seconds
    );
    if report.waiting > 0 {
        text.push_str(&format!(
            "{} files could not be read now: sync again later\n",
            report.waiting
        ));
    }
    for failed in &report.failed {
        text.push_str(&format!("failed: {}: {}\n", failed.path, failed.error));
    }
    text
}
