//! Renewing tokens: once, whoever asks.

use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;

use bridge_traits::ErrorKind;
use core_async::sync::{Mutex, MutexGuard};
use core_async::task;
use core_runtime::AuthEvent;

use crate::auth::{Auth, Result};
use crate::credential::{Credential, StoredAccount};
use crate::endpoint::TokenFailure;
use crate::error::AuthError;
use crate::tokens::{AccessToken, Tokens};

/// The first wait after a renewal that failed, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Renews the tokens of one account, one call at a time.
#[derive(Debug, Default)]
pub(crate) struct Renewal {
    turn: Mutex<Pause>,
    /// The newest tokens, so that not every request asks the secure store.
    known: StdMutex<Option<Tokens>>,
}

/// How long not to ask again.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    failures: u32,
    /// On the monotonic clock.
    until: Duration,
}

/// What the caller cannot use.
#[derive(Clone, Debug)]
enum Need {
    /// A token that will not end soon.
    Fresh,
    /// Another one than this, which the server has refused.
    OtherThan(AccessToken),
}

impl Need {
    fn is_met(&self, tokens: &Tokens, now: u64) -> bool {
        match self {
            Self::Fresh => !tokens.is_due(now),
            Self::OtherThan(refused) => tokens.access() != *refused && tokens.is_valid(now),
        }
    }

    /// Whether tokens that could not be renewed will do for the moment.
    fn is_met_for_now(&self, tokens: &Tokens, now: u64) -> bool {
        matches!(self, Self::Fresh) && tokens.is_valid(now)
    }
}

impl Renewal {
    pub(crate) async fn turn(&self) -> MutexGuard<'_, Pause> {
        self.turn.lock().await
    }

    pub(crate) fn forget(&self) {
        self.know(None);
    }

    fn known(&self) -> Option<Tokens> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn know(&self, tokens: Option<Tokens>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
    }
}

impl Auth {
    /// A token that works now, renewed if it ends within five minutes. However many ask, in however
    /// many tabs and processes, the provider is asked once, and at most once a minute.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::SignInRequired`] once only the user can help,
    /// [`AuthError::RenewalFailed`] while the provider cannot be asked and the token has ended,
    /// [`AuthError::UnknownAccount`], or as the secure store does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future does not stop a renewal that has begun: a token that the provider has
    /// replaced must be kept.
    pub async fn access_token(&self, account: &str) -> Result<AccessToken> {
        self.token(account, Need::Fresh).await
    }

    /// Another token than `refused`, which a server did not accept.
    ///
    /// # Errors
    ///
    /// As for [`access_token`](Self::access_token). A token that is less than a minute old is not
    /// renewed again: what the server refuses then is not its age.
    ///
    /// # Cancellation
    ///
    /// As for [`access_token`](Self::access_token).
    pub async fn access_token_other_than(
        &self,
        account: &str,
        refused: &AccessToken,
    ) -> Result<AccessToken> {
        self.token(account, Need::OtherThan(refused.clone())).await
    }

    async fn token(&self, account: &str, need: Need) -> Result<AccessToken> {
        if let Some(tokens) = self.renewal(account).known()
            && need.is_met(&tokens, self.now())
        {
            return Ok(tokens.access());
        }
        let (auth, account) = (self.clone(), account.to_owned());
        let renewal = task::spawn(async move { auth.renew(&account, need).await });
        renewal.await.map_err(|_| AuthError::Protocol("the renewal was stopped"))?
    }

