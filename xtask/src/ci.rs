//! `cargo xtask ci`: everything a change has to pass, and nothing else runs in CI.

use anyhow::{Result, bail};

use crate::setup::{self, Part, Toolchain};
use crate::shell::{Step, find_program};
use crate::{bench, natively, paths, test, tidy, wasm, web};

/// Crates that are compiled for browsers, and so are linted for them too.
const BROWSER_CRATES: [&str; 13] = [
    "bridge-conformance",
    "bridge-memory",
    "bridge-traits",
    "bridge-wasm",
    "core-async",
    "core-auth",
    "core-library",
    "core-metadata",
    "core-playback",
    "core-runtime",
    "core-service",
    "core-sync",
    "mpc-wasm",
];

/// Runs every check, then the tests as the README says. Checks go on after a failure, so that one run shows them all.
pub(crate) fn run() -> Result<()> {
    let toolchain = setup::ensure(&Part::ALL)?;
    let mut failed = Vec::new();
    let mut check = |name: &'static str, result: Result<()>| {
        if let Err(error) = result {
            eprintln!("error: {name}: {error:#}");
            failed.push(name);
        }
    };

    check("fmt", Step::cargo("fmt").args(["--all", "--check"]).run());
    check("clippy", native_clippy());
    check("clippy for wasm32", wasm_clippy(&toolchain));
    check("doc", documentation(&toolchain));
    check("tidy", tidy::run());
    check(
        "deny",
        optional("cargo-deny", || {
            Step::cargo("deny").args(["check", "licenses", "bans", "sources"]).run()
        }),
    );
    check("typos", optional("typos", || Step::new("typos").run()));
    check("web build", web::build(&toolchain));
    check("bundle size", wasm::check_size());
    check("web lint", Step::new("npm").args(["run", "lint"]).dir(paths::root().join("web")).run());
    check("test", test::run(&test::TestOptions::default()));
    check("bench", bench::smoke());

    if !failed.is_empty() {
        bail!("CI failed: {}", failed.join(", "));
    }
    Ok(())
}

fn native_clippy() -> Result<()> {
    natively::cargo("clippy")
        // What measures is compiled by nothing else.
        .args(["--features", "core-service/bench"])
        .args(["--all-targets", "--", "-D", "warnings"])
        .run()
}

/// Clippy for browsers. Debian's clippy is no cargo subcommand, it takes the compiler's place.
fn wasm_clippy(toolchain: &Toolchain) -> Result<()> {
    // Tests are the same code as natively, where clippy sees them; what it allows in tests it knows by
    // an attribute that browser tests do not have.
    let flags = ["--target", "wasm32-unknown-unknown", "--lib"];
    match toolchain.target()?.clippy_driver() {
        None => toolchain
            .wasm_cargo("clippy")?
            .args(flags)
            .args(in_browsers())
            .args(["--", "-D", "warnings"])
            .run(),
        // This variable is how cargo-clippy hands on the arguments after `--`.
        Some(driver) => toolchain
            .wasm_cargo("check")?
            .args(flags)
            .args(in_browsers())
            .env("RUSTC_WORKSPACE_WRAPPER", driver)
            .env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__")
            .run(),
    }
}

fn documentation(toolchain: &Toolchain) -> Result<()> {
    natively::cargo("doc").arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings").run()?;
    toolchain
        .wasm_cargo("doc")?
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--no-deps",
            "--lib",
            "-p",
            "bridge-wasm",
            "-p",
            "mpc-wasm",
        ])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn in_browsers() -> impl Iterator<Item = &'static str> {
    BROWSER_CRATES.into_iter().flat_map(|package| ["-p", package])
}

/// Runs a check whose program is not installed by set-up, because building it takes longer than all others together.
fn optional(program: &str, check: impl FnOnce() -> Result<()>) -> Result<()> {
    if find_program(program).is_none() {
        println!("ci: {program} is not installed, left out (`tidy` checks licences in any case)");
        return Ok(());
    }
    check()
}
