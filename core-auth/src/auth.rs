//! The handle for everything about accounts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    AuthTransport, Clock, HttpClient, InstanceGuard, InstanceLock, Randomness, SecureStore,
    SettingsStore,
};
use core_async::sync::CancellationToken;
use core_runtime::{AuthEvent, EventBus};

use crate::account::{Account, AccountState};
use crate::account_client::AccountClient;
use crate::credential::{Credential, ServerAccount, StoredAccount};
use crate::directory::{Directory, Entry};
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
    /// Keeps who has an account, and nothing that opens it.
    pub settings: Arc<dyn SettingsStore>,
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
    directory: Directory,
    events: EventBus,
    renewals: Mutex<BTreeMap<String, Arc<Renewal>>>,
    signing_in: Mutex<BTreeMap<String, CancellationToken>>,
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
            directory: Directory::new(Arc::clone(&bridges.settings)),
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
    /// Fails with [`AuthError::UnknownAccount`], [`AuthError::UnknownProvider`], or
    /// [`AuthError::SignInRequired`] if what was kept of it cannot be read, or as the secure store
    /// does.
    pub async fn client(&self, account: &str) -> Result<AccountClient> {
        let stored = self.stored(account).await?;
        AccountClient::new(self.clone(), stored.account, stored.credential)
    }

    /// Stores a new sign-in: of a known account again, or of a new one.
    pub(crate) async fn put(
        &self,
        provider: &str,
        identity: Identity,
        credential: Credential,
        scopes: Vec<String>,
    ) -> Result<Account> {
        let mut known = self.all_known().await?.into_iter().map(|known| (known.id, known.entry));
        let known = known.find(|(_, entry)| entry.is_of(provider, &identity));
        let mut account = match &known {
            Some((id, entry)) => Account {
                id: id.clone(),
                provider: provider.to_owned(),
                label: identity.label.clone().or_else(|| entry.label.clone()),
                added_at: entry.added_at,
                scopes,
                state: AccountState::SignedIn,
            },
            None => Account {
                id: self.new_id()?,
                provider: provider.to_owned(),
                label: identity.label.clone(),
                added_at: self.now(),
                scopes,
                state: AccountState::SignedIn,
            },
        };
        let renewal = self.renewal(&account.id);
        let _turn = renewal.turn().await;
        let _guard = self.lock(&account.id).await?;
        if known.is_some() && !self.is_there(&account.id).await? {
            // It was removed while this waited: what is left of it goes, and this does not go along.
            (account.id, account.added_at) = (self.new_id()?, self.now());
        }
        let stored = StoredAccount {
            format: StoredAccount::FORMAT,
            account: account.clone(),
            subject: identity.subject,
            credential,
        };
        self.vault().put_account(&stored).await?;
        renewal.forget();
        if let Err(error) = self.directory().put(&account.id, &Entry::of(&stored)).await {
            // The next look at the accounts notes it.
            tracing::warn!(%error, "an account that was signed in to could not be noted");
        }
        let (provider, profile) = (account.provider.clone(), account.id.clone());
        self.events().emit(AuthEvent::SignedIn { provider, profile });
        Ok(account)
    }

    /// What a successful sign-in is stored as.
    pub(crate) fn credential(&self, answer: TokenAnswer) -> Credential {
        Credential::Tokens(Some(answer.into_tokens(self.now(), None)))
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
        Ok(self.shared.bridges.lock.acquire(&self.lock_name(account)).await?)
    }

    /// As [`lock`](Self::lock), if nobody else does.
    pub(crate) async fn try_lock(&self, account: &str) -> Result<Option<InstanceGuard>> {
        Ok(self.shared.bridges.lock.try_acquire(&self.lock_name(account)).await?)
    }

    fn lock_name(&self, account: &str) -> String {
        format!("{}/account/{account}", self.shared.profile)
    }

    pub(crate) fn signing_in(&self) -> MutexGuard<'_, BTreeMap<String, CancellationToken>> {
        locked(&self.shared.signing_in)
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.shared.directory
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
