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
    asked: u64,
    sent: u64,
    opened: u64,
    closed: u64,
}

impl Tracker {
    /// Whether every answer of this token has ended, and there was one.
    pub(super) fn is_closed(&self, token: &str) -> bool {
        let is_over = |it: &Progress| it.closed > 0 && it.closed == it.opened;
        self.progress().get(token).is_some_and(is_over)
    }

    /// How many answers of this token have begun.
    pub(super) fn opened(&self, token: &str) -> u64 {
        self.progress().get(token).map_or(0, |progress| progress.opened)
    }

    /// How often this token was asked for.
    pub(super) fn asked(&self, token: &str) -> u64 {
        self.progress().get(token).map_or(0, |progress| progress.asked)
    }

    /// Counts one more request for this token, and says how many there were before.
    pub(super) fn ask(&self, token: &str) -> u64 {
        let mut progress = self.progress();
        let progress = progress.entry(token.to_owned()).or_default();
        progress.asked += 1;
        progress.asked - 1
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

    fn open(&self, token: &str) {
        self.progress().entry(token.to_owned()).or_default().opened += 1;
    }

    fn close(&self, token: &str) {
        self.progress().entry(token.to_owned()).or_default().closed += 1;
    }

    fn progress(&self) -> MutexGuard<'_, HashMap<String, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks an answer of a token as over when it is dropped.
#[derive(Debug)]
pub(super) struct CloseGuard {
    tracker: Arc<Tracker>,
    token: String,
}

impl CloseGuard {
    pub(super) fn new(tracker: &Arc<Tracker>, token: &str) -> Self {
        tracker.open(token);
        Self { tracker: Arc::clone(tracker), token: token.to_owned() }
    }
}

impl Drop for CloseGuard {
    fn drop(&mut self) {
        self.tracker.close(&self.token);
    }
}
