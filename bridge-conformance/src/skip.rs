//! Cases that do not apply to a bridge, because it says that it does not offer what they are about.

use std::cell::RefCell;

use crate::certificate::SKIPPED;

thread_local! {
    // A test runs on one thread from beginning to end.
    static CAPABILITIES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Ends up in the certificate: the running case is skipped, because the bridge lacks `capability`.
pub(crate) fn skip(capability: &str) {
    CAPABILITIES.with_borrow_mut(|skipped| skipped.push(capability.to_owned()));
}

/// The capabilities for lack of which the case that just ran was skipped.
pub fn take() -> Vec<String> {
    CAPABILITIES.take()
}

/// The line from which a certificate learns of it.
pub fn line(case: &str, capability: &str) -> String {
    format!("{SKIPPED}{case}: {capability}")
}
