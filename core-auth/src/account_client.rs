//! Requests in the name of an account.

use std::fmt;

use bridge_traits::{
    BridgeError, ErrorKind, HttpCapabilities, HttpClient, Origin, Request, Response, Result, Secret,
};

use crate::account::Account;
use crate::auth::Auth;
use crate::credential::Credential;
use crate::error::AuthError;

/// An [`HttpClient`] that sends an account's credentials along, to the account's own servers and
/// to nobody else: any other address is `PermissionDenied` before anything is sent, wherever it
/// came from.
///
/// A request that the server refuses with 401 is sent once more with a renewed token.
pub struct AccountClient {
    auth: Auth,
    account: String,
    origins: Vec<Origin>,
    /// The address of the account's server, where it has one of its own.
    url: Option<String>,
    /// The header that opens such a server; none where nothing is needed.
    fixed: Option<Secret>,
    has_tokens: bool,
}

impl AccountClient {
    pub(crate) fn new(
        auth: Auth,
        account: Account,
        credential: Credential,
    ) -> Result<Self, AuthError> {
        let Account { id, provider, .. } = account;
        let (origins, url, fixed) = match credential {
            Credential::Tokens(_) => {
                let origins = auth.provider(&provider)?.api_urls.iter();
                let origins = origins.map(|url| Origin::of(url)).collect::<Result<_>>()?;
                return Ok(Self {
                    auth,
                    account: id,
                    origins,
                    url: None,
                    fixed: None,
                    has_tokens: true,
                });
            }
            Credential::Password { url, user, password } => {
                let header = password.map(|password| basic(&user, &password));
                (vec![Origin::of(&url)?], Some(url), header)
            }
            Credential::Token { url, token } => {
                (vec![Origin::of(&url)?], Some(url), Some(Secret::new(format!("Bearer {token}"))))
            }
        };
        Ok(Self { auth, account: id, origins, url, fixed, has_tokens: false })
    }

    /// The address of the account's server, where it has one of its own.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The account's id.
    pub fn account(&self) -> &str {
        &self.account
    }

    fn check(&self, request: &Request) -> Result<()> {
        let origin = Origin::of(&request.url)?;
        if self.origins.contains(&origin) {
            return Ok(());
        }
        Err(BridgeError::new(ErrorKind::PermissionDenied, "auth.send")
            .with_detail(format!("{origin} is no server of this account")))
    }
}

#[core_async::async_trait]
impl HttpClient for AccountClient {
    async fn send(&self, request: Request) -> Result<Response> {
        self.check(&request)?;
        let http = &self.auth.bridges().http;
        if !self.has_tokens {
            let request = match &self.fixed {
                Some(header) => {
                    let value = String::from_utf8_lossy(header.expose()).into_owned();
                    request.with_secret_header("authorization", value)
                }
                None => request,
            };
            return http.send(request).await;
        }
        let token = self.auth.access_token(&self.account).await.map_err(bridge_error)?;
        let response = http.send(request.clone().with_bearer(token.expose())).await?;
        if response.status != 401 {
            return Ok(response);
        }
        drop(response);
        let other = self.auth.access_token_other_than(&self.account, &token).await;
        http.send(request.with_bearer(other.map_err(bridge_error)?.expose())).await
    }

    fn capabilities(&self) -> HttpCapabilities {
        self.auth.bridges().http.capabilities()
    }
}

impl fmt::Debug for AccountClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountClient").field("account", &self.account).finish_non_exhaustive()
    }
}

/// What an account's trouble means for a request; the [`AuthError`] is its source.
fn bridge_error(error: AuthError) -> BridgeError {
    let kind = match error {
        AuthError::Bridge(error) => return error,
        AuthError::RenewalFailed { reason: ErrorKind::PermissionDenied, .. }
        | AuthError::SignInRequired => ErrorKind::PermissionDenied,
        AuthError::RenewalFailed { .. } | AuthError::Protocol(_) => ErrorKind::Unavailable,
        AuthError::UnknownAccount(_) | AuthError::UnknownProvider(_) => ErrorKind::NotFound,
        _ => ErrorKind::Other,
    };
    BridgeError::new(kind, "auth.token").with_source(error)
}

/// The header that a name and a password make (RFC 7617).
fn basic(user: &str, password: &str) -> Secret {
    use base64::Engine;
    let both = format!("{user}:{password}");
    let encoded = base64::engine::general_purpose::STANDARD.encode(both);
    Secret::new(format!("Basic {encoded}"))
}
