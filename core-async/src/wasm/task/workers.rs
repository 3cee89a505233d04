//! A pool of workers that share our memory, for work that takes long.
//!
//! Only in the threaded build. Workers are started when there is more to do than there are idle ones,
//! up to one per processor, and stay for as long as the page: while they wait they cost nothing.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};

use tokio::sync::oneshot;
use wasm_safe_thread::{JoinHandle, available_parallelism};

thread_local! {
    // How many closures the tasks of this thread wait for.
    static AWAITED: Cell<usize> = const { Cell::new(0) };
}

type Job = Box<dyn FnOnce() + Send>;

/// Shared by every core in the process, as the processors are.
static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

struct Pool {
    sender: Sender<Job>,
    // Locked by workers only, which may wait.
    jobs: Mutex<Receiver<Job>>,
    /// Jobs that were sent and have not ended.
    unfinished: AtomicUsize,
    workers: AtomicUsize,
    most: usize,
}

/// Runs `function` on a worker, unless the future is dropped before one is free.
///
/// # Panics
///
/// Panics if `function` does: the worker ends by it, as this one would without threads.
pub(super) async fn run<F, R>(function: F) -> R
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let _awaited = Awaited::begin();
    let (sender, receiver) = oneshot::channel();
    POOL.submit(Box::new(move || {
        if !sender.is_closed() {
            // Nobody waits for the result any more if it cannot be sent.
            drop(sender.send(function()));
        }
    }));
    receiver.await.expect("a worker sends its result or ends the program")
}

/// Whether a task of this thread waits for a closure: as long as it does, a paused clock stands.
pub(crate) fn is_awaited() -> bool {
    AWAITED.get() > 0
}

/// Counts one closure while it is waited for.
struct Awaited(());

impl Awaited {
    fn begin() -> Self {
        AWAITED.set(AWAITED.get() + 1);
        Self(())
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        AWAITED.set(AWAITED.get() - 1);
    }
}

impl Pool {
    fn new() -> Self {
        let (sender, jobs) = channel();
        Self {
            sender,
            jobs: Mutex::new(jobs),
            unfinished: AtomicUsize::new(0),
            workers: AtomicUsize::new(0),
            most: available_parallelism().map_or(1, usize::from),
        }
    }

    fn submit(&'static self, job: Job) {
        let unfinished = self.unfinished.fetch_add(1, Ordering::SeqCst) + 1;
        self.sender.send(job).expect("the pool, which holds the receiver, is never dropped");
        let workers = self.workers.load(Ordering::SeqCst);
        if unfinished > workers && workers < self.most {
            self.workers.fetch_add(1, Ordering::SeqCst);
            wasm_bindgen_futures::spawn_local(watch(wasm_safe_thread::spawn(|| self.work())));
        }
    }

    /// What a worker does.
    fn work(&self) {
        loop {
            let job = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = job else { return };
            job();
            self.unfinished.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Panics when a worker ends, which it does only by a panic or because it could not be started. Nobody
/// would ever hear of what it was to do.
async fn watch(worker: JoinHandle<()>) {
    if let Err(error) = worker.join_async().await {
        panic!("a worker of `spawn_blocking` has ended: {error}");
    }
}
