//! News of hosts between the clients of one program.

use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::BoxStream;
use bridge_traits::policy::{HostNews, HostNewsChannel};
use core_async::sync::broadcast;
use futures::stream;

/// How far a listener may be behind before it misses the oldest news.
const KEPT: usize = 256;

/// A [`HostNewsChannel`] between its [ends](Self::end).
#[derive(Debug)]
pub struct MemoryHostNews {
    number: u64,
    sender: broadcast::Sender<(u64, HostNews)>,
}

impl MemoryHostNews {
    /// One end of a new channel.
    pub fn new() -> Self {
        Self { number: number(), sender: broadcast::channel(KEPT).0 }
    }

    /// Another end of this channel, for another client.
    #[must_use]
    pub fn end(&self) -> Self {
        Self { number: number(), sender: self.sender.clone() }
    }
}

/// What tells one end from the others.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Default for MemoryHostNews {
    fn default() -> Self {
        Self::new()
    }
}

impl HostNewsChannel for MemoryHostNews {
    fn tell(&self, news: &HostNews) {
        // An error only says that nobody listens.
        self.sender.send((self.number, news.clone())).ok();
    }

    fn listen(&self) -> BoxStream<'static, HostNews> {
        let (own, receiver) = (self.number, self.sender.subscribe());
        Box::pin(stream::unfold(receiver, move |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok((from, news)) if from != own => return Some((news, receiver)),
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        }))
    }
}
