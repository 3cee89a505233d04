//! Rule `vacuous`: no test is switched off, and none passes because something panicked.

use super::{Problem, Source};

/// What switches tests off, in two parts so that this file does not find itself.
const RUST: [&str; 2] = [concat!("#[", "ignore"), concat!("#[", "should_panic")];
const SCRIPT: [&str; 4] =
    [concat!(".sk", "ip("), concat!(".on", "ly("), concat!(".to", "do("), concat!(".ski", "pIf(")];

/// Finds such tests.
pub(crate) fn check(sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in sources {
        let (words, is_test): (&[&str], bool) = if source.is_rust() {
            (&RUST, true)
        } else {
            (&SCRIPT, source.path.contains(".test.") || source.path.contains("/e2e/"))
        };
        for (number, line) in source.lines().filter(|_| is_test) {
            if let Some(word) = words.iter().find(|word| line.contains(**word))
                && !line.trim_start().starts_with("//")
            {
                let advice = format!("`{word}` hides a test: make it pass, or remove it");
                problems.push(Problem::new("vacuous", &source.path, number, advice));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_do_not_run_fail() {
        let ignored = Source::new("a/src/lib.rs", &format!("#[test]\n{}]\nfn t() {{}}\n", RUST[0]));
        assert_eq!(check(&[ignored])[0].line, 2);
        let skipped = Source::new("web/core/test/a.test.ts", &format!("it{}'plays')\n", SCRIPT[0]));
        assert_eq!(check(&[skipped]).len(), 1);
        let iterator = Source::new("web/core/src/a.ts", &format!("list{}1)\n", SCRIPT[0]));
        assert!(check(&[iterator]).is_empty());
    }
}
