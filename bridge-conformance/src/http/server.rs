//! The server without its sockets.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_memory::MemoryHttpClient;

use super::answer::answer;
use super::{memory, wire};

/// The server the HTTP cases ask. It answers any number of connections at once.
#[derive(Debug, Default)]
pub struct TestServer {
    tracker: Arc<Tracker>,
}

impl TestServer {
    /// A server that nobody has asked anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one request on a blocking connection and closes it (HTTP/1.1, RFC 9112).
    ///
    /// Some answers wait until the client has gone, so every connection needs a thread of its own.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or if what arrives is not HTTP. That is no concern of the
    /// caller, which may ignore it.
    pub fn serve(&self, mut stream: impl Read + Write) -> io::Result<()> {
        let Some(asked) = wire::read_request(&mut stream)? else { return Ok(()) };
        let answer = answer(&asked, &self.tracker);
        wire::write_answer(&mut stream, answer, &asked, &self.tracker)
    }

    /// Answers everything below `base` that `client` asks.
    pub fn install(&self, client: &MemoryHttpClient, base: &str) {
        memory::install(&self.tracker, client, base);
    }
}

/// What became of the answers that wait for the client.
#[derive(Debug, Default)]
pub(super) struct Tracker(Mutex<HashMap<String, Progress>>);

#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    sent: u64,
    is_closed: bool,
}

impl Tracker {
    pub(super) fn is_closed(&self, token: &str) -> bool {
        self.progress().get(token).is_some_and(|progress| progress.is_closed)
    }

    pub(super) fn sent(&self, token: &str) -> u64 {
        self.progress().get(token).map_or(0, |progress| progress.sent)
    }

    pub(super) fn add_sent(&self, token: &str, length: usize) -> u64 {
        let mut progress = self.progress();
        let progress = progress.entry(token.to_owned()).or_default();
        progress.sent += length as u64;
        progress.sent
    }

    pub(super) fn close(&self, token: &str) {
        self.progress().entry(token.to_owned()).or_default().is_closed = true;
    }

    fn progress(&self) -> MutexGuard<'_, HashMap<String, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks a token as closed when it is dropped.
#[derive(Debug)]
pub(super) struct CloseGuard {
    tracker: Arc<Tracker>,
    token: String,
}

impl CloseGuard {
    pub(super) fn new(tracker: &Arc<Tracker>, token: &str) -> Self {
        Self { tracker: Arc::clone(tracker), token: token.to_owned() }
    }
}

impl Drop for CloseGuard {
    fn drop(&mut self) {
        self.tracker.close(&self.token);
    }
}
