//! Event listeners that remove themselves.

use core_async::sync::oneshot;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// A listener that is removed when dropped, so that its closure is never called after its death.
#[derive(Debug)]
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        callback: impl FnMut(Event) + 'static,
    ) -> Self {
        let callback = Closure::new(callback);
        // It only throws for a callback that is neither a function nor an object.
        target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref()).ok();
        Self { target: target.clone(), event, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target
            .remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref())
            .ok();
    }
}

/// Waits for the first of `events`, each with the outcome it stands for.
///
/// The listeners are in place when this returns, not only when the future is first polled.
pub(crate) fn once<T: Clone + 'static>(
    target: &EventTarget,
    events: &[(&'static str, T)],
) -> impl Future<Output = T> + use<T> {
    let (sender, receiver) = oneshot::channel();
    let sender = std::rc::Rc::new(std::cell::Cell::new(Some(sender)));
    let listeners: Vec<_> = events
        .iter()
        .map(|(event, outcome)| {
            let (sender, outcome) = (std::rc::Rc::clone(&sender), outcome.clone());
            Listener::new(target, event, move |_| {
                if let Some(sender) = sender.take() {
                    sender.send(outcome.clone()).ok();
                }
            })
        })
        .collect();
    async move {
        let outcome = receiver.await.expect("a listener below holds the sender");
        drop(listeners);
        outcome
    }
}
