//! The sound library's headers: cpal links ALSA on Linux and needs nothing elsewhere.

use anyhow::{Result, bail};

use super::{apt, say};
use crate::shell::Step;

/// The Debian packages that are missing.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    if !apt::available() || present() { Vec::new() } else { vec!["libasound2-dev", "pkg-config"] }
}

/// Fails with a remedy if a native build would.
pub(crate) fn check() -> Result<()> {
    if !present() {
        bail!(
            "ALSA headers are missing: install alsa-lib-devel (Fedora), alsa-lib (Arch) or your system's equivalent, and pkg-config"
        );
    }
    if cfg!(target_os = "linux") {
        say("sound library", "ALSA headers found");
    }
    Ok(())
}

fn present() -> bool {
    !cfg!(target_os = "linux")
        || Step::new("pkg-config").args(["--exists", "alsa"]).quiet().read().is_ok()
}
