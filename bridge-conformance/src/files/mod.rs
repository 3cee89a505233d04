//! The contract of [`FileSystemAccess`](bridge_traits::FileSystemAccess) and
//! [`ReadAt`](bridge_traits::ReadAt).

mod subject;

pub mod change;
pub mod read;
pub mod watch;
pub mod write;

pub use subject::FileSystemUnderTest;

/// Proves that a [`FileSystemAccess`](bridge_traits::FileSystemAccess) keeps its contract.
///
/// Takes a future that yields a fresh, empty `Arc<dyn FileSystemAccess>`, or a
/// [`FileSystemUnderTest`] where the cases must work below a directory.
#[macro_export]
macro_rules! file_system_conformance {
    ($make:expr $(,)?) => {
        $crate::file_system_read_conformance!($make);
        $crate::file_system_write_conformance!($make);
        $crate::file_system_change_conformance!($make);
        $crate::file_system_watch_conformance!($make);
    };
}
