//! The handle for everything about accounts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    AuthTransport, Clock, HttpClient, InstanceGuard, InstanceLock, Randomness, SecureStore,
};
use core_async::sync::CancellationToken;
use core_runtime::{AuthEvent, EventBus};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::account::{Account, AccountState};
use crate::account_client::AccountClient;
use crate::credential::{Credential, ServerAccount, StoredAccount};
use crate::endpoint::{Endpoint, Identity};
use crate::error::AuthError;
use crate::provider::OAuthProvider;
use crate::refresh::Renewal;
use crate::tokens::TokenAnswer;
use crate::vault::Vault;

pub(crate) type Result<T, E = AuthError> = std::result::Result<T, E>;

/// What accounts need of the host.
#[derive(Clone, Debug)]
pub struct AuthBridges {
    /// Asks providers.
    pub http: Arc<dyn HttpClient>,
    /// Keeps tokens and passwords, and is the only place that does.
    pub secrets: Arc<dyn SecureStore>,
    /// Sees to it that one tab or process renews a token.
    pub lock: Arc<dyn InstanceLock>,
    /// Shows sign-in pages.
    pub transport: Arc<dyn AuthTransport>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes states, verifiers and ids.
    pub randomness: Arc<dyn Randomness>,
}

/// Accounts: signing in and out, and tokens that work. Clones are the same accounts.
///
/// # Examples
///
/// A token for every request, renewed when it has to be:
///
/// ```
/// # use bridge_traits::{HttpClient, Request};
/// # use core_auth::{Auth, AuthError};
/// async fn list(auth: &Auth, account: &str) -> Result<u16, AuthError> {
///     let client = auth.client(account).await?;
///     let response = client.send(Request::get("https://api.test/files")).await?;
///     Ok(response.status)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Auth {
    shared: Arc<Shared>,
    providers: Arc<BTreeMap<String, OAuthProvider>>,
}

#[derive(Debug)]
struct Shared {
    profile: String,
    bridges: AuthBridges,
    vault: Vault,
    events: EventBus,
    renewals: Mutex<BTreeMap<String, Arc<Renewal>>>,
    signing_in: Mutex<BTreeMap<String, CancellationToken>>,
}

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

