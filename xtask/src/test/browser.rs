//! The crates' tests in browsers: the same tests, compiled for wasm32 once, in every environment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::binaries::TestBinary;
use super::environment::Environment;
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

/// Builds the tests of every crate at once and runs them, as many programs at a time as there are processors.
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
    let runs = runs(&built, options);
    let results = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    // Side by side: a test waits for its browser's storage most of the time.
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = run.watch(toolchain);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((run, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(run, _)| (run.at, &run.binary.package));
    for (run, result) in results {
        let (place, package) = (run.place.name, &run.binary.package);
        match result {
            Ok(watched) => report.ran(place, package, counts::libtest(&watched.text), &watched),
            Err(error) => report.broken(place, package, &error),
        }
    }
    Ok(())
}

/// A test program in one place.
struct Run<'a> {
    /// The how-manieth of all places it is.
    at: usize,
    place: Environment,
    filter: &'a str,
    binary: &'a TestBinary,
}

impl Run<'_> {
    fn watch(&self, toolchain: &Toolchain) -> Result<Watched> {
        self.place
            .runner(toolchain)?
            .arg(&self.binary.program)
            .args(Some(self.filter).filter(|filter| !filter.is_empty()))
            .dir(&self.binary.folder)
            .label(format!("{} {} │ ", self.place.name, self.binary.package))
            .watch()
    }
}

/// What to run, crate by crate: the one that takes longest is among the first.
fn runs<'a>(built: &'a [TestBinary], options: &'a TestOptions) -> Vec<Run<'a>> {
    let mut runs = Vec::new();
    for package in CRATES.into_iter().filter(|package| options.wants(package)) {
        for (at, place) in Environment::ALL.into_iter().enumerate() {
            let Some(tests) = place.tests(package).filter(|_| options.wants_browser(place.engine))
            else {
                continue;
            };
            // A test program takes one filter; where there are two, the narrower one.
            let filter = match options.filter() {
                Some(filter) if tests.is_empty() || filter.contains(tests) => filter,
                Some(_) if !tests.is_empty() => continue,
                _ => tests,
            };
            let binaries = built.iter().filter(|binary| binary.package == package);
            runs.extend(binaries.map(|binary| Run { at, place, filter, binary }));
        }
    }
    runs
}
