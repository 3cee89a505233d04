//! Suite `storage`: the storage engines against the databases below them and beside them, one file per side.

mod browser;
mod chart;
mod growth;
mod native;

use anyhow::Result;

use super::comparison::Comparison;
use crate::paths;
use growth::Growth;

/// How much is stored, and how often.
#[derive(Clone, Copy, Debug)]
struct Size {
    tracks: u32,
    rounds: u32,
    /// With the build that the tests have left, which shows that everything can be measured and no more.
    is_quick: bool,
}

impl Size {
    /// What cargo builds with.
    fn profile(self) -> &'static str {
        if self.is_quick { "dev" } else { "release" }
    }
}

/// What one side measured at one size.
#[derive(Debug, Default)]
struct Measured {
    comparisons: Vec<Comparison>,
    growth: Growth,
}

/// Measures both sides: a library of 10,000 tracks, or with `full` libraries that grow to 100,000 and natively to
/// 1,000,000, of which a picture is drawn. The comparisons are those at 100,000 then.
pub(crate) fn run(quick: bool, full: bool) -> Result<Vec<Comparison>> {
    let size = |tracks, rounds| Size { tracks, rounds, is_quick: quick };
    if !full {
        let size = if quick { size(10_000, 1) } else { size(10_000, 3) };
        let mut comparisons = browser::run(size)?.comparisons;
        comparisons.extend(native::run(size)?.comparisons);
        if quick {
            println!("storage: these are figures of builds that are not optimised");
        }
        return Ok(comparisons);
    }
    let mut growth = Growth::default();
    for size in [size(1_000, 3), size(10_000, 3), size(1_000_000, 1)] {
        growth.extend(native::run(size)?.growth);
    }
    for size in [size(1_000, 3), size(10_000, 3)] {
        growth.extend(browser::run(size)?.growth);
    }
    let mut comparisons = Vec::new();
    for measured in [native::run(size(100_000, 3))?, browser::run(size(100_000, 3))?] {
        comparisons.extend(measured.comparisons);
        growth.extend(measured.growth);
    }
    let path = paths::root().join("docs/storage-growth.svg");
    std::fs::write(&path, growth.draw())?;
    println!("the picture is in {}", path.display());
    Ok(comparisons)
}
