//! Which accounts there are, whether what opens them can be read or not.

use std::collections::BTreeSet;

use bridge_traits::ErrorKind;

use crate::account::{Account, AccountState};
use crate::auth::{Auth, Result};
use crate::credential::StoredAccount;
use crate::directory::Entry;
use crate::error::AuthError;
use crate::vault::Kept;

/// An account as far as it is known.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) entry: Entry,
    /// What opens it, if that can be read.
    pub(crate) stored: Option<StoredAccount>,
    /// Whether only its secret says who it is.
    is_to_note: bool,
}

impl Known {
    /// Puts together what is noted of an account and what is kept; `None` if neither is there.
    fn of(id: &str, entry: Option<Entry>, kept: Kept) -> Option<Self> {
        let id = id.to_owned();
        let is_noted = entry.is_some();
        Some(match (entry, kept) {
            (None, Kept::Nothing) => return None,
            (None, Kept::Unreadable) => {
                Self { entry: Entry::unknown(&id), id, stored: None, is_to_note: false }
            }
            (Some(entry), Kept::Unreadable | Kept::Nothing) => {
                Self { id, entry, stored: None, is_to_note: false }
            }
            (entry, Kept::Account(stored)) => {
                let entry = entry.unwrap_or_else(|| Entry::of(&stored));
                Self { id, entry, stored: Some(*stored), is_to_note: !is_noted }
            }
        })
    }

    fn into_account(self) -> Account {
        let Self { id, entry, stored, .. } = self;
        match stored {
            Some(stored) if !entry.is_leaving => stored.account,
            _ => Account {
                id,
                provider: entry.provider,
                label: entry.label,
                added_at: entry.added_at,
                scopes: Vec::new(),
                state: match entry.is_leaving {
                    true => AccountState::Leaving,
                    false => AccountState::SignInRequired,
                },
            },
        }
    }
}

impl Auth {
    /// Every account, in the order in which they were added. They survive a restart, and the loss of
    /// what they are signed in with: then their state says that the user has to sign in again.
    ///
    /// # Errors
    ///
    /// As the secure store and the settings do.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let mut accounts = Vec::new();
        for known in self.all_known().await? {
            if known.is_to_note
                && let Err(error) = self.note(&known.id).await
            {
                tracing::warn!(%error, "an account could not be noted");
            }
            accounts.push(known.into_account());
        }
        Ok(accounts)
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownAccount`], or as for [`accounts`](Self::accounts).
    pub async fn account(&self, id: &str) -> Result<Account> {
        Ok(self.known(id).await?.into_account())
    }

    /// Every account, in the order of ids, which is the order of signing in.
    pub(crate) async fn all_known(&self) -> Result<Vec<Known>> {
        let mut entries = self.directory().entries().await?;
        let mut ids: BTreeSet<String> = match self.vault().ids().await {
            Ok(ids) => ids.into_iter().collect(),
            Err(AuthError::Bridge(error)) if error.kind() == ErrorKind::Corrupt => {
                tracing::warn!(%error, "the names of stored accounts cannot be read");
                BTreeSet::new()
            }
            Err(error) => return Err(error),
        };
        ids.extend(entries.keys().cloned());
        let mut all = Vec::new();
        for id in ids {
            let kept = self.vault().account(&id).await?;
            all.extend(Known::of(&id, entries.remove(&id), kept));
        }
        Ok(all)
    }

    pub(crate) async fn known(&self, id: &str) -> Result<Known> {
        let entry = self.directory().entry(id).await?;
        let kept = self.vault().account(id).await?;
        Known::of(id, entry, kept).ok_or_else(|| AuthError::UnknownAccount(id.to_owned()))
    }

    /// What opens an account.
    pub(crate) async fn stored(&self, id: &str) -> Result<StoredAccount> {
        let known = self.known(id).await?;
        if known.entry.is_leaving {
            return Err(AuthError::UnknownAccount(id.to_owned()));
        }
        known.stored.ok_or(AuthError::SignInRequired)
    }

    /// Whether there is such an account, and nobody removes it.
    pub(crate) async fn is_there(&self, id: &str) -> Result<bool> {
        match self.known(id).await {
            Ok(known) => Ok(!known.entry.is_leaving),
            Err(AuthError::UnknownAccount(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Notes an account that an earlier release has added.
    async fn note(&self, id: &str) -> Result<()> {
        // Somebody who is busy with it has noted it, or the next look does.
        let Some(_guard) = self.try_lock(id).await? else { return Ok(()) };
        match self.known(id).await {
            Ok(Known { entry, is_to_note: true, .. }) => self.directory().put(id, &entry).await,
            Ok(_) | Err(AuthError::UnknownAccount(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
