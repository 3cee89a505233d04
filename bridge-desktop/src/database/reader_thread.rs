//! A thread that reads.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How long two threads look out for each other before they sleep: to be woken takes longer than most
/// reads do. It is not long for a runtime, whose thread does nothing else meanwhile.
const MOMENT: Duration = Duration::from_micros(50);

type Work = Box<dyn FnOnce(&mut Option<Connection>) + Send>;

/// A thread with a place for a connection. It ends once every clone of this is gone.
///
/// Not one of the runtime's threads for what blocks, which sleep at once.
#[derive(Clone, Debug)]
pub(super) struct ReaderThread {
    work: mpsc::Sender<Work>,
}

impl ReaderThread {
    /// A thread without a connection yet.
    pub(super) fn start() -> io::Result<Self> {
        let (work, given) = mpsc::channel::<Work>();
        thread::Builder::new().name("mpc-sqlite-reader".to_owned()).spawn(move || {
            let mut connection = None;
            while let Ok(work) = given.recv() {
                work(&mut connection);
                while let Some(work) = within_a_moment(|| given.try_recv().ok()) {
                    work(&mut connection);
                }
            }
        })?;
        Ok(Self { work })
    }

    /// Has it work on its connection, after what it was given before. On a thread that has died the
    /// work is dropped, as it is where the work panics.
    pub(super) fn give(&self, work: impl FnOnce(&mut Option<Connection>) + Send + 'static) {
        self.work.send(Box::new(work)).ok();
    }
}

/// What is found if it is there in a moment. Every other thread that wants to may run meanwhile.
pub(super) fn within_a_moment<T>(mut find: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + MOMENT;
    loop {
        if let Some(found) = find() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::yield_now();
    }
}
