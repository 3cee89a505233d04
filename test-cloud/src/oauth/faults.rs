//! What an authorization server can do wrong, or refuse.

use std::collections::VecDeque;

use serde_json::Value;

/// The switches of an authorization server. The default is a good one that rotates refresh tokens.
#[derive(Clone, Debug)]
pub struct OAuthFaults {
    /// Whether the user is shown a page that asks for consent, as in a browser. It has a link
    /// `Allow` and a link `Refuse`, and keeps windows of other origins away (COOP). Otherwise the user
    /// agrees at once.
    pub asks: bool,
    /// The user refuses, or the server does: the `error` of the redirect with its description.
    pub refusal: Option<(String, String)>,
    /// The `iss` of redirects: `None` for none.
    pub issuer: Option<String>,
    /// Scopes the user leaves out.
    pub withheld: Vec<String>,
    /// What `expires_in` says; `Null` leaves it out.
    pub expires_in: Value,
    /// Whether each renewal brings another refresh token and ends the one before. Using an ended
    /// one ends the whole grant (RFC 9700 § 4.14.2).
    pub rotates: bool,
    /// Whether answers bring refresh tokens at all.
    pub gives_refresh_tokens: bool,
    /// What happens to the next token requests, one each, before normal service.
    pub token: VecDeque<TokenFault>,
    /// Whether revocation fails.
    pub refuses_revocation: bool,
}

impl Default for OAuthFaults {
    fn default() -> Self {
        Self {
            asks: false,
            refusal: None,
            issuer: None,
            withheld: Vec::new(),
            expires_in: Value::from(3600),
            rotates: true,
            gives_refresh_tokens: true,
            token: VecDeque::new(),
            refuses_revocation: false,
        }
    }
}

/// What happens to one token request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenFault {
    /// It is answered with this status and body, and not carried out.
    Answer(u16, String),
    /// It is redirected.
    Redirect(u16, String),
    /// Nothing happens, and no answer comes.
    Silent,
    /// The server carries it out, and no answer comes: a rotated token is lost.
    SilentAfter,
    /// The connection breaks, and nothing has happened.
    BrokenBefore,
    /// The connection breaks after the server has carried it out: a rotated token is lost.
    BrokenAfter,
}
