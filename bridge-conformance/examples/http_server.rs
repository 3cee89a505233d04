//! The server of the HTTP cases on a real socket, for adapters whose tests cannot open one
//! themselves, such as those in a browser.
//!
//! ```text
//! cargo run -p bridge-conformance --example http_server -- 127.0.0.1:8480
//! ```
//!
//! It prints its origin and answers until it is stopped, or until its standard input ends.

use std::error::Error;
use std::io::{Read, stdin};
use std::net::TcpListener;
use std::sync::Arc;

use bridge_conformance::http::TestServer;

#[expect(clippy::disallowed_methods, reason = "this is a program for the desktop")]
fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = TcpListener::bind(address)?;
    println!("http://{}", listener.local_addr()?);
    let server = Arc::new(TestServer::new());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            // A client that leaves early is no concern of anybody else.
            std::thread::spawn(move || server.serve(stream).ok());
        }
    });
    // Whoever started the server has gone when its end of this is closed.
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
