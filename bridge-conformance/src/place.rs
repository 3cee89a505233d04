//! A place that keeps something, and how to connect to it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bridge_traits::{BoxFuture, PlatformSend, PlatformSync};

/// A place that one adapter keeps its data in, under test.
///
/// Made from an `Arc` of the adapter, it hands out that adapter again and again, and what it holds
/// ends with it. Made with [`durable`](Self::durable), it connects anew each time.
pub struct Place<T: ?Sized> {
    connect: Box<dyn Fn() -> BoxFuture<'static, Arc<T>>>,
    stored: Option<Box<dyn Fn() -> BoxFuture<'static, Vec<u8>>>>,
}

impl<T: ?Sized + 'static> Place<T> {
    /// A place that keeps its data.
    ///
    /// `connect` makes an adapter for the *same* place each time it is called, as a program does
    /// when it starts again; the place must be empty before the first call. What the closure
    /// holds, for example a temporary directory, lives as long as the test.
    pub fn durable<F, A>(connect: F) -> Self
    where
        F: Fn() -> A + 'static,
        A: Future<Output = Arc<T>> + PlatformSend + 'static,
    {
        Self { connect: Box::new(move || Box::pin(connect())), stored: None }
    }

    /// Lets the cases look at all bytes the place has in storage.
    #[must_use]
    pub fn with_stored_bytes<F, A>(mut self, stored: F) -> Self
    where
        F: Fn() -> A + 'static,
        A: Future<Output = Vec<u8>> + PlatformSend + 'static,
    {
        self.stored = Some(Box::new(move || Box::pin(stored())));
        self
    }

    /// An adapter for this place.
    pub async fn connect(&self) -> Arc<T> {
        (self.connect)().await
    }

    /// All bytes in storage, where the cases may look at them.
    pub(crate) async fn stored_bytes(&self) -> Option<Vec<u8>> {
        match &self.stored {
            Some(stored) => Some(stored().await),
            None => None,
        }
    }
}

impl<T: ?Sized + PlatformSend + PlatformSync + 'static> From<Arc<T>> for Place<T> {
    fn from(adapter: Arc<T>) -> Self {
        Self::durable(move || std::future::ready(Arc::clone(&adapter)))
    }
}

impl<T: ?Sized> fmt::Debug for Place<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}
