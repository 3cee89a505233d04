//! The file system of a task.

use std::future::Future;
use std::io;
use std::pin::Pin;

use super::FileSystem;
use crate::marker::{BoxFuture, PlatformSend};

tokio::task_local! {
    static CURRENT: FileSystem;
}

/// Runs `future` with `files` as the file system of [`fs`](super)'s functions.
///
/// Tasks that it spawns have the same file system.
pub async fn scope<F: Future>(files: FileSystem, future: F) -> F::Output {
    CURRENT.scope(files, future).await
}

/// Returns the file system of this task.
pub(super) fn current() -> io::Result<FileSystem> {
    CURRENT.try_get().map_err(|_| {
        let advice = "no file system: run the task in `core_async::fs::scope`";
        io::Error::new(io::ErrorKind::Unsupported, advice)
    })
}

/// Makes a future that is about to be spawned keep the file system of this task; gives it back if
/// there is none.
///
/// Boxed, so that the common case, a task without a file system, stays what it was, and the other does
/// not double the code of every task.
pub(crate) fn carry<F>(future: F) -> Result<BoxFuture<'static, F::Output>, F>
where
    F: Future + PlatformSend + 'static,
{
    match CURRENT.try_get() {
        Ok(files) => Ok(Box::pin(CURRENT.scope(files, future))),
        Err(_) => Err(future),
    }
}

/// Like [`carry`], for a future that stays on this thread.
pub(crate) fn carry_local<F>(future: F) -> Result<Pin<Box<dyn Future<Output = F::Output>>>, F>
where
    F: Future + 'static,
{
    match CURRENT.try_get() {
        Ok(files) => Ok(Box::pin(CURRENT.scope(files, future))),
        Err(_) => Err(future),
    }
}
