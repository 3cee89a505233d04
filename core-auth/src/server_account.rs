//! Checking what a user types in to open a server.

use bridge_traits::{Origin, Secret};

use crate::credential::{Credential, ServerAccess, ServerAccount};
use crate::endpoint::Identity;
use crate::error::AuthError;

impl Credential {
    /// What is stored of `new`, if it can work and no secret could go astray.
    pub(crate) fn of(new: &ServerAccount) -> Result<Self, AuthError> {
        let refuse = |problem: &str| AuthError::Configuration {
            provider: new.provider.clone(),
            problem: problem.to_owned(),
        };
        let text = |secret: &Secret| match std::str::from_utf8(secret.expose()) {
            Ok(text) if !text.chars().any(char::is_control) => Ok(text.to_owned()),
            _ => Err(refuse("a secret is text of one line")),
        };
        let origin = Origin::of(&new.url)?;
        let is_open = matches!(new.access, ServerAccess::Open);
        if !is_open && !origin.is_secure() && !origin.is_loopback() {
            return Err(refuse("a password is sent over https only"));
        }
        let url = new.url.clone();
        match &new.access {
            ServerAccess::Open => Ok(Self::Password { url, user: String::new(), password: None }),
            ServerAccess::Password { user, .. }
                if user.contains(':') || user.chars().any(char::is_control) =>
            {
                Err(refuse("a name has no colon and no control character (RFC 7617)"))
            }
            ServerAccess::Password { user, password } => {
                let password = Some(text(password)?);
                Ok(Self::Password { url, user: user.clone(), password })
            }
            ServerAccess::Token(token) => Ok(Self::Token { url, token: text(token)? }),
        }
    }
}

impl Identity {
    /// Who `new` is: the user of that name there, or whoever is let in without one.
    pub(crate) fn of(new: &ServerAccount) -> Result<Self, AuthError> {
        let origin = Origin::of(&new.url)?;
        let user = match &new.access {
            ServerAccess::Password { user, .. } => user.as_str(),
            ServerAccess::Open | ServerAccess::Token(_) => "",
        };
        let label = if user.is_empty() { origin.to_string() } else { user.to_owned() };
        Ok(Self { subject: Some(format!("{user}@{}", new.url)), label: Some(label) })
    }
}
