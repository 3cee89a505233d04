//! Errors for people and logs.

use std::error::Error;

/// An error and its causes in one line. What an error says of its cause itself is not said again.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::{BridgeError, ErrorKind};

    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Outer {
        #[error("the copy failed: {0}")]
        Says(#[source] BridgeError),
        #[error("the copy failed")]
        IsSilent(#[source] BridgeError),
    }

    #[test]
    fn each_cause_is_told_once() {
        let cause = || {
            let read = std::io::Error::other("the disk is gone");
            BridgeError::new(ErrorKind::Other, "files.read").with_source(read)
        };
        let inner = with_causes(&cause());
        assert_eq!(inner.matches("the disk is gone").count(), 1, "{inner}");
        for outer in [Outer::Says(cause()), Outer::IsSilent(cause())] {
            assert_eq!(with_causes(&outer), format!("the copy failed: {inner}"));
        }
    }
}
