//! How long each phase of a request may take.

use std::time::Duration;

/// The longest waits of one request.
///
/// How long a connection may take to be made is a property of the bridge, because connections are
/// shared by requests; see [`HttpCapabilities::connect_timeout`](super::HttpCapabilities).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deadlines {
    /// Until the head of the answer has arrived, the connection included.
    pub head: Duration,
    /// Until the next piece of the body. Time the reader takes does not count.
    pub idle: Duration,
    /// For everything, retries, redirects and body included; `None` for no limit. Kept by
    /// [`PolicyHttpClient`](super::policy::PolicyHttpClient).
    pub total: Option<Duration>,
}

impl Default for Deadlines {
    /// 30 seconds for the head and for each piece of the body, and no limit for the whole: a long
    /// download is not a failed one.
    fn default() -> Self {
        let wait = Duration::from_secs(30);
        Self { head: wait, idle: wait, total: None }
    }
}
