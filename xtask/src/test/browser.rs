//! The crates' tests in browsers: the same tests, compiled for wasm32 once, in every environment.

use anyhow::Result;

use super::environment::Environment;
use super::http_server::HttpServer;
use super::report::Report;
use super::{TestOptions, binaries, counts};
use crate::setup::Toolchain;
use crate::shell::colour;

/// Every crate with tests that run in a browser. `tidy` fails if one is missing here.
pub(crate) const CRATES: [&str; 10] = [
    "bridge-memory",
    "bridge-wasm",
    "core-async",
    "core-auth",
    "core-library",
    "core-metadata",
    "core-playback",
    "core-runtime",
    "core-service",
    "core-sync",
];

/// Builds the tests of every crate at once and runs them one program at a time.
pub(crate) fn run(toolchain: &Toolchain, options: &TestOptions, report: &mut Report) {
    if let Err(error) = try_run(toolchain, options, report) {
        report.broken("browser", "crates", &error);
    }
}

fn try_run(toolchain: &Toolchain, options: &TestOptions, report: &mut Report) -> Result<()> {
    let mut build = toolchain
        .wasm_cargo("test")?
        .args(["--target", "wasm32-unknown-unknown", "--lib", "--tests"])
        .env("CARGO_TERM_COLOR", colour());
    let wanted = || CRATES.into_iter().filter(|package| options.wants(package));
    if wanted().next().is_none() {
        println!("browser: none of these crates has tests for browsers");
        return Ok(());
    }
    for package in wanted() {
        build = build.args(["-p", package]);
    }
    // Held until the tests have run.
    let server = if options.wants("bridge-wasm") { Some(HttpServer::start()?) } else { None };
    if let Some(server) = &server {
        build = build.env("MPC_TEST_HTTP_SERVER", server.origin());
    }
    let built = binaries::build(options.sized(build))?;
    for environment in Environment::ALL.iter().filter(|it| options.wants_browser(it.engine)) {
        for package in wanted() {
            let Some(tests) = environment.tests(package) else { continue };
            // A test program takes one filter; where there are two, the narrower one.
            let filter = match options.filter() {
                Some(filter) if tests.is_empty() || filter.contains(tests) => filter,
                Some(_) if !tests.is_empty() => continue,
                _ => tests,
            };
            for binary in built.iter().filter(|binary| binary.package == package) {
                println!("\n{} {package}: {}", environment.name, binary.program.display());
                let watched = environment
                    .runner(toolchain)?
                    .arg(&binary.program)
                    .args(Some(filter).filter(|filter| !filter.is_empty()))
                    .dir(&binary.folder)
                    .watch()?;
                report.ran(environment.name, package, counts::libtest(&watched.text), &watched);
            }
        }
    }
    Ok(())
}
