//! The next turn of the event loop, through a message channel where there is one.
//!
//! A nested `setTimeout(0)` is clamped to four milliseconds; a message to ourselves arrives as soon
//! as the event loop has run what was ready before it. One message wakes everybody who waited for
//! the turn, so a thousand yielding tasks cost one message, not a thousand.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use self::host::Host;
use super::time;

mod host;

/// Completes in the next turn of the event loop.
pub(super) fn next_turn() -> NextTurn {
    NextTurn { waits_for: None }
}

/// Future of [`next_turn`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub(super) struct NextTurn {
    // The number of the turn; `None` until the first poll.
    waits_for: Option<u64>,
}

impl Future for NextTurn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        TURNS.with(|turns| {
            let current = turns.queue.current.get();
            let wanted = *self.waits_for.get_or_insert(current + 1);
            if current >= wanted {
                return Poll::Ready(());
            }
            turns.request(cx.waker());
            Poll::Pending
        })
    }
}

thread_local! {
    static TURNS: Turns = Turns::new();
}

/// Who wait for the next turn of this thread.
struct Turns {
    host: Host,
    queue: Rc<Queue>,
}

/// Begins a turn where the host cannot: in an `AudioWorklet`, whose owner calls once per block.
pub(super) fn called_by_owner() {
    let queue = TURNS.with(|turns| {
        let is_ours = matches!(turns.host, Host::Owner) && turns.queue.message_sent.get();
        is_ours.then(|| Rc::clone(&turns.queue))
    });
    if let Some(queue) = queue {
        Turns::begin(&queue);
    }
}

/// Asks for a call of [`time::on_idle`] when a turn comes in which nobody has anything to do.
pub(super) fn request_idle() {
    TURNS.with(|turns| {
        if !turns.queue.idle_wanted.replace(true) {
            turns.send();
        }
    });
}

/// Asks for a call of [`time::on_turn`] in the next turn.
pub(super) fn request_arming() {
    TURNS.with(|turns| {
        turns.queue.arming_wanted.set(true);
        turns.send();
    });
}

#[derive(Default)]
struct Queue {
    current: Cell<u64>,
    // Invariant: while it is not empty or idleness is wanted, a message is under way. Borrowed only to
    // push or take, never while somebody is woken.
    waiting: RefCell<Vec<Waker>>,
    idle_wanted: Cell<bool>,
    arming_wanted: Cell<bool>,
    message_sent: Cell<bool>,
}

impl Turns {
    fn new() -> Self {
        let queue = Rc::new(Queue::default());
        let host = Host::find({
            let queue = Rc::clone(&queue);
            move || Self::begin(&queue)
        });
        Self { host, queue }
    }

    fn request(&self, waker: &Waker) {
        {
            let mut waiting = self.queue.waiting.borrow_mut();
            if !waiting.last().is_some_and(|known| known.will_wake(waker)) {
                waiting.push(waker.clone());
            }
        }
        self.send();
    }

    /// Sends a message, unless one is under way.
    fn send(&self) {
        if !self.queue.message_sent.replace(true) {
            self.host.request_turn();
        }
    }

    /// What the message does when it arrives.
    fn begin(queue: &Queue) {
        queue.message_sent.set(false);
        queue.current.set(queue.current.get() + 1);
        if queue.arming_wanted.replace(false) {
            time::on_turn();
        }
        let waiting = queue.waiting.take();
        let is_idle = waiting.is_empty();
        for waker in waiting {
            waker.wake();
        }
        if is_idle && queue.idle_wanted.replace(false) {
            time::on_idle();
        } else if queue.idle_wanted.get() {
            // Those who were woken have not run yet: look again after them.
            TURNS.with(Self::send);
        }
    }
}
