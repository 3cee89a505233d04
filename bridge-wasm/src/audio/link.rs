//! The line to the worklet, and the account of what went over it.

use std::cell::Cell;
use std::rc::Rc;

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::sync::Notify;
use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent, MessagePort};

use super::message::{FromWorklet, ToWorklet};
use crate::host::{JsError, Listener};

/// What an output and its stream share.
#[derive(Debug)]
pub(super) struct Link {
    port: MessagePort,
    pub(super) account: Rc<Account>,
    _listeners: [Listener; 2],
}

/// Frames sent and played in the present epoch, and how the line is.
#[derive(Debug, Default)]
pub(super) struct Account {
    epoch: Cell<u32>,
    sent: Cell<u64>,
    played: Cell<u64>,
    /// Of the present epoch, as last reported.
    underruns_reported: Cell<u64>,
    underruns: Cell<u64>,
    /// Whether the writer has written its last frame for now, so that a dry buffer is no fault.
    pub(super) is_draining: Cell<bool>,
    pub(super) is_in_use: Cell<bool>,
    is_gone: Cell<bool>,
    /// Told when frames were played, dropped, or will never be.
    pub(super) changed: Notify,
}

impl Link {
    pub(super) fn new(port: MessagePort) -> Self {
        let account = Rc::new(Account::default());
        let heard = Listener::new(&port, "message", {
            let account = Rc::clone(&account);
            move |event: Event| {
                let event: MessageEvent = event.unchecked_into();
                if let Some(message) = FromWorklet::from_js(&event.data()) {
                    account.hear(&message);
                }
            }
        });
        // Not every browser tells; then the owner of the port does.
        let closed = Listener::new(&port, "close", {
            let account = Rc::clone(&account);
            move |_| account.lose()
        });
        port.start();
        Self { port, account, _listeners: [heard, closed] }
    }

    pub(super) fn send(&self, message: ToWorklet<'_>, operation: &'static str) -> Result<()> {
        if self.account.is_gone.get() {
            return Err(gone(operation));
        }
        message
            .into_js()
            .and_then(|(message, transfer)| {
                self.port.post_message_with_transferable(&message, &transfer)
            })
            .map_err(|error| JsError::from(error).at(operation))
    }

    /// Begins a new epoch: whatever was sent before is dropped.
    pub(super) fn discard(&self, operation: &'static str) -> Result<()> {
        let epoch = self.account.next_epoch();
        self.send(ToWorklet::Discard { epoch }, operation)
    }

    /// Hangs up.
    pub(super) fn close(&self) {
        self.port.close();
        self.account.lose();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.port.close();
    }
}

impl Account {
    pub(super) fn epoch(&self) -> u32 {
        self.epoch.get()
    }

    pub(super) fn played(&self) -> u64 {
        self.played.get()
    }

    pub(super) fn underruns(&self) -> u64 {
        self.underruns.get()
    }

    /// Frames sent and not played yet.
    pub(super) fn in_flight(&self) -> u64 {
        self.sent.get().saturating_sub(self.played.get())
    }

    pub(super) fn add_sent(&self, frames: u64) {
        self.sent.set(self.sent.get() + frames);
    }

    pub(super) fn check(&self, operation: &'static str) -> Result<()> {
        if self.is_gone.get() { Err(gone(operation)) } else { Ok(()) }
    }

    fn next_epoch(&self) -> u32 {
        let epoch = self.epoch.get().wrapping_add(1);
        self.epoch.set(epoch);
        self.sent.set(0);
        self.played.set(0);
        self.underruns_reported.set(0);
        self.is_draining.set(false);
        self.changed.notify_waiters();
        epoch
    }

    fn hear(&self, message: &FromWorklet) {
        match *message {
            FromWorklet::Consumed { epoch, frames } if epoch == self.epoch.get() => {
                // More than was sent, or less than before, would be a fault of the other side.
                self.played.set(frames.clamp(self.played.get(), self.sent.get()));
            }
            FromWorklet::Underrun { epoch, count } if epoch == self.epoch.get() => {
                let new = count.saturating_sub(self.underruns_reported.replace(count));
                if !self.is_draining.get() {
                    self.underruns.set(self.underruns.get() + new);
                }
            }
            // It was sent before the worklet heard of the present epoch.
            _ => return,
        }
        self.changed.notify_waiters();
    }

    fn lose(&self) {
        self.is_gone.set(true);
        self.changed.notify_waiters();
    }
}

fn gone(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Unavailable, operation)
        .with_detail("the audio worklet has gone; connect a new one")
}
