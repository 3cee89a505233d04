//! Chrome or Chromium, and the `ChromeDriver` that fits it.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::apt;
use crate::paths;
use crate::shell::{Step, find_program};

const NAMES: [&str; 5] =
    ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
const ELSEWHERE: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];

/// Flags for a browser without a screen that talks to nobody but the test.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
];

/// A browser that tests can drive.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// The browser itself.
    pub(crate) program: PathBuf,
    version: String,
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.version, self.program.display())
    }
}

impl Browser {
    /// The installed browser; an error says what to install.
    pub(crate) fn find() -> Result<Self> {
        let program = find_browser()
            .context("no Chrome or Chromium found: install one, or set CHROME to its path")?;
        let version = version_of(&program)?;
        Ok(Self { program, version })
    }

    /// The `WebDriver` server that fits it; an error says how to get one.
    pub(crate) fn driver(&self) -> Result<PathBuf> {
        let major = major(&self.version).unwrap_or_default();
        let remedy = format!(
            "`npx @puppeteer/browsers install chromedriver@{major}`, then set CHROMEDRIVER to its path"
        );
        let driver = find_driver().with_context(|| format!("ChromeDriver is missing: {remedy}"))?;
        let version = version_of(&driver)?;
        if self::major(&version) != Some(major) {
            bail!("{version} does not fit {}: {remedy}", self.version);
        }
        Ok(driver)
    }

    /// Writes the file that tells a `WebDriver` client which browser to start, and how.
    pub(crate) fn write_webdriver_json(&self) -> Result<PathBuf> {
        let options = json!({ "goog:chromeOptions": { "binary": self.program, "args": FLAGS } });
        let path = paths::output("webdriver.json");
        std::fs::create_dir_all(paths::output(""))?;
        std::fs::write(&path, serde_json::to_string_pretty(&options)?)?;
        Ok(path)
    }
}

/// The Debian packages that are missing.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    match (find_browser(), find_driver()) {
        _ if !apt::available() => Vec::new(),
        (Some(_), Some(_)) => Vec::new(),
        // A driver from Debian fits Debian's browser only.
        _ => vec!["chromium", "chromium-driver"],
    }
}

fn find_browser() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROME").map(PathBuf::from);
    let elsewhere = ELSEWHERE.into_iter().map(PathBuf::from).find(|path| path.is_file());
    chosen.or_else(|| NAMES.into_iter().find_map(find_program)).or(elsewhere)
}

fn find_driver() -> Option<PathBuf> {
    std::env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| find_program("chromedriver"))
}

fn version_of(program: &PathBuf) -> Result<String> {
    let said = Step::new(program).arg("--version").quiet().read()?;
    Ok(said
        .split(" (")
        .next()
        .unwrap_or(&said)
        .split(" built")
        .next()
        .unwrap_or(&said)
        .trim()
        .to_owned())
}

/// The first number of a version such as `Chromium 156.0.7000.1`.
fn major(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_major_version() {
        assert_eq!(major("Chromium 156.0.7000.1 built on Debian"), Some(156));
        assert_eq!(major("ChromeDriver 156.0.7000.1"), Some(156));
        assert_eq!(major("Google Chrome"), None);
    }
}
