//! The next turn of the event loop, through a message channel.
//!
//! A nested `setTimeout(0)` is clamped to four milliseconds; a message to ourselves arrives as soon
//! as the event loop has run what was ready before it. One message wakes everybody who waited for
//! the turn, so a thousand yielding tasks cost one message, not a thousand.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageChannel, MessagePort};

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

/// The message channel of this thread and those who wait for its next message.
struct Turns {
    sender: MessagePort,
    queue: Rc<Queue>,
    // The receiving end and its handler must live as long as messages are sent.
    _receiver: MessagePort,
    _on_message: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Queue {
    current: Cell<u64>,
    // Invariant: not empty exactly while a message is under way. Borrowed only to push or take,
    // never while somebody is woken.
    waiting: RefCell<Vec<Waker>>,
}

impl Turns {
    fn new() -> Self {
        let channel =
            MessageChannel::new().expect("every page and worker can create a message channel");
        let queue = Rc::new(Queue::default());
        // A panic on the way leaves the queue as it should be: emptied before anybody is woken.
        let on_message = Closure::own_assert_unwind_safe({
            let queue = Rc::clone(&queue);
            move || queue.begin_turn()
        });
        let receiver = channel.port2();
        receiver.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { sender: channel.port1(), queue, _receiver: receiver, _on_message: on_message }
    }

    fn request(&self, waker: &Waker) {
        let first = {
            let mut waiting = self.queue.waiting.borrow_mut();
            if !waiting.last().is_some_and(|known| known.will_wake(waker)) {
                waiting.push(waker.clone());
            }
            waiting.len() == 1
        };
        if first {
            self.sender
                .post_message(&JsValue::NULL)
                .expect("a message without content can always be sent");
        }
    }
}

impl Queue {
    fn begin_turn(&self) {
        self.current.set(self.current.get() + 1);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }
}
