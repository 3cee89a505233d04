//! Whether the program is seen, hidden, asleep or about to end.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{PlatformSend, PlatformSync, StateWatcher};

/// What the host does with the program.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LifecyclePhase {
    /// Somebody sees it.
    #[default]
    Foreground,
    /// It runs unseen: music plays on, what is only for the eye can rest.
    Background,
    /// It is about to be frozen, or was and has not heard otherwise: finish writing, expect time to
    /// jump.
    Suspended,
    /// It will end shortly: save what must not be lost. There is no way back.
    Terminating,
}

/// A phase, and how often the program has slept.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LifecycleState {
    /// What the host does with the program.
    pub phase: LifecyclePhase,
    /// How often it was woken from a suspension. It grows also where nobody could run in between,
    /// so a watcher that sees it grow knows that time has jumped: reconnect, look at clocks again.
    pub wakes: u32,
}

impl LifecycleState {
    /// The state after the host has entered `phase`: nothing follows the end, and what follows a
    /// suspension is a wake.
    #[must_use]
    pub fn enter(self, phase: LifecyclePhase) -> Self {
        match (self.phase, phase) {
            (LifecyclePhase::Terminating, _) => self,
            (
                LifecyclePhase::Suspended,
                LifecyclePhase::Foreground | LifecyclePhase::Background,
            ) => Self { phase, wakes: self.wakes.wrapping_add(1) },
            _ => Self { phase, ..self },
        }
    }

    /// The state after a suspension that nobody announced, in the same phase.
    #[must_use]
    pub fn woken(self) -> Self {
        self.enter(LifecyclePhase::Suspended).enter(self.phase)
    }
}

/// Tells what the host does with the program.
///
/// # Contract
///
/// * `state` is what is known now and never waits.
/// * A watcher is told of every change that lasts, after `state` has it; an equal state is never
///   told.
/// * Each return from `Suspended` to `Foreground` or `Background` raises `wakes` by one; nothing else
///   but an unannounced sleep does.
/// * Nothing comes after `Terminating`.
pub trait LifecycleObserver: fmt::Debug + PlatformSend + PlatformSync {
    /// What is known now.
    fn state(&self) -> LifecycleState;

    /// News of every change from now on.
    fn watch(&self) -> StateWatcher<LifecycleState>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_are_counted() {
        use LifecyclePhase::{Background, Foreground, Suspended, Terminating};

        let mut state = LifecycleState::default();
        for (phase, wakes) in [
            (Background, 0),
            (Suspended, 0),
            (Suspended, 0),
            (Background, 1),
            (Foreground, 1),
            (Suspended, 1),
            (Foreground, 2),
        ] {
            state = state.enter(phase);
            assert_eq!(state, LifecycleState { phase, wakes });
        }
        assert_eq!(state.woken(), LifecycleState { phase: Foreground, wakes: 3 });
        let end = state.enter(Terminating);
        assert_eq!(end.enter(Foreground), end);
        assert_eq!(state.enter(Suspended).woken().wakes, 2, "it sleeps on");
    }
}
