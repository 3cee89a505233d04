//! Running other programs: every command is printed before it runs, long ones with the time they took.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Steps quicker than this end without a word.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// One command to run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    program: OsString,
    shown: String,
    args: Vec<OsString>,
    envs: Vec<(String, OsString)>,
    dir: Option<PathBuf>,
    quiet: bool,
    label: String,
}

/// What a command that was watched has said and how it ended.
#[derive(Debug)]
pub(crate) struct Watched {
    /// Whether the exit code was 0.
    pub(crate) success: bool,
    /// Everything written to stdout and stderr, without colours.
    pub(crate) text: String,
}

impl Step {
    /// A command that runs `program`, found on `PATH`.
    pub(crate) fn new(program: impl Into<OsString>) -> Self {
        let program = program.into();
        let shown = program.to_string_lossy().into_owned();
        Self {
            program,
            shown,
            args: Vec::new(),
            envs: Vec::new(),
            dir: None,
            quiet: false,
            label: String::new(),
        }
    }

    /// A `cargo` command, with the cargo that runs this program.
    pub(crate) fn cargo(subcommand: &str) -> Self {
        let mut step = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        step.shown = "cargo".to_owned();
        step.arg(subcommand)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, key: &str, value: impl Into<OsString>) -> Self {
        self.envs.push((key.to_owned(), value.into()));
        self
    }

    /// Sets several environment variables.
    pub(crate) fn envs<'a>(
        mut self,
        envs: impl IntoIterator<Item = &'a (String, OsString)>,
    ) -> Self {
        self.envs.extend(envs.into_iter().cloned());
        self
    }

    /// Runs in `dir` instead of the current folder.
    pub(crate) fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Does not print the command; for questions that change nothing.
    pub(crate) fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Puts `label` before every line that [`watch`](Self::watch) shows; for steps that run side by side.
    pub(crate) fn label(mut self, label: String) -> Self {
        self.label = label;
        self
    }

    /// Runs it with this terminal and fails if it fails.
    pub(crate) fn run(&self) -> Result<()> {
        self.announce();
        let start = Instant::now();
        let status =
            self.command().status().with_context(|| format!("cannot start {}", self.shown))?;
        self.tell_time(start);
        if !status.success() {
            bail!("`{}` ended with {status}", self.line());
        }
        Ok(())
    }

    /// Runs it and returns stdout; stderr goes to this terminal.
    pub(crate) fn read(&self) -> Result<String> {
        self.announce();
        let start = Instant::now();
        let output = self
            .command()
            .stderr(if self.quiet { Stdio::piped() } else { Stdio::inherit() })
            .output()
            .with_context(|| format!("cannot start {}", self.shown))?;
        self.tell_time(start);
        if !output.status.success() {
            bail!("`{}` ended with {}", self.line(), output.status);
        }
        String::from_utf8(output.stdout)
            .with_context(|| format!("{} printed something that is not UTF-8", self.shown))
    }

    /// Runs it, shows its output as it comes and returns it.
    pub(crate) fn watch(&self) -> Result<Watched> {
        self.announce();
        let start = Instant::now();
        let mut child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.shown))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let stderr = child.stderr.take().context("stderr is piped")?;
        let text = Mutex::new(String::new());
        std::thread::scope(|scope| {
            scope.spawn(|| relay(stdout, &self.label, &text));
            relay(stderr, &self.label, &text);
        });
        let status = child.wait()?;
        self.tell_time(start);
        let text = text.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Watched { success: status.success(), text })
    }

    /// The command as a person would type it.
    pub(crate) fn line(&self) -> String {
        let mut words: Vec<String> = self
            .envs
            .iter()
            .map(|(key, value)| format!("{key}={}", quote(&value.to_string_lossy())))
            .collect();
        words.push(quote(&self.shown));
        words.extend(self.args.iter().map(|arg| quote(&arg.to_string_lossy())));
        words.join(" ")
    }

    fn announce(&self) {
        if !self.quiet {
            let (label, line) = (&self.label, self.line());
            match &self.dir {
                Some(dir) => println!("{label}$ (cd {} && {line})", quote(&dir.to_string_lossy())),
                None => println!("{label}$ {line}"),
            }
        }
    }

    fn tell_time(&self, start: Instant) {
        if !self.quiet && start.elapsed() >= WORTH_TELLING {
            println!("{}  … {:.1} s", self.label, start.elapsed().as_secs_f64());
        }
    }

    /// The command for callers that keep the process running.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // `cargo run` adds its own libraries, which another compiler must not load.
        command
            .args(&self.args)
            .env_remove("LD_LIBRARY_PATH")
            .envs(self.envs.iter().map(|(k, v)| (k, v)));
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }
}

/// Copies `from` to this terminal line by line, behind `label`, and collects it in `text`.
fn relay(from: impl Read, label: &str, text: &Mutex<String>) {
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
        let shown = String::from_utf8_lossy(&line);
        // A closed terminal must not stop the command that is being watched.
        write!(std::io::stdout(), "{label}{shown}").ok();
        if let Ok(mut text) = text.lock() {
            text.push_str(&without_colours(&shown));
        }
        line.clear();
    }
}

/// `text` without terminal colour sequences.
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if chars.next() == Some('[') {
            chars.by_ref().find(char::is_ascii_alphabetic);
        }
    }
    plain
}

/// Puts quotes around a word that a shell would take apart.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// What cargo and test programs need to hear to print colours through [`Step::watch`].
pub(crate) fn colour() -> &'static str {
    if std::io::stdout().is_terminal() { "always" } else { "never" }
}

/// The first file called `name` on `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let name = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|dir| dir.join(&name))
        .find(|path| path.is_file())
}

/// Removes a folder and everything in it, if it is there.
pub(crate) fn remove_dir(dir: &Path) -> Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_command_can_be_pasted_into_a_shell() {
        let step = Step::new("echo").env("FLAGS", "--cfg a").args(["it's", "plain", ""]);
        assert_eq!(step.line(), r"FLAGS='--cfg a' echo 'it'\''s' plain ''");
    }

    #[test]
    fn watched_output_is_collected_from_both_streams_without_colours() {
        let step =
            Step::new("sh").args(["-c", r"printf '\033[32mgreen\033[0m\n'; echo oops >&2; exit 3"]);
        let watched = step.watch().unwrap();
        assert!(!watched.success);
        assert!(
            watched.text.contains("green\n") && watched.text.contains("oops\n"),
            "{:?}",
            watched.text
        );
    }

    #[test]
    fn failing_command_is_an_error_that_names_it() {
        let error = Step::new("sh").args(["-c", "exit 4"]).run().unwrap_err();
        assert!(error.to_string().contains("sh -c 'exit 4'"), "{error}");
    }
}
