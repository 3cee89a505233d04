//! `cargo xtask tidy`: the rules that compilers do not know.
//!
//! Each rule is a pure function from what was read to what is wrong, so that its test can show it a violation.

mod conformance;
mod docs;
mod edges;
mod guards;
mod headers;
mod licences;
mod metadata;
mod sizes;
mod suites;
mod trees;
mod vacuous;

use std::fmt;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::shell::Step;

/// Something a rule found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    rule: &'static str,
    path: String,
    line: usize,
    advice: String,
    /// Worth saying, not worth failing.
    warning: bool,
}

impl Problem {
    fn new(rule: &'static str, path: &str, line: usize, advice: String) -> Self {
        Self { rule, path: path.to_owned(), line, advice, warning: false }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.warning { "warning: " } else { "" };
        write!(f, "tidy: {warning}{}: {}:{}: {}", self.rule, self.path, self.line, self.advice)
    }
}

/// A text file of the repository.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Relative to the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    #[cfg(test)]
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The folder of the crate it belongs to, `apps/desktop` included.
    fn crate_folder(&self) -> &str {
        let depth = if self.path.starts_with("apps/") { 2 } else { 1 };
        match self.path.match_indices('/').nth(depth - 1) {
            Some((end, _)) => &self.path[..end],
            None => "",
        }
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Folders that hold what is built or downloaded.
const NOT_OURS: [&str; 5] = ["target", "node_modules", ".git", "dist", "generated"];

/// Applies every rule and fails if one is broken.
pub(crate) fn run() -> Result<()> {
    let sources = read_sources()?;
    let metadata = metadata::Metadata::read()?;
    let mut problems = edges::check(&metadata.members);
    problems.extend(guards::check(&sources));
    problems.extend(sizes::check(&sources));
    problems.extend(headers::check(&sources));
    problems.extend(vacuous::check(&sources));
    problems.extend(conformance::check(&sources));
    problems.extend(suites::check(&sources, &crate::test::BROWSER_CRATES));
    problems.extend(docs::check(&sources, &|path| paths::root().join(path).exists()));
    problems.extend(licences::check(&metadata.packages, &text_of(&sources, "deny.toml")?));
    for member in &metadata.members {
        if let Some(rules) = trees::Rules::of(&member.name) {
            problems.extend(trees::check(
                &member.name,
                &member.manifest,
                &trees::read(&member.name)?,
                &rules,
            ));
        }
    }

    problems.sort_by_key(|problem| !problem.warning);
    for problem in &problems {
        println!("{problem}");
    }
    let failures = problems.iter().filter(|problem| !problem.warning).count();
    if failures > 0 {
        bail!("tidy found {failures} problem(s)");
    }
    println!("tidy: {} files and {} packages are in order", sources.len(), metadata.packages.len());
    Ok(())
}

fn text_of(sources: &[Source], path: &str) -> Result<String> {
    let source = sources.iter().find(|source| source.path == path);
    source.map(|source| source.text.clone()).with_context(|| format!("{path} is missing"))
}

/// Every source, manifest and document of the repository.
fn read_sources() -> Result<Vec<Source>> {
    let root = paths::root();
    let mut sources = Vec::new();
    for file in paths::files_below(&root, &|name| NOT_OURS.contains(&name))? {
        let extension =
            file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !["rs", "toml", "md", "ts", "mjs"].contains(&extension) {
            continue;
        }
        let path = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {path}"))?;
        sources.push(Source { path, text });
    }
    Ok(sources)
}

/// What cargo says about something, read as JSON or text.
fn ask_cargo(subcommand: &str, args: &[&str]) -> Result<String> {
    Step::cargo(subcommand).args(args).dir(paths::root()).quiet().read()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_names_the_rule_the_place_and_the_remedy() {
        let problem = Problem::new("sizes", "a/src/lib.rs", 601, "split it".to_owned());
        assert_eq!(problem.to_string(), "tidy: sizes: a/src/lib.rs:601: split it");
    }

    #[test]
    fn files_belong_to_the_crate_of_their_folder() {
        assert_eq!(Source::new("core-async/src/lib.rs", "").crate_folder(), "core-async");
        assert_eq!(Source::new("apps/desktop/src/main.rs", "").crate_folder(), "apps/desktop");
        assert_eq!(Source::new("Cargo.toml", "").crate_folder(), "");
    }
}
