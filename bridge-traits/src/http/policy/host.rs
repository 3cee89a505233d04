//! One host: what it can bear, and what became of the requests to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_async::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use core_async::time::{sleep, timeout};

use super::budget::Budget;
use super::circuit::{Admission, Circuit, Health};
use super::pace::Pace;
use super::{
    CircuitChange, CircuitPolicy, CircuitState, HostStatus, HttpRefusal, PacingPolicy, RetryPolicy,
};
use crate::Clock;
use crate::http::address::Origin;

/// What all tasks share about one host.
#[derive(Debug)]
pub(super) struct Host {
    origin: Origin,
    pacing: PacingPolicy,
    circuit_policy: CircuitPolicy,
    clock: Arc<dyn Clock>,
    slots: Arc<Semaphore>,
    state: Mutex<State>,
    changes: broadcast::Sender<CircuitChange>,
}

#[derive(Debug)]
struct State {
    circuit: Circuit,
    pace: Pace,
    budget: Budget,
}

impl Host {
    pub(super) fn new(
        origin: Origin,
        policy: &super::HttpPolicy,
        clock: Arc<dyn Clock>,
        changes: broadcast::Sender<CircuitChange>,
    ) -> Self {
        let name = origin.to_string();
        let own = policy.hosts.iter().rev().find(|(known, _)| *known == name);
        let pacing = own.map_or(policy.pacing, |(_, pacing)| *pacing);
        let slots = usize::try_from(pacing.concurrent.max(1)).unwrap_or(1);
        let state = State {
            circuit: Circuit::default(),
            pace: Pace::default(),
            budget: Budget::new(&policy.retry, clock.monotonic()),
        };
        Self {
            origin,
            pacing,
            circuit_policy: policy.circuit,
            clock,
            slots: Arc::new(Semaphore::new(slots)),
            state: Mutex::new(state),
            changes,
        }
    }

    /// Waits for this request's turn; `taken` is called once it is certain when that is. The permit is
    /// held for as long as the request is under way.
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives the turn to the next.
    pub(super) async fn turn(
        &self,
        taken: impl FnOnce(),
    ) -> Result<OwnedSemaphorePermit, HttpRefusal> {
        // A host that will not be asked any time soon is not worth a place in the queue.
        self.check()?;
        let slot = timeout(self.pacing.longest_wait, Arc::clone(&self.slots).acquire_owned());
        // The semaphore is never closed, so the inner error does not occur.
        let Ok(Ok(slot)) = slot.await else { return Err(HttpRefusal::NoTurn) };
        self.check()?;
        let now = self.clock.monotonic();
        let wait = self.state().pace.take(&self.pacing, now);
        taken();
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(slot)
    }

    /// Somebody else has taken a turn.
    pub(super) fn count_turn(&self) {
        self.state().pace.take(&self.pacing, self.clock.monotonic());
    }

    fn check(&self) -> Result<(), HttpRefusal> {
        let now = self.clock.monotonic();
        let state = self.state();
        if let Some(retry_in) = state.circuit.closed_in(now) {
            return Err(HttpRefusal::CircuitOpen { retry_in });
        }
        let paused = state.pace.paused_for(now);
        if paused > self.pacing.longest_wait {
            return Err(HttpRefusal::Paused { retry_in: paused });
        }
        if state.pace.wait(&self.pacing, now) > self.pacing.longest_wait {
            return Err(HttpRefusal::NoTurn);
        }
        Ok(())
    }

    /// Lets a request through the circuit breaker.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Ticket, HttpRefusal> {
        let admitted = self.change(|circuit, now| circuit.admit(now));
        let admission = admitted.map_err(|retry_in| HttpRefusal::CircuitOpen { retry_in })?;
        Ok(Ticket { host: Arc::clone(self), admission, health: Health::Unknown })
    }

    /// Whether a request could be sent after `wait`.
    pub(super) fn will_admit_in(&self, wait: Duration) -> bool {
        self.state().circuit.closed_in(self.clock.monotonic() + wait).is_none()
    }

    pub(super) fn deposit(&self, policy: &RetryPolicy) {
        self.state().budget.deposit(policy);
    }

    pub(super) fn withdraw(&self, policy: &RetryPolicy) -> bool {
        self.state().budget.withdraw(policy, self.clock.monotonic())
    }

    /// The host asks everybody to wait.
    pub(super) fn pause(&self, wait: Duration) {
        self.state().pace.pause(wait, self.clock.monotonic());
    }

    pub(super) fn status(&self) -> HostStatus {
        let now = self.clock.monotonic();
        let slots = usize::try_from(self.pacing.concurrent.max(1)).unwrap_or(1);
        let state = self.state();
        HostStatus {
            origin: self.origin.to_string(),
            circuit: state.circuit.state(now),
            under_way: slots.saturating_sub(self.slots.available_permits()),
            paused_for: state.pace.paused_for(now),
        }
    }

    /// Whether nothing about it needs to be remembered.
    pub(super) fn is_at_rest(&self) -> bool {
        let now = self.clock.monotonic();
        let state = self.state();
        state.circuit.state(now) == CircuitState::Closed && state.pace.is_at_rest(now)
    }

    /// Changes the circuit and tells whoever watches.
    fn change<T>(&self, change: impl FnOnce(&mut Circuit, Duration) -> T) -> T {
        let now = self.clock.monotonic();
        let mut state = self.state();
        let before = state.circuit.state(now);
        let output = change(&mut state.circuit, now);
        let after = state.circuit.state(now);
        drop(state);
        if std::mem::discriminant(&before) != std::mem::discriminant(&after) {
            let change = CircuitChange { origin: self.origin.to_string(), state: after };
            // An error only says that nobody watches.
            self.changes.send(change).ok();
        }
        output
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that was let through. When it is dropped, the circuit breaker learns its outcome: a
/// cancelled probe makes room for the next one.
#[derive(Debug)]
pub(super) struct Ticket {
    host: Arc<Host>,
    admission: Admission,
    health: Health,
}

impl Ticket {
    pub(super) fn record(mut self, health: Health) {
        self.health = health;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let policy = self.host.circuit_policy;
        self.host.change(|circuit, now| circuit.record(&policy, self.admission, self.health, now));
    }
}
