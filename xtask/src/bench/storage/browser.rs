//! The IndexedDB engine in Chromium, against IndexedDB with one object per track, Dexie, and SQLite over OPFS.

use anyhow::{Context, Result};

use super::Size;
use crate::bench::comparison::{Comparison, Goal};
use crate::paths;
use crate::setup::{self, Part};
use crate::test::binaries;
use crate::test::environment::Environment;

/// What is measured, against what, and how many times as much it may take.
const GOALS: [(&str, &str, f64); 12] = [
    ("insert_raw", "raw IndexedDB", 0.08),
    ("insert_dexie", "Dexie", 0.06),
    ("insert_sqlite", "SQLite over OPFS", 0.2),
    ("commit_1", "raw IndexedDB", 1.2),
    ("commit_50", "raw IndexedDB", 0.15),
    ("get", "raw IndexedDB", 0.15),
    ("page", "raw IndexedDB", 0.2),
    ("page_after", "raw IndexedDB", 0.2),
    ("album", "raw IndexedDB", 0.15),
    ("search", "raw IndexedDB", 0.3),
    ("open_and_page", "reading every object from raw IndexedDB", 0.4),
    ("open_and_index", "reading every object from raw IndexedDB", 0.4),
];

pub(super) fn run(size: Size) -> Result<Vec<Comparison>> {
    let toolchain = setup::ensure(&[Part::Wasm, Part::Browser, Part::Web])?;
    let build = toolchain
        .wasm_cargo("test")?
        .args(["--target", "wasm32-unknown-unknown", "--release", "-p", "bridge-wasm"])
        .args(["--features", "bench", "--test", "bench_storage"])
        .env("MPC_BENCH_PACKAGES", paths::root().join("web/node_modules"))
        .env("MPC_BENCH_TRACKS", size.tracks.to_string())
        .env("MPC_BENCH_ROUNDS", size.rounds.to_string());
    let mut output = String::new();
    for program in binaries::build(build)? {
        // Not isolated: there SQLite's package would start a worker of its own for its other file system.
        let environment = Environment::not_isolated();
        let step = environment.runner(&toolchain)?.arg(&program.program).arg("--nocapture");
        output += &step.env("WASM_BINDGEN_TEST_TIMEOUT", "3600").dir(&program.folder).watch()?.text;
    }
    GOALS.iter().map(|&(name, against, goal)| comparison(&output, name, against, goal)).collect()
}

fn comparison(output: &str, name: &str, against: &str, goal: f64) -> Result<Comparison> {
    let (ours, baseline) =
        figure(output, name).with_context(|| format!("the browser measured no {name}"))?;
    let what = name.trim_end_matches("_raw").trim_end_matches("_dexie").trim_end_matches("_sqlite");
    let name = format!("browser {} against {against}", what.replace('_', " "));
    Ok(Comparison { name, unit: "ms", ours, baseline, goal: Goal::AtMost(goal) })
}

/// The figures in the line `bench: NAME OURS BASELINE`.
fn figure(output: &str, name: &str) -> Option<(f64, f64)> {
    output.lines().find_map(|line| {
        let mut words = line.split_once("bench: ")?.1.split_whitespace();
        (words.next()? == name).then_some(())?;
        Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_other_lines() {
        let output = "running 1 test\nlog: bench: page_after 0.5 2\nbench: page 0.25 1.0\n";
        let page = comparison(output, "page", "raw IndexedDB", 0.2).unwrap();
        assert_eq!((page.ours, page.baseline, page.passes()), (0.25, 1.0, false));
        assert!(comparison(output, "insert_raw", "raw IndexedDB", 1.0).is_err());
    }
}
