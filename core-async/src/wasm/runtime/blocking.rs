//! The reason why nothing may wait here.

use std::future::Future;

/// Does not compile in a browser, where the event loop cannot go on until we return to it.
///
/// Natively it runs `future` to completion while the calling thread waits.
pub fn block_on<F>(future: F) -> F::Output
where
    F: MayBlock,
{
    future.wait()
}

/// A future that the calling thread may wait for: there is none in a browser.
#[diagnostic::on_unimplemented(
    message = "`core_async::runtime::block_on` does not exist in a browser",
    label = "waiting here would stop the event loop that has to wake this future",
    note = "make the caller an `async fn` and `.await` the future, or hand it to `core_async::task::spawn`",
    note = "a program's entry point is `#[core_async::main] async fn main()` on every platform"
)]
pub trait MayBlock: Future {
    #[doc(hidden)]
    fn wait(self) -> Self::Output;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the two implementations is meant is ambiguous, and so does not compile, for a future
    /// that may block.
    trait CannotBlock<Proof> {
        fn check() {}
    }

    impl<T> CannotBlock<()> for T {}

    struct Blocks;

    impl<T: MayBlock> CannotBlock<Blocks> for T {}

    #[core_async::test]
    async fn no_future_can_be_blocked_on() {
        <std::future::Ready<()> as CannotBlock<_>>::check();
        <crate::time::Sleep as CannotBlock<_>>::check();
        <crate::marker::BoxFuture<'static, ()> as CannotBlock<_>>::check();
    }
}
