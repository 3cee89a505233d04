//! What an authorization server has granted.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A code that was handed out.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) scopes: String,
}

impl Code {
    pub(super) fn is_redeemed_by(&self, verifier: &str) -> bool {
        URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == self.challenge
    }
}

/// What is valid. Token texts begin with the prefix that the server was given, so that one search
/// finds every place where they leaked to.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub(super) made: u64,
    pub(super) codes: BTreeMap<String, Code>,
    /// Access tokens, with their grants.
    pub(super) access: BTreeMap<String, u64>,
    /// Refresh tokens that work, with their grants.
    pub(super) refresh: BTreeMap<String, u64>,
    /// Refresh tokens that were replaced.
    pub(super) spent: BTreeMap<String, u64>,
    /// Grants that have ended.
    pub(super) ended: BTreeSet<u64>,
}

impl Grants {
    /// Whether an API may accept this access token.
    pub fn accepts(&self, token: &str) -> bool {
        self.access.get(token).is_some_and(|grant| !self.ended.contains(grant))
    }

    /// Ends every access token, as time does.
    pub fn expire_access_tokens(&mut self) {
        self.access.clear();
    }

    /// Ends every grant, as a user does on the provider's pages.
    pub fn revoke_all(&mut self) {
        self.ended.extend(self.refresh.values());
        self.access.clear();
        self.refresh.clear();
    }

    /// How many refresh tokens work.
    pub fn refresh_tokens(&self) -> usize {
        self.refresh.len()
    }

    pub(super) fn end(&mut self, grant: u64) {
        self.ended.insert(grant);
        self.access.retain(|_, of| *of != grant);
        self.refresh.retain(|_, of| *of != grant);
    }
}
