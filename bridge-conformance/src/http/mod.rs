//! The contract of [`HttpClient`](bridge_traits::HttpClient), and the server it is tested against.
//!
//! The kit does no I/O. [`TestServer`] is the server without its sockets: natively an adapter's
//! tests lend it blocking TCP streams, in memory it becomes a route of
//! [`MemoryHttpClient`](bridge_memory::MemoryHttpClient), and for browser tests whoever starts the
//! browser also starts the server, which is the example `http_server`, and passes its address on.

mod answer;
mod memory;
mod misbehaviour;
mod server;
mod subject;
mod wire;

pub mod body;
pub mod failure;
pub mod fault;
pub mod policy;
pub mod request;

pub use server::TestServer;
pub use subject::HttpUnderTest;

/// Proves that an [`HttpClient`](bridge_traits::HttpClient) keeps its contract; takes a future that
/// yields an [`HttpUnderTest`].
///
/// Natively, over real connections:
///
/// ```
/// # #[cfg(test)] mod example {
/// use std::net::TcpListener;
/// use std::sync::Arc;
/// use std::thread;
///
/// use bridge_conformance::http::{HttpUnderTest, TestServer};
/// use bridge_conformance::http_conformance;
///
/// fn start() -> String {
///     let listener = TcpListener::bind("127.0.0.1:0").unwrap();
///     let address = listener.local_addr().unwrap();
///     let server = Arc::new(TestServer::new());
///     thread::spawn(move || {
///         for stream in listener.incoming().flatten() {
///             let server = Arc::clone(&server);
///             thread::spawn(move || server.serve(stream));
///         }
///     });
///     format!("http://{address}")
/// }
///
/// http_conformance!(async { HttpUnderTest::new(Arc::new(MyClient::new()), start(), ()) });
/// # }
/// ```
#[macro_export]
macro_rules! http_conformance {
    ($make:expr $(,)?) => {
        $crate::http_request_conformance!($make);
        $crate::http_body_conformance!($make);
        $crate::http_failure_conformance!($make);
        $crate::http_fault_conformance!($make);
        $crate::http_policy_conformance!($make);
    };
}
