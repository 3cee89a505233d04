//! The server that HTTP tests in a browser ask, because a page cannot open one itself.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, Result};

use crate::natively;
use crate::shell::Step;

/// Where it listens if it can. The tests are built with the address, so it should not change.
const USUAL_ADDRESS: &str = "127.0.0.1:8480";

/// A running server, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct HttpServer {
    process: Child,
    /// It ends when its standard input does, so that it never outlives us.
    stdin: Option<ChildStdin>,
    origin: String,
}

impl HttpServer {
    /// Builds and starts the server of the conformance kit.
    pub(crate) fn start() -> Result<Self> {
        let program = natively::example("http_server", &[])?;
        Self::listen(&program, USUAL_ADDRESS).or_else(|_| Self::listen(&program, "127.0.0.1:0"))
    }

    /// Its origin, such as `http://127.0.0.1:8480`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    fn listen(program: &Path, address: &str) -> Result<Self> {
        let mut process = Step::new(program)
            .arg(address)
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the HTTP server")?;
        let stdin = process.stdin.take();
        let stdout = process.stdout.take().context("stdout is piped")?;
        let mut server = Self { process, stdin, origin: String::new() };
        BufReader::new(stdout).read_line(&mut server.origin)?;
        server.origin.truncate(server.origin.trim_end().len());
        anyhow::ensure!(!server.origin.is_empty(), "the HTTP server cannot listen on {address}");
        Ok(server)
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It has been told to end; how it does changes nothing.
        self.process.wait().ok();
    }
}
