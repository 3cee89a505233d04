//! Tokens, and the answer that brings them.

use std::fmt;

use bridge_traits::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::AuthError;

/// What most providers mean when they do not say how long a token lives (RFC 6749 § 5.1).
const USUAL_LIFETIME: u64 = 3600;
/// No provider gives access tokens for longer; a larger number is a mistake or an attack.
const LONGEST_LIFETIME: u64 = 30 * 24 * 3600;
/// Longer than any token in use.
const LONGEST_TOKEN: usize = 16 * 1024;

/// What an account is signed in with.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Tokens {
    access: String,
    refresh: Option<String>,
    /// When they arrived, in milliseconds since the Unix epoch.
    obtained_at: u64,
    /// How long the access token was said to live, in milliseconds.
    lifetime: u64,
}

/// A token to send with a request. It has no `Debug` output of its own and is overwritten when it
/// is dropped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessToken(Secret);

impl AccessToken {
    /// The token itself, for an `Authorization` header. Never log it.
    pub fn expose(&self) -> &str {
        // It was text when it came in.
        std::str::from_utf8(self.0.expose()).unwrap_or_default()
    }
}

/// A parsed answer of a token endpoint (RFC 6749 § 5.1).
pub(crate) struct TokenAnswer {
    access: String,
    refresh: Option<String>,
    lifetime: u64,
    /// What was granted, where the answer says so.
    pub(crate) scopes: Option<Vec<String>>,
}

impl TokenAnswer {
    /// Reads an answer. Numbers may be text, negative, enormous or missing: none of that may end
    /// in a token that is renewed without pause, or never.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, AuthError> {
        let json: Value = serde_json::from_slice(body)
            .map_err(|_| AuthError::Protocol("the token answer is no JSON"))?;
        let token = |name: &str| json.get(name).and_then(Value::as_str).filter(|t| is_token(t));
        let kind = json.get("token_type").and_then(Value::as_str).unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::Protocol("the token is not a bearer token"));
        }
        let access = token("access_token")
            .ok_or(AuthError::Protocol("the token answer holds no access token"))?;
        let scopes = json.get("scope").and_then(Value::as_str);
        Ok(Self {
            access: access.to_owned(),
            refresh: token("refresh_token").map(str::to_owned),
            lifetime: lifetime(json.get("expires_in")) * 1000,
            scopes: scopes.map(|text| text.split_whitespace().map(str::to_owned).collect()),
        })
    }

    /// The tokens as of `now`. Where the answer brings no refresh token, the one before lives on
    /// (RFC 6749 § 6).
    pub(crate) fn into_tokens(self, now: u64, before: Option<&Tokens>) -> Tokens {
        let refresh = self.refresh.or_else(|| before.and_then(|tokens| tokens.refresh.clone()));
        Tokens { access: self.access, refresh, obtained_at: now, lifetime: self.lifetime }
    }
}

impl Tokens {
    pub(crate) fn access(&self) -> AccessToken {
        AccessToken(Secret::new(self.access.as_bytes()))
    }

    pub(crate) fn refresh(&self) -> Option<&str> {
        self.refresh.as_deref()
    }

    /// Whether the access token can be expected to work at `now`.
    pub(crate) fn is_valid(&self, now: u64) -> bool {
        now < self.obtained_at.saturating_add(self.lifetime)
    }

    /// Whether it should be renewed before it is used: five minutes before its end, and for
    /// tokens that live less than ten in the second half of their life.
    pub(crate) fn is_due(&self, now: u64) -> bool {
        let margin = (5 * 60 * 1000).min(self.lifetime / 2);
        now >= self.obtained_at.saturating_add(self.lifetime - margin)
    }

    /// Whether they came after `other`.
    pub(crate) fn is_newer_than(&self, other: &Self) -> bool {
        self.obtained_at > other.obtained_at
    }

    /// Whether they arrived less than a minute ago, by a clock that may have been set since.
    pub(crate) fn are_new(&self, now: u64) -> bool {
        now.abs_diff(self.obtained_at) < 60_000
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Whether it can stand in a header (RFC 6750 § 2.1 allows less; providers do not keep to it).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_TOKEN && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Seconds, from whatever the answer says.
fn lifetime(value: Option<&Value>) -> u64 {
    let seconds = match value {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    match seconds.filter(|seconds: &f64| seconds.is_finite()) {
        None => USUAL_LIFETIME,
        Some(seconds) if seconds < 1.0 => 0,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is at least 1, and casts of floats saturate"
        )]
        Some(seconds) => (seconds as u64).min(LONGEST_LIFETIME),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_make_sense_whatever_is_said() {
        for (said, seconds) in [
            ("3599", 3599),
            ("\"3600\"", 3600),
            ("0", 0),
            ("-1", 0),
            ("1e18", LONGEST_LIFETIME),
            ("99999999999999999999999", LONGEST_LIFETIME),
            ("null", USUAL_LIFETIME),
            ("\"soon\"", USUAL_LIFETIME),
        ] {
            let body = format!(r#"{{"access_token":"a","expires_in":{said}}}"#);
            let tokens = TokenAnswer::parse(body.as_bytes()).expect(said).into_tokens(5, None);
            assert_eq!(tokens.lifetime, seconds * 1000, "{said}");
        }
    }

    #[test]
    fn nonsense_is_no_token() {
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"access_token":""}"#,
            r#"{"access_token":5}"#,
            r#"{"access_token":"a\r\nx: y"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
        ] {
            assert!(TokenAnswer::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_refresh_token_lives_on_until_another_comes() {
        let parse = |body: &str| TokenAnswer::parse(body.as_bytes()).expect("a good answer");
        let first = parse(r#"{"access_token":"a","refresh_token":"r1"}"#).into_tokens(0, None);
        let second = parse(r#"{"access_token":"b"}"#).into_tokens(1, Some(&first));
        assert_eq!(second.refresh(), Some("r1"));
        let third = parse(r#"{"access_token":"c","refresh_token":"r2"}"#);
        assert_eq!(third.into_tokens(2, Some(&second)).refresh(), Some("r2"));
    }

    #[test]
    fn tokens_are_due_before_they_end() {
        let hour = Tokens {
            access: "a".to_owned(),
            refresh: None,
            obtained_at: 1_000,
            lifetime: 3_600_000,
        };
        assert!(!hour.is_due(3_300_999));
        assert!(hour.is_due(3_301_000));
        assert!(hour.is_valid(3_600_999));
        assert!(!hour.is_valid(3_601_000));
        assert!(Tokens { lifetime: 0, ..hour.clone() }.is_due(1_000));
        assert_eq!(format!("{hour:?}"), "Tokens { lifetime: 3600000, .. }");
    }
}
