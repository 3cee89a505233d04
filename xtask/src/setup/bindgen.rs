//! The `wasm-bindgen` programs, of exactly the version the crates are pinned to.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::shell::{Step, find_program};

/// The folder that holds the right `wasm-bindgen` and its test runner.
#[derive(Clone, Debug)]
pub(crate) struct Bindgen {
    version: String,
    folder: PathBuf,
}

impl fmt::Display for Bindgen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.version, self.folder.display())
    }
}

impl Bindgen {
    /// The one on `PATH` if it fits, else the one in the cache, which is built if need be.
    pub(crate) fn find_or_install() -> Result<Self> {
        let manifest = std::fs::read_to_string(paths::root().join("Cargo.toml"))?;
        let version =
            pinned_version(&manifest).context("Cargo.toml pins no wasm-bindgen")?.to_owned();
        let cache = paths::cache()?;
        let on_path =
            find_program("wasm-bindgen").and_then(|path| path.parent().map(PathBuf::from));
        for folder in on_path.into_iter().chain([cache.join("bin")]) {
            let found = Self { version: version.clone(), folder };
            if found.fits() {
                return Ok(found);
            }
        }
        println!("setup: building wasm-bindgen {version} once, about two minutes");
        // Not `--locked`: a mirror of the registry may lag behind that lock file.
        Step::cargo("install")
            .args(["wasm-bindgen-cli", "--version", &version, "--force", "--root"])
            .arg(&cache)
            .dir(&cache)
            .run()?;
        let built = Self { version, folder: cache.join("bin") };
        if !built.fits() {
            bail!("the new {} does not run", built.folder.join("wasm-bindgen").display());
        }
        Ok(built)
    }

    /// One of its programs.
    pub(crate) fn program(&self, name: &str) -> Step {
        Step::new(self.folder.join(name))
    }

    fn fits(&self) -> bool {
        ["wasm-bindgen", "wasm-bindgen-test-runner"].into_iter().all(|name| {
            let said = self.program(name).arg("--version").quiet().read();
            said.is_ok_and(|said| said.split_whitespace().any(|word| word == self.version))
        })
    }
}

/// The version in `wasm-bindgen = "=0.2.1"`.
fn pinned_version(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("wasm-bindgen = "))?;
    line.split('"').find_map(|word| word.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_comes_from_the_manifest() {
        let manifest = "wasm-bindgen-futures = \"=0.4.80\"\nwasm-bindgen = \"=0.2.130\"\n";
        assert_eq!(pinned_version(manifest), Some("0.2.130"));
        assert_eq!(pinned_version("wasm-bindgen = { version = \"=0.3.0\" }"), Some("0.3.0"));
        assert_eq!(pinned_version("wasm-bindgen = \"0.2\""), None);
    }
}
