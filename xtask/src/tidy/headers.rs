//! Rule `headers`: every file starts by saying what it is for.

use super::{Problem, Source};

/// Finds Rust files that start with anything but `//!`.
pub(crate) fn check(sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        // A crate-level attribute such as the one line that chooses a bridge's platform may come first.
        let first =
            source.lines().find(|(_, line)| !line.starts_with("#![") && !line.trim().is_empty());
        let said = first.and_then(|(_, line)| line.strip_prefix("//!"));
        if said.is_none_or(|said| said.trim().len() < 4 && source.text.lines().count() < 2) {
            let advice = "start the file with a `//!` line that says what it is for".to_owned();
            problems.push(Problem::new("headers", &source.path, 1, advice));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_that_does_not_say_what_it_is_for_fails() {
        let check = |text: &str| check(&[Source::new("a/src/lib.rs", text)]).len();
        assert_eq!(check("use std::fmt;\n"), 1);
        assert_eq!(check(""), 1);
        assert_eq!(check("//! …\n"), 1);
        assert_eq!(check("//! Sorts albums.\n"), 0);
        assert_eq!(check("#![cfg(unix)]\n\n//! Sorts albums.\n"), 0);
    }
}
