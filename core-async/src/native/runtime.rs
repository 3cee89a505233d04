//! The tokio runtime behind `main` and `block_on`.

use std::future::Future;
use std::process::Termination;

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
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the operating system provides what a runtime needs")
        .block_on(future)
}

/// The body of a `#[core_async::main]` function.
pub fn run_main<F>(future: F) -> F::Output
where
    F: Future<Output: Termination>,
{
    block_on(future)
}
