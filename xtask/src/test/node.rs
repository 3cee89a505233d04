//! The example bridge for Node.js. It is a workspace of its own, as a stranger's bridge is, so it is built by itself;
//! what it shares with ours it finds in the same target folder.

use anyhow::Result;

use super::binaries::{self, TestBinary};
use super::report::Report;
use super::{TestOptions, counts};
use crate::paths;
use crate::setup::Toolchain;
use crate::shell::{Step, colour};

/// The bridge, and the core on top of it, with their folders.
const CRATES: [(&str, &str); 2] = [
    (BRIDGE, "examples/bridge-node"),
    ("bridge-node-whole-core", "examples/bridge-node/whole-core"),
];

/// The crate of the bridge itself.
pub(crate) const BRIDGE: &str = "bridge-node";

/// Builds and runs the tests of both crates.
pub(crate) fn run(toolchain: &Toolchain, options: &TestOptions, report: &mut Report) {
    for (package, _) in CRATES.into_iter().filter(|(package, _)| options.wants(package)) {
        if let Err(error) = try_run(toolchain, package, options, report) {
            report.broken("node", package, &error);
        }
    }
}

fn try_run(
    toolchain: &Toolchain,
    package: &str,
    options: &TestOptions,
    report: &mut Report,
) -> Result<()> {
    for program in build(toolchain, package)? {
        println!("\nnode {package}: {}", program.program.display());
        let watched = runner(toolchain, &program)?.args(options.filter()).watch()?;
        report.ran("node", package, counts::libtest(&watched.text), &watched);
    }
    Ok(())
}

/// The test programs of one of the crates.
pub(crate) fn build(toolchain: &Toolchain, package: &str) -> Result<Vec<TestBinary>> {
    let folder = CRATES.into_iter().find(|(name, _)| *name == package).map(|(_, folder)| folder);
    let step = toolchain.wasm_cargo("test")?.env("CARGO_TERM_COLOR", colour());
    binaries::build(step.arg("--tests").dir(paths::root().join(folder.unwrap_or_default())))
}

/// What runs one of them in Node.
pub(crate) fn runner(toolchain: &Toolchain, program: &TestBinary) -> Result<Step> {
    Ok(toolchain.node_runner()?.arg(&program.program).dir(&program.folder))
}
