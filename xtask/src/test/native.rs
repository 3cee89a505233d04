//! The native suites: unit and integration tests of every crate, then the documentation's examples.

use std::ffi::OsString;

use anyhow::Result;

use super::report::Report;
use super::{TestOptions, binaries, counts};
use crate::natively;
use crate::shell::{Step, colour};

/// Crates whose work shows in the tests of others: macros expand there, and contracts run there.
const TESTED_BY_OTHERS: [&str; 2] = ["core-async-macros", "bridge-conformance"];

/// Builds and runs every native test.
pub(crate) fn run(options: &TestOptions, report: &mut Report) {
    if let Err(error) = unit(options, report) {
        report.broken("native", "crates", &error);
    }
    if let Err(error) = documentation(options, report) {
        report.broken("native", "doc tests", &error);
    }
}

fn unit(options: &TestOptions, report: &mut Report) -> Result<()> {
    let libraries = compiler_libraries()?;
    for binary in binaries::build(cargo_test(options).args(["--lib", "--bins", "--tests"]))? {
        println!("\nnative {}: {}", binary.package, binary.program.display());
        let watched = Step::new(&binary.program)
            .args(["--color", colour()])
            .args(options.filter())
            .env("CARGO_MANIFEST_DIR", &binary.folder)
            .env(LIBRARY_PATH, &libraries)
            .dir(&binary.folder)
            .watch()?;
        let counts = counts::libtest(&watched.text);
        // Programs without tests beside a library with some are common, a crate without any is not.
        if counts == counts::Counts::default()
            && watched.success
            && TESTED_BY_OTHERS.contains(&binary.package.as_str())
        {
            continue;
        }
        report.ran("native", &binary.package, counts, &watched);
    }
    Ok(())
}

/// The variable that says where programs look for shared libraries.
const LIBRARY_PATH: &str = if cfg!(windows) {
    "PATH"
} else if cfg!(target_os = "macos") {
    "DYLD_FALLBACK_LIBRARY_PATH"
} else {
    "LD_LIBRARY_PATH"
};

/// That variable with the compiler's own libraries in front: the tests of procedural macros are linked to them.
fn compiler_libraries() -> Result<OsString> {
    let own = Step::new("rustc").args(["--print", "target-libdir"]).quiet().read()?;
    let inherited = std::env::var_os(LIBRARY_PATH).unwrap_or_default();
    let all = [own.trim().into()].into_iter().chain(std::env::split_paths(&inherited));
    Ok(std::env::join_paths(all)?)
}

fn documentation(options: &TestOptions, report: &mut Report) -> Result<()> {
    let mut step = cargo_test(options).args(["--doc", "--no-fail-fast"]);
    if let Some(filter) = options.filter() {
        step = step.args(["--", filter]);
    }
    let watched = step.watch()?;
    let mut total = counts::Counts::default();
    for (_, counts) in counts::doc_tests(&watched.text) {
        total += counts;
    }
    // Chosen crates may have no examples in their documentation, or be programs; the whole workspace may not.
    let none = watched.success || watched.text.contains("no library targets found");
    if options.packages.is_empty() || total != counts::Counts::default() || !none {
        report.ran("native", "doc tests", total, &watched);
    }
    Ok(())
}

fn cargo_test(options: &TestOptions) -> Step {
    let step = match &*options.packages {
        [] => natively::cargo("test"),
        some => some.iter().fold(Step::cargo("test"), |step, package| step.args(["-p", package])),
    };
    options.sized(step.env("CARGO_TERM_COLOR", colour()))
}
