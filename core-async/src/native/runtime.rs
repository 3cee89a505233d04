//! The tokio runtime behind `main` and `block_on`.

use std::future::Future;

pub use tokio::runtime::{Builder, EnterGuard, Handle, Runtime, TryCurrentError};

use crate::main_options::MainOptions;

/// Why a runtime can be built.
const AVAILABLE: &str = "the operating system provides what a runtime needs";

/// Runs `future` to completion on a runtime of its own and returns its output.
///
/// The calling thread waits. Tasks that `future` spawned and that are still running when it ends are
/// dropped at their next `await`. In a browser, where nothing may wait, calling this does not
/// compile.
///
/// # Examples
///
/// ```
/// let answer = core_async::runtime::block_on(async { 42 });
/// assert_eq!(answer, 42);
/// ```
///
/// # Panics
///
/// Panics if the operating system refuses the threads or descriptors that a runtime needs, and when
/// it is called from within asynchronous code.
pub fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_multi_thread().enable_all().build().expect(AVAILABLE).block_on(future)
}

/// The body of a `#[core_async::main]` function.
///
/// # Panics
///
/// Panics if the operating system refuses the threads or descriptors that a runtime needs.
pub fn run_main<F: Future>(options: MainOptions, future: F) -> F::Output {
    let mut builder = match options {
        MainOptions { one_thread: true, .. } => Builder::new_current_thread(),
        MainOptions { one_thread: false, .. } => Builder::new_multi_thread(),
    };
    if let Some(threads) = options.worker_threads {
        builder.worker_threads(threads);
    }
    start_paused(&mut builder, options.start_paused);
    builder.enable_all().build().expect(AVAILABLE).block_on(future)
}

#[cfg(feature = "test")]
fn start_paused(builder: &mut Builder, paused: bool) {
    builder.start_paused(paused);
}

#[cfg(not(feature = "test"))]
fn start_paused(_builder: &mut Builder, paused: bool) {
    assert!(!paused, "`start_paused` needs `core-async` with `features = [\"test\"]`");
}
