//! A real sound device: PulseAudio with a sink that plays to nobody, whose monitor we record.
//!
//! Without PulseAudio on the computer the test says so and ends.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use bridge_conformance::audio_output::{self, AudioOutputUnderTest};
use bridge_desktop::CpalOutput;
use bridge_traits::{AudioOutput, OutputFormat};

const RATE: u32 = 48_000;
const PITCH: f32 = 440.0;

/// A child process that ends with its value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn spawn(command: &mut Command) -> Option<Running> {
    command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().ok().map(Running)
}

#[test]
fn a_tone_reaches_the_device_and_a_pause_is_silent() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path();
    let daemon = spawn(
        Command::new("pulseaudio")
            .args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-n"])
            .args(["-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=null"])
            .envs([("XDG_RUNTIME_DIR", home), ("HOME", home)])
            .stdout(Stdio::null()),
    );
    let Some(_daemon) = daemon else {
        println!("skipped: PulseAudio is not installed");
        return;
    };
    if !appears(&home.join("pulse").join("native")) {
        println!("skipped: PulseAudio does not start here");
        return;
    }
    let config = home.join("asound.conf");
    let default = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\n\
                   ctl.!default { type pulse }\n";
    fs::write(&config, default).unwrap();

    // An idle sink sleeps for two seconds at a time; the recorder keeps it awake.
    let recording = home.join("recording.raw");
    let recorder = spawn(
        Command::new("parec")
            .args(["-d", "null.monitor", "--format=float32le", "--rate=48000", "--channels=1"])
            .args(["--latency-msec=20"])
            .envs([("XDG_RUNTIME_DIR", home), ("HOME", home)])
            .stdout(fs::File::create(&recording).unwrap()),
    );
    let Some(recorder) = recorder else {
        println!("skipped: parec is not installed");
        return;
    };
    sleep(Duration::from_millis(2_500));
    run(home, "conformance_process");
    run(home, "player_process");
    sleep(Duration::from_millis(500));
    drop(recorder);
    check(&samples(&recording));
}

/// Runs one of the tests below in a process whose default device is the sink.
fn run(home: &Path, test: &str) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("pulseaudio::{test}"), "--nocapture"])
        .envs([("XDG_RUNTIME_DIR", home), ("HOME", home), ("MPC_TEST_PULSEAUDIO", home)])
        .env("ALSA_CONFIG_PATH", home.join("asound.conf"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{}\n{said}", String::from_utf8_lossy(&child.stdout));
}

fn appears(path: &Path) -> bool {
    (0..100).any(|_| {
        sleep(Duration::from_millis(50));
        path.exists()
    })
}

/// Plays a second, pauses for half a second, and plays another second.
#[core_async::test]
async fn player_process() {
    if std::env::var_os("MPC_TEST_PULSEAUDIO").is_none() {
        return;
    }
    let wish = OutputFormat { sample_rate: RATE, channels: 2 };
    let stream = CpalOutput::default_device().open(wish).await.unwrap();
    assert_eq!(stream.format(), wish);
    let tone = tone(2 * RATE as usize);
    let play = async {
        let mut rest = &tone[..];
        while !rest.is_empty() {
            rest = &rest[stream.write(rest).await.unwrap() * 2..];
        }
        stream.drain().await.unwrap();
    };
    let pause = async {
        core_async::time::sleep(Duration::from_secs(1)).await;
        stream.pause().unwrap();
        core_async::time::sleep(Duration::from_millis(500)).await;
        stream.resume().unwrap();
    };
    core_async::join!(play, pause);
    assert_eq!(stream.frames_played(), 2 * u64::from(RATE));
    assert_eq!(stream.underruns(), 0);
}

/// The device keeps the contract of every output.
#[core_async::test(timeout_ms = 300_000)]
async fn conformance_process() {
    if std::env::var_os("MPC_TEST_PULSEAUDIO").is_none() {
        return;
    }
    let names = CpalOutput::devices().await.unwrap();
    assert!(!names.is_empty());
    let output = Arc::new(CpalOutput::default_device()) as Arc<dyn AudioOutput>;
    let output = AudioOutputUnderTest::from(output);
    audio_output::a_stream_has_a_usable_format(&output).await;
    audio_output::everything_written_is_played(&output).await;
    audio_output::a_full_buffer_makes_the_writer_wait(&output).await;
    audio_output::an_abandoned_write_takes_nothing(&output).await;
    audio_output::a_pause_stops_the_count(&output).await;
    audio_output::a_discard_drops_and_counts_from_zero(&output).await;
    audio_output::a_dry_buffer_does_not_end_the_stream(&output).await;
    audio_output::a_device_can_be_opened_again(&output).await;
}

#[expect(clippy::cast_precision_loss, reason = "two seconds of frames")]
fn tone(frames: usize) -> Vec<f32> {
    let step = std::f32::consts::TAU * PITCH / RATE as f32;
    (0..frames).flat_map(|frame| [0.5 * (frame as f32 * step).sin(); 2]).collect()
}

fn samples(recording: &Path) -> Vec<f32> {
    let bytes = fs::read(recording).unwrap();
    bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// Finds the tone, the pause in it and its pitch. A busy computer may drop a few milliseconds, so
/// each is measured in a way that a gap does not spoil.
#[track_caller]
fn check(recorded: &[f32]) {
    let is_sound = |sample: &f32| sample.abs() > 0.01;
    let first = recorded.iter().position(is_sound).expect("something was heard");
    let last = recorded.iter().rposition(is_sound).unwrap();
    let heard = &recorded[first..=last];
    let seconds = heard.len() as f64 / f64::from(RATE);
    assert!((2.2..3.5).contains(&seconds), "two seconds and the pause: {seconds}");

    // 10 ms without a sample that can be heard are silence.
    let silence: Vec<bool> = heard.chunks(480).map(|part| !part.iter().any(is_sound)).collect();
    let longest = silence.split(|silent| !silent).map(<[bool]>::len).max().unwrap();
    assert!((40..=60).contains(&longest), "half a second of silence: {longest} times 10 ms");

    let rises: Vec<usize> = heard
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
        .map(|(position, _)| position)
        .collect();
    let mut periods: Vec<usize> = rises.windows(2).map(|pair| pair[1] - pair[0]).collect();
    periods.sort_unstable();
    let period = periods[periods.len() / 2];
    assert!((108..=110).contains(&period), "440 Hz are 109.1 frames: {period}");

    let loudest = heard.iter().copied().fold(0.0, f32::max);
    assert!((0.45..=0.55).contains(&loudest), "{loudest}");
}
