//! Rule `guards`: the platform is chosen in a handful of places, counted per crate.

use super::{Problem, Source};

/// How many guards a crate may have; every other crate has none, tests included.
const BUDGET: [(&str, usize); 5] = [
    ("core-async", 2),
    ("core-async-macros", 4),
    ("bridge-desktop", 1),
    ("bridge-wasm", 1),
    ("core-service", 2),
];

/// What a guard asks about, in two parts so that this file does not count itself.
const WORDS: [&str; 2] = [concat!("target_", "arch"), concat!("target_", "family")];

/// Finds the guards beyond the budget.
pub(crate) fn check(sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let folder = source.crate_folder();
        let budget =
            BUDGET.iter().find(|(name, _)| *name == folder).map_or(0, |(_, budget)| *budget);
        for (number, line) in source.lines() {
            let is_comment = line.trim_start().starts_with("//");
            if is_comment || !WORDS.iter().any(|word| line.contains(word)) {
                continue;
            }
            let index = counted.iter().position(|(name, _)| *name == folder).unwrap_or_else(|| {
                counted.push((folder, 0));
                counted.len() - 1
            });
            counted[index].1 += 1;
            if counted[index].1 > budget {
                let advice = format!(
                    "platform guard {} of at most {budget} in {folder}: put the difference behind a bridge trait",
                    counted[index].1
                );
                problems.push(Problem::new("guards", &source.path, number, advice));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> String {
        format!("#[cfg({} = \"wasm\")]\n", WORDS[1])
    }

    #[test]
    fn guard_in_a_domain_crate_fails_tests_included() {
        let sources =
            [Source::new("core-library/tests/it/main.rs", &format!("//! Tests.\n{}", guard()))];
        let problems = check(&sources);
        assert_eq!((problems.len(), problems[0].line), (1, 2));
    }

    #[test]
    fn budget_is_counted_over_the_whole_crate() {
        let sources = [
            Source::new("core-async/src/lib.rs", &guard().repeat(2)),
            Source::new("core-async/src/time.rs", &guard()),
        ];
        assert_eq!(check(&sources)[0].path, "core-async/src/time.rs");
        assert!(check(&sources[..1]).is_empty());
    }

    #[test]
    fn comments_may_name_the_word() {
        assert!(
            check(&[Source::new("core-library/src/lib.rs", &format!("/// {}", guard()))])
                .is_empty()
        );
    }
}
