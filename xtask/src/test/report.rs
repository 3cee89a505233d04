//! What every suite did, and the closing table.

use std::fmt;

use super::counts::Counts;
use crate::shell::Watched;

/// One line of the table.
#[derive(Debug)]
struct Suite {
    platform: &'static str,
    name: String,
    counts: Counts,
    problem: Option<String>,
}

/// The suites that have run so far.
#[derive(Debug)]
pub(crate) struct Report {
    suites: Vec<Suite>,
    filtered: bool,
}

impl Report {
    /// A report without suites. If tests are `filtered`, a suite may be empty, though not all of them.
    pub(crate) fn new(filtered: bool) -> Self {
        Self { suites: Vec::new(), filtered }
    }

    /// Adds the tests that one program ran to the suite `name`.
    pub(crate) fn ran(
        &mut self,
        platform: &'static str,
        name: &str,
        counts: Counts,
        watched: &Watched,
    ) {
        let problem = match (watched.success, counts.failed) {
            (false, 0) => Some("ended with an error outside any test".to_owned()),
            (true, 1..) => Some("reported failures, yet ended well".to_owned()),
            _ => None,
        };
        if let Some(suite) =
            self.suites.iter_mut().find(|suite| suite.platform == platform && suite.name == name)
        {
            suite.counts += counts;
            suite.problem = suite.problem.take().or(problem);
        } else {
            self.suites.push(Suite { platform, name: name.to_owned(), counts, problem });
        }
    }

    /// Adds a suite that could not even start.
    pub(crate) fn broken(&mut self, platform: &'static str, name: &str, error: &anyhow::Error) {
        eprintln!("error: {platform} {name}: {error:#}");
        let problem = Some(format!("{error:#}"));
        self.suites.push(Suite {
            platform,
            name: name.to_owned(),
            counts: Counts::default(),
            problem,
        });
    }

    /// How many tests passed.
    pub(crate) fn passed(&self) -> usize {
        self.suites.iter().map(|suite| suite.counts.passed).sum()
    }

    /// How many tests failed; a suite that could not run, or ran nothing, counts as one.
    pub(crate) fn failed(&self) -> usize {
        let suites: usize = self
            .suites
            .iter()
            .map(|suite| suite.counts.failed + usize::from(self.problem(suite).is_some()))
            .sum();
        suites + usize::from(self.filtered && self.passed() == 0)
    }

    fn problem<'a>(&self, suite: &'a Suite) -> Option<&'a str> {
        let empty = suite.counts == Counts::default() && !self.filtered;
        suite.problem.as_deref().or_else(|| empty.then_some("ran no tests"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<42} {:>7} {:>7}", "suite", "passed", "failed")?;
        for suite in &self.suites {
            let name = format!("{} {}", suite.platform, suite.name);
            write!(f, "{name:<42} {:>7} {:>7}", suite.counts.passed, suite.counts.failed)?;
            match self.problem(suite) {
                Some(problem) => writeln!(f, "  {}", problem.lines().next().unwrap_or_default())?,
                None => writeln!(f)?,
            }
        }
        let mut platforms: Vec<&str> = self.suites.iter().map(|suite| suite.platform).collect();
        platforms.dedup();
        for platform in platforms {
            let of_platform = || self.suites.iter().filter(|suite| suite.platform == platform);
            let passed: usize = of_platform().map(|suite| suite.counts.passed).sum();
            let failed: usize = of_platform().map(|suite| suite.counts.failed).sum();
            writeln!(f, "{platform}: {passed} passed, {failed} failed")?;
        }
        write!(f, "{} passed, {} failed", self.passed(), self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(success: bool) -> Watched {
        Watched { success, text: String::new() }
    }

    #[test]
    fn totals_are_the_last_line() {
        let mut report = Report::new(false);
        report.ran("native", "core-async", Counts { passed: 2, failed: 0 }, &watched(true));
        report.ran("native", "core-async", Counts { passed: 1, failed: 1 }, &watched(false));
        report.ran("browser", "core-async", Counts { passed: 3, failed: 0 }, &watched(true));
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("6 passed, 1 failed"));
        assert!(text.contains("native: 3 passed, 1 failed\n"), "{text}");
    }

    #[test]
    fn suite_without_tests_fails() {
        let mut report = Report::new(false);
        report.ran("web", "unit", Counts::default(), &watched(true));
        assert_eq!(report.failed(), 1);
    }

    #[test]
    fn crash_after_the_last_test_fails() {
        let mut report = Report::new(false);
        report.ran("browser", "core-async", Counts { passed: 3, failed: 0 }, &watched(false));
        assert_eq!((report.passed(), report.failed()), (3, 1));
    }

    #[test]
    fn filter_may_empty_one_suite_but_not_all() {
        let mut report = Report::new(true);
        report.ran("native", "a", Counts::default(), &watched(true));
        assert_eq!(report.failed(), 1);
        report.ran("native", "b", Counts { passed: 1, failed: 0 }, &watched(true));
        assert_eq!(report.failed(), 0);
    }
}
