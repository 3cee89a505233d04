//! The crates' tests in browsers: the same tests, compiled for wasm32 once, in every environment.

use std::panic::resume_unwind;

use anyhow::Result;

use super::binaries::TestBinary;
use super::environment::{Engine, Environment};
use super::http_server::HttpServer;
use super::report::Report;
use super::{TestOptions, binaries, counts};
use crate::setup::Toolchain;
use crate::shell::{Watched, colour};

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

/// Builds the tests of every crate at once and runs them, in each browser one program at a time.
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
    let run = |engine, label| run_in(engine, label, toolchain, options, &built);
    let ran = if options.no_firefox {
        vec![run(Engine::Chromium, "")]
    } else {
        // Side by side: a test waits for its browser's storage most of the time.
        std::thread::scope(|scope| {
            let firefox = scope.spawn(|| run(Engine::Firefox, "firefox  │ "));
            let chromium = run(Engine::Chromium, "chromium │ ");
            let firefox = firefox.join().unwrap_or_else(|panic| resume_unwind(panic));
            vec![chromium, firefox]
        })
    };
    for ran in ran {
        for (environment, package, watched) in ran? {
            report.ran(environment, package, counts::libtest(&watched.text), &watched);
        }
    }
    Ok(())
}

/// Runs the tests in every place of one browser, one program at a time; says what ran where, for which
/// crate. Each line that is shown begins with `label`.
fn run_in(
    engine: Engine,
    label: &'static str,
    toolchain: &Toolchain,
    options: &TestOptions,
    built: &[TestBinary],
) -> Result<Vec<(&'static str, &'static str, Watched)>> {
    let mut ran = Vec::new();
    for environment in Environment::ALL.iter().filter(|it| it.engine == engine) {
        for package in CRATES.into_iter().filter(|package| options.wants(package)) {
            let Some(tests) = environment.tests(package) else { continue };
            // A test program takes one filter; where there are two, the narrower one.
            let filter = match options.filter() {
                Some(filter) if tests.is_empty() || filter.contains(tests) => filter,
                Some(_) if !tests.is_empty() => continue,
                _ => tests,
            };
            for binary in built.iter().filter(|binary| binary.package == package) {
                let program = binary.program.display();
                println!("{label}\n{label}{} {package}: {program}", environment.name);
                let watched = environment
                    .runner(toolchain)?
                    .arg(&binary.program)
                    .args(Some(filter).filter(|filter| !filter.is_empty()))
                    .dir(&binary.folder)
                    .label(label)
                    .watch()?;
                ran.push((environment.name, package, watched));
            }
        }
    }
    Ok(ran)
}
