//! What the tabs of one profile tell each other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bridge_traits::Result;
use core_async::sync::Notify;
use core_async::task::{AbortOnDropHandle, spawn, yield_now};
use core_async::time::Instant;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::host::{JsError, Listener, unsupported};

/// What a tab tells the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Message {
    /// It has written something.
    Written,
    /// It waits for the right to write.
    Wanted,
}

impl Message {
    fn text(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Wanted => "wanted",
        }
    }
}

/// What has come in from elsewhere and has not been looked after yet.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Another tab has written.
    pub(super) written: Cell<bool>,
    /// Another tab waits for the right to write.
    pub(super) wanted: Cell<bool>,
    /// Told of either, and of everything after which there may be something to do in idle time.
    pub(super) woken: Notify,
    /// Whether there is nothing to do in idle time until somebody writes.
    pub(super) is_dozing: Cell<bool>,
    /// When this tab last wrote something.
    pub(super) wrote: Cell<Option<Instant>>,
}

/// The line to the other tabs, until it is dropped.
#[derive(Debug)]
pub(super) struct Channel {
    line: Rc<Line>,
    /// Tells that this tab has written.
    telling: RefCell<Option<AbortOnDropHandle<()>>>,
    _listener: Listener,
}

#[derive(Debug)]
struct Line {
    channel: BroadcastChannel,
    /// Whether the others are yet to be told that this tab has written.
    will_tell: Cell<bool>,
}

impl Line {
    fn tell(&self, message: Message) {
        self.channel.post_message(&message.text().into()).map_err(JsError::from).ok();
    }

    fn tell_what_is_due(&self) {
        if self.will_tell.replace(false) {
            self.tell(Message::Written);
        }
    }
}

impl Channel {
    /// Listens for the other tabs that have the database `name` open.
    pub(super) fn open(name: &str, signals: &Rc<Signals>) -> Result<Self> {
        let channel = BroadcastChannel::new(name)
            .map_err(|_| unsupported("database.open", "BroadcastChannel"))?;
        let signals = Rc::clone(signals);
        let listener = Listener::new(&channel, "message", move |event| {
            let data = event.unchecked_into::<MessageEvent>().data().as_string();
            match data.as_deref() {
                Some("written") => signals.written.set(true),
                Some("wanted") => signals.wanted.set(true),
                // Of a release that is not ours.
                _ => return,
            }
            signals.woken.notify_one();
        });
        let line = Rc::new(Line { channel, will_tell: Cell::new(false) });
        Ok(Self { line, telling: RefCell::new(None), _listener: listener })
    }

    /// Tells the other tabs in the next turn of the event loop that something was written. That takes a
    /// tenth of what a small commit does, and who writes next has its commit on the way by then. Should
    /// the browser end the tab before, the others find out when they write themselves.
    pub(super) fn tell_written(&self) {
        if !self.line.will_tell.replace(true) {
            let line = Rc::clone(&self.line);
            let telling = spawn(async move {
                yield_now().await;
                line.tell_what_is_due();
            });
            self.telling.replace(Some(AbortOnDropHandle::new(telling)));
        }
    }

    /// Tells the other tabs. If it cannot be told, they find out when they write themselves.
    pub(super) fn tell(&self, message: Message) {
        self.line.tell(message);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.line.tell_what_is_due();
        self.line.channel.close();
    }
}
