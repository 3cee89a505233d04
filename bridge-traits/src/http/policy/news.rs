//! What clients in other tabs do with the same hosts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_async::task::{AbortOnDropHandle, spawn};
use futures::StreamExt;

use super::HttpPolicy;
use super::hosts::Hosts;
use crate::http::address::Address;
use crate::{BoxStream, PlatformSend, PlatformSync};

/// What one client tells the others of a host.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HostNews {
    /// A request to this origin has taken its turn.
    Started {
        /// Scheme, host and port, such as `https://music.example`.
        origin: String,
    },
    /// The host of this origin asks everybody to wait.
    Paused {
        /// Scheme, host and port, such as `https://music.example`.
        origin: String,
        /// For how long.
        wait: Duration,
    },
}

/// Carries news between clients that share an internet connection but no memory: the tabs of a
/// browser.
///
/// # Contract
///
/// * Everybody who listens is told, in order, but nobody hears what it told itself.
/// * `tell` never waits. News may be lost when a listener dies, and no more than a pace depends on
///   them.
pub trait HostNewsChannel: fmt::Debug + PlatformSend + PlatformSync {
    /// Tells all others.
    fn tell(&self, news: &HostNews);

    /// What others tell from now on.
    fn listen(&self) -> BoxStream<'static, HostNews>;
}

/// The channel of a client, and the task that listens to it.
#[derive(Debug)]
pub(super) struct Neighbours {
    channel: Arc<dyn HostNewsChannel>,
    _listening: AbortOnDropHandle<()>,
}

impl Neighbours {
    /// Counts what others do as if it were done here.
    pub(super) fn meet(
        channel: Arc<dyn HostNewsChannel>,
        hosts: Arc<Hosts>,
        policy: HttpPolicy,
    ) -> Self {
        let mut news = channel.listen();
        let listening = spawn(async move {
            while let Some(news) = news.next().await {
                take_note(&hosts, &policy, &news);
            }
        });
        Self { channel, _listening: AbortOnDropHandle::new(listening) }
    }

    pub(super) fn tell(&self, news: &HostNews) {
        self.channel.tell(news);
    }
}

fn take_note(hosts: &Hosts, policy: &HttpPolicy, news: &HostNews) {
    let (HostNews::Started { origin } | HostNews::Paused { origin, .. }) = news;
    let Ok(address) = Address::parse(origin) else { return };
    let host = hosts.host(address.origin(), policy);
    match news {
        HostNews::Started { .. } => host.count_turn(),
        HostNews::Paused { wait, .. } => host.pause((*wait).min(policy.retry.longest_retry_after)),
    }
}
