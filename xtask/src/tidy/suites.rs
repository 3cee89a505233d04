//! Rule `suites`: a crate with tests for both platforms has them run in the browser.

use super::{Problem, Source};

/// Attributes of tests that run on both platforms, in two parts so that this file does not find itself.
const ATTRIBUTES: [&str; 2] =
    [concat!("#[core_async", "::test"), concat!("#[wasm_bindgen", "_test")];

/// Crates that build such tests for others, or run on the desktop only.
const ELSEWHERE: [&str; 5] =
    ["core-async-macros", "bridge-conformance", "bridge-desktop", "apps/desktop", "examples"];

/// Finds crates whose tests `cargo xtask test` would leave out of the browser.
pub(crate) fn check(sources: &[Source], browser_crates: &[&str]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let folder = source.crate_folder();
        if ELSEWHERE.contains(&folder) || browser_crates.contains(&folder) {
            continue;
        }
        let found = source
            .lines()
            .find(|(_, line)| ATTRIBUTES.iter().any(|it| line.trim_start().starts_with(it)));
        if let Some((number, _)) = found {
            let advice = format!(
                "tests of {folder} do not run in the browser: name it in xtask/src/test/browser.rs"
            );
            problems.push(Problem::new("suites", &source.path, number, advice));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crate_that_the_browser_suite_does_not_know_fails() {
        let source = || Source::new("core-auth/src/lib.rs", &format!("    {}]\n", ATTRIBUTES[0]));
        assert_eq!(check(&[source()], &["core-async"]).len(), 1);
        assert!(check(&[source()], &["core-auth"]).is_empty());
    }
}
