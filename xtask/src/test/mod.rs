//! `cargo xtask test`: every suite, natively, in a browser and in the web packages, and one line that sums them up.

pub(crate) mod binaries;
mod browser;
pub(crate) mod counts;
pub(crate) mod environment;
pub(crate) mod http_server;
mod native;
pub(crate) mod node;
mod report;
mod tags;
mod threads;
mod web;

use anyhow::{Result, bail};
use clap::Args;

use crate::setup::{self, Part};
use crate::shell::Step;

pub(crate) use browser::CRATES as BROWSER_CRATES;
use environment::Engine;
use report::Report;

/// Which suites to run. Without a choice, all of them.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TestOptions {
    /// Run the native suites
    #[arg(long)]
    native: bool,
    /// Run the crates' tests in headless browsers
    #[arg(long)]
    browser: bool,
    /// Leave Firefox out
    #[arg(long)]
    no_firefox: bool,
    /// Run the tests of the example bridge in Node.js
    #[arg(long)]
    node: bool,
    /// Run the tests of the threaded build for browsers
    #[arg(long)]
    threads: bool,
    /// Run the tests of the web packages and of the player
    #[arg(long)]
    web: bool,
    /// Build tests that have a large version as that; they take many minutes
    #[arg(long)]
    large: bool,
    /// Run only the suites of this crate, natively and in the browser; may be repeated
    #[arg(short, long = "package", value_name = "CRATE")]
    packages: Vec<String>,
    /// Run only tests whose name contains this text
    #[arg(last = true, value_name = "FILTER")]
    filter: Option<String>,
}

/// What makes tests large: files of a drive, logs of changes, two hours of music, storage against
/// storage, seconds in which two tabs import and edit, and kills of a browser's worker (five tests).
const LARGE: [(&str, &str); 6] = [
    ("MPC_TEST_FILES", "10000"),
    ("MPC_TEST_LOGS", "10000"),
    ("MPC_TEST_ENDURANCE", "1"),
    ("MPC_FULL_EQUALITY", "1"),
    ("MPC_TEST_TOGETHER", "60"),
    ("MPC_TEST_KILLS", "50"),
];

impl TestOptions {
    /// The build of tests, with what makes them large if that was asked for.
    fn sized(&self, build: Step) -> Step {
        if self.large {
            LARGE.iter().fold(build, |build, (key, value)| build.env(key, *value))
        } else {
            build
        }
    }

    /// Whether the suites of a crate were asked for.
    fn wants(&self, package: &str) -> bool {
        self.packages.is_empty() || self.packages.iter().any(|wanted| wanted == package)
    }

    /// Whether tests run in this browser.
    fn wants_browser(&self, engine: Engine) -> bool {
        !self.no_firefox || engine != Engine::Firefox
    }

    /// What test programs are given.
    fn filter(&self) -> Option<&str> {
        self.filter.as_deref()
    }
}

/// Runs the chosen suites and fails if one of them did, or ran nothing.
pub(crate) fn run(options: &TestOptions) -> Result<()> {
    let one = options.native || options.browser || options.node || options.threads || options.web;
    let crates = !one;
    let all = crates && options.packages.is_empty();
    let mut parts = vec![];
    if crates || options.native || options.web {
        parts.push(Part::Sound);
        if options.wants("mpc-desktop") {
            parts.extend([Part::Servers, Part::Peers]);
        }
    }
    if crates || options.browser || options.web {
        parts.extend([Part::Wasm, Part::Browser]);
    }
    if all || options.node {
        parts.extend([Part::Wasm, Part::Node]);
    }
    if options.threads {
        parts.extend([Part::Wasm, Part::Browser]);
    }
    if (crates || options.browser) && !options.no_firefox {
        parts.push(Part::Firefox);
    }
    if all || options.web {
        parts.push(Part::Web);
    }
    let toolchain = setup::ensure(&parts)?;

    let mut report = Report::new(options.filter.is_some());
    if crates || options.native {
        native::run(options, &mut report);
        if options.wants("core-metadata") && options.filter.is_none() {
            tags::run(&mut report);
        }
    }
    if crates || options.browser {
        browser::run(&toolchain, options, &mut report);
    }
    if all || options.node {
        node::run(&toolchain, options, &mut report);
    }
    if options.threads {
        threads::run(&toolchain, options, &mut report);
    }
    if all || options.web {
        web::run(&toolchain, options.filter(), &mut report);
    }
    println!("\n{report}");
    if report.failed() > 0 {
        bail!("some tests failed");
    }
    Ok(())
}
