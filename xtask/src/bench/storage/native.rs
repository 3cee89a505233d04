//! The SQLite adapter against `sqlx` with the same SQL, and against SQLite's own functions, which are what `rusqlite`
//! wraps.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::growth::{Growth, OURS};
use super::{Measured, Size};
use crate::bench::comparison::{Comparison, Goal};
use crate::bench::median;
use crate::shell::Step;
use crate::{natively, paths};

const SIDE: &str = "On the desktop";

/// What is measured, against which variant, and how many times as much it may take.
const GOALS: [(&str, &str, f64); 10] = [
    ("bulk insert", "raw", 1.6),
    ("bulk insert", "sqlx", 1.0),
    ("get", "sqlx", 1.15),
    ("page of 50 by title", "sqlx", 1.15),
    ("page of 50 behind a title", "sqlx", 1.15),
    ("tracks of an album", "sqlx", 1.15),
    ("get", "raw", 9.0),
    ("page of 50 by title", "raw", 5.0),
    ("page of 50 behind a title", "raw", 5.0),
    ("tracks of an album", "raw", 5.0),
];

/// What the picture shows, by the names of the measurements.
const SHOWN: [(&str, &str); 3] = [
    ("bulk insert", "insert everything, with indexes"),
    ("get", "get one track"),
    ("page of 50 behind a title", "page of 50 in the middle"),
];

/// Milliseconds by what was measured and by whom.
type Times = BTreeMap<(String, String), f64>;

pub(super) fn run(size: Size) -> Result<Measured> {
    let program = match size.is_quick {
        true => natively::example("bench_storage", &[])?,
        false => optimised("bench_storage")?,
    };
    let said =
        Step::new(program).args([&size.tracks.to_string(), &size.rounds.to_string()]).watch()?.text;
    let times = times(&said);
    let mut growth = Growth::default();
    for ((name, variant), ms) in &times {
        if let Some((_, what)) = SHOWN.iter().find(|(shown, _)| shown == name) {
            growth.add((SIDE, what), who(variant), size.tracks, *ms);
        }
    }
    let comparisons = GOALS.iter().map(|goal| comparison(&times, *goal)).collect::<Result<_>>()?;
    Ok(Measured { comparisons, growth })
}

/// Builds an example as it is measured.
fn optimised(name: &str) -> Result<PathBuf> {
    Step::cargo("build").args(["--release", "-p", "bridge-desktop", "--example", name]).run()?;
    Ok(paths::cargo_target().join("release/examples").join(format!("{name}{EXE_SUFFIX}")))
}

fn who(variant: &str) -> &str {
    match variant {
        "adapter" => OURS,
        "raw" => "SQLite",
        other => other,
    }
}

fn comparison(times: &Times, (name, against, goal): (&str, &str, f64)) -> Result<Comparison> {
    let time = |variant: &str| {
        let time = times.get(&(name.to_owned(), variant.to_owned())).copied();
        time.with_context(|| format!("{variant} measured no {name}"))
    };
    Ok(Comparison {
        name: format!("native {name} against {}", who(against)),
        unit: "ms",
        ours: time("adapter")?,
        baseline: time(against)?,
        goal: Goal::AtMost(goal),
    })
}

/// The middle of the rounds in lines such as `{"name":"get","variant":"sqlx","seconds":0.1}`.
fn times(output: &str) -> Times {
    let mut rounds: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for line in output.lines() {
        let Ok(said) = serde_json::from_str::<Value>(line) else { continue };
        if let (Some(name), Some(variant), Some(seconds)) =
            (said["name"].as_str(), said["variant"].as_str(), said["seconds"].as_f64())
        {
            rounds.entry((name.to_owned(), variant.to_owned())).or_default().push(seconds * 1e3);
        }
    }
    rounds.into_iter().map(|(key, mut times)| (key, median(&mut times))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_round_counts() {
        let line = |variant: &str, seconds: f64| {
            format!("{{\"name\":\"get\",\"variant\":\"{variant}\",\"seconds\":{seconds}}}\n")
        };
        let said = [line("adapter", 9.0), line("adapter", 0.001), line("adapter", 0.002)].concat();
        let times = times(&(said + "some other line\n" + &line("sqlx", 0.004)));
        let get = comparison(&times, ("get", "sqlx", 1.15)).unwrap();
        assert_eq!((get.ours, get.baseline, get.passes()), (2.0, 4.0, true));
        assert!(comparison(&times, ("get", "raw", 9.0)).is_err());
    }
}
