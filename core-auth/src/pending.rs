//! A sign-in that waits for its redirect.

use std::time::Duration;

use bridge_traits::{AuthPage, AuthRedirect, Randomness};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

use crate::error::AuthError;
use crate::pkce::{Verifier, digest, random_text};
use crate::provider::OAuthProvider;

/// What ties a redirect to the page it answers: state, provider and verifier stay together, so
/// that no answer can be redeemed at somebody else's (RFC 9700 § 4.4).
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Pending {
    pub(crate) provider: String,
    pub(crate) redirect_uri: String,
    pub(crate) verifier: Verifier,
    state: String,
    /// In milliseconds since the Unix epoch.
    begun_at: u64,
}

impl Pending {
    /// How long a sign-in may take, as codes of most providers do (RFC 6749 § 4.1.2).
    pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);

    pub(crate) fn new(
        provider: &str,
        redirect_uri: &str,
        randomness: &dyn Randomness,
        now: u64,
    ) -> Result<Self, AuthError> {
        Ok(Self {
            provider: provider.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            verifier: Verifier::new(randomness)?,
            state: random_text::<16>(randomness)?,
            begun_at: now,
        })
    }

    /// The page to show.
    pub(crate) fn page(&self, provider: &OAuthProvider) -> AuthPage {
        let mut query = Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &self.verifier.challenge())
            .append_pair("code_challenge_method", "S256");
        for (name, value) in &provider.parameters {
            query.append_pair(name, value);
        }
        let separator = if provider.authorize_url.contains('?') { '&' } else { '?' };
        AuthPage {
            url: format!("{}{separator}{}", provider.authorize_url, query.finish()),
            state: self.state.clone(),
            timeout: Self::PATIENCE,
        }
    }

    /// The code that `redirect` brings, if it comes from this provider and answers this page.
    pub(crate) fn code(
        &self,
        provider: &OAuthProvider,
        redirect: &AuthRedirect,
    ) -> Result<String, AuthError> {
        if !redirect.answers(&self.state) {
            return Err(AuthError::InvalidRedirect("its state is another one"));
        }
        match (&provider.issuer, redirect.parameter("iss")) {
            (Some(issuer), Some(said)) if issuer != said => {
                return Err(AuthError::InvalidRedirect("it comes from another issuer"));
            }
            (_, None) if provider.requires_issuer => {
                return Err(AuthError::InvalidRedirect("it does not say who issued it"));
            }
            _ => {}
        }
        match redirect.parameter("error") {
            Some("access_denied") => return Err(AuthError::Denied),
            Some(code) => return Err(refused(code, redirect.parameter("error_description"))),
            None => {}
        }
        match redirect.parameter("code") {
            Some(code) if !code.is_empty() => Ok(code.to_owned()),
            _ => Err(AuthError::InvalidRedirect("it holds no code")),
        }
    }

    pub(crate) fn is_over(&self, now: u64) -> bool {
        // A clock that was set back does not make a sign-in younger than it can be.
        let patience = u64::try_from(Self::PATIENCE.as_millis()).unwrap_or(u64::MAX);
        now.abs_diff(self.begun_at) > patience
    }

    /// What it is filed under: nothing from which the state could be learnt.
    pub(crate) fn name(&self) -> String {
        Self::name_of(&self.state)
    }

    pub(crate) fn name_of(state: &str) -> String {
        digest(state)
    }
}

/// A provider's refusal, as text that can be shown.
pub(crate) fn refused(code: &str, description: Option<&str>) -> AuthError {
    let clean = |text: &str| -> String {
        text.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
    };
    let description = description.map(clean).filter(|text| !text.is_empty());
    AuthError::Refused { code: clean(code), description }
}
