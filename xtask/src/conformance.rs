//! `cargo xtask conformance`: every bridge of this repository, certified in every environment it runs in.

use anyhow::{Result, bail};

use crate::paths;
use crate::setup::{self, Part, Toolchain};
use crate::shell::Step;
use crate::test::binaries::{self, TestBinary};
use crate::test::environment::Environment;
use crate::test::http_server::HttpServer;
use crate::test::node;

/// A bridge and the crate whose tests hold it to its contract.
#[derive(Clone, Copy, Debug)]
struct Bridge {
    name: &'static str,
    package: &'static str,
    /// Which of the tests; empty for all.
    tests: &'static str,
}

/// The kit's own tests hold the memory bridge to the contract, and broken ones that are no bridge.
const MEMORY: Bridge =
    Bridge { name: "bridge-memory", package: "bridge-conformance", tests: "memory::" };
const DESKTOP: Bridge = Bridge { name: "bridge-desktop", package: "bridge-desktop", tests: "" };
const WASM: Bridge = Bridge { name: "bridge-wasm", package: "bridge-wasm", tests: "" };
const NODE: Bridge = Bridge { name: node::BRIDGE, package: node::BRIDGE, tests: "" };

/// What the test programs of a bridge printed, and whether all of them ended well.
#[derive(Clone, Debug, Default)]
struct Output {
    text: String,
    failed: bool,
}

impl Output {
    fn add(&mut self, step: Step) -> Result<()> {
        let watched = step.watch()?;
        self.text += &watched.text;
        self.failed |= !watched.success;
        Ok(())
    }
}

/// Runs every suite, writes a certificate for each bridge and environment, and fails if a case did, or a program
/// ended before its last case.
pub(crate) fn run() -> Result<()> {
    let parts = [Part::Sound, Part::Wasm, Part::Browser, Part::Firefox, Part::Node];
    let toolchain = setup::ensure(&parts)?;
    std::fs::create_dir_all(paths::output("conformance"))?;
    let mut lines = Vec::new();
    let mut uncertified = Vec::new();
    let mut certify = |bridge: Bridge, environment: &str, output: &Output| -> Result<()> {
        let certified = write_certificate(bridge, environment, &output.text)? && !output.failed;
        let verdict = if certified { "certified" } else { "NOT CERTIFIED" };
        lines.push(format!("{:<15} {environment:<26} {verdict}", bridge.name));
        if !certified {
            uncertified.push(format!("{} ({environment})", bridge.name));
        }
        Ok(())
    };
    for bridge in [MEMORY, DESKTOP] {
        let environment = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        certify(bridge, &environment, &native(bridge)?)?;
    }
    // Held until the tests have run.
    let server = HttpServer::start()?;
    for bridge in [WASM, MEMORY] {
        let build = toolchain.wasm_cargo("test")?.env("MPC_TEST_HTTP_SERVER", server.origin());
        let build = build.args(["--target", "wasm32-unknown-unknown", "-p", bridge.package]);
        let programs = binaries::build(build.args(["--test", "it"]))?;
        for environment in &Environment::ALL {
            // The memory bridge is the same everywhere, and the kit is proven wherever it runs.
            let own = environment.tests(bridge.package).unwrap_or_default();
            let tests = if own.is_empty() { bridge.tests } else { own };
            let output = browser(&toolchain, environment, tests, &programs)?;
            certify(bridge, environment.name, &output)?;
        }
    }
    let mut output = Output::default();
    for program in node::build(&toolchain, NODE.package)? {
        output.add(node::runner(&toolchain, &program)?.arg("--nocapture"))?;
    }
    let version = Step::new("node").arg("--version").quiet().read()?;
    certify(NODE, &format!("node {}", version.trim()), &output)?;

    println!("\n{}", lines.join("\n"));
    println!("the certificates are in {}", paths::output("conformance").display());
    if !uncertified.is_empty() {
        bail!("not certified: {}", uncertified.join(", "));
    }
    Ok(())
}

fn native(bridge: Bridge) -> Result<Output> {
    let build = Step::cargo("test").args(["-p", bridge.package, "--test", "it"]);
    let mut output = Output::default();
    for program in binaries::build(build)? {
        let step = Step::new(&program.program).args([bridge.tests, "--show-output"]);
        output.add(step.dir(&program.folder))?;
    }
    Ok(output)
}

fn browser(
    toolchain: &Toolchain,
    environment: &Environment,
    tests: &str,
    programs: &[TestBinary],
) -> Result<Output> {
    let mut output = Output::default();
    for program in programs {
        let step = environment.runner(toolchain)?.arg(&program.program);
        output.add(step.args(["--nocapture", tests]).dir(&program.folder))?;
    }
    Ok(output)
}

/// Whether every case held. The first environment of a bridge has its name, the others add theirs.
fn write_certificate(bridge: Bridge, environment: &str, output: &str) -> Result<bool> {
    let folder = paths::output("conformance");
    let log = folder.join("output.txt");
    std::fs::write(&log, output)?;
    let certified = Step::cargo("run")
        .args(["--quiet", "-p", "bridge-conformance", "--bin", "bridge-certify", "--"])
        .args(["--bridge", bridge.name, "--environment", environment])
        .arg("--from")
        .arg(&log)
        .arg("--out")
        .arg(folder.join(file_name(bridge, environment)))
        .watch()?
        .success;
    std::fs::remove_file(log)?;
    Ok(certified)
}

fn file_name(bridge: Bridge, environment: &str) -> String {
    let native = environment.starts_with(std::env::consts::OS);
    let first = native
        || bridge.name == NODE.name
        || bridge.name == WASM.name && environment == Environment::ALL[0].name;
    let words: Vec<_> = environment.split([',', ' ']).filter(|word| !word.is_empty()).collect();
    match first {
        true => format!("{}.json", bridge.name),
        false => format!("{}-{}.json", bridge.name, words.join("-")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bridge_and_environment_has_a_file_of_its_own() {
        let name = |bridge, at: usize| file_name(bridge, Environment::ALL[at].name);
        assert_eq!(name(WASM, 0), "bridge-wasm.json");
        assert_eq!(name(WASM, 1), "bridge-wasm-chromium-not-isolated.json");
        assert_eq!(name(MEMORY, 0), "bridge-memory-chromium.json");
        let here = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        assert_eq!(file_name(DESKTOP, &here), "bridge-desktop.json");
        assert_eq!(file_name(NODE, "node v20.20.2"), "bridge-node.json");
    }

    #[test]
    fn program_that_ends_badly_is_remembered() {
        let mut output = Output::default();
        output.add(Step::new("sh").args(["-c", "echo test a::b ... ok; exit 1"])).unwrap();
        output.add(Step::new("sh").args(["-c", "echo more"])).unwrap();
        assert!(output.failed && output.text.contains("a::b") && output.text.contains("more"));
    }
}
