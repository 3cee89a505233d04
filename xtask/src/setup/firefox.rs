//! Firefox, and the `geckodriver` that drives it.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::apt;
use crate::paths;
use crate::shell::{Step, find_program};

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const ELSEWHERE: [&str; 2] = [
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
];

/// What a test needs that a person would be asked for: sound may start by itself.
const AUTOPLAY: &str = "media.autoplay.default";

/// A Firefox that tests can drive.
#[derive(Clone, Debug)]
pub(crate) struct Firefox {
    program: PathBuf,
    driver: PathBuf,
    version: String,
}

impl fmt::Display for Firefox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.version, self.program.display())
    }
}

impl Firefox {
    /// The installed one, with its driver from `PATH` or the cache, built there if need be.
    pub(crate) fn find_or_install() -> Result<Self> {
        let program =
            find_browser().context("no Firefox found: install one, or set FIREFOX to its path")?;
        let version = Step::new(&program).arg("--version").quiet().read()?.trim().to_owned();
        Ok(Self { program, driver: driver()?, version })
    }

    /// The `WebDriver` server.
    pub(crate) fn driver(&self) -> &PathBuf {
        &self.driver
    }

    /// Writes the file that tells a `WebDriver` client which browser to start, and how.
    pub(crate) fn write_webdriver_json(&self) -> Result<PathBuf> {
        let options = json!({ "moz:firefoxOptions": {
            "binary": self.program, "args": ["-headless"], "prefs": { AUTOPLAY: 0 },
        } });
        let path = paths::output("webdriver-firefox.json");
        std::fs::create_dir_all(paths::output(""))?;
        std::fs::write(&path, serde_json::to_string_pretty(&options)?)?;
        Ok(path)
    }
}

/// The Debian packages that are missing.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    if find_browser().is_some() || !apt::available() { Vec::new() } else { vec!["firefox-esr"] }
}

fn find_browser() -> Option<PathBuf> {
    let chosen = std::env::var_os("FIREFOX").map(PathBuf::from);
    let elsewhere = ELSEWHERE.into_iter().map(PathBuf::from).find(|path| path.is_file());
    chosen.or_else(|| NAMES.into_iter().find_map(find_program)).or(elsewhere)
}

fn driver() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("GECKODRIVER") {
        return Ok(chosen.into());
    }
    if let Some(installed) = find_program("geckodriver") {
        return Ok(installed);
    }
    let cache = paths::cache()?;
    let built = cache.join("bin").join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX));
    if Step::new(&built).arg("--version").quiet().read().is_err() {
        println!("setup: building geckodriver once, a minute or two");
        // Not optimised, which takes longer than it saves: it only hands on what others say.
        Step::cargo("install")
            .args(["geckodriver", "--debug", "--force", "--root"])
            .arg(&cache)
            .dir(&cache)
            .run()
            .context("geckodriver cannot be built: install it, or set GECKODRIVER to its path")?;
    }
    Ok(built)
}
