//! Rule `conformance`: every case of a contract is in the list its macro runs.

use std::collections::BTreeSet;

use super::{Problem, Source};

const CASE: &str = "pub async fn ";

/// Finds cases that no adapter runs because no macro names them.
pub(crate) fn check(sources: &[Source]) -> Vec<Problem> {
    let contracts =
        || sources.iter().filter(|source| source.path.starts_with("bridge-conformance/src/"));
    let listed: BTreeSet<&str> =
        contracts().flat_map(|source| names_in_macros(&source.text)).collect();
    let mut problems = Vec::new();
    for source in contracts() {
        for (number, line) in source.lines() {
            let Some(rest) = line.strip_prefix(CASE) else { continue };
            let name = rest.split(['(', '<']).next().unwrap_or(rest);
            if !listed.contains(name) {
                let advice =
                    format!("no macro runs the case `{name}`: add it to its contract's list");
                problems.push(Problem::new("conformance", &source.path, number, advice));
            }
        }
    }
    problems
}

/// Every word inside `macro_rules!` and other macro calls at the top level of a file.
fn names_in_macros(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let opens = line.starts_with("macro_rules!")
            || (line.contains("! {") && !line.starts_with([' ', '/']));
        if opens || inside {
            words.extend(
                line.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|word| !word.is_empty()),
            );
        }
        inside = (opens || inside) && line != "}";
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = "\
/// A case.
pub async fn get_sees_put(store: &dyn Store) {
    forgotten_case();
}

pub async fn forgotten_case<S>(store: &S) {}

#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::tests! { store($make): get_sees_put }
    };
}
";

    #[test]
    fn case_that_is_in_no_list_fails() {
        let problems = check(&[Source::new("bridge-conformance/src/store.rs", CONTRACT)]);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].line == 6 && problems[0].advice.contains("forgotten_case"),
            "{problems:?}"
        );
    }

    #[test]
    fn list_may_be_in_another_file() {
        let list = Source::new(
            "bridge-conformance/src/lib.rs",
            "macro_rules! all {\n    () => { forgotten_case }\n}\n",
        );
        assert!(
            check(&[Source::new("bridge-conformance/src/store.rs", CONTRACT), list]).is_empty()
        );
    }
}
