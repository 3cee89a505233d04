//! The desktop half of the demo: everything `mpc-desktop` does, and what it found as one document.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::paths;
use crate::shell::{Step, remove_dir};

/// How many rows one page of a listing asks for.
const PAGE: &str = "200";

/// Scans `music` into a fresh library, shows what a person can do with it, and writes down what it holds.
pub(crate) fn show(music: &Path) -> Result<PathBuf> {
    let desktop = Desktop::build()?;
    remove_dir(&desktop.library)?;
    desktop.command().arg("scan").arg(music).run()?;
    desktop.command().arg("scan").arg(music).run()?;
    desktop.command().arg("albums").run()?;
    desktop.command().args(["tracks", "--limit", "12"]).run()?;

    let tracks = desktop.all("tracks")?;
    let mut searches = Vec::new();
    for text in search_texts(&tracks) {
        let found = desktop.json(&["search", &text])?;
        let titles: Vec<&Value> =
            list(&found["tracks"])?.iter().map(|track| &track["title"]).collect();
        searches.push(json!({ "text": text, "tracks": titles }));
    }
    if let Some(text) = searches.first().and_then(|search| search["text"].as_str()) {
        desktop.command().args(["search", text]).run()?;
    }
    if let Some(id) =
        tracks.iter().find(|track| track["playable"] == true).and_then(|track| track["id"].as_str())
    {
        let wav = paths::output("demo/decoded.wav");
        desktop.command().args(["decode", id, "--out"]).arg(&wav).run()?;
    }

    let found = json!({
        "tracks": tracks,
        "albums": desktop.all("albums")?,
        "artists": desktop.all("artists")?,
        "searches": searches,
    });
    let path = paths::output("demo/desktop.json");
    std::fs::write(&path, serde_json::to_string_pretty(&found)?)?;
    println!("  what the desktop knows is in {}", path.display());
    Ok(path)
}

/// Signs in to the development cloud, mirrors it into a fresh library, and writes down what that holds.
pub(crate) fn mirror(cloud: &Cloud) -> Result<PathBuf> {
    let desktop = Desktop { library: paths::output("demo/desktop-cloud"), ..Desktop::build()? };
    remove_dir(&desktop.library)?;
    let mut signing_in = desktop
        .command()
        .args(["--json", "account", "add", "google-drive", "--no-browser"])
        .args(["--client-id", cloud.service("client_id")?])
        .args(["--auth-url", cloud.service("authorize")?])
        .args(["--token-url", cloud.service("token")?])
        .args(["--api-url", cloud.service("api")?])
        .command()
        .stdout(Stdio::piped())
        .spawn()
        .context("mpc-desktop cannot be started")?;
    let mut output = BufReader::new(signing_in.stdout.take().context("stdout is piped")?);
    let mut line = String::new();
    output.read_line(&mut line)?;
    let page: Value = serde_json::from_str(&line).context("no sign-in address was printed")?;
    cloud.allow(page["authorize_url"].as_str().context("no sign-in address was printed")?)?;
    std::io::copy(&mut output, &mut std::io::sink())?;
    if !signing_in.wait()?.success() {
        bail!("mpc-desktop did not sign in");
    }
    desktop.command().args(["account", "list"]).run()?;
    desktop.command().arg("sync").run()?;
    let found = json!({
        "tracks": desktop.all("tracks")?,
        "albums": desktop.all("albums")?,
        "artists": desktop.all("artists")?,
    });
    let path = paths::output("demo/desktop-cloud.json");
    std::fs::write(&path, serde_json::to_string_pretty(&found)?)?;
    Ok(path)
}

/// The desktop host, with a library of its own.
#[derive(Debug)]
struct Desktop {
    program: PathBuf,
    library: PathBuf,
}

impl Desktop {
    fn build() -> Result<Self> {
        Step::cargo("build").args(["--quiet", "-p", "mpc-desktop"]).run()?;
        let program = paths::cargo_target()
            .join("debug")
            .join(format!("mpc-desktop{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { program, library: paths::output("demo/desktop") })
    }

    fn command(&self) -> Step {
        // What the demo signs in to is on this machine, and gone with it.
        Step::new(&self.program).arg("--data-dir").arg(&self.library).env("MPC_PASSPHRASE", "demo")
    }

    fn json(&self, args: &[&str]) -> Result<Value> {
        let said = self.command().arg("--json").args(args).quiet().read()?;
        serde_json::from_str(&said)
            .with_context(|| format!("mpc-desktop {} printed no JSON", args.join(" ")))
    }

    /// Every row of a listing, page by page.
    fn all(&self, listing: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut args = vec![listing, "--limit", PAGE];
            if let Some(cursor) = &after {
                args.extend(["--after", cursor]);
            }
            let page = self.json(&args)?;
            rows.extend(list(&page["items"])?.iter().cloned());
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("mpc-desktop's JSON has an unexpected form")
}

/// Words a person might look for: from titles, artists and albums spread over the library, and their beginnings.
fn search_texts(tracks: &[Value]) -> Vec<String> {
    let mut texts = Vec::new();
    let step = (tracks.len() / 6).max(1);
    for (index, track) in tracks.iter().step_by(step).enumerate() {
        let field = ["title", "artist", "album"][index % 3];
        let Some(word) = track[field]
            .as_str()
            .and_then(|text| text.split_whitespace().max_by_key(|word| word.chars().count()))
        else {
            continue;
        };
        texts.push(word.to_lowercase());
        texts.push(word.chars().take(3).collect());
        // Nobody types accents: the plain word must find the same.
        let plain: String = word.chars().map(|c| without_accent(c).unwrap_or(c)).collect();
        texts.push(plain);
    }
    texts.sort();
    texts.dedup();
    texts
}

/// The letter under a common European accent.
fn without_accent(c: char) -> Option<char> {
    const ACCENTED: [(&str, char); 6] =
        [("àáâãäå", 'a'), ("èéêë", 'e'), ("ìíîï", 'i'), ("òóôõö", 'o'), ("ùúûü", 'u'), ("ç", 'c')];
    let small = c.to_lowercase().next()?;
    ACCENTED.iter().find(|(letters, _)| letters.contains(small)).map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_words_of_the_library_also_without_accents() {
        let tracks =
            [json!({ "title": "Été" }), json!({ "artist": "Noël" }), json!({ "album": null })];
        assert_eq!(search_texts(&tracks), ["Noel", "Noë", "ete", "noël", "Été", "été"]);
    }
}
