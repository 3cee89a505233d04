//! `account`

use core_async::sync::CancellationToken;
use core_service::bridge_traits::Secret;
use core_service::core_auth::{Account, Revocation, ServerAccess};
use core_service::core_sync::MirrorFilter;
use core_service::{CoreService, DriveAccess, DriveAddresses, DriveClient, NewDrive};
use serde_json::json;

use super::existing;
use crate::cli::{AccountCommand, ClientArgs, NewAccount, ServerArgs};
use crate::error::CommandError;
use crate::output::{self, Output};

pub(super) async fn account(
    core: &CoreService,
    command: AccountCommand,
    output: &Output,
    cancel: &CancellationToken,
) -> Result<(), CommandError> {
    match command {
        AccountCommand::Add(new) => {
            let account = core_async::select! {
                account = add(core, new) => account?,
                () = cancel.cancelled() => return Err(CommandError::Interrupted),
            };
            output.print(&account, added);
        }
        AccountCommand::List => {
            output.print(&core.accounts().await?, |accounts| output::accounts(accounts));
        }
        AccountCommand::Filter { id, filter, reset } => {
            let new = if reset { Some(MirrorFilter::default()) } else { filter.filter()? };
            if let Some(new) = &new {
                core.set_mirror_filter(&id, new).await?;
            }
            let next = if new.is_some() { "; run `mpc-desktop sync` next" } else { "" };
            let filter = core.mirror_filter(&id).await?;
            output.print(&filter, |filter| filtered(filter) + next);
        }
        AccountCommand::Remove { id } => {
            let revoked = core.remove_account(&id).await?;
            let note = match revoked {
                Revocation::Revoked => "signed out",
                Revocation::NotOffered => {
                    "removed here; a provider that lists who has access can end it there"
                }
                _ => "signed out here; the provider could not be asked to end the access",
            };
            let is_revoked = revoked == Revocation::Revoked;
            output.print(&json!({ "removed": id, "revoked": is_revoked }), |_| note.to_owned());
        }
    }
    Ok(())
}

fn filtered(filter: &MirrorFilter) -> String {
    let included = match filter.include() {
        [] => "every file of music".to_owned(),
        extensions => extensions.join(", "),
    };
    let excluded = match filter.exclude() {
        [] => String::new(),
        extensions => format!(" but {}", extensions.join(", ")),
    };
    format!("{included}{excluded}, up to {} bytes", filter.max_size())
}

fn added(account: &Account) -> String {
    let label = account.label.as_deref().unwrap_or(&account.id);
    let how = match account.provider.as_str() {
        "folder" => "added".to_owned(),
        provider => format!("signed in to {provider}"),
    };
    format!("{label} is {how}; run `mpc-desktop sync` next")
}

async fn add(core: &CoreService, new: NewAccount) -> Result<Account, CommandError> {
    let (access, args): (fn(DriveClient) -> DriveAccess, _) = match new {
        NewAccount::GoogleDrive(args) => (DriveAccess::GoogleDrive, args),
        NewAccount::Onedrive(args) => (DriveAccess::OneDrive, args),
        NewAccount::Webdav(ServerArgs { url, user, token_stdin, root, filter, .. }) => {
            let filter = filter.filter()?;
            let access = match (user, token_stdin) {
                (Some(user), _) => ServerAccess::Password { user, password: typed_secret().await? },
                (None, true) => ServerAccess::Token(typed_secret().await?),
                (None, false) => ServerAccess::Open,
            };
            let access = DriveAccess::WebDav { url, access };
            return Ok(core.add_drive(NewDrive { access, root, filter }).await?);
        }
        NewAccount::Folder { path } => return Ok(core.add_folder(&existing(&path)?).await?),
    };
    let (root, filter) = (args.root.clone(), args.filter.filter()?);
    Ok(core.add_drive(NewDrive { access: access(client(args)), root, filter }).await?)
}

/// The first line of standard input: arguments can be seen by other users of the computer.
///
/// On a thread of its own, which Ctrl-C does not wait for.
async fn typed_secret() -> Result<Secret, CommandError> {
    let typed = core_async::task::spawn_blocking(|| {
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line)? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line),
        }
    });
    let line = typed.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    Ok(Secret::new(line.map_err(CommandError::Input)?.trim_end_matches(['\r', '\n'])))
}

fn client(args: ClientArgs) -> DriveClient {
    let addresses = match (args.auth_url, args.token_url, args.api_url) {
        (Some(authorize), Some(token), Some(api)) => Some(DriveAddresses { authorize, token, api }),
        _ => None,
    };
    DriveClient { id: args.client_id, secret: args.client_secret.map(Secret::new), addresses }
}
