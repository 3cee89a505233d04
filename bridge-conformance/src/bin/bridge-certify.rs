//! Turns the output of a bridge's conformance tests into its certificate.
//!
//! ```text
//! cargo test -- --show-output | bridge-certify --bridge my-bridge --environment "my platform 1.0" --out my-bridge.json
//! ```
//!
//! `--from FILE` reads what was kept of such a run instead. Prints the table, writes the JSON where `--out` says, and
//! ends with 1 if a case failed or none ran.

#![expect(
    clippy::disallowed_methods,
    reason = "this is a program for the desktop, it reads and writes files"
)]

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use bridge_conformance::certificate::Certificate;

const USAGE: &str = "usage: cargo test -- --show-output | bridge-certify --bridge NAME --environment TEXT [--from FILE] [--out FILE]";

fn main() -> ExitCode {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if options.from.is_none() && std::io::stdin().is_terminal() {
        eprintln!("{USAGE}\nbridge-certify reads the output of the tests from a pipe");
        return ExitCode::from(2);
    }
    match certify(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bridge-certify: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Debug, Default)]
struct Options {
    bridge: String,
    environment: String,
    from: Option<PathBuf>,
    out: Option<PathBuf>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Self::default();
        while let Some(name) = arguments.next() {
            let value = arguments.next()?;
            match name.as_str() {
                "--bridge" => options.bridge = value,
                "--environment" => options.environment = value,
                "--from" => options.from = Some(value.into()),
                "--out" => options.out = Some(value.into()),
                _ => return None,
            }
        }
        let complete = !options.bridge.is_empty() && !options.environment.is_empty();
        complete.then_some(options)
    }
}

/// Whether cases ran and none failed.
fn certify(options: &Options) -> std::io::Result<bool> {
    let mut output = Vec::new();
    match &options.from {
        Some(file) => output = std::fs::read(file)?,
        None => drop(std::io::stdin().read_to_end(&mut output)?),
    }
    let output = String::from_utf8_lossy(&output);
    let certificate = Certificate::from_output(&options.bridge, &options.environment, &output);
    print!("{certificate}");
    if let Some(out) = &options.out {
        std::fs::write(out, serde_json::to_string_pretty(&certificate)? + "\n")?;
    }
    Ok(certificate.passed() > 0 && certificate.failed() == 0)
}
