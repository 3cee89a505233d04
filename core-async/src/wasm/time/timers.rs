//! The timers of this thread: one queue, of which the host only knows the first.
//!
//! A thousand delays cost one `setTimeout`. While time is paused the host knows none of them: the
//! clock then goes on to the first one as soon as nothing else is left to do.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use super::clock;
use super::host::HostTimer;
use super::instant::Instant;
use crate::sys::{task, turn};

/// A browser takes at least so long for a timer that is set by a timer that was set by a timer, and so
/// on. Set in a turn of its own, it is on time.
const CLAMPED: Duration = Duration::from_millis(4);

/// A place in the queue: timers of the same moment fire in the order in which they were set.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Key {
    deadline: Instant,
    number: u64,
}

thread_local! {
    static TIMERS: Timers = Timers::new();
}

struct Timers {
    // Borrowed only to look, push and take, never while foreign code runs: wakers are cloned, dropped
    // and woken outside.
    queue: RefCell<BTreeMap<Key, Waker>>,
    last_number: Cell<u64>,
    // Invariant: if the queue is not empty and time is not paused, the host has a timer that is due no
    // later than the first of the queue, or gets one in the next turn.
    host: RefCell<Option<(Instant, HostTimer)>>,
    // When the host's timer fired last.
    fired: Cell<Option<Instant>>,
}

/// A timer that wakes somebody once; dropping it cancels it.
#[derive(Debug)]
pub(super) struct Timer(Key);

impl Timer {
    /// Sets a timer that wakes `waker` at `deadline`.
    pub(super) fn set(deadline: Instant, waker: Waker) -> Self {
        TIMERS.with(|timers| {
            let number = timers.last_number.get() + 1;
            timers.last_number.set(number);
            let key = Key { deadline, number };
            timers.queue.borrow_mut().insert(key, waker);
            timers.arm();
            Self(key)
        })
    }

    /// Returns true once the timer has fired.
    pub(super) fn has_fired(&self) -> bool {
        TIMERS.with(|timers| !timers.queue.borrow().contains_key(&self.0))
    }

    /// Lets the timer wake `waker` from now on; false if it has fired.
    pub(super) fn rewire(&self, waker: &Waker) -> bool {
        TIMERS.with(|timers| {
            let known = timers.queue.borrow().get(&self.0).map(|known| known.will_wake(waker));
            if known == Some(false) {
                let replaced = timers.queue.borrow_mut().insert(self.0, waker.clone());
                drop(replaced);
            }
            known.is_some()
        })
    }

    /// Sets the timer to another deadline; `None` if it has fired.
    pub(super) fn moved_to(self, deadline: Instant) -> Option<Self> {
        let waker = TIMERS.with(|timers| timers.queue.borrow_mut().remove(&self.0));
        waker.map(|waker| Self::set(deadline, waker))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // The waker is dropped outside; the thread may be on its way out.
        let removed = TIMERS.try_with(|timers| timers.remove(self.0));
        drop(removed);
    }
}

/// Fires the timers that are due.
pub(super) fn fire_due() {
    TIMERS.with(|timers| {
        for waker in timers.take_due().into_values() {
            waker.wake();
        }
        timers.arm();
    });
}

/// The host's timer has fired.
fn on_timer() {
    let fired = TIMERS.with(|timers| {
        timers.fired.set(Some(Instant::now()));
        timers.host.take()
    });
    drop(fired);
    fire_due();
}

/// Time is paused and nothing is left to do: goes on to the first timer.
pub(crate) fn on_idle() {
    if task::is_awaited() {
        return turn::request_idle();
    }
    let first = TIMERS.with(|timers| timers.first());
    if let (true, Some(deadline)) = (clock::is_paused(), first) {
        clock::turn_to(deadline.shown());
        fire_due();
    }
}

/// Sets the host's timer, outside of any other timer.
pub(crate) fn on_turn() {
    TIMERS.with(|timers| {
        timers.fired.set(None);
        timers.arm();
    });
}

/// Does what is necessary after the clock was stopped or started.
pub(super) fn clock_changed() {
    TIMERS.with(|timers| {
        timers.disarm();
        timers.arm();
    });
}

impl Timers {
    fn new() -> Self {
        Self {
            queue: RefCell::default(),
            last_number: Cell::new(0),
            host: RefCell::new(None),
            fired: Cell::new(None),
        }
    }

    fn remove(&self, key: Key) -> Option<Waker> {
        let removed = self.queue.borrow_mut().remove(&key);
        // An idle program is not woken for a timer that nobody waits for.
        if removed.is_some() && self.queue.borrow().is_empty() {
            self.disarm();
        }
        removed
    }

    fn first(&self) -> Option<Instant> {
        self.queue.borrow().first_key_value().map(|(key, _)| key.deadline)
    }

    /// Takes those that are due out of the queue.
    fn take_due(&self) -> BTreeMap<Key, Waker> {
        let mut queue = self.queue.borrow_mut();
        let later = queue.split_off(&Key { deadline: Instant::now(), number: u64::MAX });
        std::mem::replace(&mut *queue, later)
    }

    /// Sees to it that the first timer fires.
    fn arm(&self) {
        let Some(first) = self.first() else { return };
        if clock::is_paused() {
            turn::request_idle();
            return;
        }
        let is_early_enough = |(due, _): &(Instant, HostTimer)| *due <= first;
        if !self.host.borrow().as_ref().is_some_and(is_early_enough) {
            self.disarm();
            let now = Instant::now();
            let delay = first - now;
            if delay < CLAMPED && self.fired.get().is_some_and(|fired| now - fired < 2 * CLAMPED) {
                turn::request_arming();
                return;
            }
            let timer = HostTimer::start(on_timer, delay);
            self.host.replace(timer.map(|timer| (first, timer)));
        }
    }

    fn disarm(&self) {
        let stopped = self.host.take();
        drop(stopped);
    }
}
