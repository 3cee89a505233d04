//! Suite `scan`: reading tags and filling the database, hot cache, against `mpd` doing the same.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::comparison::{Comparison, Goal};
use super::median;
use super::mpd::Mpd;
use crate::demo::make_album_step;
use crate::paths;
use crate::shell::{Step, find_program, remove_dir};

/// Times both programs in turn. Without mpd there is nothing to compare with, and the suite says so.
pub(crate) fn run(quick: bool) -> Result<Vec<Comparison>> {
    if find_program("mpd").is_none() {
        println!("scan: skipped, mpd is not installed (Debian: apt-get install mpd)");
        return Ok(Vec::new());
    }
    let (files, rounds) = if quick { (500, 3) } else { (5_000, 7) };
    let music = collection(files)?;
    Step::cargo("build").args(["--release", "-p", "mpc-desktop"]).run()?;
    let desktop = paths::cargo_target().join("release").join("mpc-desktop");
    let mpd = Mpd::start(&music, &paths::output("bench/mpd"))?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round of each fills the page cache and is not counted.
    for round in 0..=rounds {
        let our_time = scan(&desktop, &music, files)?;
        let their_time = mpd.rescan()?;
        println!("round {round}: ours {our_time:.3} s, mpd {their_time:.3} s");
        if round > 0 {
            ours.push(our_time);
            theirs.push(their_time);
        }
    }
    let songs = mpd.songs()?;
    if songs != files {
        bail!("mpd knows {songs} of {files} files, so the times cannot be compared");
    }
    let name = format!("scan of {files} tagged files against mpd rescan");
    Ok(vec![Comparison {
        name,
        unit: "s",
        ours: median(&mut ours),
        baseline: median(&mut theirs),
        goal: Goal::TimesFaster(3.0),
    }])
}

/// A folder with that many short tagged files, made once.
fn collection(files: usize) -> Result<PathBuf> {
    let folder = paths::output(&format!("bench/music-{files}"));
    let finished = folder.with_extension("finished");
    if !finished.exists() {
        remove_dir(&folder)?;
        make_album_step().args(["--many", &files.to_string()]).arg(&folder).run()?;
        std::fs::write(finished, "")?;
    }
    Ok(folder)
}

/// Seconds that a first scan takes, from the start of the process to its end.
fn scan(desktop: &Path, music: &Path, files: usize) -> Result<f64> {
    let library = paths::output("bench/library");
    remove_dir(&library)?;
    let start = Instant::now();
    let said = Step::new(desktop)
        .arg("--data-dir")
        .arg(&library)
        .args(["--json", "scan"])
        .arg(music)
        .quiet()
        .read()?;
    let seconds = start.elapsed().as_secs_f64();
    let report: Value = serde_json::from_str(&said).context("mpc-desktop scan printed no JSON")?;
    if report["added"] != files {
        bail!("mpc-desktop added {} of {files} files", report["added"]);
    }
    Ok(seconds)
}
