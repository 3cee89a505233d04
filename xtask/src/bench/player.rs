//! Suite `player`: the built web player on a large library that is generated for it, against plain IndexedDB.

use std::fs::File;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::comparison::{Comparison, Goal};
use crate::setup::{self, Part};
use crate::shell::Step;
use crate::{paths, serve, web};

/// How many times as long as reading every object a start may take, until tracks are shown.
const GOAL: f64 = 0.4;

/// Builds the player, opens, searches and scrolls it, and measures cold starts.
pub(super) fn run(quick: bool) -> Result<Vec<Comparison>> {
    let (tracks, rounds) = if quick { (2_000, 1) } else { (100_000, 3) };
    let toolchain = setup::ensure(&[Part::Sound, Part::Wasm, Part::Browser, Part::Web])?;
    web::build(&toolchain)?;
    let library = paths::output(&format!("bench/generated-{tracks}.mpclib"));
    std::fs::create_dir_all(paths::output("bench"))?;
    Step::cargo("build")
        .args(["--release", "-p", "core-library", "--example", "generated_library"])
        .run()?;
    let name = format!("generated_library{}", std::env::consts::EXE_SUFFIX);
    let generator = paths::cargo_target().join("release/examples").join(name);
    let status = std::process::Command::new(&generator)
        .arg(tracks.to_string())
        .stdout(Stdio::from(File::create(&library)?))
        .status()
        .with_context(|| format!("cannot run {}", generator.display()))?;
    if !status.success() {
        bail!("no library could be generated");
    }
    let server = serve::Server::start(&paths::output("web"), 0, serve::Isolation::Off)?;
    let watched = Step::new("node")
        .arg("e2e/large.e2e.mjs")
        .args(["--url", &server.url(), "--rounds", &rounds.to_string()])
        .args(["--tracks", &tracks.to_string(), "--library"])
        .arg(&library)
        .env("CHROME", &toolchain.browser()?.program)
        .dir(paths::root().join("web"))
        .watch()?;
    if !watched.text.contains("large: all is well") {
        bail!("the player did not pass on a library of {tracks} tracks");
    }
    let (ours, baseline) = super::figure(&watched.text, "cold_open_all")
        .context("the player measured no cold start")?;
    Ok(vec![Comparison {
        name:
            "player start to the first tracks shown against reading every object from raw IndexedDB"
                .to_owned(),
        unit: "ms",
        ours,
        baseline,
        goal: Goal::AtMost(GOAL),
    }])
}
