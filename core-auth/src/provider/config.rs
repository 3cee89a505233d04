//! One provider's settings.

use bridge_traits::{Origin, Secret};

use crate::error::AuthError;

/// An OAuth 2 provider, as the host configures it. Nothing is built in but the public addresses:
/// the client is the host's own registration.
///
/// # Examples
///
/// ```
/// use core_auth::OAuthProvider;
///
/// let drive = OAuthProvider::google_drive("1234.apps.googleusercontent.com");
/// assert_eq!(drive.id, "google-drive");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OAuthProvider {
    /// What accounts of it are filed under.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The client as registered with the provider (RFC 6749 § 2.2).
    pub client_id: String,
    /// The client's secret, for providers that want one of programs that cannot keep it.
    pub client_secret: Option<Secret>,
    /// Where users sign in.
    pub authorize_url: String,
    /// Where codes and refresh tokens are redeemed: the provider's, or a broker of the host that
    /// adds the secret.
    pub token_url: String,
    /// Where tokens are revoked (RFC 7009).
    pub revoke_url: Option<String>,
    /// Who answers must say they come from, where they say it (RFC 9207).
    pub issuer: Option<String>,
    /// Whether an answer without an issuer is refused: set it where the provider's metadata say
    /// `authorization_response_iss_parameter_supported`.
    pub requires_issuer: bool,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// What a sign-in is of no use without. People can leave single permissions out.
    pub required_scopes: Vec<String>,
    /// Further parameters of the sign-in page.
    pub parameters: Vec<(String, String)>,
    /// Where to learn whose account it is.
    pub identity: Option<IdentitySource>,
    /// The origins that get the account's access token, as addresses.
    pub api_urls: Vec<String>,
}

/// An API call that says whose account it is.
#[derive(Clone, Debug)]
pub struct IdentitySource {
    /// The address.
    pub url: String,
    /// Where in the JSON answer the lasting id of the user is (RFC 6901).
    pub subject: String,
    /// Where in the JSON answer an address or a name for people is.
    pub label: String,
}

impl OAuthProvider {
    /// A provider with these endpoints, which asks for nothing yet.
    pub fn new(id: &str, client_id: &str, authorize_url: &str, token_url: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            authorize_url: authorize_url.to_owned(),
            token_url: token_url.to_owned(),
            revoke_url: None,
            issuer: None,
            requires_issuer: false,
            scopes: Vec::new(),
            required_scopes: Vec::new(),
            parameters: Vec::new(),
            identity: None,
            api_urls: Vec::new(),
        }
    }

    /// Refuses settings with which a token or a code could go astray.
    pub(crate) fn check(&self) -> Result<(), AuthError> {
        let refuse =
            |problem: String| Err(AuthError::Configuration { provider: self.id.clone(), problem });
        if self.id.is_empty() || self.id.len() > 64 {
            return refuse("an id has 1 to 64 bytes".to_owned());
        }
        if self.client_id.is_empty() {
            return refuse("register a client with the provider and set its id".to_owned());
        }
        let identity = self.identity.iter().map(|identity| &identity.url);
        let urls = [&self.authorize_url, &self.token_url].into_iter();
        for url in urls.chain(&self.revoke_url).chain(identity).chain(&self.api_urls) {
            match Origin::of(url) {
                Ok(origin) if origin.is_secure() || origin.is_loopback() => {}
                _ => return refuse(format!("{url:?} is no https address")),
            }
        }
        if self.requires_issuer && self.issuer.is_none() {
            return refuse("an issuer is required and none is named".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_encrypted_or_on_this_computer_gets_tokens() {
        let provider = |token_url| OAuthProvider::new("p", "c", "https://as.test/a", token_url);
        for good in ["https://as.test/t", "http://127.0.0.1:9/t", "http://localhost/t"] {
            provider(good).check().expect(good);
        }
        for bad in ["http://as.test/t", "", "https://user:secret@as.test/t", "ftp://as.test/t"] {
            assert!(provider(bad).check().is_err(), "{bad:?}");
        }
        assert!(OAuthProvider::new("p", "", "https://a.test", "https://a.test").check().is_err());
    }
}
