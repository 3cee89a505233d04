//! JavaScript exceptions as owned values, and the one place that says what they mean.

use bridge_traits::{BridgeError, ErrorKind};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};

/// What a browser threw: a name such as `QuotaExceededError`, and a message for people.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct JsError {
    name: String,
    message: String,
}

impl JsError {
    pub(crate) fn new(name: &str, message: &str) -> Self {
        Self { name: name.to_owned(), message: message.to_owned() }
    }

    /// The name of the exception.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The message of the exception.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self.name.as_str() {
            "QuotaExceededError" => ErrorKind::QuotaExceeded,
            "NotFoundError" => ErrorKind::NotFound,
            "NotAllowedError" | "SecurityError" => ErrorKind::PermissionDenied,
            "AbortError" => ErrorKind::Cancelled,
            "TimeoutError" => ErrorKind::TimedOut,
            "NetworkError" | "InvalidStateError" | "TransactionInactiveError" => {
                ErrorKind::Unavailable
            }
            // A file that changed under an open snapshot is a `NotReadableError`.
            "NoModificationAllowedError"
            | "InvalidModificationError"
            | "ConstraintError"
            | "VersionError"
            | "NotReadableError" => ErrorKind::Conflict,
            "NotSupportedError" => ErrorKind::Unsupported,
            "TypeMismatchError" | "TypeError" | "DataError" | "DataCloneError" | "SyntaxError" => {
                ErrorKind::InvalidRequest
            }
            _ => ErrorKind::Other,
        }
    }

    /// As the failure of `operation`.
    pub(crate) fn at(self, operation: &'static str) -> BridgeError {
        BridgeError::new(self.kind(), operation).with_source(self)
    }
}

impl From<JsValue> for JsError {
    fn from(value: JsValue) -> Self {
        let text = |key: &str| {
            // `Reflect` itself throws for anything that is not an object.
            value
                .is_object()
                .then(|| Reflect::get(&value, &JsValue::from_str(key)).ok()?.as_string())
                .flatten()
        };
        match (text("name"), text("message")) {
            (Some(name), message) => Self { name, message: message.unwrap_or_default() },
            _ => Self { name: "Error".into(), message: format!("{value:?}") },
        }
    }
}

impl From<rexie::Error> for JsError {
    fn from(error: rexie::Error) -> Self {
        use idb::Error as Idb;

        match error {
            rexie::Error::IdbError(
                Idb::IndexedDbOpenFailed(value)
                | Idb::IndexedDbNotFound(value)
                | Idb::IndexedDbDeleteFailed(value)
                | Idb::TransactionOpenFailed(value)
                | Idb::ObjectStoreNotFound(value)
                | Idb::CountFailed(value)
                | Idb::GetFailed(value)
                | Idb::GetAllFailed(value)
                | Idb::GetAllKeysFailed(value),
            ) => Self::from(value),
            rexie::Error::IdbError(Idb::DomException(exception)) => {
                Self::from(exception.unchecked_into::<JsValue>())
            }
            other => Self { name: "UnknownError".into(), message: other.to_string() },
        }
    }
}

/// The failure of an `operation` that needs something this context does not have.
pub(crate) fn unsupported(operation: &'static str, what: &str) -> BridgeError {
    BridgeError::new(ErrorKind::Unsupported, operation)
        .with_detail(format!("{what} is missing here: it takes a current browser and https"))
}
