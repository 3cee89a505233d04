//! What every store accepts.

use bridge_traits::{BridgeError, ErrorKind, Result, Secret};

/// The longest name in bytes.
const LONGEST_NAME: usize = 255;

/// The longest value in bytes.
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// Refuses names that not every store can keep.
pub(super) fn check_name(operation: &'static str, name: &str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail(format!("a name has 1 to {LONGEST_NAME} bytes")))
}

/// Refuses values that not every store can keep.
pub(super) fn check_value(operation: &'static str, secret: &Secret) -> Result<()> {
    if secret.expose().len() <= LONGEST_VALUE {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail(format!("a secret has at most {LONGEST_VALUE} bytes")))
}