impl Auth {
    /// Accounts of `profile`, at these providers.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::Configuration`] for a provider with which a secret could go astray.
    pub fn new(
        profile: &str,
        bridges: AuthBridges,
        providers: Vec<OAuthProvider>,
        events: EventBus,
    ) -> Result<Self> {
        for provider in &providers {
            provider.check()?;
        }
        let providers = providers.into_iter().map(|provider| (provider.id.clone(), provider));
        let shared = Shared {
            profile: profile.to_owned(),
            vault: Vault::new(Arc::clone(&bridges.secrets)),
            bridges,
            events,
            renewals: Mutex::default(),
            signing_in: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared), providers: Arc::new(providers.collect()) })
    }

    /// The same accounts with one more provider, or with other settings for a known one: to try
    /// settings with a sign-in before they are kept. Accounts, renewals and sign-ins under way are
    /// shared with this handle, which goes on with the settings that it has.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::Configuration`] for a provider with which a secret could go astray.
    pub fn with_provider(&self, provider: OAuthProvider) -> Result<Self> {
        provider.check()?;
        let mut providers = BTreeMap::clone(&self.providers);
        providers.insert(provider.id.clone(), provider);
        Ok(Self { shared: Arc::clone(&self.shared), providers: Arc::new(providers) })
    }

    /// The providers that can be signed in to, in the order of their ids.
    pub fn providers(&self) -> impl Iterator<Item = &OAuthProvider> {
        self.providers.values()
    }

    /// Every account, in the order in which they were added. They survive a restart.
    ///
    /// # Errors
    ///
    /// As the secure store does.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let stored = self.vault().accounts().await?;
        Ok(stored.into_iter().map(|stored| stored.account).collect())
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownAccount`], or as the secure store does.
    pub async fn account(&self, id: &str) -> Result<Account> {
        Ok(self.stored(id).await?.account)
    }

    /// Adds an account at one server, or renews the one that is there. What opens it is not tried:
    /// [`try_server_account`](Self::try_server_account) does that.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::Configuration`] for an address that is neither encrypted nor on this
    /// computer while there is a secret, or as the secure store does.
    pub async fn add_server_account(&self, new: &ServerAccount) -> Result<Account> {
        let credential = Credential::of(new)?;
        let identity = Identity::of(new)?;
        self.put(&new.provider, identity, credential, Vec::new()).await
    }

    /// A client whose requests go out as those of `new` would, which is kept nowhere.
    ///
    /// # Errors
    ///
    /// As for [`add_server_account`](Self::add_server_account).
    pub fn try_server_account(&self, new: &ServerAccount) -> Result<AccountClient> {
        let account = Account::trial(&new.provider);
        AccountClient::new(self.clone(), account, Credential::of(new)?)
    }

    /// A client whose requests go out in the account's name, to the account's servers only.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownAccount`] or [`AuthError::UnknownProvider`], or as the secure
    /// store does.
    pub async fn client(&self, account: &str) -> Result<AccountClient> {
        let stored = self.stored(account).await?;
        AccountClient::new(self.clone(), stored.account, stored.credential)
    }

    /// Forgets an account: here first, and then at the provider.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownAccount`], or as the secure store does; then nothing has
    /// changed. That the provider could not be asked is no error but a [`Revocation`].
    pub async fn sign_out(&self, account: &str) -> Result<Revocation> {
        let renewal = self.renewal(account);
        // Not while somebody renews: what is revoked must be what is there last.
        let _turn = renewal.turn().await;
        let guard = self.lock(account).await?;
        let stored = self.stored(account).await?;
        self.vault().remove_account(account).await?;
        renewal.forget();
        drop(guard);
        let provider = stored.account.provider.clone();
        let event = AuthEvent::SignedOut { provider, profile: account.to_owned() };
        self.events().emit(event);
        let Some(tokens) = stored.tokens() else { return Ok(Revocation::NotOffered) };
        let Ok(endpoint) = self.endpoint(&stored.account.provider) else {
            return Ok(Revocation::NotOffered);
        };
        // Revoking the refresh token ends the access tokens with it (RFC 7009 § 2.1).
        let access = tokens.access();
        match endpoint.revoke(tokens.refresh().unwrap_or(access.expose())).await {
            Ok(true) => Ok(Revocation::Revoked),
            Ok(false) => Ok(Revocation::NotOffered),
            Err(error) => {
                tracing::warn!(%error, "the tokens of an account could not be revoked");
                Ok(Revocation::Failed)
            }
        }
    }

    /// Stores a new sign-in: of a known account again, or of a new one.
    pub(crate) async fn put(
        &self,
        provider: &str,
        identity: Identity,
        credential: Credential,
        scopes: Vec<String>,
    ) -> Result<Account> {
        let known = self.vault().accounts().await?.into_iter().find(|stored| {
            stored.account.provider == provider
                && stored.subject.is_some()
                && stored.subject == identity.subject
        });
        let account = match known {
            Some(stored) => Account {
                label: identity.label.or(stored.account.label),
                scopes,
                state: AccountState::SignedIn,
                ..stored.account
            },
            None => Account {
                id: self.new_id()?,
                provider: provider.to_owned(),
                label: identity.label,
                added_at: self.now(),
                scopes,
                state: AccountState::SignedIn,
            },
        };
        let renewal = self.renewal(&account.id);
        let _turn = renewal.turn().await;
        let _guard = self.lock(&account.id).await?;
        let stored = StoredAccount {
            format: StoredAccount::FORMAT,
            account: account.clone(),
            subject: identity.subject,
            credential,
        };
        self.vault().put_account(&stored).await?;
        renewal.forget();
        let (provider, profile) = (account.provider.clone(), account.id.clone());
        self.events().emit(AuthEvent::SignedIn { provider, profile });
        Ok(account)
    }

    /// What a successful sign-in is stored as.
    pub(crate) fn credential(&self, answer: TokenAnswer) -> Credential {
        Credential::Tokens(Some(answer.into_tokens(self.now(), None)))
    }

    pub(crate) async fn stored(&self, id: &str) -> Result<StoredAccount> {
        let stored = self.vault().account(id).await?;
        stored.ok_or_else(|| AuthError::UnknownAccount(id.to_owned()))
    }

    pub(crate) fn provider(&self, id: &str) -> Result<&OAuthProvider> {
        let provider = self.providers.get(id);
        provider.ok_or_else(|| AuthError::UnknownProvider(id.to_owned()))
    }

    pub(crate) fn endpoint(&self, provider: &str) -> Result<Endpoint> {
        let provider = self.provider(provider)?.clone();
        Ok(Endpoint::new(Arc::clone(&self.shared.bridges.http), provider))
    }

    /// The one who renews this account's token.
    pub(crate) fn renewal(&self, account: &str) -> Arc<Renewal> {
        let mut renewals = locked(&self.shared.renewals);
        Arc::clone(renewals.entry(account.to_owned()).or_default())
    }

    /// Keeps other tabs and processes from touching the account.
    pub(crate) async fn lock(&self, account: &str) -> Result<InstanceGuard> {
        let name = format!("{}/account/{account}", self.shared.profile);
        Ok(self.shared.bridges.lock.acquire(&name).await?)
    }

    pub(crate) fn signing_in(&self) -> MutexGuard<'_, BTreeMap<String, CancellationToken>> {
        locked(&self.shared.signing_in)
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    pub(crate) fn bridges(&self) -> &AuthBridges {
        &self.shared.bridges
    }

    pub(crate) fn events(&self) -> &EventBus {
        &self.shared.events
    }

    pub(crate) fn now(&self) -> u64 {
        self.shared.bridges.clock.unix_millis()
    }

    fn new_id(&self) -> Result<String> {
        let mut random = [0; 10];
        self.bridges().randomness.fill(&mut random)?;
        let builder = uuid::Builder::from_unix_timestamp_millis(self.now(), &random);
        Ok(builder.into_uuid().to_string())
    }
}

/// The maps are whole after every statement, so a panic elsewhere does not spoil them.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
