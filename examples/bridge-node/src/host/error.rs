//! What Node throws as an owned value, and the one place that says what it means.

use bridge_traits::{BridgeError, ErrorKind};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// What Node threw: a code such as `ENOENT` where there is one, and a message for people.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct NodeError {
    code: String,
    message: String,
}

impl NodeError {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }

    /// The code of the exception, such as `ENOENT`; empty if it had none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message of the exception.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self.code.as_str() {
            "ENOENT" | "ENOTDIR" => ErrorKind::NotFound,
            "EACCES" | "EPERM" | "EROFS" => ErrorKind::PermissionDenied,
            "ENOSPC" | "EDQUOT" | "EFBIG" => ErrorKind::QuotaExceeded,
            "EEXIST" | "ENOTEMPTY" | "EBUSY" | "ETXTBSY" | "EADDRINUSE" => ErrorKind::Conflict,
            "EISDIR" | "EINVAL" | "ENAMETOOLONG" | "ELOOP" => ErrorKind::InvalidRequest,
            "ENETDOWN" | "ENETUNREACH" | "EAI_AGAIN" => ErrorKind::Offline,
            "ETIMEDOUT" => ErrorKind::TimedOut,
            // Too many open files, and every other reason not to reach a server.
            "EMFILE" | "ENFILE" | "EAGAIN" => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        }
    }

    /// As the failure of `operation`.
    pub(crate) fn at(self, operation: &'static str) -> BridgeError {
        BridgeError::new(self.kind(), operation).with_source(self)
    }
}

impl From<JsValue> for NodeError {
    fn from(value: JsValue) -> Self {
        let text = |key: &str| {
            // `Reflect` itself throws for anything that is not an object.
            value
                .is_object()
                .then(|| Reflect::get(&value, &JsValue::from_str(key)).ok()?.as_string())
                .flatten()
        };
        let message = text("message").unwrap_or_else(|| format!("{value:?}"));
        let code = text("code").unwrap_or_default();
        Self { code, message }
    }
}
