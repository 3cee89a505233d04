//! The tags of real files, as `mutagen` and `ffprobe` read them: `mutagen`'s own test files, which its source
//! distribution on `PyPI` carries, and files made here with ffmpeg, flac, opusenc and `mutagen`.
//!
//! Every field has to be equal to what one of the two says, or be listed with a reason in
//! `core-metadata/tests/mutagen/differences.txt`. Without Python or `PyPI` there is nothing to compare with, and
//! the suite says so.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::counts::Counts;
use super::report::Report;
use crate::shell::{Step, Watched, find_program, remove_dir};
use crate::{natively, paths};

/// The version whose files the list of differences is about, and the hash of its source distribution.
const VERSION: &str = "1.48.1";
const HASH: &str = "8f95637ab9f6f305cec6bd1294e197debe207998e3e068596563c74f86b0a173";

/// How far apart two durations may be: a frame of the coarsest codec, or what an encoder adds.
const CLOSE_MS: f64 = 30.0;

/// Compares, and adds the suite to the report.
pub(crate) fn run(report: &mut Report) {
    let mutagen = match find_or_fetch() {
        Ok(folder) => folder,
        Err(error) => {
            println!(
                "\ntags: not compared with mutagen, its files could not be fetched: {error:#}"
            );
            return;
        }
    };
    match compare(&mutagen) {
        Ok((counts, text)) => {
            print!("{text}");
            report.ran(
                "native",
                "tags of mutagen",
                counts,
                &Watched { success: counts.failed == 0, text },
            );
        }
        Err(error) => report.broken("native", "tags of mutagen", &error),
    }
}

/// The unpacked source distribution.
fn find_or_fetch() -> Result<PathBuf> {
    let cache = paths::cache()?.join("test-data");
    let folder = cache.join(format!("mutagen-{VERSION}"));
    if folder.join("finished").exists() {
        return Ok(folder);
    }
    if find_program("python3").is_none() {
        bail!("there is no python3");
    }
    println!("tags: fetching mutagen {VERSION} once");
    std::fs::create_dir_all(&cache)?;
    let wanted = cache.join("mutagen.txt");
    std::fs::write(&wanted, format!("mutagen=={VERSION} --hash=sha256:{HASH}\n"))?;
    Step::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--no-binary", ":all:", "--require-hashes", "--requirement"])
        .arg(&wanted)
        .args(["--dest"])
        .arg(&cache)
        .quiet()
        .read()?;
    Step::new("tar").arg("xzf").arg(format!("mutagen-{VERSION}.tar.gz")).dir(&cache).run()?;
    std::fs::write(folder.join("finished"), "")?;
    Ok(folder)
}

/// How many files are equal, and what is wrong with the others.
fn compare(mutagen: &Path) -> Result<(Counts, String)> {
    let tests = paths::root().join("core-metadata/tests/mutagen");
    let made = paths::output("tags");
    remove_dir(&made)?;
    let python = |script: &str| {
        let path = mutagen.as_os_str().to_owned();
        Step::new("python3").env("PYTHONPATH", path).arg(tests.join(script)).quiet()
    };
    python("make.py").arg(&made).read()?;
    let mut files = Vec::new();
    for folder in [mutagen.join("tests/data"), made] {
        files.extend(paths::files_below(&folder, &|_| false)?);
    }
    let theirs: Value = serde_json::from_str(&python("oracle.py").args(&files).read()?)
        .context("the oracle printed no JSON")?;
    let program = Step::new(natively::example("read_tags", &[])?);
    let ours: Value = serde_json::from_str(&program.args(&files).quiet().read()?)
        .context("read_tags printed no JSON")?;

    let mut expected = Differences::read(&tests.join("differences.txt"))?;
    let (mut counts, mut text) = (Counts::default(), String::new());
    for file in &files {
        let path = file.to_string_lossy();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let answers = theirs[&*path].as_array().map_or(&[][..], Vec::as_slice);
        let unexpected: Vec<String> = differences(answers, &ours[&*path])
            .into_iter()
            .filter(|(field, _)| !expected.allow(&name, field))
            .map(|(field, what)| format!("tags: {name}: {field}: {what}\n"))
            .collect();
        if unexpected.is_empty() {
            counts.passed += 1
        } else {
            counts.failed += 1
        }
        text.extend(unexpected);
    }
    for (name, field) in expected.unused() {
        counts.failed += 1;
        text.push_str(&format!("tags: {name}: {field}: is listed as different, and is not\n"));
    }
    text.push_str(&format!("tags: {} files as mutagen or ffprobe read them\n", counts.passed));
    Ok((counts, text))
}

/// Every field that is unlike each of the answers; `*` if one side reads the file and the other does not.
fn differences(answers: &[Value], ours: &Value) -> Vec<(String, String)> {
    if let Some(error) = ours["error"].as_str() {
        let found = answers.is_empty();
        return if found { vec![] } else { vec![("*".to_owned(), format!("not read: {error}"))] };
    }
    let Some(first) = answers.first().and_then(Value::as_object) else {
        return vec![("*".to_owned(), "read, though it is no audio to them".to_owned())];
    };
    let mut found = Vec::new();
    for field in first.keys() {
        let own = own_value(ours, field);
        let mut said = answers.iter().filter_map(|answer| answer.get(field)).peekable();
        if !said.clone().any(|value| is_equal(field, value, &own)) {
            let theirs = said.next().unwrap_or(&Value::Null);
            found.push((field.clone(), format!("theirs {theirs}, ours {own}")));
        }
    }
    found
}

fn own_value(ours: &Value, field: &str) -> Value {
    let tags = &ours["tags"];
    match field {
        "sample_rate" | "channels" | "duration_ms" => ours[field].clone(),
        "plain_lyrics" => tags["lyrics"]["plain"].clone(),
        "timed_lyrics" => {
            let lines = tags["lyrics"]["lines"].as_array().cloned().unwrap_or_default();
            lines
                .iter()
                .map(|line| Value::from(vec![line["at_ms"].clone(), line["text"].clone()]))
                .collect()
        }
        field => tags[field].clone(),
    }
}

fn is_equal(field: &str, theirs: &Value, ours: &Value) -> bool {
    match (theirs.as_f64(), ours.as_f64()) {
        (Some(theirs), Some(ours)) if field == "duration_ms" => (theirs - ours).abs() <= CLOSE_MS,
        (Some(theirs), Some(ours)) => (theirs - ours).abs() < 1e-4,
        _ => theirs == ours,
    }
}

/// What is known to differ, with a reason for people.
struct Differences(Vec<(String, String, bool)>);

impl Differences {
    /// Lines of a file name, a field or `*`, and a reason.
    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let mut known = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let (Some(name), Some(fields), Some(_)) = (words.next(), words.next(), words.next())
            else {
                bail!("{}: a file, its fields and a reason are needed: {line}", path.display());
            };
            known.extend(fields.split(',').map(|field| (name.to_owned(), field.to_owned(), false)));
        }
        Ok(Self(known))
    }

    fn allow(&mut self, name: &str, field: &str) -> bool {
        let known = self.0.iter_mut().find(|(file, kind, _)| file == name && kind == field);
        known.map(|(_, _, used)| *used = true).is_some()
    }

    fn unused(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, _, used)| !used).map(|(name, field, _)| (&**name, &**field))
    }
}
