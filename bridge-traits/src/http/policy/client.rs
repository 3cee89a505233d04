//! The client.

use std::sync::Arc;
use std::time::Duration;

use core_async::time::{Instant, sleep, timeout_at};

use super::backoff::{full_jitter, throttled};
use super::body::held;
use super::host::Host;
use super::hosts::Hosts;
use super::news::{HostNews, HostNewsChannel, Neighbours};
use super::redirect::Hop;
use super::retry::{Verdict, health, verdict};
use super::{CircuitWatcher, HostStatus, HttpPolicy, HttpRefusal};
use crate::{
    Clock, HttpCapabilities, HttpClient, Randomness, RedirectSupport, Redirects, Request, Response,
    Result,
};

/// An [`HttpClient`] that follows redirects, tries again and keeps to every host's pace.
///
/// One of them is shared by all tasks, so that they keep the pace together.
///
/// * **Redirects** are followed up to a limit. Across origins only harmless headers travel, and no
///   body; never from https to http. Where the host hides redirects, it follows them itself if the
///   request carries nothing that could go astray, and otherwise the call fails with `Unsupported`.
/// * **Retries** happen where a second request does no harm (see [`Retry`](crate::Retry)), after a
///   random wait that doubles, within a budget per host. `Retry-After` is honoured, for all tasks.
///   When the tries are used up, the last response is returned as it is.
/// * **A host that keeps failing** is left alone for a while; calls fail at once with
///   [`HttpRefusal::CircuitOpen`].
/// * A request counts as under way until its body has ended or was dropped. A reader who leaves
///   bodies unread keeps others waiting, at most for [`PacingPolicy`](super::PacingPolicy)'s
///   longest wait.
///
/// What fails here is a [`BridgeError`](crate::BridgeError) with a [`HttpRefusal`] as its source.
#[derive(Debug)]
pub struct PolicyHttpClient {
    inner: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    policy: HttpPolicy,
    hosts: Arc<Hosts>,
    neighbours: Option<Neighbours>,
}

impl PolicyHttpClient {
    /// Adds `policy` to what `inner` sends.
    pub fn new(
        inner: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        policy: HttpPolicy,
    ) -> Self {
        let hosts = Arc::new(Hosts::new(Arc::clone(&clock)));
        Self { inner, clock, randomness, policy, hosts, neighbours: None }
    }

    /// Keeps one pace together with the clients at the other ends of `channel`, those of other tabs:
    /// a request that starts there counts here too, and a host that asks one for patience gets it
    /// from all. How many requests are under way is each one's own business, so that a tab that dies
    /// takes no turn with it.
    #[must_use]
    pub fn sharing_pace(mut self, channel: Arc<dyn HostNewsChannel>) -> Self {
        let (hosts, policy) = (Arc::clone(&self.hosts), self.policy.clone());
        self.neighbours = Some(Neighbours::meet(channel, hosts, policy));
        self
    }

    /// What is known about the hosts asked so far, by origin.
    pub fn hosts(&self) -> Vec<HostStatus> {
        self.hosts.status()
    }

    /// Tells from now on when a host is given up or comes back.
    pub fn watch_circuits(&self) -> CircuitWatcher {
        self.hosts.watch()
    }

    async fn follow(&self, request: Request, deadline: Option<Instant>) -> Result<Response> {
        let mut hop = Hop::first(request)?;
        let is_hidden = self.inner.capabilities().redirects == RedirectSupport::Hidden;
        let is_refused = hop.request.redirects == Redirects::Refused;
        if is_hidden && !is_refused {
            hop.allow_host_redirects();
        }
        for _ in 0..=self.policy.redirects.limit {
            let response = self.ask(&hop, deadline).await?;
            if is_hidden {
                hop.check_host_redirect(&response)?;
            }
            if is_refused {
                return Ok(response);
            }
            match hop.next(&response)? {
                None => return Ok(response),
                Some(next) => hop = next,
            }
        }
        Err(HttpRefusal::TooManyRedirects { limit: self.policy.redirects.limit }.into())
    }

    /// Asks one host, as often as is needed and allowed.
    async fn ask(&self, hop: &Hop, deadline: Option<Instant>) -> Result<Response> {
        let host = self.hosts.host(hop.address.origin(), &self.policy);
        host.deposit(&self.policy.retry);
        let mut tries = 0;
        loop {
            let turn = host.turn(|| self.tell_started(hop)).await?;
            let ticket = host.admit()?;
            let outcome = self.inner.send(hop.request.clone()).await;
            ticket.record(health(&outcome));
            tries += 1;
            match self.next_try(&host, hop, &outcome, tries, deadline)? {
                Some(wait) => {
                    // Whoever waits keeps neither a connection nor a turn.
                    drop((outcome, turn));
                    sleep(wait).await;
                }
                None => {
                    let mut response = outcome?;
                    response.body = held(response.body, turn, deadline);
                    return Ok(response);
                }
            }
        }
    }

    fn tell_started(&self, hop: &Hop) {
        self.tell(|| HostNews::Started { origin: hop.address.origin().to_string() });
    }

    fn tell(&self, news: impl FnOnce() -> HostNews) {
        if let Some(neighbours) = &self.neighbours {
            neighbours.tell(&news());
        }
    }

    /// How long to wait before the next try; `None` if this outcome is the one.
    fn next_try(
        &self,
        host: &Host,
        hop: &Hop,
        outcome: &Result<Response>,
        tries: u32,
        deadline: Option<Instant>,
    ) -> Result<Option<Duration>> {
        let asked = outcome.as_ref().ok().and_then(|response| match response.status {
            429 | 503 => response.retry_after(&*self.clock),
            _ => None,
        });
        let retry = &self.policy.retry;
        if let Some(asked) = asked {
            // What it asks of one, it asks of all; for a year, it would be a mistake.
            let wait = asked.min(retry.longest_retry_after);
            host.pause(wait);
            self.tell(|| HostNews::Paused { origin: hop.address.origin().to_string(), wait });
        }
        let jitter = match verdict(&hop.request, outcome) {
            Verdict::Final => return Ok(None),
            Verdict::Again => full_jitter(retry, tries, &*self.randomness)?,
            Verdict::Throttled => throttled(retry, tries, &*self.randomness)?,
        };
        let wait = asked.unwrap_or_default().saturating_add(jitter);
        let is_in_time = deadline.is_none_or(|deadline| {
            Instant::now().checked_add(wait).is_some_and(|next| next < deadline)
        });
        let is_allowed = tries < retry.tries
            && asked.is_none_or(|asked| asked <= retry.longest_retry_after)
            && is_in_time
            && host.will_admit_in(wait)
            && host.withdraw(retry);
        Ok(is_allowed.then_some(wait))
    }
}

#[core_async::async_trait]
impl HttpClient for PolicyHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        let total = request.deadlines.total;
        // A limit beyond the end of time is none.
        match total.and_then(|total| Instant::now().checked_add(total)) {
            Some(deadline) => timeout_at(deadline, self.follow(request, Some(deadline)))
                .await
                .unwrap_or_else(|_| Err(HttpRefusal::TotalTime.into())),
            None => self.follow(request, None).await,
        }
    }

    fn capabilities(&self) -> HttpCapabilities {
        let inner = self.inner.capabilities();
        match inner.redirects {
            RedirectSupport::Returned => inner.with_redirects(RedirectSupport::Followed),
            _ => inner,
        }
    }
}
