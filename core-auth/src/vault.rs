//! Accounts in a secure store.

use std::sync::Arc;

use bridge_traits::{BridgeError, ErrorKind, Secret, SecureStore};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::credential::StoredAccount;
use crate::error::AuthError;
use crate::pending::Pending;

const ACCOUNT: &str = "account/";
const PENDING: &str = "sign-in/";

/// Keeps accounts and unfinished sign-ins, each as one secret.
#[derive(Clone, Debug)]
pub(crate) struct Vault(Arc<dyn SecureStore>);

/// What is kept of an account.
#[derive(Debug)]
pub(crate) enum Kept {
    Account(Box<StoredAccount>),
    Unreadable,
    Nothing,
}

impl Vault {
    pub(crate) fn new(store: Arc<dyn SecureStore>) -> Self {
        Self(store)
    }

    /// The ids of every account for which something is kept.
    pub(crate) async fn ids(&self) -> Result<Vec<String>, AuthError> {
        let names = self.0.names().await?;
        let ids = names.iter().filter_map(|name| name.strip_prefix(ACCOUNT));
        Ok(ids.map(str::to_owned).collect())
    }

    /// What is kept of an account. What cannot be read is left where it is.
    pub(crate) async fn account(&self, id: &str) -> Result<Kept, AuthError> {
        match self.read::<StoredAccount>(&format!("{ACCOUNT}{id}")).await {
            Ok(None) => Ok(Kept::Nothing),
            Ok(Some(stored)) if stored.format <= StoredAccount::FORMAT => {
                Ok(Kept::Account(Box::new(stored)))
            }
            Ok(Some(_)) => {
                tracing::warn!(account = id, "a newer version of this program wrote an account");
                Ok(Kept::Unreadable)
            }
            Err(AuthError::Bridge(error)) if error.kind() == ErrorKind::Corrupt => {
                tracing::warn!(account = id, "a stored account cannot be read");
                Ok(Kept::Unreadable)
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn put_account(&self, stored: &StoredAccount) -> Result<(), AuthError> {
        self.write(&format!("{ACCOUNT}{}", stored.account.id), stored).await
    }

    pub(crate) async fn remove_account(&self, id: &str) -> Result<(), AuthError> {
        Ok(self.0.remove(&format!("{ACCOUNT}{id}")).await?)
    }

    /// Keeps an unfinished sign-in over a reload of the page.
    pub(crate) async fn put_pending(&self, pending: &Pending) -> Result<(), AuthError> {
        self.write(&format!("{PENDING}{}", pending.name()), pending).await
    }

    /// Takes the unfinished sign-in of this state: whatever becomes of it, it is used up.
    pub(crate) async fn take_pending(&self, state: &str) -> Result<Option<Pending>, AuthError> {
        let name = format!("{PENDING}{}", Pending::name_of(state));
        let pending = self.read(&name).await?;
        self.0.remove(&name).await?;
        Ok(pending)
    }

    /// Removes unfinished sign-ins that are over, or all of one provider.
    pub(crate) async fn forget_pending(
        &self,
        is_over: impl Fn(&Pending) -> bool,
    ) -> Result<(), AuthError> {
        for name in self.0.names().await? {
            if !name.starts_with(PENDING) {
                continue;
            }
            let is_over = match self.read::<Pending>(&name).await {
                Ok(pending) => pending.is_some_and(|pending| is_over(&pending)),
                // What cannot be read cannot be finished.
                Err(_) => true,
            };
            if is_over {
                self.0.remove(&name).await?;
            }
        }
        Ok(())
    }

    async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, AuthError> {
        let Some(secret) = self.0.get(name).await? else { return Ok(None) };
        // The parser's own words may quote what it read.
        let value = serde_json::from_slice(secret.expose());
        Ok(Some(value.map_err(|_| corrupt("a stored secret is not understood"))?))
    }

    async fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), AuthError> {
        let bytes = serde_json::to_vec(value)
            .map_err(|_| BridgeError::new(ErrorKind::InvalidRequest, "auth.store"))?;
        Ok(self.0.put(name, &Secret::new(bytes)).await?)
    }
}

fn corrupt(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "auth.read").with_detail(detail)
}
