//! Rule `sizes`: files stay small enough to be read in one sitting.

use super::{Problem, Source};

/// Longer files should be split.
const SHOULD: usize = 400;

/// Longer files fail.
const MUST: usize = 600;

/// Finds files that are too long, not counting their tests.
pub(crate) fn check(sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in sources {
        let code = [".rs", ".ts", ".mjs"].iter().any(|extension| source.path.ends_with(extension));
        if !code || is_test(&source.path) {
            continue;
        }
        let lines = lines_without_tests(&source.text);
        if lines > SHOULD {
            let advice = format!(
                "{lines} lines without tests; split it, one main type per file (at most {MUST})"
            );
            let problem = Problem::new("sizes", &source.path, lines, advice);
            problems.push(Problem { warning: lines <= MUST, ..problem });
        }
    }
    problems
}

fn is_test(path: &str) -> bool {
    ["/tests/", "/tests.rs", "/test/", ".test.ts", "/e2e/"].iter().any(|part| path.contains(part))
}

/// The lines before the test module, which the house style puts last.
fn lines_without_tests(text: &str) -> usize {
    let mut count = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]"
            && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'))
        {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(path: &str, text: &str, expected: Option<bool>) {
        let problems = check(&[Source::new(path, text)]);
        assert_eq!(problems.first().map(|problem| problem.warning), expected);
    }

    #[test]
    fn long_files_warn_and_longer_ones_fail() {
        check_lines("a/src/lib.rs", &"x\n".repeat(400), None);
        check_lines("a/src/lib.rs", &"x\n".repeat(401), Some(true));
        check_lines("a/src/lib.rs", &"x\n".repeat(601), Some(false));
        check_lines("web/core/src/a.ts", &"x\n".repeat(601), Some(false));
    }

    #[test]
    fn tests_and_documents_are_not_counted() {
        let with_tests =
            format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "x\n".repeat(400), "y\n".repeat(900));
        check_lines("a/src/lib.rs", &with_tests, None);
        check_lines("a/tests/it/main.rs", &"x\n".repeat(900), None);
        check_lines("docs/guide.md", &"x\n".repeat(900), None);
    }
}
