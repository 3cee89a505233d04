//! The threaded build for browsers: the same tests of the crates that do work off the event loop.

use anyhow::Result;

use super::environment::Environment;
use super::report::Report;
use super::{TestOptions, binaries, counts};
use crate::setup::Toolchain;
use crate::shell::colour;

/// Crates for which threads make a difference.
const CRATES: [&str; 2] = ["core-async", "core-metadata"];

/// The environment's name in reports.
const NAME: &str = "chromium, threads";

/// Builds the tests with a standard library of their own and runs them on an isolated page.
pub(crate) fn run(toolchain: &Toolchain, options: &TestOptions, report: &mut Report) {
    if let Err(error) = try_run(toolchain, options, report) {
        report.broken("threads", "crates", &error);
    }
}

fn try_run(toolchain: &Toolchain, options: &TestOptions, report: &mut Report) -> Result<()> {
    let mut build = toolchain
        .threaded_cargo("test")?
        .args(["--lib", "--tests"])
        .env("CARGO_TERM_COLOR", colour());
    let wanted = || CRATES.into_iter().filter(|package| options.wants(package));
    if wanted().next().is_none() {
        println!("threads: none of these crates has tests for threads");
        return Ok(());
    }
    for package in wanted() {
        build = build.args(["-p", package]);
    }
    let environment = Environment::isolated();
    for binary in binaries::build(build)? {
        println!("\n{NAME} {}: {}", binary.package, binary.program.display());
        let runner = environment.runner(toolchain)?.arg(&binary.program);
        let watched = runner.args(options.filter()).dir(&binary.folder).watch()?;
        report.ran(NAME, &binary.package, counts::libtest(&watched.text), &watched);
    }
    Ok(())
}
