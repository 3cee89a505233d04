//! Showing a sign-in page and bringing its redirect back.

use std::fmt;
use std::time::Duration;

use crate::{BridgeError, ErrorKind, PlatformSend, PlatformSync, Result};

/// A page to sign in on.
#[derive(Clone)]
pub struct AuthPage {
    /// Its address, which names [`AuthSession::redirect_uri`] and `state` in its query.
    pub url: String,
    /// What the redirect must bring back: fresh, unguessable, used once.
    pub state: String,
    /// How long the user may take; 10 minutes is what providers allow.
    pub timeout: Duration,
}

impl AuthPage {
    /// Refuses what no transport may show.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` without a state, and for an address that is not `https:`, or
    /// `http:` on this computer.
    pub fn check(&self) -> Result<()> {
        let refuse = |why| {
            Err(BridgeError::new(ErrorKind::InvalidRequest, "auth.authorize").with_detail(why))
        };
        let local = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
        let mut rests = local.iter().filter_map(|start| self.url.strip_prefix(start));
        if !self.url.starts_with("https://") && !rests.any(ends_the_host) {
            return refuse("a sign-in page is shown over https only");
        }
        if self.url.chars().any(|c| c.is_control() || c == ' ') {
            return refuse("the address holds characters that must be escaped");
        }
        if self.state.is_empty() {
            return refuse("there is no state to tell the answer by");
        }
        Ok(())
    }
}

impl fmt::Debug for AuthPage {
    /// Without the address: its query holds the state and the challenge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthPage").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// What a provider answered: the query of the redirect. It may be an `error`.
///
/// The code in it is a secret for as long as it can be redeemed, so there is no `Debug` of it.
#[derive(Clone, Eq, PartialEq)]
pub struct AuthRedirect(Vec<(String, String)>);

impl AuthRedirect {
    /// Reads a query such as `code=x&state=y`, with or without a `?`.
    pub fn parse(query: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// The value of the parameter `name`. One that is there twice is no parameter: which of them
    /// was meant is for an attacker to choose.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// Whether it answers the page with this state. It takes as long for any state of this length.
    pub fn answers(&self, state: &str) -> bool {
        let Some(found) = self.parameter("state") else { return false };
        let differences = found.bytes().zip(state.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        found.len() == state.len() && !state.is_empty() && differences == 0
    }
}

impl fmt::Debug for AuthRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthRedirect(…)")
    }
}

/// Shows sign-in pages and brings their redirects back.
///
/// # Contract
///
/// * A session knows its `redirect_uri` before the page is made, and each can be used once.
/// * `authorize` shows the page once, and completes with the first redirect whose `state` is the
///   page's. Anything else that arrives is ignored and ends nothing.
/// * A provider's refusal (`error=…`) is a redirect like any other.
/// * When the time is up, it is `TimedOut`. That the user closed the page may show only so.
/// * Nothing listens any more once `authorize` has completed or its future or the session was
///   dropped.
/// * Sessions do not see each other's redirects: two providers can be signed in to at a time.
/// * A page without state, or not over https (http on this computer), is `InvalidRequest`.
/// * Neither a code nor a state is ever in an error or a `Debug`.
#[core_async::async_trait]
pub trait AuthTransport: fmt::Debug + PlatformSend + PlatformSync {
    /// Gets ready to receive one redirect.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` or `PermissionDenied` if the host cannot listen.
    async fn begin(&self) -> Result<Box<dyn AuthSession>>;
}

/// One sign-in, from its redirect address to its redirect.
#[core_async::async_trait]
pub trait AuthSession: fmt::Debug + PlatformSend + PlatformSync {
    /// Where the provider sends the user back to.
    fn redirect_uri(&self) -> &str;

    /// Shows `page` and waits for its redirect.
    ///
    /// # Errors
    ///
    /// Fails with `TimedOut`, `InvalidRequest` for a page that must not be shown, `Unavailable` if
    /// it cannot be shown.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the sign-in; the page stays where it is.
    async fn authorize(self: Box<Self>, page: AuthPage) -> Result<AuthRedirect>;
}

/// Whether what follows a host's name ends it: nothing, a port, a path or a query. Anything else,
/// such as `:80@`, would make the name a part of something else.
fn ends_the_host(rest: &str) -> bool {
    let after_port = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    after_port.is_empty() || after_port.starts_with(['/', '?'])
}

/// Undoes the escapes of a query. What is no escape stands for itself.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(h, l)| h * 16 + l),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str) -> AuthPage {
        AuthPage { url: url.to_owned(), state: "s".to_owned(), timeout: Duration::ZERO }
    }

    #[test]
    fn parameters_are_decoded() {
        let redirect = AuthRedirect::parse("?code=4%2F0A+b%20c&state=%C3%A9&empty=&odd=%zz%4&flag");
        assert_eq!(redirect.parameter("code"), Some("4/0A b c"));
        assert_eq!(redirect.parameter("state"), Some("é"));
        assert_eq!(redirect.parameter("empty"), Some(""));
        assert_eq!(redirect.parameter("odd"), Some("%zz%4"));
        assert_eq!(redirect.parameter("flag"), Some(""));
        assert_eq!(redirect.parameter("missing"), None);
        assert_eq!(format!("{redirect:?}"), "AuthRedirect(…)");
    }

    #[test]
    fn only_the_right_state_answers() {
        let answers = |query, state| AuthRedirect::parse(query).answers(state);
        assert!(answers("state=abc&code=x", "abc"));
        for query in
            ["state=abd", "state=ab", "state=abcd", "state=", "code=x", "state=abc&state=abc"]
        {
            assert!(!answers(query, "abc"), "{query}");
        }
        assert!(!answers("state=", ""));
    }

    #[test]
    fn pages_are_shown_over_https_only() {
        for good in [
            "https://a.example/o?x=1",
            "http://127.0.0.1:80/a",
            "http://localhost",
            "http://[::1]:1",
        ] {
            page(good).check().expect(good);
        }
        for bad in [
            "http://a.example",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "",
            "https",
            "http://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1:80@evil.example/",
            "https://a b",
            "-https://a",
        ] {
            assert!(page(bad).check().is_err(), "{bad:?}");
        }
        let stateless = AuthPage { state: String::new(), ..page("https://a.example") };
        assert!(stateless.check().is_err());
    }
}
