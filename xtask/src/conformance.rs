//! `cargo xtask conformance`: every bridge of this repository, certified in every environment it runs in.

use anyhow::{Result, bail};

use crate::paths;
use crate::setup::{self, Part, Toolchain};
use crate::shell::Step;
use crate::test::binaries::{self, TestBinary};
use crate::test::environment::Environment;

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

/// Runs every suite, writes a certificate for each bridge and environment, and fails if a case did.
pub(crate) fn run() -> Result<()> {
    let toolchain = setup::ensure(&[Part::Sound, Part::Wasm, Part::Browser, Part::Firefox])?;
    std::fs::create_dir_all(paths::output("conformance"))?;
    let mut uncertified = Vec::new();
    let mut certify = |bridge: Bridge, environment: &str, output: &str| -> Result<()> {
        if !write_certificate(bridge, environment, output)? {
            uncertified.push(format!("{} ({environment})", bridge.name));
        }
        Ok(())
    };
    for bridge in [MEMORY, DESKTOP] {
        let environment = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        certify(bridge, &environment, &native(bridge)?)?;
    }
    for bridge in [WASM, MEMORY] {
        let target = ["--target", "wasm32-unknown-unknown"];
        let build = toolchain.wasm_cargo("test")?.args(target);
        let programs = binaries::build(build.args(["-p", bridge.package, "--test", "it"]))?;
        for environment in Environment::ALL.iter().filter(|it| it.tests(bridge.name)) {
            let output = browser(&toolchain, environment, bridge, &programs)?;
            certify(bridge, environment.name, &output)?;
        }
    }
    println!("the certificates are in {}", paths::output("conformance").display());
    if !uncertified.is_empty() {
        bail!("not certified: {}", uncertified.join(", "));
    }
    Ok(())
}

fn native(bridge: Bridge) -> Result<String> {
    let build = Step::cargo("test").args(["-p", bridge.package, "--test", "it"]);
    let mut output = String::new();
    for program in binaries::build(build)? {
        let step = Step::new(&program.program).args([bridge.tests, "--show-output"]);
        output += &step.dir(&program.folder).watch()?.text;
    }
    Ok(output)
}

fn browser(
    toolchain: &Toolchain,
    environment: &Environment,
    bridge: Bridge,
    programs: &[TestBinary],
) -> Result<String> {
    let mut output = String::new();
    for program in programs {
        let step = environment.runner(toolchain)?.arg(&program.program);
        let step = step.args(["--nocapture", bridge.tests]);
        output += &step.dir(&program.folder).watch()?.text;
    }
    Ok(output)
}

/// Whether every case held. The first environment of a bridge has its name, the others add theirs.
fn write_certificate(bridge: Bridge, environment: &str, output: &str) -> Result<bool> {
    let folder = paths::output("conformance");
    let log = folder.join("output.txt");
    std::fs::write(&log, output)?;
    let native = environment.starts_with(std::env::consts::OS);
    let first = native || bridge.name == WASM.name && environment == Environment::ALL[0].name;
    let name = match first {
        true => format!("{}.json", bridge.name),
        false => format!("{}-{}.json", bridge.name, environment.replace([',', ' '], "-")),
    };
    let certified = Step::cargo("run")
        .args(["--quiet", "-p", "bridge-conformance", "--bin", "bridge-certify", "--"])
        .args(["--bridge", bridge.name, "--environment", environment])
        .arg("--from")
        .arg(&log)
        .arg("--out")
        .arg(folder.join(name))
        .watch()?
        .success;
    std::fs::remove_file(log)?;
    Ok(certified)
}
