//! The workspace as it is built natively.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use anyhow::Result;

use crate::paths;
use crate::shell::Step;

/// Crates that only exist in browsers.
const ELSEWHERE: [&str; 2] = ["bridge-wasm", "mpc-wasm"];

/// `cargo <subcommand>` for every crate that exists natively.
pub(crate) fn cargo(subcommand: &str) -> Step {
    ELSEWHERE.iter().fold(Step::cargo(subcommand).arg("--workspace"), |step, package| {
        step.args(["--exclude", package])
    })
}

/// Builds an example and returns its program.
///
/// As the tests are built, with the features that the whole workspace asks of its dependencies: for
/// one crate alone most of them would be compiled once more. `features` are those it needs, each
/// with its crate.
pub(crate) fn example(name: &str, features: &[&str]) -> Result<PathBuf> {
    let build = cargo("build").args(["--quiet", "--example", name]);
    features.iter().fold(build, |build, feature| build.args(["--features", feature])).run()?;
    Ok(paths::cargo_target().join("debug/examples").join(format!("{name}{EXE_SUFFIX}")))
}
