//! Why signing in, or being signed in, failed.

use std::time::Duration;

use bridge_traits::{BridgeError, ErrorKind};

/// Why a call about accounts failed. No message holds a token, a code or a state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// No provider has this id. Configure it, or choose one of [`Auth::providers`](crate::Auth::providers).
    #[error("there is no provider {0:?}")]
    UnknownProvider(String),
    /// The provider's settings cannot work. Correct them as the text says.
    #[error("the settings of {provider} are not usable: {problem}")]
    Configuration {
        /// The provider's id.
        provider: String,
        /// What is wrong.
        problem: String,
    },
    /// No account has this id; it may have been signed out. List the accounts again.
    #[error("there is no account {0:?}")]
    UnknownAccount(String),
    /// A sign-in for this provider is under way. Finish or cancel it first.
    #[error("a sign-in to {0} is under way")]
    AlreadySigningIn(String),
    /// The sign-in was cancelled by the program.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The user did not come back in time. Offer to try again.
    #[error("nobody finished signing in within {} minutes", .0.as_secs() / 60)]
    TimedOut(Duration),
    /// The user refused. Offer to try again.
    #[error("access was not granted")]
    Denied,
    /// The provider refused for a reason of its own. The code is from RFC 6749 § 4.1.2.1 or § 5.2;
    /// the description is the provider's, as text.
    #[error("the provider refused: {code}{}", description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// The provider's error code.
        code: String,
        /// The provider's own words, cleaned of control characters.
        description: Option<String>,
    },
    /// What came back does not belong to a sign-in of ours, or was used before. Nothing was
    /// sent anywhere; begin a new sign-in.
    #[error("the answer does not belong to this sign-in: {0}")]
    InvalidRedirect(&'static str),
    /// The user left out a permission without which nothing works. Ask again and say why.
    #[error("permissions are missing: {}", .0.join(", "))]
    MissingScopes(Vec<String>),
    /// The account's sign-in has ended, at the provider or by a failed renewal. Sign in again;
    /// nothing else of the account is lost.
    #[error("sign in again")]
    SignInRequired,
    /// Renewing failed for now. It is tried again after this time; nothing needs to be done.
    #[error("the sign-in could not be renewed, next try in {} s", retry_after.as_secs())]
    RenewalFailed {
        /// How long until the next try is made.
        retry_after: Duration,
        /// Why it failed.
        reason: ErrorKind,
    },
    /// The provider's answer makes no sense. Try again later.
    #[error("the provider's answer is not understood: {0}")]
    Protocol(&'static str),
    /// The host failed. Its kind says whether trying again helps.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
}

impl AuthError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider(_) | Self::UnknownAccount(_) => "not_found",
            Self::Configuration { .. } => "invalid_configuration",
            Self::AlreadySigningIn(_) => "sign_in_under_way",
            Self::Cancelled => "cancelled",
            Self::TimedOut(_) => "timed_out",
            Self::Denied => "access_denied",
            Self::Refused { .. } => "provider_refused",
            Self::InvalidRedirect(_) => "invalid_redirect",
            Self::MissingScopes(_) => "missing_permissions",
            Self::SignInRequired => "sign_in_required",
            Self::RenewalFailed { .. } => "renewal_failed",
            Self::Protocol(_) => "provider_protocol",
            Self::Bridge(error) => error.kind().code(),
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RenewalFailed { .. } | Self::Protocol(_) => true,
            Self::Bridge(error) => error.is_retryable(),
            _ => false,
        }
    }
}
