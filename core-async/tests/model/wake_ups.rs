//! Every order in which threads can wake a future of the event loop, tried by a model checker.
//!
//! What is checked is the threaded build's own code for browsers, compiled here with the checker's
//! atomics.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::future::block_on;
use loom::thread;

use self::atomics::{AtomicBool, AtomicUsize, Ordering};
use self::signal::Signal;

mod atomics {
    use std::task::Waker;

    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[derive(Debug)]
    pub(crate) struct AtomicWaker(loom::future::AtomicWaker);

    impl AtomicWaker {
        pub(crate) fn new() -> Self {
            Self(loom::future::AtomicWaker::new())
        }

        pub(crate) fn register(&self, waker: &Waker) {
            self.0.register_by_ref(waker);
        }

        pub(crate) fn wake(&self) {
            self.0.wake();
        }
    }
}

#[path = "../../src/wasm/task/signal.rs"]
mod signal;

fn woken() -> (Arc<AtomicUsize>, Arc<Signal>) {
    let count = Arc::new(AtomicUsize::new(0));
    (Arc::clone(&count), Signal::new(count))
}

#[test]
fn no_wake_up_is_lost() {
    loom::model(|| {
        let (count, signal) = woken();
        let done = Arc::new(AtomicBool::new(false));
        let (waker, doing) = (Waker::from(Arc::clone(&signal)), Arc::clone(&done));
        let other = thread::spawn(move || {
            doing.store(true, Ordering::SeqCst);
            waker.wake();
        });
        block_on(poll_fn(|cx| {
            let _waker = signal.begin(cx.waker());
            if done.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
        }));
        other.join().unwrap();
        signal.end();
        assert_eq!(count.load(Ordering::SeqCst), 0, "nobody is about to run");
    });
}

#[test]
fn who_was_woken_counts_until_it_runs() {
    loom::model(|| {
        let (count, signal) = woken();
        let said = Arc::new(AtomicBool::new(false));
        let (waker, saying) = (Waker::from(Arc::clone(&signal)), Arc::clone(&said));
        let other = thread::spawn(move || {
            waker.wake_by_ref();
            saying.store(true, Ordering::SeqCst);
        });
        if said.load(Ordering::SeqCst) {
            assert_eq!(count.load(Ordering::SeqCst), 1, "a paused clock would go on too early");
        }
        let _waker = signal.begin(Waker::noop());
        other.join().unwrap();
        let _waker = signal.begin(Waker::noop());
        assert_eq!(count.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn another_one_that_is_woken_and_runs_takes_nobody_from_the_count() {
    loom::model(|| {
        let (count, waiting) = woken();
        let running = Signal::new(Arc::clone(&count));
        Waker::from(Arc::clone(&waiting)).wake();
        let waker = Waker::from(Arc::clone(&running));
        let other = thread::spawn(move || waker.wake());
        let _waker = running.begin(Waker::noop());
        assert!(count.load(Ordering::SeqCst) >= 1, "a paused clock would go on too early");
        other.join().unwrap();
        running.end();
        assert_eq!(count.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn who_is_gone_counts_no_more() {
    loom::model(|| {
        let (count, signal) = woken();
        let waker = Waker::from(Arc::clone(&signal));
        let other = thread::spawn(move || waker.wake());
        signal.end();
        other.join().unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 0);
    });
}
