//! `cargo xtask bench <suite>`: comparisons with other programs, as ratios measured in one interleaved run.

mod asynchronous;
mod comparison;
mod mpd;
mod player;
mod scan;
mod storage;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::paths;
use comparison::Comparison;

/// What to measure, and how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct BenchOptions {
    /// The suite
    suite: Suite,
    /// Measure a little, to see that it works
    #[arg(long)]
    quick: bool,
    /// Measure at the size of a large library
    #[arg(long, conflicts_with = "quick")]
    full: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Suite {
    /// Scanning a folder of tagged files, against mpd
    Scan,
    /// Tasks, channels and timers, against tokio and against the browser's own
    Async,
    /// The storage engines, against the databases below them and beside them
    Storage,
    /// The web player on a large library, against plain IndexedDB
    Player,
}

/// Runs a suite and writes `target/bench/<suite>.json`.
pub(crate) fn run(options: &BenchOptions) -> Result<()> {
    let comparisons = match options.suite {
        Suite::Scan => scan::run(options.quick)?,
        Suite::Async => asynchronous::run(options.quick)?,
        Suite::Storage => storage::run(options.quick, options.full)?,
        Suite::Player => player::run(options.quick)?,
    };
    let suite = options.suite.to_possible_value().map(|name| name.get_name().to_owned());
    let path = paths::output(&format!("bench/{}.json", suite.unwrap_or_default()));
    let results: Vec<Value> = comparisons.iter().map(Comparison::to_json).collect();
    let text = serde_json::to_string_pretty(&results)?;
    std::fs::create_dir_all(paths::output("bench"))?;
    std::fs::write(&path, &text)?;
    for comparison in &comparisons {
        println!("{comparison}");
    }
    if options.json {
        println!("{text}");
    }
    println!("the results are in {}", path.display());
    Ok(())
}

/// Shows that the storage can be measured, as `bench storage --quick` does, with the builds that the tests have
/// left. What it measured says nothing, so it is not looked at.
pub(crate) fn smoke() -> Result<()> {
    storage::run(true, false).map(drop)
}

/// The figures in the last line `bench: NAME OURS BASELINE` of what a browser has said.
fn figure(output: &str, name: &str) -> Option<(f64, f64)> {
    output.lines().rev().find_map(|line| {
        let mut words = line.split_once("bench: ")?.1.split_whitespace();
        (words.next()? == name).then_some(())?;
        Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    })
}

/// The middle value; rounds are few, and one disturbed round must not decide.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_round_does_not_decide() {
        assert!((median(&mut [9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
