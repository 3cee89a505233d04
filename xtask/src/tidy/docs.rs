//! Rule `docs`: every path that the documents for contributors name exists.

use super::{Problem, Source};

const DOCUMENTS: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];

/// What a build makes; it need not be there.
const BUILT: [&str; 6] =
    ["target/", "web/generated", "web/core/dist", "web/player/dist", "web/node_modules", "dist/"];

/// Names that look like paths and are none.
const NOT_PATHS: [&str; 6] = ["audio/", "image/", "text/", "application/", "n/a", "and/or"];

const FILE_ENDINGS: [&str; 8] = [".md", ".toml", ".rs", ".ts", ".mjs", ".json", ".html", ".css"];

/// Finds documents that are missing, and paths in them that lead nowhere.
pub(crate) fn check(sources: &[Source], exists: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for document in DOCUMENTS {
        let Some(source) = sources.iter().find(|source| source.path == document) else {
            problems.push(Problem::new(
                "docs",
                document,
                1,
                "the document is missing: write it".to_owned(),
            ));
            continue;
        };
        let mut in_block = false;
        for (number, line) in source.lines() {
            in_block ^= line.trim_start().starts_with("```");
            if in_block {
                continue;
            }
            let missing = |path: &&str| !exists(path) && !is_part_of_a_path(path, sources);
            for path in paths_in(line).into_iter().filter(missing) {
                let advice = format!("`{path}` does not exist: correct the path, or the document");
                problems.push(Problem::new("docs", document, number, advice));
            }
        }
    }
    problems
}

/// Whether some crate has it, such as `tests/it` or `lib.rs`.
fn is_part_of_a_path(path: &str, sources: &[Source]) -> bool {
    let part = format!("/{}", path.trim_end_matches('/'));
    let inside = format!("{part}/");
    sources.iter().any(|source| source.path.ends_with(&part) || source.path.contains(&inside))
}

/// The code spans and link targets of a line that name something in the repository.
fn paths_in(line: &str) -> Vec<&str> {
    let spans = line.split('`').skip(1).step_by(2);
    let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    spans
        .filter(|span| looks_like_a_path(span))
        .chain(links.filter(|link| is_plain(link)))
        .filter(|path| !is_built(path))
        .collect()
}

fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    !word.is_empty() && word.chars().all(plain) && !word.starts_with('/')
}

fn looks_like_a_path(span: &str) -> bool {
    let file =
        FILE_ENDINGS.iter().any(|ending| span.ends_with(ending) && span.len() > ending.len());
    is_plain(span) && (span.contains('/') || file)
}

fn is_built(path: &str) -> bool {
    BUILT.iter().chain(&NOT_PATHS).any(|prefix| path.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Vec<Source> {
        DOCUMENTS
            .iter()
            .map(|path| Source::new(path, if *path == "README.md" { text } else { "" }))
            .collect()
    }

    #[track_caller]
    fn check_text(text: &str, expected: &[&str]) {
        let problems =
            check(&sources(text), &|path| path == "core-async/src" || path == "Cargo.toml");
        let found: Vec<_> =
            problems.iter().filter_map(|problem| problem.advice.split('`').nth(1)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn vanished_paths_fail() {
        check_text(
            "See `core-async/src`, `core-gone/src` and [this](docs/gone.md#part).",
            &["core-gone/src", "docs/gone.md"],
        );
        check_text("`Cargo.toml` is there, `Gone.toml` is not.", &["Gone.toml"]);
    }

    #[test]
    fn code_built_things_and_addresses_are_no_paths() {
        check_text(
            "`target/web`, `cargo test`, `a::b`, `Vec<u8>`, [home](https://example.org/a), `audio/wav`",
            &[],
        );
        check_text("```\n`gone/file.rs`\n```\n", &[]);
    }

    #[test]
    fn path_inside_any_crate_is_enough() {
        let mut sources = sources("`tests/it`, `lib.rs`, `tests/gone`");
        sources.push(Source::new("core-async/tests/it/main.rs", ""));
        sources.push(Source::new("core-async/src/lib.rs", ""));
        let problems = check(&sources, &|_| false);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].advice.contains("tests/gone"), "{problems:?}");
    }

    #[test]
    fn missing_document_fails() {
        assert_eq!(check(&sources("")[1..], &|_| true).len(), 1);
    }
}
