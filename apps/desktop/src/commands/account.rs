//! `account`

use core_async::sync::CancellationToken;
use core_service::bridge_traits::Secret;
use core_service::core_auth::{Account, Revocation, ServerAccess};
use core_service::{CoreService, DriveAccess, DriveAddresses, DriveClient, NewDrive};
use serde_json::json;

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
                account = core.add_drive(new_drive(new)?) => account?,
                () = cancel.cancelled() => return Err(CommandError::Interrupted),
            };
            output.print(&account, added);
        }
        AccountCommand::List => {
            output.print(&core.accounts().await?, |accounts| output::accounts(accounts));
        }
        AccountCommand::Remove { id } => {
            let revoked = core.remove_account(&id).await?;
            let note = match revoked {
                Revocation::Revoked => "signed out",
                Revocation::NotOffered => {
                    "signed out here; end the access on the provider's own pages"
                }
                _ => "signed out here; the provider could not be asked to end the access",
            };
            let is_revoked = revoked == Revocation::Revoked;
            output.print(&json!({ "removed": id, "revoked": is_revoked }), |_| note.to_owned());
        }
    }
    Ok(())
}

fn added(account: &Account) -> String {
    let label = account.label.as_deref().unwrap_or(&account.id);
    format!("{label} is signed in to {}; run `mpc-desktop sync` next", account.provider)
}

fn new_drive(new: NewAccount) -> Result<NewDrive, CommandError> {
    let (access, args): (fn(DriveClient) -> DriveAccess, _) = match new {
        NewAccount::GoogleDrive(args) => (DriveAccess::GoogleDrive, args),
        NewAccount::Onedrive(args) => (DriveAccess::OneDrive, args),
        NewAccount::Webdav(ServerArgs { url, user, password_stdin: _, token_stdin, root }) => {
            let access = match (user, token_stdin) {
                (Some(user), _) => ServerAccess::Password { user, password: typed_secret()? },
                (None, true) => ServerAccess::Token(typed_secret()?),
                (None, false) => ServerAccess::Open,
            };
            return Ok(NewDrive { access: DriveAccess::WebDav { url, access }, root });
        }
    };
    let root = args.root.clone();
    Ok(NewDrive { access: access(client(args)), root })
}

/// The first line of standard input: arguments can be seen by other users of the computer.
fn typed_secret() -> Result<Secret, CommandError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(CommandError::Input)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}

fn client(args: ClientArgs) -> DriveClient {
    let addresses = match (args.auth_url, args.token_url, args.api_url) {
        (Some(authorize), Some(token), Some(api)) => Some(DriveAddresses { authorize, token, api }),
        _ => None,
    };
    DriveClient { id: args.client_id, secret: args.client_secret.map(Secret::new), addresses }
}
