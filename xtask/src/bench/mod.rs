//! `cargo xtask bench <suite>`: comparisons with other programs, as ratios measured in one interleaved run.

mod mpd;
mod scan;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::paths;

/// What to measure, and how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct BenchOptions {
    /// The suite
    suite: Suite,
    /// Measure a little, to see that it works
    #[arg(long)]
    quick: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Suite {
    /// Scanning a folder of tagged files, against mpd
    Scan,
}

/// One comparison. How many times faster we are must reach the goal.
#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    name: String,
    /// Our time, in seconds.
    ours: f64,
    /// The other program's time, in seconds.
    baseline: f64,
    /// How many times faster we should be.
    goal: f64,
}

impl Comparison {
    fn ratio(&self) -> f64 {
        self.baseline / self.ours
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "ours": self.ours,
            "baseline": self.baseline,
            "ratio": self.ratio(),
            "goal": self.goal,
            "pass": self.ratio() >= self.goal,
        })
    }
}

/// Runs a suite and writes `target/bench/<suite>.json`.
pub(crate) fn run(options: &BenchOptions) -> Result<()> {
    let comparisons = match options.suite {
        Suite::Scan => scan::run(options.quick)?,
    };
    let path = paths::output("bench/scan.json");
    let results: Vec<Value> = comparisons.iter().map(Comparison::to_json).collect();
    let text = serde_json::to_string_pretty(&results)?;
    std::fs::create_dir_all(paths::output("bench"))?;
    std::fs::write(&path, &text)?;
    for it in &comparisons {
        let verdict = if it.ratio() >= it.goal { "reached" } else { "missed" };
        println!(
            "{}: ours {:.3} s, baseline {:.3} s: {:.2} times faster, goal {:.1} {verdict}",
            it.name,
            it.ours,
            it.baseline,
            it.ratio(),
            it.goal
        );
    }
    if options.json {
        println!("{text}");
    }
    println!("the results are in {}", path.display());
    Ok(())
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
    fn ratio_says_how_many_times_faster_we_are() {
        let it = Comparison { name: "scan".to_owned(), ours: 0.5, baseline: 2.0, goal: 3.0 };
        assert_eq!(it.to_json()["ratio"], 4.0);
        assert_eq!(it.to_json()["pass"], true);
        assert_eq!(Comparison { ours: 1.0, ..it }.to_json()["pass"], false);
    }

    #[test]
    fn one_slow_round_does_not_decide() {
        assert!((median(&mut [9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
