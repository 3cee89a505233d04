//! What Node throws as an owned value, and the one place that says what it means.

use bridge_traits::{BridgeError, ErrorKind};
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

/// What Node threw: a code such as `ENOENT` where there is one, and a message for people.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct NodeError {
    code: String,
    system_call: String,
    message: String,
}

impl NodeError {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self { code, system_call: String::new(), message }
    }

    /// The code of the exception, such as `ENOENT`; empty if it had none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the operating system was asked to do, such as `connect`; empty if Node does not say.
    pub fn system_call(&self) -> &str {
        &self.system_call
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
        // Several addresses were tried at once, and each has failed: the first one stands for all.
        if let Some(first) = field(&value, "errors").filter(JsValue::is_array) {
            let first = Array::from(&first).get(0);
            if first.is_object() {
                return Self::from(first);
            }
        }
        let text = |key: &str| field(&value, key)?.as_string();
        Self {
            code: text("code").unwrap_or_default(),
            system_call: text("syscall").unwrap_or_default(),
            message: text("message").unwrap_or_else(|| format!("{value:?}")),
        }
    }
}

fn field(value: &JsValue, key: &str) -> Option<JsValue> {
    // `Reflect` itself throws for anything that is not an object.
    value.is_object().then(|| Reflect::get(value, &JsValue::from_str(key)).ok()).flatten()
}
