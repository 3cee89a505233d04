//! Thread-safety bounds: in a browser a task stays on the thread it was spawned on.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use futures::Stream;
use send_wrapper::SendWrapper;

/// `Send` natively, no requirement in browsers.
pub trait PlatformSend {}

impl<T: ?Sized> PlatformSend for T {}

/// `Send` where [`spawn_blocking`](crate::task::spawn_blocking) has threads: natively, and in the
/// threaded build for browsers.
#[cfg(target_feature = "atomics")]
pub trait BlockingSend: Send {}

#[cfg(target_feature = "atomics")]
impl<T: Send + ?Sized> BlockingSend for T {}

/// `Send` where [`spawn_blocking`](crate::task::spawn_blocking) has threads: natively, and in the
/// threaded build for browsers.
#[cfg(not(target_feature = "atomics"))]
pub trait BlockingSend {}

#[cfg(not(target_feature = "atomics"))]
impl<T: ?Sized> BlockingSend for T {}

/// `Sync` natively, no requirement in browsers.
pub trait PlatformSync {}

impl<T: ?Sized> PlatformSync for T {}

/// A boxed future: `Send` natively, local in browsers.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A boxed stream: `Send` natively, local in browsers.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + 'a>>;

/// A value that libraries which always ask for `Send + Sync` can carry on every platform.
///
/// Natively it adds nothing: the value itself must be `Send + Sync`. In a browser it ties the value
/// to the thread that made it, and panics when used from another one.
#[derive(Debug)]
pub struct ThreadBound<T>(SendWrapper<T>);

impl<T: PlatformSend + PlatformSync> ThreadBound<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(SendWrapper::new(value))
    }
}

impl<T> Deref for ThreadBound<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
