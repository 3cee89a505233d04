//! How many tests passed and failed, read from what the test programs print.

use std::ops::AddAssign;

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counts {
    /// Tests that did what they should.
    pub(crate) passed: usize,
    /// Tests that did not.
    pub(crate) failed: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Sums the `test result:` lines of libtest, natively and in the browser.
pub(crate) fn libtest(text: &str) -> Counts {
    let mut counts = Counts::default();
    for (_, result) in text.lines().filter_map(|line| line.split_once("test result: ")) {
        counts += Counts { passed: before(result, "passed"), failed: before(result, "failed") };
    }
    counts
}

/// The same for each crate's documentation tests, by crate.
pub(crate) fn doc_tests(text: &str) -> Vec<(String, Counts)> {
    let mut crates: Vec<(String, Counts)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("Doc-tests ") {
            crates.push((name.to_owned(), Counts::default()));
        } else if let Some((_, counts)) = crates.last_mut() {
            *counts += libtest(line);
        }
    }
    crates
}

/// Reads the summary of vitest (`Tests  1 failed | 11 passed (12)`), of Node's test runner (`# pass 12`), or a
/// closing line of the form `12 passed, 0 failed`.
pub(crate) fn web(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines().map(str::trim) {
        if let Some(tests) = line.strip_prefix("Tests ") {
            counts = Counts { passed: before(tests, "passed"), failed: before(tests, "failed") };
        } else if let Some(passed) = node(line, "pass") {
            counts.passed = passed;
        } else if let Some(failed) = node(line, "fail") {
            counts.failed = failed;
        } else if line.contains(" passed, ") && line.ends_with(" failed") {
            counts = Counts { passed: before(line, "passed"), failed: before(line, "failed") };
        }
    }
    counts
}

/// The number in `# pass 12` or `ℹ pass 12`.
fn node(line: &str, what: &str) -> Option<usize> {
    let mut words = line.strip_prefix(['#', 'ℹ'])?.split_whitespace();
    if words.next()? != what {
        return None;
    }
    words.next()?.parse().ok()
}

/// The number before `word`, 0 if the word is not there.
fn before(text: &str, word: &str) -> usize {
    let words: Vec<&str> =
        text.split([' ', ';', ',', '|']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: Counts, passed: usize, failed: usize) {
        assert_eq!(found, Counts { passed, failed });
    }

    #[test]
    fn libtest_results_are_added_up() {
        let native = "test a ... ok\n\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s\n";
        let browser = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.2s\n";
        check(libtest(&format!("{native}{browser}")), 15, 2);
        check(libtest("running 0 tests\n"), 0, 0);
    }

    #[test]
    fn doc_tests_belong_to_their_crate() {
        let text = "   Doc-tests core_async\n\ntest result: ok. 4 passed; 0 failed;\n   Doc-tests bridge_traits\ntest result: FAILED. 1 passed; 2 failed;\n";
        let found = doc_tests(text);
        assert_eq!(found[0], ("core_async".to_owned(), Counts { passed: 4, failed: 0 }));
        assert_eq!(found[1], ("bridge_traits".to_owned(), Counts { passed: 1, failed: 2 }));
    }

    #[test]
    fn web_summaries_are_understood() {
        check(web(" Test Files  2 passed (2)\n      Tests  1 failed | 11 passed (12)\n"), 11, 1);
        check(web(" Test Files  2 passed (2)\n      Tests  11 passed (11)\n"), 11, 0);
        check(web("# tests 5\n# pass 4\n# fail 1\n"), 4, 1);
        check(web("ok 1 imports\n7 passed, 0 failed\n"), 7, 0);
        check(web("nothing here"), 0, 0);
    }
}
