//! What can be set.

use std::time::Duration;

/// How to behave towards servers. The default suits a music player at home.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct HttpPolicy {
    /// Following redirects.
    pub redirects: RedirectPolicy,
    /// Trying again.
    pub retry: RetryPolicy,
    /// Leaving a failing host alone.
    pub circuit: CircuitPolicy,
    /// The pace for hosts that have none of their own.
    pub pacing: PacingPolicy,
    /// The pace of particular hosts, by origin such as `https://musicbrainz.org`.
    pub hosts: Vec<(String, PacingPolicy)>,
}

impl HttpPolicy {
    /// Sets the pace for one origin, such as `https://musicbrainz.org`.
    #[must_use]
    pub fn with_host(mut self, origin: &str, pacing: PacingPolicy) -> Self {
        self.hosts.push((origin.to_owned(), pacing));
        self
    }
}

/// Following redirects (RFC 9110 § 15.4).
#[derive(Clone, Copy, Debug)]
pub struct RedirectPolicy {
    /// How many are followed one after the other before the call fails.
    pub limit: u32,
}

impl Default for RedirectPolicy {
    fn default() -> Self {
        Self { limit: 10 }
    }
}

/// Trying again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included.
    pub tries: u32,
    /// The first wait is random, between nothing and this; every further one twice as long.
    pub base: Duration,
    /// No wait is longer than this, unless the server asks for it.
    pub cap: Duration,
    /// The longest wait a server may ask for with `Retry-After`. If it asks for more, its answer
    /// is returned instead.
    pub longest_retry_after: Duration,
    /// How many retries a host gets at once. Each retry takes one of them.
    pub budget: u32,
    /// What part of a retry each request gives back.
    pub budget_per_request: f64,
    /// How long until one retry comes back by itself.
    pub budget_interval: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 3,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(10 * 60),
            budget: 10,
            budget_per_request: 0.1,
            budget_interval: Duration::from_secs(10),
        }
    }
}

/// Leaving a failing host alone.
#[derive(Clone, Copy, Debug)]
pub struct CircuitPolicy {
    /// After this many failures in a row, requests fail at once.
    pub failures: u32,
    /// How long they do. Then one request is let through to see whether the host is back.
    pub open_for: Duration,
}

impl Default for CircuitPolicy {
    fn default() -> Self {
        Self { failures: 5, open_for: Duration::from_secs(30) }
    }
}

/// The pace towards one host, shared by all tasks.
#[derive(Clone, Copy, Debug)]
pub struct PacingPolicy {
    /// How many requests are under way at once, their bodies included.
    pub concurrent: u32,
    /// How many requests may start at once before the interval holds them back.
    pub burst: u32,
    /// The time between two starts when many wait.
    pub interval: Duration,
    /// The longest wait for a turn.
    pub longest_wait: Duration,
}

impl Default for PacingPolicy {
    fn default() -> Self {
        Self {
            concurrent: 6,
            burst: 60,
            interval: Duration::from_millis(20),
            longest_wait: Duration::from_secs(60),
        }
    }
}
