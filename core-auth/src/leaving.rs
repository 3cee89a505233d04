//! Signing out.

use core_runtime::AuthEvent;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::auth::{Auth, Result};
use crate::directory::Entry;
use crate::endpoint::Endpoint;
use crate::tokens::Tokens;

/// What became of an account's tokens at the provider after a sign-out. Here they are gone in any
/// case.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Revocation {
    /// The provider has revoked them.
    Revoked,
    /// The provider offers no revocation, or there was nothing to revoke. The user can end the
    /// access on the provider's own pages.
    NotOffered,
    /// The provider could not be asked; tokens there live on until they expire.
    Failed,
}

/// What was taken from an account that is being removed, for the provider to end it as well.
#[must_use = "the provider does not know yet"]
#[derive(Debug)]
pub struct Departure(Option<(Endpoint, Tokens)>);

impl Departure {
    /// Has the provider end the access. That it could not be asked is no error but a [`Revocation`].
    pub async fn revoke(self) -> Revocation {
        let Some((endpoint, tokens)) = self.0 else { return Revocation::NotOffered };
        // Revoking the refresh token ends the access tokens with it (RFC 7009 § 2.1).
        let access = tokens.access();
        match endpoint.revoke(tokens.refresh().unwrap_or(access.expose())).await {
            Ok(true) => Revocation::Revoked,
            Ok(false) => Revocation::NotOffered,
            Err(error) => {
                tracing::warn!(%error, "the tokens of an account could not be revoked");
                Revocation::Failed
            }
        }
    }
}

impl Auth {
    /// Forgets an account to which nothing else belongs: here first, and then at the provider.
    ///
    /// # Errors
    ///
    /// As for [`leave`](Self::leave).
    pub async fn sign_out(&self, account: &str) -> Result<Revocation> {
        let departure = self.leave(account).await?;
        let forgotten = self.forget(account).await;
        let revocation = departure.revoke().await;
        forgotten.map(|()| revocation)
    }

    /// Begins to remove an account: what opens it goes at once, and every tab and program is told. It
    /// stays listed as [`Leaving`](crate::AccountState::Leaving), and can be used for nothing, until
    /// [`forget`](Self::forget) is called, which is for when everything that belongs to it is gone.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownAccount`](crate::AuthError::UnknownAccount), or as the secure
    /// store and the settings do; calling again goes on.
    pub async fn leave(&self, account: &str) -> Result<Departure> {
        let renewal = self.renewal(account);
        // Not while somebody renews: what is revoked must be what is there last.
        let turn = renewal.turn().await;
        let guard = self.lock(account).await?;
        let known = self.known(account).await?;
        let was_leaving = known.entry.is_leaving;
        let entry = Entry { is_leaving: true, ..known.entry };
        let noted = self.directory().put(account, &entry).await;
        // Whether it could be noted or not.
        self.vault().remove_account(account).await?;
        renewal.forget();
        let provider = entry.provider;
        let endpoint = self.endpoint(&provider).ok();
        let tokens = known.stored.as_ref().and_then(|stored| stored.tokens()).cloned();
        let departure = Departure(endpoint.zip(tokens));
        if let Err(error) = noted {
            // Nobody has them any more who could do it later.
            drop((guard, turn));
            departure.revoke().await;
            return Err(error);
        }
        if !was_leaving {
            self.events().emit(AuthEvent::SignedOut { provider, profile: account.to_owned() });
        }
        Ok(departure)
    }

    /// Forgets an account that was [left](Self::leave). One that is not there is fine.
    ///
    /// # Errors
    ///
    /// As the secure store and the settings do; calling again goes on.
    pub async fn forget(&self, account: &str) -> Result<()> {
        let renewal = self.renewal(account);
        let _turn = renewal.turn().await;
        let _guard = self.lock(account).await?;
        // Whoever left it may have been stopped before it was gone.
        self.vault().remove_account(account).await?;
        renewal.forget();
        self.directory().remove(account).await
    }

    /// Waits until an account is [left](Self::leave) or gone, by whatever tab or program.
    ///
    /// # Errors
    ///
    /// As the settings do.
    pub async fn left(&self, account: &str) -> Result<()> {
        // First the watch, then the look.
        let mut news = self.directory().watch(account).await?;
        loop {
            match self.is_there(account).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // There may be more to hear later.
                Err(error) => tracing::warn!(%error, "whether an account is removed is not known"),
            }
            news.next().await?;
        }
    }
}
