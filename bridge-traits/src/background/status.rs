//! How a job stands, and what it waits for.

use super::{Constraint, Constraints, Job, NetworkNeed, WhenUnknown};
use crate::{Connectivity, Metered, NetworkKind, NetworkState};

/// What a host knows of its device; `None` where it does not know.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DeviceState {
    /// Whether it is charging, or has no battery.
    pub charging: Option<bool>,
    /// Whether nobody uses it.
    pub idle: Option<bool>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum JobState {
    /// It waits: for its time, its conditions, or its handler.
    Waiting,
    /// It is being done.
    Running,
    /// It was to be done once and cannot be: see the error, then schedule or cancel it.
    Failed,
}

/// Everything about a job.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JobStatus {
    /// The job as it was scheduled.
    pub job: Job,
    /// How it stands.
    pub state: JobState,
    /// When it is due, in milliseconds since the Unix epoch; `None` for one that has failed. In
    /// the past: it waits for its conditions.
    pub next_run_millis: Option<u64>,
    /// When it last ended.
    pub last_run_millis: Option<u64>,
    /// Why the last run failed, if it did.
    pub last_error: Option<String>,
    /// How many runs have failed one after the other.
    pub failures: u32,
    /// Conditions that keep it from running now.
    pub blockers: Vec<Blocker>,
    /// Whether its handler is registered.
    pub has_handler: bool,
}

/// A condition that keeps a job from running.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Blocker {
    /// Which it is.
    pub constraint: Constraint,
    /// Whether the host merely cannot tell if it is met.
    pub is_unknown: bool,
}

impl Constraints {
    /// What keeps a job with these constraints from running.
    pub(super) fn blockers(&self, network: NetworkState, device: DeviceState) -> Vec<Blocker> {
        let network = (Constraint::Network, self.network.is_met(network));
        let charging =
            (Constraint::Charging, if self.charging { device.charging } else { Some(true) });
        let idle = (Constraint::Idle, if self.idle { device.idle } else { Some(true) });
        let blocker = |(constraint, is_met): (Constraint, Option<bool>)| match is_met {
            Some(true) => None,
            None if self.when_unknown == WhenUnknown::Run => None,
            _ => Some(Blocker { constraint, is_unknown: is_met.is_none() }),
        };
        [network, charging, idle].into_iter().filter_map(blocker).collect()
    }
}

impl NetworkNeed {
    /// Whether the network will do; `None` if that cannot be told.
    fn is_met(self, state: NetworkState) -> Option<bool> {
        let online = match state.connectivity {
            Connectivity::Online => Some(true),
            Connectivity::Offline => Some(false),
            Connectivity::Unknown => None,
        };
        let suits = match self {
            Self::None => return Some(true),
            Self::Online => Some(true),
            Self::Unmetered => match state.metered {
                Metered::No => Some(true),
                Metered::Yes => Some(false),
                Metered::Unknown => None,
            },
            Self::Local => match state.kind {
                NetworkKind::Wifi | NetworkKind::Ethernet => Some(true),
                NetworkKind::Cellular | NetworkKind::Other => Some(false),
                NetworkKind::Unknown => None,
            },
        };
        match (online, suits) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(connectivity: Connectivity, kind: NetworkKind, metered: Metered) -> NetworkState {
        NetworkState { connectivity, kind, metered }
    }

    #[test]
    fn a_network_suits_a_need_or_not_or_nobody_knows() {
        let offline = NetworkState::new(Connectivity::Offline);
        let unknown = NetworkState::default();
        let cable = state(Connectivity::Online, NetworkKind::Ethernet, Metered::No);
        let phone = state(Connectivity::Online, NetworkKind::Cellular, Metered::Yes);
        let vague = NetworkState::new(Connectivity::Online);
        let perhaps = state(Connectivity::Unknown, NetworkKind::Cellular, Metered::Yes);
        use NetworkNeed::{Local, None as Nothing, Online, Unmetered};
        for (need, expected) in [
            (Nothing, [Some(true); 6]),
            (Online, [Some(false), None, Some(true), Some(true), Some(true), None]),
            (Unmetered, [Some(false), None, Some(true), Some(false), None, Some(false)]),
            (Local, [Some(false), None, Some(true), Some(false), None, Some(false)]),
        ] {
            let found = [offline, unknown, cable, phone, vague, perhaps].map(|it| need.is_met(it));
            assert_eq!(found, expected, "{need:?}");
        }
    }

    #[test]
    fn what_is_not_known_blocks_unless_told_otherwise() {
        let mut constraints = Constraints { charging: true, idle: true, ..Constraints::default() };
        let device = DeviceState { charging: None, idle: Some(false) };
        let blockers = constraints.blockers(NetworkState::default(), device);
        let charging = Blocker { constraint: Constraint::Charging, is_unknown: true };
        let idle = Blocker { constraint: Constraint::Idle, is_unknown: false };
        assert_eq!(blockers, [charging, idle]);
        constraints.when_unknown = WhenUnknown::Run;
        assert_eq!(constraints.blockers(NetworkState::default(), device), [idle]);
    }
}
