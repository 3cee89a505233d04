//! The public API, item by item, with its types: what compiles here on both platforms is the same on
//! both platforms.
//!
//! Nothing in here runs for its own sake. A new public item gets a line; a line that does not compile
//! on one platform is a difference that has to go.

mod files;
mod runtimes;
mod signals;
mod tasks;
mod timing;

use core_async::marker::{BoxFuture, BoxStream, PlatformSend, PlatformSync, ThreadBound};

/// Checks that a function or method has a type, by naming both.
macro_rules! is {
    ($($item:expr => $type:ty;)*) => {
        $(let _: $type = $item;)*
    };
}

/// Checks that calling an asynchronous function gives a future of a type. It is never awaited.
macro_rules! gives {
    ($($call:expr => $output:ty;)*) => {
        $(
            let _: Option<$output> = crate::parity::output_of(&$call);
        )*
    };
}

pub(crate) use {gives, is};

/// Names the output of a future.
pub(crate) fn output_of<F: Future>(_future: &F) -> Option<F::Output> {
    None
}

/// Checks that a type can go wherever a task can go.
pub(crate) fn can_move<T: PlatformSend>() {}

/// Checks that a type can be shared by tasks.
pub(crate) fn can_be_shared<T: PlatformSend + PlatformSync>() {}

#[core_async::test]
async fn macros_and_markers() {
    async fn two() -> (u8, u8) {
        core_async::join!(async { 1 }, async { 2 })
    }
    async fn both() -> Result<(u8, u8), u8> {
        core_async::try_join!(async { Ok(1) }, async { Ok(2) })
    }
    async fn either() -> u8 {
        core_async::select! {
            value = async { 1 } => value,
        }
    }
    gives! {
        two() => (u8, u8);
        both() => Result<(u8, u8), u8>;
        either() => u8;
    }
    let pinned = async { 1 };
    core_async::pin!(pinned);
    assert_eq!(pinned.await, 1);
    let boxed: BoxFuture<'static, u8> = Box::pin(async { 1 });
    let stream: BoxStream<'static, u8> = Box::pin(futures::stream::empty());
    let bound: ThreadBound<u8> = ThreadBound::new(1);
    assert_eq!((*bound, boxed.await), (1, 1));
    drop(stream);
}
