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
    ServiceWorker,
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
    /// Crates whose work differs here, and which of their tests; none means all of them.
    only: &'static [(&'static str, &'static str)],
}

/// The tests of what `build_wasm_bridges` gives, which is meant for every kind of place. The others look into things
/// that only a dedicated worker has.
const BUILT_BRIDGES: &str = "bridges::";

impl Environment {
    /// Every place that is tested. The core lives in a dedicated worker, so that is where everything runs;
    /// what meets the browser itself also runs elsewhere.
    pub(crate) const ALL: [Self; 5] = [
        Self {
            name: "chromium",
            engine: Engine::Chromium,
            context: Context::Worker,
            isolated: true,
            only: &[],
        },
        Self {
            name: "chromium, not isolated",
            engine: Engine::Chromium,
            context: Context::Worker,
            isolated: false,
            only: &[("bridge-wasm", ""), ("core-async", "")],
        },
        Self {
            name: "chromium, window",
            engine: Engine::Chromium,
            context: Context::Window,
            isolated: false,
            only: &[("bridge-wasm", BUILT_BRIDGES), ("core-async", "")],
        },
        Self {
            name: "chromium, service worker",
            engine: Engine::Chromium,
            context: Context::ServiceWorker,
            isolated: false,
            only: &[("bridge-wasm", BUILT_BRIDGES)],
        },
        Self {
            name: "firefox",
            engine: Engine::Firefox,
            context: Context::Worker,
            isolated: false,
            only: &[],
        },
    ];

    /// The core's usual place, where memory may be shared.
    pub(crate) fn isolated() -> Self {
        Self::ALL[0]
    }

    /// The core's usual place on a page that is not isolated.
    pub(crate) fn not_isolated() -> Self {
        Self::ALL[1]
    }

    /// Which tests of a crate run here: those whose name contains this; nothing if the crate does not.
    pub(crate) fn tests(&self, package: &str) -> Option<&'static str> {
        if self.only.is_empty() {
            return Some("");
        }
        self.only.iter().find(|(name, _)| *name == package).map(|(_, tests)| *tests)
    }

    /// The program `wasm-bindgen-test-runner`, told to run tests here.
    pub(crate) fn runner(&self, toolchain: &Toolchain) -> Result<Step> {
        let mut step = match self.engine {
            Engine::Chromium => toolchain.chromium_runner()?,
            Engine::Firefox => toolchain.firefox_runner()?,
        };
        step = step.env("WASM_BINDGEN_TEST_TIMEOUT", "900").env(
            match self.context {
                Context::Worker => "WASM_BINDGEN_USE_DEDICATED_WORKER",
                Context::Window => "WASM_BINDGEN_USE_BROWSER",
                Context::ServiceWorker => "WASM_BINDGEN_USE_SERVICE_WORKER",
            },
            "1",
        );
        if !self.isolated {
            step = step.env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1");
        }
        Ok(step)
    }
}
