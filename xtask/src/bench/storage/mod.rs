//! Suite `storage`: the storage engines against the databases below them and beside them, one file per side.

mod browser;

use anyhow::Result;

use super::comparison::Comparison;

/// How much is stored, and how often.
#[derive(Clone, Copy, Debug)]
struct Size {
    tracks: u32,
    rounds: u32,
}

/// Measures every side: a library of 10,000 tracks, or of 100,000 with `full`.
pub(crate) fn run(quick: bool, full: bool) -> Result<Vec<Comparison>> {
    let size = match (quick, full) {
        (true, _) => Size { tracks: 2_000, rounds: 1 },
        (false, false) => Size { tracks: 10_000, rounds: 3 },
        (false, true) => Size { tracks: 100_000, rounds: 3 },
    };
    browser::run(size)
}
