//! Suite `async`: what core-async costs over tokio natively and over the browser's own means there, and what the
//! HTTP bridges cost over the clients below them.

mod http;

use anyhow::{Context, Result};

use super::comparison::{Comparison, Goal};
use super::median;
use crate::paths;
use crate::setup::{self, Part};
use crate::shell::{Step, find_program};
use crate::test::binaries;
use crate::test::environment::Environment;

/// Measures natively, by instructions where callgrind can count them, and in Chromium.
pub(crate) fn run(quick: bool) -> Result<Vec<Comparison>> {
    let mut comparisons = native(quick)?;
    comparisons.extend(browser()?);
    comparisons.extend(http::run(quick)?);
    Ok(comparisons)
}

fn native(quick: bool) -> Result<Vec<Comparison>> {
    Step::cargo("build")
        .args(["--release", "-p", "core-async", "--example", "bench_native"])
        .run()?;
    let counted = find_program("valgrind").is_some();
    if !counted {
        println!(
            "async: valgrind is not installed, so native figures are seconds, not instructions"
        );
    }
    let rounds: u64 = if quick { 2_000 } else { 20_000 };
    let mut comparisons = Vec::new();
    for work in ["spawn", "mpsc", "timeout"] {
        let figure = |library: &str| {
            if counted {
                instructions(library, work, rounds)
            } else {
                seconds(library, work, rounds)
            }
        };
        comparisons.push(Comparison {
            name: format!("native {work} against tokio"),
            unit: if counted { "instructions" } else { "s" },
            ours: figure("core-async")?,
            baseline: figure("tokio")?,
            goal: Goal::AtMost(1.03),
        });
    }
    Ok(comparisons)
}

fn program() -> std::path::PathBuf {
    let name = format!("bench_native{}", std::env::consts::EXE_SUFFIX);
    paths::cargo_target().join("release/examples").join(name)
}

/// Instructions for one piece of work; what starting the program takes is subtracted.
fn instructions(library: &str, work: &str, rounds: u64) -> Result<f64> {
    let count = |rounds: u64| -> Result<f64> {
        let said = Step::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program())
            .args([library, work, &rounds.to_string()])
            .quiet()
            .watch()?
            .text;
        let collected = said.lines().find_map(|line| line.split_once("Collected : "));
        let (_, count) = collected.context("callgrind counted nothing")?;
        Ok(count.trim().parse()?)
    };
    Ok((count(rounds)? - count(0)?) / exactly(rounds))
}

/// Seconds for one piece of work, the middle of several runs.
fn seconds(library: &str, work: &str, rounds: u64) -> Result<f64> {
    let rounds = rounds * 50;
    let mut times = Vec::new();
    for _ in 0..7 {
        let start = std::time::Instant::now();
        Step::new(program()).args([library, work, &rounds.to_string()]).quiet().run()?;
        times.push(start.elapsed().as_secs_f64() / exactly(rounds));
    }
    Ok(median(&mut times))
}

#[expect(clippy::cast_precision_loss, reason = "there are at most millions of rounds")]
fn exactly(rounds: u64) -> f64 {
    rounds as f64
}

fn browser() -> Result<Vec<Comparison>> {
    let output = in_browser("core-async", &[])?;
    let measured = figures(&output);
    let figure = |name: &str| {
        let found = measured.iter().find(|(measured, ..)| *measured == name);
        found.copied().with_context(|| format!("the browser measured no {name}"))
    };
    let comparison = |name: &str, baseline: &str, goal| -> Result<Comparison> {
        let (_, ours, theirs) = figure(name)?;
        let name = format!("browser {} against {baseline}", name.replace('_', " "));
        Ok(Comparison { name, unit: "µs", ours, baseline: theirs, goal })
    };
    Ok(vec![
        comparison("yield_now", "a bare message to oneself", Goal::Absolute(20.0))?,
        comparison("spawn_and_join", "bare spawn_local", Goal::AtMost(1.2))?,
        comparison("spawn_and_join_from_outside_of_tasks", "bare spawn_local", Goal::AtMost(1.2))?,
        comparison("sleep_5_ms", "bare setTimeout", Goal::AtMost(1.05))?,
    ])
}

/// What the measurements of `package` say in Chromium.
fn in_browser(package: &str, environment: &[(&str, &str)]) -> Result<String> {
    let toolchain = setup::ensure(&[Part::Wasm, Part::Browser])?;
    let mut build = toolchain
        .wasm_cargo("test")?
        .args(["--target", "wasm32-unknown-unknown", "--release", "-p", package])
        .args(["--features", "bench", "--test", "bench"]);
    for (name, value) in environment {
        build = build.env(name, value);
    }
    let mut output = String::new();
    for program in binaries::build(build)? {
        let step = Environment::ALL[0].runner(&toolchain)?.arg(&program.program);
        output += &step.arg("--nocapture").dir(&program.folder).watch()?.text;
    }
    Ok(output)
}

/// The lines `bench: NAME OURS BASELINE`.
fn figures(output: &str) -> Vec<(&str, f64, f64)> {
    output.lines().filter_map(figure).collect()
}

fn figure(line: &str) -> Option<(&str, f64, f64)> {
    let mut words = line.split_once("bench: ")?.1.split_whitespace();
    Some((words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_other_lines() {
        let output = "running 1 test\nlog: bench: yield_now 12.5 0.5\ntest yield_now ... ok\n";
        assert_eq!(figures(output), [("yield_now", 12.5, 0.5)]);
    }
}
