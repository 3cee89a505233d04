//! The IndexedDB engine in Chromium, against IndexedDB with one object per track, Dexie, and SQLite over OPFS.

use anyhow::{Context, Result};

use super::growth::{Growth, OURS};
use super::{Measured, Size};
use crate::bench::comparison::{Comparison, Goal};
use crate::bench::{figure, median};
use crate::paths;
use crate::setup::{self, Part};
use crate::test::binaries;
use crate::test::environment::Environment;

/// What is measured, against what, and how many times as much it may take.
const GOALS: [(&str, &str, f64); 17] = [
    ("insert_raw", "raw IndexedDB", 0.08),
    ("insert_dexie", "Dexie", 0.06),
    ("insert_sqlite", "SQLite over OPFS", 0.2),
    ("commit_1", "raw IndexedDB", 1.2),
    ("commit_50", "raw IndexedDB", 0.15),
    ("get", "raw IndexedDB", 0.15),
    ("page", "raw IndexedDB", 0.2),
    ("page_after", "raw IndexedDB", 0.2),
    ("page_js", "raw IndexedDB", 0.5),
    ("page_after_js", "raw IndexedDB", 0.5),
    ("album", "raw IndexedDB", 0.15),
    ("album_js", "raw IndexedDB", 0.5),
    ("search", "raw IndexedDB", 0.3),
    ("search_dexie", "Dexie", 0.1),
    ("boundary", "JSON within JavaScript", 1.6),
    ("open_and_page", "reading every object from raw IndexedDB", 0.4),
    ("open_and_index", "reading every object from raw IndexedDB", 1.0),
];

const SIDE: &str = "In the browser";

/// What the picture shows, with whom it is compared there.
const SHOWN: [(&str, &str, &str); 5] = [
    ("insert_raw", "insert everything, with indexes", "raw IndexedDB"),
    ("insert_dexie", "insert everything, with indexes", "Dexie"),
    ("insert_sqlite", "insert everything, with indexes", "SQLite (OPFS)"),
    ("open_and_page", "open, and read the first page", "raw IndexedDB"),
    ("page_after", "page of 50 in the middle", "raw IndexedDB"),
];

pub(super) fn run(size: Size) -> Result<Measured> {
    let toolchain = setup::ensure(&[Part::Wasm, Part::Browser, Part::Web])?;
    let build = toolchain
        .wasm_cargo("test")?
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            size.profile(),
            "-p",
            "bridge-wasm",
        ])
        .args(["--features", "bench", "--test", "bench_storage"])
        .env("MPC_BENCH_PACKAGES", paths::root().join("web/node_modules"))
        .env("MPC_BENCH_TRACKS", size.tracks.to_string());
    let programs = binaries::build(build)?;
    let mut rounds = Vec::new();
    // Each in a browser of its own: one that has just deleted large databases still clears them away.
    for _ in 0..size.rounds {
        let mut output = String::new();
        for program in &programs {
            // Not isolated: there SQLite's package would start a worker of its own for its other file system.
            let environment = Environment::not_isolated();
            let step = environment.runner(&toolchain)?.arg(&program.program).arg("--nocapture");
            output +=
                &step.env("WASM_BINDGEN_TEST_TIMEOUT", "10800").dir(&program.folder).watch()?.text;
        }
        rounds.push(output);
    }
    let mut growth = Growth::default();
    for (name, what, against) in SHOWN {
        if let Some((ours, theirs)) = middle(&rounds, name) {
            growth.add((SIDE, what), OURS, size.tracks, ours);
            growth.add((SIDE, what), against, size.tracks, theirs);
        }
    }
    let compared =
        GOALS.iter().map(|&(name, against, goal)| comparison(&rounds, name, against, goal));
    Ok(Measured { comparisons: compared.collect::<Result<_>>()?, growth })
}

/// What the middle round measured of each; `None` if one has not measured it.
fn middle(rounds: &[String], name: &str) -> Option<(f64, f64)> {
    let figures: Option<(Vec<_>, Vec<_>)> =
        rounds.iter().map(|output| figure(output, name)).collect();
    let (mut ours, mut theirs) = figures?;
    Some((median(&mut ours), median(&mut theirs)))
}

fn comparison(rounds: &[String], name: &str, against: &str, goal: f64) -> Result<Comparison> {
    let (ours, baseline) =
        middle(rounds, name).with_context(|| format!("the browser measured no {name}"))?;
    let what = name.trim_end_matches("_raw").trim_end_matches("_dexie").trim_end_matches("_sqlite");
    let what = what.replace("_js", " to JavaScript").replace('_', " ");
    let name = format!("browser {what} against {against}");
    Ok(Comparison { name, unit: "ms", ours, baseline, goal: Goal::AtMost(goal) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_other_lines() {
        let round = |page: &str| {
            format!("bench: page 9 1\nlog: bench: page_after 0.5 2\nbench: page {page}\n")
        };
        let rounds = ["0.25 1.0", "0.5 1.5", "0.1 9.0"].map(round);
        let page = comparison(&rounds, "page", "raw IndexedDB", 0.15).unwrap();
        assert_eq!((page.ours, page.baseline, page.passes()), (0.25, 1.5, false));
        assert!(comparison(&rounds, "insert_raw", "raw IndexedDB", 1.0).is_err());
    }
}
