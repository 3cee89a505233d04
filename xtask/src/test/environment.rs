//! The places in which browsers run our code.

use anyhow::Result;

use crate::setup::Toolchain;
use crate::shell::Step;

/// Which browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
}

/// Where in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Context {
    Worker,
    Window,
}

/// One place in one browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Environment {
    /// Its name in reports.
    pub(crate) name: &'static str,
    pub(crate) engine: Engine,
    context: Context,
    /// Whether the page is cross-origin isolated, and so may share memory.
    isolated: bool,
    /// Crates whose work differs here; none means all of them.
    only: &'static [&'static str],
    /// Tests that are known to fail here, which the documentation of the bridge says as well.
    leaves_out: &'static [&'static str],
}

/// Firefox takes a file's content away from those who have it open when another one takes its place, and reads
/// far ahead of whoever reads the body of a response.
const FIREFOX_CANNOT: [&str; 3] = [
    "an_open_file_outlives_its_replacement",
    "an_open_file_does_not_stand_in_the_way",
    "a_body_is_not_read_ahead_of_its_reader",
];

impl Environment {
    /// Every place that is tested. The core lives in a dedicated worker, so that is where everything runs;
    /// what meets the browser itself also runs elsewhere.
    pub(crate) const ALL: [Self; 4] = [
        Self {
            name: "chromium",
            engine: Engine::Chromium,
            context: Context::Worker,
            isolated: true,
            only: &[],
            leaves_out: &[],
        },
        Self {
            name: "chromium, not isolated",
            engine: Engine::Chromium,
            context: Context::Worker,
            isolated: false,
            only: &["bridge-wasm", "core-async"],
            leaves_out: &[],
        },
        Self {
            name: "chromium, window",
            engine: Engine::Chromium,
            context: Context::Window,
            isolated: false,
            only: &["core-async"],
            leaves_out: &[],
        },
        Self {
            name: "firefox",
            engine: Engine::Firefox,
            context: Context::Worker,
            isolated: false,
            only: &[],
            leaves_out: &FIREFOX_CANNOT,
        },
    ];

    /// Whether the tests of a crate run here.
    pub(crate) fn tests(&self, package: &str) -> bool {
        self.only.is_empty() || self.only.contains(&package)
    }

    /// The program `wasm-bindgen-test-runner`, told to run tests here.
    pub(crate) fn runner(&self, toolchain: &Toolchain) -> Result<Step> {
        let mut step = match self.engine {
            Engine::Chromium => toolchain.chromium_runner()?,
            Engine::Firefox => toolchain.firefox_runner()?,
        };
        step = step.env("WASM_BINDGEN_TEST_TIMEOUT", "300").env(
            match self.context {
                Context::Worker => "WASM_BINDGEN_USE_DEDICATED_WORKER",
                Context::Window => "WASM_BINDGEN_USE_BROWSER",
            },
            "1",
        );
        if !self.leaves_out.is_empty() {
            println!("{}: left out: {}", self.name, self.leaves_out.join(", "));
        }
        for test in self.leaves_out {
            step = step.args(["--skip", test]);
        }
        if !self.isolated {
            step = step.env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1");
        }
        Ok(step)
    }
}
