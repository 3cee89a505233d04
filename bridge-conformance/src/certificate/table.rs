//! The certificate as a table for people.

use std::fmt;

use super::{Certificate, Outcome};

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {}", self.bridge, self.environment)?;
        writeln!(f, "  {:<46} {:>7} {:>7} {:>7}", "trait", "passed", "failed", "skipped")?;
        for suite in &self.suites {
            let name = match suite.subject.as_str() {
                "" => suite.name.clone(),
                subject => format!("{} ({subject})", suite.name),
            };
            let (passed, failed, skipped) = (suite.passed, suite.failed, suite.skipped);
            writeln!(f, "  {name:<46} {passed:>7} {failed:>7} {skipped:>7}")?;
            for case in &suite.cases {
                match (case.outcome, &case.missing_capability) {
                    (Outcome::Failed, _) => writeln!(f, "    failed: {}", case.name)?,
                    (Outcome::Skipped, Some(capability)) => {
                        writeln!(f, "    skipped: {} ({capability})", case.name)?;
                    }
                    _ => {}
                }
            }
        }
        let (passed, failed, skipped) = (self.passed(), self.failed(), self.skipped());
        writeln!(f, "  {passed} passed, {failed} failed, {skipped} skipped")
    }
}
