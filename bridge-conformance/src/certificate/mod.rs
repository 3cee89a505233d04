//! What a run of the suites proved, as a document: a file for programs, a table for people.
//!
//! The suites are ordinary tests, so their result is what a test program prints, natively and in browsers.
//! [`Certificate::from_output`] reads it; the program `bridge-certify` does the same from a pipe.

mod table;
mod traits;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use traits::{TRAITS, trait_of};

/// How the lines begin with which a case says that it does not apply.
pub const SKIPPED: &str = "conformance: skipped ";

/// What one bridge proved in one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The bridge.
    pub bridge: String,
    /// Where it ran, for example `Linux x86_64` or `Firefox 153, dedicated worker`.
    pub environment: String,
    /// One entry for each implementation of a trait, in the order of their names.
    pub suites: Vec<Suite>,
}

/// What one implementation of a trait proved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suite {
    /// The trait.
    #[serde(rename = "trait")]
    pub name: String,
    /// Which implementation, as the path of the module that the suite ran in; empty where there is one only.
    pub subject: String,
    /// How many cases passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many did not apply.
    pub skipped: usize,
    /// Every case, in the order of their names.
    pub cases: Vec<Case>,
}

/// What one case showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its group and name, for example `database_write::a_put_is_seen_by_the_next_read`.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was skipped: the capability that the bridge says it does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_capability: Option<String>,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The contract holds.
    Passed,
    /// It does not.
    Failed,
    /// The bridge says that it does not offer what the case is about.
    Skipped,
}

impl Certificate {
    /// Reads the output of test programs; lines that are no result of a suite are passed over.
    ///
    /// # Examples
    ///
    /// ```
    /// use bridge_conformance::certificate::Certificate;
    ///
    /// let output = "test it::clock::monotonic_time_never_goes_back ... ok\n";
    /// let certificate = Certificate::from_output("my-bridge", "Linux", output);
    /// assert_eq!((certificate.passed(), certificate.failed()), (1, 0));
    /// ```
    pub fn from_output(bridge: &str, environment: &str, output: &str) -> Self {
        let mut skips = BTreeMap::new();
        for line in output.lines() {
            if let Some((_, skip)) = line.split_once(SKIPPED)
                && let Some((test, capability)) = skip.split_once(": ")
            {
                skips.insert(test.trim().to_owned(), capability.trim().to_owned());
            }
        }
        let mut suites: BTreeMap<(String, String), BTreeMap<String, Case>> = BTreeMap::new();
        for (test, passed) in output.lines().filter_map(result) {
            let Some((subject, group, case)) = parts(test) else { continue };
            let Some(name) = trait_of(group) else { continue };
            let skip = skips.iter().find(|(skipped, _)| same_test(test, skipped));
            let outcome = match (passed, skip) {
                (false, _) => Outcome::Failed,
                (true, Some(_)) => Outcome::Skipped,
                (true, None) => Outcome::Passed,
            };
            let case = Case {
                name: format!("{group}::{case}"),
                outcome,
                missing_capability: skip.map(|(_, capability)| capability.clone()),
            };
            let suite = suites.entry((name.to_owned(), subject.to_owned())).or_default();
            suite.insert(case.name.clone(), case);
        }
        let suites = suites.into_iter().map(|((name, subject), cases)| {
            Suite::new(name, subject, cases.into_values().collect())
        });
        Self {
            bridge: bridge.to_owned(),
            environment: environment.to_owned(),
            suites: suites.collect(),
        }
    }

    /// How many cases passed.
    pub fn passed(&self) -> usize {
        self.suites.iter().map(|suite| suite.passed).sum()
    }

    /// How many cases failed.
    pub fn failed(&self) -> usize {
        self.suites.iter().map(|suite| suite.failed).sum()
    }

    /// How many cases did not apply.
    pub fn skipped(&self) -> usize {
        self.suites.iter().map(|suite| suite.skipped).sum()
    }
}

impl Suite {
    fn new(name: String, subject: String, cases: Vec<Case>) -> Self {
        let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
        Self {
            name,
            subject,
            passed: count(Outcome::Passed),
            failed: count(Outcome::Failed),
            skipped: count(Outcome::Skipped),
            cases,
        }
    }
}

/// The test and whether it passed, of a line like `test path::of::it ... ok`, after whatever was printed before it.
fn result(line: &str) -> Option<(&str, bool)> {
    let (test, end) = line.get(line.find("test ")? + 5..)?.split_once(" ... ")?;
    match end.split_whitespace().next()? {
        "ok" => Some((test, true)),
        "FAILED" | "FAIL" => Some((test, false)),
        _ => None,
    }
}

/// Whether two names mean one test: some test programs put the crate in front, some do not.
fn same_test(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() > b.len() { (a, b) } else { (b, a) };
    long == short || long.strip_suffix(short).is_some_and(|rest| rest.ends_with("::"))
}

/// Subject, group and case of `subject::path::group::case`.
fn parts(test: &str) -> Option<(&str, &str, &str)> {
    let (path, case) = test.rsplit_once("::")?;
    let (subject, group) = path.rsplit_once("::").unwrap_or(("", path));
    Some((subject, group, case))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "running 4 tests
conformance: skipped files::file_system_write::free_space_is_known: free_space
test files::file_system_write::free_space_is_known ... ok
test files::file_system_read::a_missing_path_is_not_found ... ok
test files::file_system_read::offsets_are_64_bits ... FAILED
test secrets::secure_store::a_secret_is_replaced ... ok
test other::that_is_no_case ... ok
";

    #[test]
    fn passed_failed_and_skipped_are_told_apart() {
        let certificate = Certificate::from_output("b", "e", OUTPUT);
        assert_eq!((certificate.passed(), certificate.failed(), certificate.skipped()), (2, 1, 1));
        let names: Vec<_> = certificate.suites.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["FileSystemAccess", "SecureStore"]);
        let skipped = certificate.suites[0].cases.iter().find(|it| it.outcome == Outcome::Skipped);
        assert_eq!(skipped.unwrap().missing_capability.as_deref(), Some("free_space"));
    }

    #[test]
    fn a_certificate_comes_back_from_json() {
        let certificate = Certificate::from_output("b", "e", OUTPUT);
        let json = serde_json::to_string(&certificate).unwrap();
        assert!(json.contains(r#""trait":"SecureStore""#), "{json}");
        assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
    }

    #[test]
    fn people_see_what_failed_and_what_was_skipped() {
        let table = Certificate::from_output("b", "e", OUTPUT).to_string();
        assert!(table.contains("failed: file_system_read::offsets_are_64_bits"), "{table}");
        assert!(table.contains("skipped: file_system_write::free_space_is_known (free_space)"));
    }
}
