//! Removing accounts: what opens them at once, and the rest as soon as nobody synchronises them.

use std::future::{Future, pending};
use std::pin::pin;

use bridge_traits::SettingChange;
use core_async::sync::CancellationToken;
use core_async::time::{Duration, timeout};
use core_auth::{Account, AccountState, AuthError, Revocation};
use core_sync::{SyncError, SyncReport, Turn};

use super::filter;
use super::settings::root_key;
use crate::error::CoreError;
use crate::service::CoreService;

/// How long another window or program may take to end its sync before the removal is left to it.
const PATIENCE: Duration = Duration::from_secs(10);

impl CoreService {
    /// Forgets what an account was signed in with, takes its tracks out of the library, and has the
    /// provider end the access. A sync of it that is under way, here or in another window or program,
    /// ends as if it had been cancelled, and none begins.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts), or with [`CoreError::RemovalUnderWay`] if another window
    /// or program does not end its sync within some seconds: what opens the account is gone then, and
    /// it stays listed as [`Leaving`](AccountState::Leaving) until its tracks are gone, too. That
    /// happens when the sync ends, when accounts are next listed after it, or by calling again. For a
    /// folder, [`SyncError::UnderWay`] says that nothing was done.
    ///
    /// # Cancellation
    ///
    /// As for [`CoreError::RemovalUnderWay`], once something was forgotten.
    pub async fn remove_account(&self, account: &str) -> Result<Revocation, CoreError> {
        if let Some(folder) = self.local_folder(account).await? {
            self.cloud().running.stop(account).await;
            self.remove_folder(&folder).await?;
            self.cloud().tell_gone(account);
            return Ok(Revocation::NotOffered);
        }
        let auth = self.accounts_handle().await?;
        // What runs here is told first, so that it ends for this reason and not for want of a token.
        let stopped = self.cloud().running.stop(account);
        let ((), departure) = core_async::join!(stopped, auth.leave(account));
        let departure = departure?;
        let (taken_out, revocation) =
            core_async::join!(self.wait_and_take_out(account), departure.revoke());
        taken_out?;
        Ok(revocation)
    }

    /// Goes on with removals that were left to whoever comes by. Says whether there were any.
    pub(super) async fn finish_removals(&self, accounts: &[Account]) -> bool {
        let mut were_some = false;
        for account in accounts {
            if is_leaving(account) {
                self.finish_removal(&account.id).await;
                were_some = true;
            }
        }
        were_some
    }

    /// Carries out `work`, and has it end by `cancel` as soon as the account is removed, in whatever
    /// window or program.
    pub(super) async fn while_wanted<T>(
        &self,
        account: &str,
        cancel: &CancellationToken,
        work: impl Future<Output = T>,
    ) -> T {
        let removed = async {
            let left = match self.accounts_handle().await {
                Ok(auth) => auth.left(account).await.map_err(CoreError::from),
                Err(error) => Err(error),
            };
            if let Err(error) = left {
                tracing::warn!(%error, "a removal of the account would be noticed at the end only");
                pending::<()>().await;
            }
        };
        let mut work = pin!(work);
        core_async::select! {
            outcome = &mut work => return outcome,
            () = removed => cancel.cancel(),
        }
        work.await
    }

    /// How work in a turn has ended: as if cancelled, if the account was removed meanwhile, of which
    /// the rest goes now.
    pub(super) async fn unless_removed<T>(
        &self,
        account: &str,
        turn: Turn,
        outcome: Result<T, SyncError>,
    ) -> Result<T, CoreError> {
        drop(turn);
        match self.accounts_handle().await?.account(account).await {
            Ok(known) if !is_leaving(&known) => return Ok(outcome?),
            // Somebody who removed it altogether may not have known of what is here.
            Ok(_) | Err(AuthError::UnknownAccount(_)) => self.finish_removal(account).await,
            Err(error) => {
                tracing::warn!(%error, "whether the account was removed is not known");
                return Ok(outcome?);
            }
        }
        let report = match outcome {
            Err(SyncError::Cancelled { report }) => report,
            _ => Box::new(SyncReport { account: account.to_owned(), ..SyncReport::default() }),
        };
        Err(SyncError::Cancelled { report }.into())
    }

    /// Takes out what is left of an account that is being removed, unless somebody is at it.
    async fn finish_removal(&self, account: &str) {
        let finished = async {
            let turn = self.cloud().sync()?.turn(account).await?;
            // Whoever began may not have come as far as forgetting what opens it.
            let departure = match self.accounts_handle().await?.leave(account).await {
                Ok(departure) => Some(departure),
                Err(AuthError::UnknownAccount(_)) => None,
                Err(error) => return Err(error.into()),
            };
            let taken_out = self.take_out(&turn, account).await;
            if let Some(departure) = departure {
                departure.revoke().await;
            }
            taken_out
        };
        match finished.await {
            Ok(()) | Err(CoreError::Sync(SyncError::UnderWay)) => {}
            Err(error) => tracing::warn!(%error, "an account could not be removed to the end"),
        }
    }

    async fn wait_and_take_out(&self, account: &str) -> Result<(), CoreError> {
        let sync = self.cloud().sync()?;
        let turn = timeout(PATIENCE, sync.next_turn(account)).await;
        let turn = turn.map_err(|_| CoreError::RemovalUnderWay)??;
        self.take_out(&turn, account).await
    }

    /// Takes everything out that belongs to an account, and the account last: until then it is listed.
    async fn take_out(&self, turn: &Turn, account: &str) -> Result<(), CoreError> {
        self.cloud().sync()?.forget_in(turn, account).await?;
        let forgotten = vec![SettingChange::Remove(root_key(account)), filter::forgotten(account)];
        self.settings().apply(forgotten).await?;
        self.accounts_handle().await?.forget(account).await?;
        self.cloud().tell_gone(account);
        Ok(())
    }
}

fn is_leaving(account: &Account) -> bool {
    account.state == AccountState::Leaving
}
