//! Errors as they cross a language boundary.

use std::error::Error;

use bridge_traits::with_causes;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{BootstrapError, CoreError};

/// Why a call failed, in terms a caller can act on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The thing asked for does not exist.
    NotFound,
    /// The host refused.
    PermissionDenied,
    /// There is no room left.
    QuotaExceeded,
    /// There is no network.
    Offline,
    /// A deadline passed.
    TimedOut,
    /// The other side asks for a pause.
    RateLimited,
    /// Temporarily out of service.
    Unavailable,
    /// Stored or received bytes do not make sense.
    Corrupt,
    /// A file ends too early.
    Truncated,
    /// A file is empty.
    EmptyFile,
    /// A file is not audio.
    NotAudio,
    /// A file is of a kind the core cannot read.
    UnsupportedFormat,
    /// This host cannot do it.
    Unsupported,
    /// Somebody else changed or holds the same thing.
    Conflict,
    /// The caller cancelled.
    Cancelled,
    /// The request itself is wrong.
    InvalidRequest,
    /// The settings of a drive cannot work.
    InvalidConfiguration,
    /// Somebody is signing in there already.
    SignInUnderWay,
    /// The user refused.
    AccessDenied,
    /// The provider refused.
    ProviderRefused,
    /// What came back from the provider belongs to no sign-in.
    InvalidRedirect,
    /// The user left out a permission that is needed.
    MissingPermissions,
    /// The sign-in has ended: only the user can begin another.
    SignInRequired,
    /// The sign-in could not be renewed for now.
    RenewalFailed,
    /// The provider's answer is not understood.
    ProviderProtocol,
    /// The account is being synchronised already, here or in another tab.
    SyncUnderWay,
    /// The account is signed out; its tracks go when another tab has stopped synchronising it.
    RemovalUnderWay,
    /// A library is half replaced by a file: read the file again.
    RestoreInterrupted,
    /// Anything else.
    Other,
}

/// A failed call.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct RpcError {
    /// Why.
    pub code: ErrorCode,
    /// A sentence for people, with its causes.
    pub message: String,
}

impl RpcError {
    fn new(code: &str, error: &dyn Error) -> Self {
        let code = serde_json::from_value(code.into()).unwrap_or(ErrorCode::Other);
        Self { code, message: with_causes(error) }
    }

    /// The error as JSON.
    pub fn to_json(&self) -> String {
        // Text and names of text always can be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&CoreError> for RpcError {
    fn from(error: &CoreError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<&BootstrapError> for RpcError {
    fn from(error: &BootstrapError) -> Self {
        Self::new(error.code(), error)
    }
}
