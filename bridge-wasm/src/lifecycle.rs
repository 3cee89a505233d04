//! What the browser does with the page, told to the worker by the page.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use bridge_traits::{
    BridgeError, Clock, ErrorKind, LifecycleObserver, LifecyclePhase, LifecycleState, Result,
    StatePublisher, StateWatcher,
};
use core_async::task::{AbortOnDropHandle, spawn};
use core_async::time::sleep;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::WebClock;
use crate::host::{JsError, Listener, property};

/// A [`LifecycleObserver`] for a worker.
///
/// A worker sees neither `visibilitychange` nor `freeze`: those belong to the page, which posts them
/// to the `BroadcastChannel` named [`channel`](Self::channel), as objects of this form:
///
/// ```json
/// { "type": "lifecycle", "phase": "background" }
/// ```
///
/// The phases are `foreground` (the page is visible), `background` (hidden), `suspended` (`freeze`,
/// or `pagehide` with `persisted`) and `terminating` (any other `pagehide`). After `resume` and
/// `pageshow` the page posts `foreground` or `background` again. Anything else is ignored.
pub struct WebLifecycle {
    state: Rc<StatePublisher<LifecycleState>>,
    _listener: Listener,
    channel: BroadcastChannel,
    jumps: Option<AbortOnDropHandle<()>>,
}

impl WebLifecycle {
    /// Listens on the channel of `profile`.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there is no `BroadcastChannel`.
    pub fn new(profile: &str) -> Result<Self> {
        let channel = BroadcastChannel::new(&Self::channel(profile)).map_err(|error| {
            BridgeError::new(ErrorKind::Unsupported, "lifecycle.listen")
                .with_source(JsError::from(error))
        })?;
        let state = Rc::new(StatePublisher::new(LifecycleState::default()));
        let told = Rc::clone(&state);
        let listener = Listener::new(&channel, "message", move |event| {
            let data = event.unchecked_into::<MessageEvent>().data();
            let text = |name| property(&data, name).and_then(|value| value.as_string());
            if text("type").as_deref() == Some("lifecycle")
                && let Some(phase) = text("phase").as_deref().and_then(phase)
            {
                told.change(|state| *state = state.enter(phase));
            }
        });
        Ok(Self { state, _listener: listener, channel, jumps: None })
    }

    /// Also finds out by itself that everything stood still, by a look at the clock each
    /// `interval`: a computer that slept tells nobody. It costs a wake-up per interval, so make it
    /// no shorter than the delay that matters.
    #[must_use]
    pub fn with_jump_detection(mut self, interval: Duration) -> Self {
        let state = Rc::clone(&self.state);
        self.jumps = Some(AbortOnDropHandle::new(spawn(async move {
            let clock = WebClock::new();
            loop {
                let before = clock.unix_millis();
                sleep(interval).await;
                let passed = Duration::from_millis(clock.unix_millis().saturating_sub(before));
                // Hidden pages get their timers up to a minute late without having slept.
                if passed > interval.saturating_add(Duration::from_secs(90)) {
                    state.change(|state| *state = state.woken());
                }
            }
        })));
        self
    }

    /// The name of the channel that the page posts to.
    pub fn channel(profile: &str) -> String {
        format!("mpc-lifecycle:{profile}")
    }
}

impl Drop for WebLifecycle {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl LifecycleObserver for WebLifecycle {
    fn state(&self) -> LifecycleState {
        self.state.current()
    }

    fn watch(&self) -> StateWatcher<LifecycleState> {
        self.state.watch()
    }
}

impl fmt::Debug for WebLifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebLifecycle")
            .field("state", &self.state.current())
            .field("detects_jumps", &self.jumps.is_some())
            .finish_non_exhaustive()
    }
}

fn phase(name: &str) -> Option<LifecyclePhase> {
    Some(match name {
        "foreground" => LifecyclePhase::Foreground,
        "background" => LifecyclePhase::Background,
        "suspended" => LifecyclePhase::Suspended,
        "terminating" => LifecyclePhase::Terminating,
        _ => return None,
    })
}
