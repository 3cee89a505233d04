//! Thread-safety bounds: on the desktop tasks move between threads.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use futures::Stream;

/// `Send` natively, no requirement in browsers.
pub trait PlatformSend: Send {}

impl<T: Send + ?Sized> PlatformSend for T {}

/// `Send` where [`spawn_blocking`](crate::task::spawn_blocking) has threads: natively, and in the
/// threaded build for browsers.
pub trait BlockingSend: Send {}

impl<T: Send + ?Sized> BlockingSend for T {}

/// `Sync` natively, no requirement in browsers.
pub trait PlatformSync: Sync {}

impl<T: Sync + ?Sized> PlatformSync for T {}

/// A boxed future: `Send` natively, local in browsers.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed stream: `Send` natively, local in browsers.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

/// A value that libraries which always ask for `Send + Sync` can carry on every platform.
///
/// Natively it adds nothing: the value itself must be `Send + Sync`. In a browser it ties the value
/// to the thread that made it, and panics when used from another one.
#[derive(Debug)]
pub struct ThreadBound<T>(T);

impl<T: PlatformSend + PlatformSync> ThreadBound<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for ThreadBound<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