    async fn renew(&self, account: &str, need: Need) -> Result<AccessToken> {
        let renewal = self.renewal(account);
        let mut pause = renewal.turn.lock().await;
        if let Some(tokens) = renewal.known().filter(|tokens| need.is_met(tokens, self.now())) {
            return Ok(tokens.access());
        }
        let _guard = self.lock(account).await?;
        let stored = self.stored(account).await?;
        let tokens = newest(renewal.known(), stored.tokens()).ok_or(AuthError::SignInRequired)?;
        if let Some(answer) = self.without_asking(&need, &tokens, &pause) {
            renewal.know(Some(tokens));
            return answer;
        }
        let Some(refresh) = tokens.refresh() else {
            if need.is_met_for_now(&tokens, self.now()) {
                return Ok(tokens.access());
            }
            return self.end(&renewal, stored).await;
        };
        let profile = account.to_owned();
        self.events().emit(AuthEvent::TokenRefreshing { profile });
        match self.endpoint(&stored.account.provider)?.renew(refresh).await {
            Ok(answer) => {
                *pause = Pause::default();
                let tokens = answer.into_tokens(self.now(), Some(&tokens));
                renewal.know(Some(tokens.clone()));
                self.keep(stored, tokens).await
            }
            Err(TokenFailure::GrantEnded) => self.end(&renewal, stored).await,
            Err(TokenFailure::Fault(error) | TokenFailure::Other(error)) => {
                let retry_after = pause.fail(self.bridges().clock.monotonic());
                if need.is_met_for_now(&tokens, self.now()) {
                    tracing::warn!(%error, "a token could not be renewed before its end");
                    return Ok(tokens.access());
                }
                self.tell(&stored.account.provider, &error);
                match error {
                    AuthError::Bridge(error) => {
                        Err(AuthError::RenewalFailed { retry_after, reason: error.kind() })
                    }
                    error => Err(error),
                }
            }
        }
    }

    /// What can be said before the provider is asked; `None` if it has to be.
    fn without_asking(
        &self,
        need: &Need,
        tokens: &Tokens,
        pause: &Pause,
    ) -> Option<Result<AccessToken>> {
        let now = self.now();
        if need.is_met(tokens, now) {
            return Some(Ok(tokens.access()));
        }
        let is_fresh_enough = matches!(need, Need::Fresh);
        if tokens.are_new(now) {
            // One that lives for seconds is used as it is: the server may think otherwise.
            let (retry_after, reason) = (Duration::from_secs(60), ErrorKind::PermissionDenied);
            return Some(match is_fresh_enough {
                true => Ok(tokens.access()),
                false => Err(AuthError::RenewalFailed { retry_after, reason }),
            });
        }
        let retry_after = pause.until.saturating_sub(self.bridges().clock.monotonic());
        if retry_after.is_zero() {
            return None;
        }
        let reason = ErrorKind::Unavailable;
        Some(match need.is_met_for_now(tokens, now) {
            true => Ok(tokens.access()),
            false => Err(AuthError::RenewalFailed { retry_after, reason }),
        })
    }

    /// Stores renewed tokens. If that fails they work until the program ends, and the next renewal
    /// stores what it brings.
    async fn keep(&self, mut stored: StoredAccount, tokens: Tokens) -> Result<AccessToken> {
        let access = tokens.access();
        stored.credential = Credential::Tokens(Some(tokens));
        match self.vault().put_account(&stored).await {
            Ok(()) => self.events().emit(AuthEvent::TokenRefreshed { profile: stored.account.id }),
            Err(error) => self.tell(&stored.account.provider, &error),
        }
        Ok(access)
    }

    /// The provider has ended the sign-in: the account stays, its tokens do not.
    async fn end(&self, renewal: &Renewal, mut stored: StoredAccount) -> Result<AccessToken> {
        stored.end();
        renewal.forget();
        self.vault().put_account(&stored).await?;
        self.tell(&stored.account.provider, &AuthError::SignInRequired);
        Err(AuthError::SignInRequired)
    }

    pub(crate) fn tell(&self, provider: &str, error: &AuthError) {
        self.events().emit(AuthEvent::Failed {
            provider: provider.to_owned(),
            code: error.code().to_owned(),
            message: error.to_string(),
        });
    }
}

/// What could not be stored last time is newer than what is; what was ended elsewhere is not.
fn newest(known: Option<Tokens>, stored: Option<&Tokens>) -> Option<Tokens> {
    let stored = stored?;
    Some(known.filter(|known| known.is_newer_than(stored)).unwrap_or_else(|| stored.clone()))
}

impl Pause {
    /// Notes a failure and says how long to wait after it: twice as long each time.
    fn fail(&mut self, now: Duration) -> Duration {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures += 1;
        self.until = now.saturating_add(pause);
        pause
    }
}
