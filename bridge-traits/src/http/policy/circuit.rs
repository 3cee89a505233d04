//! Whether a host is worth asking.

use std::time::Duration;

use super::{CircuitPolicy, CircuitState};

/// A circuit breaker: closed while the host works, open after it failed repeatedly, half-open while
/// one request finds out whether it is back.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    state: State,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Duration },
    HalfOpen,
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// What became of a request, as far as its host is concerned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Health {
    /// The host works.
    Good,
    /// The host does not.
    Bad,
    /// It says nothing about the host, for example because we are offline.
    Unknown,
}

/// A request that was let through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Admission {
    Regular,
    /// The only one until its outcome is known.
    Probe,
}

impl Circuit {
    /// How long requests are turned away from now on; `None` if they are not.
    pub(super) fn closed_in(&self, now: Duration) -> Option<Duration> {
        match self.state {
            State::Open { until } if now < until => Some(until - now),
            // Somebody is finding out; that may be over any moment.
            State::HalfOpen => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// Lets a request through, or says how long none will be.
    pub(super) fn admit(&mut self, now: Duration) -> Result<Admission, Duration> {
        if let Some(wait) = self.closed_in(now) {
            return Err(wait);
        }
        match self.state {
            State::Closed { .. } => Ok(Admission::Regular),
            State::Open { .. } | State::HalfOpen => {
                self.state = State::HalfOpen;
                Ok(Admission::Probe)
            }
        }
    }

    /// Takes note of what became of a request.
    pub(super) fn record(
        &mut self,
        policy: &CircuitPolicy,
        admission: Admission,
        health: Health,
        now: Duration,
    ) {
        let open = State::Open { until: now + policy.open_for };
        self.state = match (&self.state, admission, health) {
            (_, Admission::Probe, Health::Good) => State::default(),
            (_, Admission::Probe, Health::Bad) => open,
            // The next request is the probe then.
            (_, Admission::Probe, Health::Unknown) => State::Open { until: now },
            (State::Closed { .. }, _, Health::Good) => State::default(),
            (State::Closed { failures }, _, Health::Bad) if failures + 1 >= policy.failures => open,
            (State::Closed { failures }, _, Health::Bad) => {
                State::Closed { failures: failures + 1 }
            }
            // What was sent before it opened has no say any more.
            _ => return,
        };
    }

    pub(super) fn state(&self, now: Duration) -> CircuitState {
        match self.state {
            State::Closed { .. } => CircuitState::Closed,
            State::Open { until } => CircuitState::Open { retry_in: until.saturating_sub(now) },
            State::HalfOpen => CircuitState::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: CircuitPolicy = CircuitPolicy { failures: 3, open_for: Duration::from_secs(30) };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn opened() -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..3 {
            let admission = circuit.admit(at(0)).unwrap();
            circuit.record(&POLICY, admission, Health::Bad, at(0));
        }
        circuit
    }

    #[test]
    fn failures_in_a_row_open_it() {
        let mut circuit = Circuit::default();
        for health in [Health::Bad, Health::Bad, Health::Good, Health::Bad, Health::Bad] {
            let admission = circuit.admit(at(0)).unwrap();
            circuit.record(&POLICY, admission, health, at(0));
            assert_eq!(circuit.state(at(0)), CircuitState::Closed);
        }
        let admission = circuit.admit(at(0)).unwrap();
        circuit.record(&POLICY, admission, Health::Bad, at(0));
        assert_eq!(circuit.state(at(10)), CircuitState::Open { retry_in: at(20) });
        assert_eq!(circuit.admit(at(29)), Err(at(1)));
    }

    #[test]
    fn one_probe_decides() {
        let mut circuit = opened();
        assert_eq!(circuit.admit(at(30)), Ok(Admission::Probe));
        assert_eq!(circuit.state(at(30)), CircuitState::HalfOpen);
        assert_eq!(circuit.admit(at(30)), Err(Duration::ZERO), "there is one probe at a time");
        circuit.record(&POLICY, Admission::Probe, Health::Bad, at(31));
        assert_eq!(circuit.admit(at(60)), Err(at(1)));
        assert_eq!(circuit.admit(at(61)), Ok(Admission::Probe));
        circuit.record(&POLICY, Admission::Probe, Health::Good, at(62));
        assert_eq!(circuit.admit(at(62)), Ok(Admission::Regular));
    }

    #[test]
    fn a_probe_without_an_outcome_makes_room_for_the_next() {
        let mut circuit = opened();
        circuit.admit(at(30)).unwrap();
        circuit.record(&POLICY, Admission::Probe, Health::Unknown, at(30));
        assert_eq!(circuit.admit(at(30)), Ok(Admission::Probe));
    }

    #[test]
    fn late_news_from_before_do_not_close_it() {
        let mut circuit = opened();
        circuit.record(&POLICY, Admission::Regular, Health::Good, at(1));
        assert!(circuit.admit(at(1)).is_err());
    }
}
