//! The contract of [`DatabaseAdapter`](bridge_traits::DatabaseAdapter).

mod fixture;
mod subject;

pub mod concurrency;
pub mod durability;
pub mod filter;
pub mod lifecycle;
pub mod model;
pub mod paging;
pub mod query;
pub mod tokens;
pub mod unique;
pub mod values;
pub mod watch;
pub mod write;

pub use subject::DatabaseUnderTest;

/// Proves that a [`DatabaseAdapter`](bridge_traits::DatabaseAdapter) keeps its contract.
///
/// `database_conformance!(make)` takes a future that yields a fresh, empty `Arc<dyn
/// DatabaseAdapter>` that has not been opened. `database_conformance!(durable: make)` takes one
/// that yields a [`DatabaseUnderTest`] and also runs the durability cases.
#[macro_export]
macro_rules! database_conformance {
    (durable: $make:expr $(,)?) => {
        $crate::database_conformance!($make);
        $crate::database_durability_conformance!($make);
    };
    ($make:expr $(,)?) => {
        $crate::database_lifecycle_conformance!($make);
        $crate::database_write_conformance!($make);
        $crate::database_query_conformance!($make);
        $crate::database_filter_conformance!($make);
        $crate::database_tokens_conformance!($make);
        $crate::database_unique_conformance!($make);
        $crate::database_paging_conformance!($make);
        $crate::database_values_conformance!($make);
        $crate::database_concurrency_conformance!($make);
        $crate::database_watch_conformance!($make);
        $crate::database_model_conformance!($make);
    };
}
