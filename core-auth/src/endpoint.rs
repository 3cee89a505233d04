//! Asking a provider: redeeming, renewing, revoking, and whose account it is.

use std::sync::Arc;
use std::time::Duration;

use bridge_traits::{
    BridgeError, ErrorKind, HttpClient, Method, Redirects, Request, Response, Retry,
};
use core_async::time::sleep;
use form_urlencoded::Serializer;
use serde_json::Value;

use crate::error::AuthError;
use crate::pending::{Pending, refused};
use crate::provider::OAuthProvider;
use crate::tokens::{AccessToken, TokenAnswer};

/// More than any answer of these endpoints needs.
const LONGEST_ANSWER: usize = 128 * 1024;
/// The longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before a renewal is asked for again that the provider had a fault for.
const RENEWAL_WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(200)];

/// Codes that mean that only the user can help: the grant is gone, or needs to be seen again.
const GRANT_ENDED: [&str; 4] =
    ["invalid_grant", "interaction_required", "login_required", "consent_required"];

/// Why a token request failed.
#[derive(Debug)]
pub(crate) enum TokenFailure {
    /// The grant is no longer good; asking again cannot help.
    GrantEnded,
    /// The provider says that it has a fault.
    Fault(AuthError),
    /// Anything else; the grant may still be good.
    Other(AuthError),
}

/// Whose account it is.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub(crate) subject: Option<String>,
    pub(crate) label: Option<String>,
}

/// One provider's endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    http: Arc<dyn HttpClient>,
    provider: OAuthProvider,
}

impl Endpoint {
    pub(crate) fn new(http: Arc<dyn HttpClient>, provider: OAuthProvider) -> Self {
        Self { http, provider }
    }

    /// Redeems a code (RFC 6749 § 4.1.3).
    pub(crate) async fn redeem(
        &self,
        pending: &Pending,
        code: &str,
    ) -> Result<TokenAnswer, TokenFailure> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &pending.redirect_uri),
            ("code_verifier", pending.verifier.expose()),
        ];
        self.token(&fields).await
    }

    /// Renews with a refresh token (RFC 6749 § 6).
    ///
    /// A provider that answers that it has a fault has hardly used the token up, and is asked again in a
    /// moment. One that does not answer may have: it is asked once.
    pub(crate) async fn renew(&self, refresh: &str) -> Result<TokenAnswer, TokenFailure> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        for wait in RENEWAL_WAITS {
            match self.token(&fields).await {
                Err(TokenFailure::Fault(_)) => sleep(wait).await,
                outcome => return outcome,
            }
        }
        self.token(&fields).await
    }

    /// Revokes a token, where the provider lets us (RFC 7009). Says whether it did.
    pub(crate) async fn revoke(&self, token: &str) -> Result<bool, AuthError> {
        let Some(url) = &self.provider.revoke_url else { return Ok(false) };
        let response = self.http.send(form(url, &[("token", token)])).await?;
        match response.status {
            200..=299 => Ok(true),
            // The token is unknown, so it is as good as revoked.
            400 => Ok(true),
            status => Err(BridgeError::new(ErrorKind::Unavailable, "auth.revoke")
                .with_detail(format!("status {status}"))
                .into()),
        }
    }

    /// Asks whose account it is, where the provider can be asked.
    pub(crate) async fn identity(&self, token: &AccessToken) -> Result<Identity, AuthError> {
        let Some(source) = &self.provider.identity else { return Ok(Identity::default()) };
        let request = Request::get(&source.url)
            .with_bearer(token.expose())
            .with_timeout(PATIENCE)
            .with_redirects(Redirects::Refused);
        let response = self.http.send(request).await?;
        if !response.is_success() {
            return Err(AuthError::Protocol("it does not say whose account it is"));
        }
        let body = response.bytes(LONGEST_ANSWER).await?;
        let json: Value = serde_json::from_slice(&body)
            .map_err(|_| AuthError::Protocol("it does not say whose account it is"))?;
        let text = |pointer: &str| match json.pointer(pointer) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.chars().take(320).collect()),
            _ => None,
        };
        Ok(Identity { subject: text(&source.subject), label: text(&source.label) })
    }

    async fn token(&self, fields: &[(&str, &str)]) -> Result<TokenAnswer, TokenFailure> {
        let other = |error: BridgeError| TokenFailure::Other(error.into());
        let secret = self.provider.client_secret.as_ref();
        let secret = secret.map(|secret| String::from_utf8_lossy(secret.expose()).into_owned());
        let mut all = fields.to_vec();
        all.push(("client_id", &self.provider.client_id));
        if let Some(secret) = &secret {
            all.push(("client_secret", secret));
        }
        let response = self.http.send(form(&self.provider.token_url, &all)).await.map_err(other)?;
        if response.is_success() {
            let body = response.bytes(LONGEST_ANSWER).await.map_err(other)?;
            return TokenAnswer::parse(&body).map_err(TokenFailure::Other);
        }
        Err(failure(response).await)
    }
}

/// A form to post: sent once, because codes and rotating tokens are used up by being sent, and
/// never sent on to anybody else.
fn form(url: &str, fields: &[(&str, &str)]) -> Request {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::new(Method::Post, url)
        .with_header("accept", "application/json")
        .with_typed_body("application/x-www-form-urlencoded", body)
        .with_retry(Retry::Never)
        .with_redirects(Redirects::Refused)
        .with_timeout(PATIENCE)
}

/// What an answer other than 2xx means (RFC 6749 § 5.2).
async fn failure(response: Response) -> TokenFailure {
    let status = response.status;
    let other = |kind| {
        let error = BridgeError::new(kind, "auth.token").with_detail(format!("status {status}"));
        TokenFailure::Other(error.into())
    };
    match status {
        300..=399 => {
            return TokenFailure::Other(AuthError::Protocol("it redirects a token request"));
        }
        429 => return other(ErrorKind::RateLimited { retry_after: None }),
        500..=599 => {
            let error = BridgeError::new(ErrorKind::Unavailable, "auth.token");
            return TokenFailure::Fault(error.with_detail(format!("status {status}")).into());
        }
        400 | 401 | 403 => {}
        _ => return other(ErrorKind::Unavailable),
    }
    let body = response.bytes(LONGEST_ANSWER).await.unwrap_or_default();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    match json.get("error").and_then(Value::as_str) {
        Some(code) if GRANT_ENDED.contains(&code) => TokenFailure::GrantEnded,
        // Not what it says besides: that may repeat what it was sent, which is secret.
        Some(code) => TokenFailure::Other(refused(code, None)),
        // A proxy's page, not the provider's word: nothing is thrown away for it.
        None => other(ErrorKind::Unavailable),
    }
}
