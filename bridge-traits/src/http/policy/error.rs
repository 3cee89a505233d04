//! Why the policy refused to go on.

use std::time::Duration;

use crate::{BridgeError, ErrorKind};

/// Why a request was not sent, or its redirect not followed: the
/// [source](std::error::Error::source) of the [`BridgeError`] the policy returns.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpRefusal {
    /// The redirects do not end. Report it to whoever runs the server.
    #[error("more than {limit} redirects")]
    TooManyRedirects {
        /// How many are followed.
        limit: u32,
    },
    /// The server redirects without saying where to. Report it to whoever runs the server.
    #[error("the redirect names no usable address")]
    RedirectTarget,
    /// The redirect leads to something that is not on the web, such as a file. Do not follow it.
    #[error("the redirect leaves the web")]
    RedirectScheme,
    /// The redirect leads from https to http. Ask for the final address instead.
    #[error("the redirect gives up encryption")]
    RedirectDowngrade,
    /// The redirect would carry a body to another origin. Send it there yourself if you trust it.
    #[error("the redirect takes the body to another origin")]
    RedirectBody,
    /// The redirect's address holds a name or a password. Do not follow it.
    #[error("the redirect holds credentials")]
    RedirectCredentials,
    /// The host failed too often. Try again when it is given another chance.
    #[error("the host failed repeatedly; next chance in {} ms", retry_in.as_millis())]
    CircuitOpen {
        /// When that is.
        retry_in: Duration,
    },
    /// The host asked everybody to wait, for longer than this request may. Try again then.
    #[error("the host asked for a pause of another {} ms", retry_in.as_millis())]
    Paused {
        /// When it is over.
        retry_in: Duration,
    },
    /// Others kept the host busy for too long. Try again later.
    #[error("no turn came in time")]
    NoTurn,
    /// The time for the whole request is over. Try again, or allow more.
    #[error("the request took longer than allowed")]
    TotalTime,
}

impl HttpRefusal {
    /// What a caller can do about it.
    pub fn kind(self) -> ErrorKind {
        match self {
            Self::TooManyRedirects { .. } | Self::RedirectTarget => ErrorKind::Other,
            Self::RedirectScheme
            | Self::RedirectDowngrade
            | Self::RedirectBody
            | Self::RedirectCredentials => ErrorKind::PermissionDenied,
            Self::CircuitOpen { .. } => ErrorKind::Unavailable,
            Self::Paused { retry_in } => ErrorKind::RateLimited { retry_after: Some(retry_in) },
            Self::NoTurn | Self::TotalTime => ErrorKind::TimedOut,
        }
    }
}

impl From<HttpRefusal> for BridgeError {
    fn from(refusal: HttpRefusal) -> Self {
        Self::new(refusal.kind(), "http.policy").with_source(refusal)
    }
}
