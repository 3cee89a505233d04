//! What the HTTP bridges cost over the clients they are made of, in microseconds per mebibyte of a body.

use anyhow::{Context, Result};

use super::{Comparison, Goal, figures, in_browser};
use crate::paths;
use crate::shell::Step;
use crate::test::http_server::HttpServer;

/// How much more than the bare client a bridge may take: deadlines for each piece are not free.
const GOAL: Goal = Goal::AtMost(1.1);

/// Measures natively and in Chromium, with one server of our own.
pub(super) fn run(quick: bool) -> Result<Vec<Comparison>> {
    let server = HttpServer::start()?;
    Ok(vec![native(&server, quick)?, browser(&server)?])
}

fn native(server: &HttpServer, quick: bool) -> Result<Comparison> {
    let cargo = |subcommand: &str| {
        Step::cargo(subcommand).args([
            "--release",
            "-p",
            "bridge-desktop",
            "--example",
            "bench_http",
        ])
    };
    cargo("build").run()?;
    let name = format!("bench_http{}", std::env::consts::EXE_SUFFIX);
    let said = Step::new(paths::cargo_target().join("release/examples").join(name))
        .args([server.origin(), if quick { "8" } else { "64" }])
        .watch()?
        .text;
    comparison(&said, "native HTTP stream against bare reqwest")
}

fn browser(server: &HttpServer) -> Result<Comparison> {
    let said = in_browser("bridge-wasm", &[("MPC_TEST_HTTP_SERVER", server.origin())])?;
    comparison(&said, "browser HTTP stream against bare fetch")
}

fn comparison(said: &str, name: &str) -> Result<Comparison> {
    let (_, ours, baseline) = *figures(said).first().context("no HTTP stream was measured")?;
    Ok(Comparison { name: name.to_owned(), unit: "µs", ours, baseline, goal: GOAL })
}
