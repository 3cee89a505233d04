//! Signing in.

use bridge_traits::{AuthRedirect, ErrorKind};
use core_async::sync::CancellationToken;
use core_runtime::AuthEvent;

use crate::account::Account;
use crate::auth::{Auth, Result};
use crate::credential::Credential;
use crate::endpoint::{Endpoint, Identity, TokenFailure};
use crate::error::AuthError;
use crate::pending::Pending;
use crate::provider::OAuthProvider;

impl Auth {
    /// Signs somebody in: shows the provider's page, waits for its answer, and stores what it
    /// brings. Signing in to a known account again renews it, with its id.
    ///
    /// # Errors
    ///
    /// Any of [`AuthError`], each with its next step. Nothing is stored then.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the sign-in, as [`cancel_sign_in`](Self::cancel_sign_in) does.
    pub async fn sign_in(&self, provider: &str) -> Result<Account> {
        let config = self.provider(provider)?.clone();
        let turn = Turn::take(self, provider)?;
        let session = self.bridges().transport.begin().await?;
        let randomness = &*self.bridges().randomness;
        let pending = Pending::new(provider, session.redirect_uri(), randomness, self.now())?;
        self.events().emit(AuthEvent::SigningIn { provider: provider.to_owned() });
        let signed_in = async {
            let redirect = session.authorize(pending.page(&config)).await.map_err(|error| {
                match error.kind() {
                    ErrorKind::TimedOut => AuthError::TimedOut(Pending::PATIENCE),
                    _ => error.into(),
                }
            })?;
            self.finish(&config, &pending, &redirect).await
        };
        let result = core_async::select! {
            result = signed_in => result,
            () = turn.cancelled.cancelled() => Err(AuthError::Cancelled),
        };
        result.inspect_err(|error| self.tell(provider, error))
    }

    /// Ends the sign-in to `provider` that is under way. Says whether there was one.
    pub fn cancel_sign_in(&self, provider: &str) -> bool {
        let signing_in = self.signing_in();
        let turn = signing_in.get(provider);
        turn.inspect(|turn| turn.cancel()).is_some()
    }

    /// Begins a sign-in that leaves the page: go to the address this gives, and hand the query of
    /// the page at `redirect_uri` to [`finish_redirect`](Self::finish_redirect). It replaces one
    /// to the same provider that was not finished.
    ///
    /// # Errors
    ///
    /// Fails with [`AuthError::UnknownProvider`], or as the host does.
    pub async fn begin_redirect(&self, provider: &str, redirect_uri: &str) -> Result<String> {
        let config = self.provider(provider)?;
        let now = self.now();
        let is_over = |other: &Pending| other.provider == provider || other.is_over(now);
        self.vault().forget_pending(is_over).await?;
        let pending = Pending::new(provider, redirect_uri, &*self.bridges().randomness, now)?;
        let page = pending.page(config);
        page.check()?;
        self.vault().put_pending(&pending).await?;
        self.events().emit(AuthEvent::SigningIn { provider: provider.to_owned() });
        Ok(page.url)
    }

    /// Finishes a sign-in that left the page, with the query of the page it came back to. Each
    /// can be finished once, for ten minutes; what belongs to none changes nothing.
    ///
    /// # Errors
    ///
    /// Any of [`AuthError`], each with its next step. Nothing is stored then.
    pub async fn finish_redirect(&self, query: &str) -> Result<Account> {
        let redirect = AuthRedirect::parse(query);
        let state = redirect.parameter("state").filter(|state| !state.is_empty());
        let state = state.ok_or(AuthError::InvalidRedirect("it has no state"))?;
        let pending = self.vault().take_pending(state).await?;
        let pending = pending.ok_or(AuthError::InvalidRedirect("its state is not known"))?;
        let finished = async {
            if pending.is_over(self.now()) {
                return Err(AuthError::TimedOut(Pending::PATIENCE));
            }
            let config = self.provider(&pending.provider)?.clone();
            self.finish(&config, &pending, &redirect).await
        };
        finished.await.inspect_err(|error| self.tell(&pending.provider, error))
    }

    async fn finish(
        &self,
        config: &OAuthProvider,
        pending: &Pending,
        redirect: &AuthRedirect,
    ) -> Result<Account> {
        let code = pending.code(config, redirect)?;
        let endpoint = self.endpoint(&config.id)?;
        let answer = endpoint.redeem(pending, &code).await.map_err(|failure| match failure {
            TokenFailure::GrantEnded => AuthError::InvalidRedirect("its code is not good"),
            TokenFailure::Fault(error) | TokenFailure::Other(error) => error,
        })?;
        let scopes = answer.scopes.clone().unwrap_or_else(|| config.scopes.clone());
        let missing = |scope: &&String| !scopes.contains(scope);
        let missing: Vec<_> = config.required_scopes.iter().filter(missing).cloned().collect();
        let credential = self.credential(answer);
        let checked = match missing.is_empty() {
            true => self.identity(&endpoint, &credential).await,
            false => Err(AuthError::MissingScopes(missing)),
        };
        match checked {
            Ok(identity) => self.put(&config.id, identity, credential, scopes).await,
            Err(error) => {
                // Tokens that nobody keeps are given back.
                if let Credential::Tokens(Some(tokens)) = &credential {
                    let access = tokens.access();
                    let token = tokens.refresh().unwrap_or(access.expose());
                    endpoint.revoke(token).await.ok();
                }
                Err(error)
            }
        }
    }

    async fn identity(&self, endpoint: &Endpoint, credential: &Credential) -> Result<Identity> {
        match credential {
            Credential::Tokens(Some(tokens)) => endpoint.identity(&tokens.access()).await,
            _ => Ok(Identity::default()),
        }
    }
}

/// One sign-in per provider at a time; dropping it lets the next one begin.
struct Turn<'a> {
    auth: &'a Auth,
    provider: &'a str,
    cancelled: CancellationToken,
}

impl<'a> Turn<'a> {
    fn take(auth: &'a Auth, provider: &'a str) -> Result<Self> {
        let mut signing_in = auth.signing_in();
        if signing_in.contains_key(provider) {
            return Err(AuthError::AlreadySigningIn(provider.to_owned()));
        }
        let cancelled = CancellationToken::new();
        signing_in.insert(provider.to_owned(), cancelled.clone());
        Ok(Self { auth, provider, cancelled })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.auth.signing_in().remove(self.provider);
    }
}
