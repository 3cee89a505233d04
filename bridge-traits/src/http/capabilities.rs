//! What an HTTP bridge can see and do, as data.

use std::time::Duration;

/// How a bridge meets redirects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RedirectSupport {
    /// They are returned as the 3xx responses they are, so the policy layer follows them.
    Returned,
    /// The host hides them. Following is the host's own doing, allowed per request by
    /// [`Redirects::FollowedByHost`](super::Redirects); otherwise the call fails with `Unsupported`.
    Hidden,
    /// They are followed, with credentials kept to their origin: the policy layer itself.
    Followed,
}

/// What an HTTP bridge can see and do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct HttpCapabilities {
    /// How it meets redirects.
    pub redirects: RedirectSupport,
    /// Whether a failure to connect is told from a later one: its
    /// [`operation`](crate::BridgeError::operation) is then `"http.connect"`, and no byte of the
    /// request has left.
    pub tells_connect_errors: bool,
    /// The longest a connection may take to be made, where the bridge can tell it from the wait
    /// for the head.
    pub connect_timeout: Option<Duration>,
    /// Whether [`Reach::Public`](super::Reach) is enforced on the address that is connected to.
    pub checks_addresses: bool,
    /// Whether a reader of a body who pauses makes the server pause too. Where it is missing, the
    /// host takes the whole body in as fast as it comes, read or not: ask for large files in parts.
    pub back_pressure: bool,
}

impl HttpCapabilities {
    /// A bridge that shows redirects, reads bodies as they are read from it, and nothing else.
    pub const fn new() -> Self {
        Self {
            redirects: RedirectSupport::Returned,
            tells_connect_errors: false,
            connect_timeout: None,
            checks_addresses: false,
            back_pressure: true,
        }
    }

    /// Sets how redirects are met.
    #[must_use]
    pub const fn with_redirects(mut self, redirects: RedirectSupport) -> Self {
        self.redirects = redirects;
        self
    }

    /// Says that a failure to connect is told from a later one, and when it is one.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.tells_connect_errors = true;
        self.connect_timeout = Some(timeout);
        self
    }

    /// Says that the address connected to is checked.
    #[must_use]
    pub const fn with_address_checks(mut self) -> Self {
        self.checks_addresses = true;
        self
    }

    /// Says that the host reads bodies ahead without a limit.
    #[must_use]
    pub const fn without_back_pressure(mut self) -> Self {
        self.back_pressure = false;
        self
    }
}

impl Default for HttpCapabilities {
    fn default() -> Self {
        Self::new()
    }
}
