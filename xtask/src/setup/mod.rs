//! `cargo xtask setup`: everything a build, a test or the demo needs, installed once.
//!
//! Every part looks first and touches nothing that is already right. What is missing comes the ordinary way
//! (rustup, an installed Chrome) and, where that fails on Debian, from Debian's own packages.

mod apt;
mod bindgen;
mod browser;
mod firefox;
mod peers;
mod servers;
mod sound;
mod target;
mod web;

use std::ffi::OsString;

use anyhow::Result;

pub(crate) use browser::Browser;
pub(crate) use target::Target;

use crate::paths;
use crate::shell::Step;

/// Something that can be missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// Headers of the sound library, for native builds.
    Sound,
    /// A compiler for wasm32, and `wasm-bindgen` of the pinned version.
    Wasm,
    /// Chrome or Chromium with the `ChromeDriver` that fits it.
    Browser,
    /// Firefox with its `geckodriver`.
    Firefox,
    /// Node, as the example bridge needs it.
    Node,
    /// Node and the packages in `web/`.
    Web,
    /// The servers that native tests talk to.
    Servers,
    /// The programs whose results native tests compare with ours.
    Peers,
}

impl Part {
    /// Every part, in the order of installation.
    pub(crate) const ALL: [Self; 8] = [
        Self::Sound,
        Self::Wasm,
        Self::Browser,
        Self::Firefox,
        Self::Node,
        Self::Web,
        Self::Servers,
        Self::Peers,
    ];
}

/// What set-up found: how to build for browsers, and the browser itself. Parts that were not asked for are absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Toolchain {
    target: Option<Target>,
    bindgen: Option<bindgen::Bindgen>,
    browser: Option<Browser>,
    firefox: Option<firefox::Firefox>,
}

/// Installs what is missing of `parts` and says what it found.
pub(crate) fn ensure(parts: &[Part]) -> Result<Toolchain> {
    let mut packages = Vec::new();
    if parts.contains(&Part::Sound) {
        packages.extend(sound::missing_packages());
    }
    let mut target = None;
    if parts.contains(&Part::Wasm) {
        target = Target::find_or_add_with_rustup()?;
        if target.is_none() {
            packages.extend(target::missing_packages());
        }
    }
    if parts.contains(&Part::Browser) {
        packages.extend(browser::missing_packages());
    }
    if parts.contains(&Part::Firefox) {
        packages.extend(firefox::missing_packages());
    }
    if parts.contains(&Part::Servers) {
        packages.extend(servers::missing_packages());
    }
    if parts.contains(&Part::Peers) {
        packages.extend(peers::missing_packages());
    }
    apt::install(&packages)?;

    let mut toolchain = Toolchain::default();
    if parts.contains(&Part::Sound) {
        sound::check()?;
    }
    if parts.contains(&Part::Wasm) {
        let target = target.map_or_else(Target::from_debian, Ok)?;
        say("wasm32 target", &target.to_string());
        toolchain.target = Some(target);
        let bindgen = bindgen::Bindgen::find_or_install()?;
        say("wasm-bindgen", &bindgen.to_string());
        toolchain.bindgen = Some(bindgen);
    }
    if parts.contains(&Part::Browser) {
        let browser = Browser::find()?;
        say("browser", &browser.to_string());
        toolchain.browser = Some(browser);
    }
    if parts.contains(&Part::Firefox) {
        let firefox = firefox::Firefox::find_or_install()?;
        say("second browser", &firefox.to_string());
        toolchain.firefox = Some(firefox);
    }
    if parts.contains(&Part::Node) {
        say("Node.js", &web::node()?);
    }
    if parts.contains(&Part::Web) {
        say("web packages", &web::ensure()?);
    }
    if parts.contains(&Part::Servers) {
        servers::check()?;
    }
    if parts.contains(&Part::Peers) {
        peers::check()?;
    }
    Ok(toolchain)
}

impl Toolchain {
    /// A cargo command that builds for wasm32, in its own target folder.
    pub(crate) fn wasm_cargo(&self, subcommand: &str) -> Result<Step> {
        Ok(Step::cargo(subcommand).envs(&self.wasm_env()?))
    }

    /// `cargo <subcommand>` that compiles for browsers with threads: pages that are cross-origin isolated.
    pub(crate) fn threaded_cargo(&self, subcommand: &str) -> Result<Step> {
        self.target()?.threaded(self.wasm_cargo(subcommand)?)
    }

    /// `cargo <subcommand>` that compiles for browsers what has to be small.
    pub(crate) fn small_cargo(&self, subcommand: &str) -> Result<Step> {
        self.target()?.small(self.wasm_cargo(subcommand)?)
    }

    /// The environment such a command needs.
    pub(crate) fn wasm_env(&self) -> Result<Vec<(String, OsString)>> {
        let target = self.target.as_ref().ok_or_else(|| missing("a wasm32 compiler"))?;
        let mut env = target.env();
        env.push(("CARGO_TARGET_DIR".to_owned(), paths::wasm_target().into()));
        Ok(env)
    }

    /// The wasm32 compiler.
    pub(crate) fn target(&self) -> Result<&Target> {
        self.target.as_ref().ok_or_else(|| missing("a wasm32 compiler"))
    }

    /// The program `wasm-bindgen`.
    pub(crate) fn wasm_bindgen(&self) -> Result<Step> {
        Ok(self.bindgen.as_ref().ok_or_else(|| missing("wasm-bindgen"))?.program("wasm-bindgen"))
    }

    /// The program `wasm-bindgen-test-runner`, told to use Chromium.
    pub(crate) fn chromium_runner(&self) -> Result<Step> {
        let browser = self.browser()?;
        Ok(self
            .test_runner()?
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser.write_webdriver_json()?)
            .env("CHROMEDRIVER", browser.driver()?))
    }

    /// The same, told to use Firefox.
    pub(crate) fn firefox_runner(&self) -> Result<Step> {
        let firefox = self.firefox.as_ref().ok_or_else(|| missing("Firefox"))?;
        Ok(self
            .test_runner()?
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", firefox.write_webdriver_json()?)
            .env("GECKODRIVER", firefox.driver()))
    }

    /// The same, which uses Node unless told otherwise.
    pub(crate) fn node_runner(&self) -> Result<Step> {
        self.test_runner()
    }

    fn test_runner(&self) -> Result<Step> {
        let bindgen = self.bindgen.as_ref().ok_or_else(|| missing("wasm-bindgen"))?;
        Ok(bindgen.program("wasm-bindgen-test-runner"))
    }

    /// The browser for tests.
    pub(crate) fn browser(&self) -> Result<&Browser> {
        self.browser.as_ref().ok_or_else(|| missing("a browser"))
    }
}

fn missing(what: &str) -> anyhow::Error {
    anyhow::anyhow!("{what} is needed here, yet set-up was not asked for it")
}

/// One line about one part.
fn say(part: &str, state: &str) {
    println!("setup: {part}: {state}");
}
