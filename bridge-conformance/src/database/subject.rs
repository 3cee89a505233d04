//! The database a case works on.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bridge_traits::{BoxFuture, DatabaseAdapter, ErrorKind, PlatformSend, Schema};
use core_async::time::{Duration, sleep};

use super::fixture;

/// A place that holds one database, and how to connect to it.
pub struct DatabaseUnderTest {
    connect: Box<dyn Fn() -> BoxFuture<'static, Arc<dyn DatabaseAdapter>>>,
}

impl DatabaseUnderTest {
    /// A database that keeps its data.
    ///
    /// `connect` makes an adapter for the *same* place each time it is called, as a program does
    /// when it starts again; the place must be empty before the first call. What the closure
    /// holds, for example a temporary directory, lives as long as the test.
    pub fn durable<F, A>(connect: F) -> Self
    where
        F: Fn() -> A + 'static,
        A: Future<Output = Arc<dyn DatabaseAdapter>> + PlatformSend + 'static,
    {
        Self { connect: Box::new(move || Box::pin(connect())) }
    }

    /// An adapter that has not been opened.
    pub async fn connect(&self) -> Arc<dyn DatabaseAdapter> {
        (self.connect)().await
    }

    /// An adapter opened with the schema most cases use.
    pub async fn open(&self) -> Arc<dyn DatabaseAdapter> {
        let database = self.connect().await;
        database.open(fixture::schema()).await.unwrap();
        database
    }

    /// Connects and opens again after the adapter before was dropped without being closed. It may
    /// take a moment until the host has noticed.
    pub async fn open_after_loss(&self, schema: Schema) -> Arc<dyn DatabaseAdapter> {
        let mut attempts = 0;
        loop {
            let database = self.connect().await;
            match database.open(schema.clone()).await {
                Ok(()) => return database,
                Err(error) if error.kind() == ErrorKind::Conflict && attempts < 500 => {
                    attempts += 1;
                    sleep(Duration::from_millis(10)).await;
                }
                Err(error) => panic!("the database does not open again: {error:?}"),
            }
        }
    }
}

impl From<Arc<dyn DatabaseAdapter>> for DatabaseUnderTest {
    /// One adapter that is handed out again and again: what it holds ends with it.
    fn from(database: Arc<dyn DatabaseAdapter>) -> Self {
        Self::durable(move || std::future::ready(Arc::clone(&database)))
    }
}

impl fmt::Debug for DatabaseUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUnderTest").finish_non_exhaustive()
    }
}
