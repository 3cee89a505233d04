//! Programs whose results native tests compare with ours: `fpcalc`, and ffmpeg, which makes the files for it.

use anyhow::{Result, bail};

use super::{apt, say};
use crate::shell::find_program;

/// Each program and its Debian package.
const PROGRAMS: [(&str, &str); 2] = [("fpcalc", "libchromaprint-tools"), ("ffmpeg", "ffmpeg")];

/// The Debian packages that are missing.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    if !apt::available() {
        return Vec::new();
    }
    missing().map(|(_, package)| package).collect()
}

/// Fails with a remedy if tests would.
pub(crate) fn check() -> Result<()> {
    if let Some((program, package)) = missing().next() {
        bail!(
            "{program} is missing: install it; Debian's package is {package}, others have chromaprint or ffmpeg"
        );
    }
    say("programs to compare with", "fpcalc and ffmpeg found");
    Ok(())
}

fn missing() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROGRAMS.into_iter().filter(|(program, _)| find_program(program).is_none())
}
