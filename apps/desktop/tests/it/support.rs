//! A data folder, a folder of music made for the test, and the program run on both.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// One user: a fresh library and music of their own.
pub(crate) struct User {
    home: TempDir,
}

impl User {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("music")).unwrap();
        Self { home }
    }

    /// The folder of their music.
    pub(crate) fn music(&self) -> PathBuf {
        // The program reports where files really are, and a temporary folder may be behind a link.
        self.home.path().canonicalize().unwrap().join("music")
    }

    /// A command on their library.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mpc-desktop"));
        command.arg("--data-dir").arg(self.home.path().join("data")).stdin(Stdio::null());
        command
    }

    /// Runs `mpc-desktop --json args`.
    pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Output {
        self.command().arg("--json").args(args).output().unwrap()
    }

    /// What a command that succeeds prints: one JSON document and nothing else.
    #[track_caller]
    pub(crate) fn json<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Value {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Spoils a secret in the file that a passphrase seals.
    pub(crate) fn damage_secret(&self, name: &str) {
        let path = self.home.path().join("data").join("secrets.bin");
        let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let secret = &mut file["secrets"][name];
        assert!(secret.is_string(), "{name} is not there");
        *secret = "AAAA".into();
        std::fs::write(path, file.to_string()).unwrap();
    }

    /// Scans their music.
    #[track_caller]
    pub(crate) fn scan(&self) -> Value {
        self.json(&["scan".as_ref(), self.music().as_os_str()])
    }
}

/// Writes a sine of 440 Hz as 16-bit stereo, different for each `seed`.
pub(crate) fn write_wav(path: &Path, frames: u32, seed: u32) {
    write_stereo(path, (0..frames).map(|frame| [sample(frame, seed), -sample(frame, seed)]));
}

/// Writes 16-bit stereo at 44.1 kHz.
pub(crate) fn write_stereo(path: &Path, frames: impl Iterator<Item = [i16; 2]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in frames.flatten() {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}

/// The left sample of a frame of [`write_wav`].
#[expect(clippy::cast_possible_truncation, reason = "the sine is at most 12,000")]
pub(crate) fn sample(frame: u32, seed: u32) -> i16 {
    let phase = f64::from(frame) * 440.0 / 44_100.0 + f64::from(seed) / 1000.0;
    ((phase * std::f64::consts::TAU).sin() * 12_000.0) as i16
}

/// The items of a page.
pub(crate) fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}
