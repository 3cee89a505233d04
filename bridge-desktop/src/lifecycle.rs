//! Foreground and background as the host's window says, and the signals that end a program.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bridge_traits::{
    BridgeError, ErrorKind, LifecycleObserver, LifecyclePhase, LifecycleState, Result,
    StatePublisher, StateWatcher,
};

/// A [`LifecycleObserver`] that is told by its host: no desktop tells a program by itself.
///
/// The host calls [`enter`](Self::enter) when its window gains or loses the user, or the computer
/// goes to sleep. [`with_signals`](Self::with_signals) adds the signals that end a program.
#[derive(Clone, Debug)]
pub struct DesktopLifecycle {
    state: Arc<StatePublisher<LifecycleState>>,
}

/// Who is told of signals. One per process, because a process has one handler for each signal; it
/// holds nobody alive and any number of cores may listen.
static LISTENING: Mutex<Option<Vec<Weak<StatePublisher<LifecycleState>>>>> = Mutex::new(None);

impl DesktopLifecycle {
    /// A program in the foreground.
    pub fn new() -> Self {
        Self { state: Arc::new(StatePublisher::new(LifecycleState::default())) }
    }

    /// As [`new`](Self::new), and Ctrl-C, SIGTERM and SIGHUP (on Windows: closing the console)
    /// enter `Terminating`. They no longer end the process then: the host does, once it has
    /// saved what it must.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` if the program handles these signals in another way.
    pub fn with_signals() -> Result<Self> {
        let lifecycle = Self::new();
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        let list = match &mut *listening {
            Some(list) => list,
            nobody_yet => {
                let set = match ctrlc::try_set_handler(tell_all) {
                    // Ignored by whoever started the program, as `nohup` does and shells for what runs
                    // beside them: that takes the place of nobody.
                    Err(ctrlc::Error::MultipleHandlers) if is_nobody_listening() => {
                        ctrlc::set_handler(tell_all)
                    }
                    set => set,
                };
                set.map_err(|error| {
                    BridgeError::new(ErrorKind::Conflict, "lifecycle.signals").with_source(error)
                })?;
                nobody_yet.insert(Vec::new())
            }
        };
        list.retain(|listener| listener.strong_count() > 0);
        list.push(Arc::downgrade(&lifecycle.state));
        Ok(lifecycle)
    }

    /// Tells the core what the host does with the program.
    pub fn enter(&self, phase: LifecyclePhase) {
        self.state.change(|state| *state = state.enter(phase));
    }

    /// Tells the core that the computer has slept, where nobody said so before.
    pub fn wake(&self) {
        self.state.change(|state| *state = state.woken());
    }
}

/// Whether no part of this program catches hang-ups, interrupts or requests to end, as far as the
/// system tells: Linux does.
fn is_nobody_listening() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Bits 0, 1 and 14: hang-up, interrupt, request to end.
    caught.is_some_and(|mask| mask & 0x4003 == 0)
}

/// Runs on a thread of its own, not in the signal handler proper, so it may take locks.
fn tell_all() {
    let listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    for listener in listening.iter().flatten().filter_map(Weak::upgrade) {
        listener.change(|state| *state = state.enter(LifecyclePhase::Terminating));
    }
}

impl Default for DesktopLifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl LifecycleObserver for DesktopLifecycle {
    fn state(&self) -> LifecycleState {
        self.state.current()
    }

    fn watch(&self) -> StateWatcher<LifecycleState> {
        self.state.watch()
    }
}
