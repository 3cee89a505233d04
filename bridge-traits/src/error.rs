//! The one error every bridge returns.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The result of a bridge operation.
pub type Result<T, E = BridgeError> = std::result::Result<T, E>;

/// Why a bridge operation failed, in terms a caller can act on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The thing asked for does not exist. Create it, or treat it as absent.
    #[error("not found")]
    NotFound,
    /// The host refused. Ask the user for access.
    #[error("permission denied")]
    PermissionDenied,
    /// The host has no room left. Free space, then try again.
    #[error("quota exceeded")]
    QuotaExceeded,
    /// There is no network. Wait until it is back.
    #[error("offline")]
    Offline,
    /// A deadline passed. Trying again may succeed.
    #[error("timed out")]
    TimedOut,
    /// The other side asks for a pause.
    #[error("rate limited")]
    RateLimited {
        /// How long it asked to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// Temporarily out of service. Trying again later may succeed.
    #[error("temporarily unavailable")]
    Unavailable,
    /// Stored bytes do not make sense. Restore or rebuild them.
    #[error("corrupt")]
    Corrupt,
    /// This bridge cannot do it. Read the capabilities and offer something else.
    #[error("not supported by this host")]
    Unsupported,
    /// Somebody else changed or holds the same thing. Read again, then decide.
    #[error("conflict")]
    Conflict,
    /// The caller cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// The request itself is wrong, for example an unknown field. Correct the caller.
    #[error("invalid request")]
    InvalidRequest,
    /// Anything else the host reported.
    #[error("unexpected host error")]
    Other,
}

impl ErrorKind {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::PermissionDenied => "permission_denied",
            Self::QuotaExceeded => "quota_exceeded",
            Self::Offline => "offline",
            Self::TimedOut => "timed_out",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
            Self::Conflict => "conflict",
            Self::Cancelled => "cancelled",
            Self::InvalidRequest => "invalid_request",
            Self::Other => "other",
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Offline | Self::TimedOut | Self::RateLimited { .. } | Self::Unavailable
        )
    }
}

/// A failed bridge operation: what was tried, why it failed, and what the host said.
#[derive(Debug)]
pub struct BridgeError {
    kind: ErrorKind,
    operation: &'static str,
    detail: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl BridgeError {
    /// A failure of `operation`, which is written `"trait.method"`.
    pub fn new(kind: ErrorKind, operation: &'static str) -> Self {
        Self { kind, operation, detail: None, source: None }
    }

    /// Adds what a person needs to know beyond the kind. Never put a secret in here.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the host's own error as the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Why it failed.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was tried, as `"trait.method"`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        self.kind.is_retryable()
    }
}

impl fmt::Display for BridgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.operation, self.kind)?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl StdError for BridgeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}
