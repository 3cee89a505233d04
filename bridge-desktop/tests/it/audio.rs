//! Sound without a device, in time that the test moves on, and with one where there is one.

use std::sync::Arc;

use bridge_conformance::audio_output_conformance;
use bridge_desktop::{CpalOutput, NullOutput};
use bridge_traits::{AudioOutput, AudioStream, ErrorKind, OutputFormat};
use core_async::time::{Duration, Instant, sleep, timeout};

audio_output_conformance!(async { Arc::new(NullOutput::new()) as Arc<dyn AudioOutput> });

const FORMAT: OutputFormat = OutputFormat { sample_rate: 48_000, channels: 2 };

async fn open() -> Box<dyn AudioStream> {
    NullOutput::new().open(FORMAT).await.unwrap()
}

fn seconds(seconds: f64) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
    let samples = (seconds * 96_000.0) as usize;
    vec![0.5; samples]
}

async fn write_all(stream: &dyn AudioStream, mut samples: &[f32]) {
    while !samples.is_empty() {
        let taken = stream.write(samples).await.unwrap();
        assert!(taken > 0);
        samples = &samples[taken * 2..];
    }
}

#[tokio::test(start_paused = true)]
async fn frames_play_in_real_time() {
    let stream = open().await;
    let start = Instant::now();
    write_all(&*stream, &seconds(3.0)).await;
    let ahead = Duration::from_secs(3).saturating_sub(start.elapsed());
    assert!(ahead <= Duration::from_millis(505), "never more than the buffer ahead: {ahead:?}");
    stream.drain().await.unwrap();
    let took = start.elapsed();
    assert!((3000..3010).contains(&took.as_millis()), "{took:?}");
    assert_eq!(stream.frames_played(), 144_000);
    assert_eq!(stream.underruns(), 0, "the end is no accident");
}

#[tokio::test(start_paused = true)]
async fn a_writer_waits_while_the_buffer_is_full() {
    let stream = open().await;
    let buffer = stream.buffer_frames();
    assert_eq!(buffer, 24_000);
    assert_eq!(stream.write(&seconds(2.0)).await.unwrap(), buffer);
    let start = Instant::now();
    let taken = stream.write(&seconds(2.0)).await.unwrap();
    assert!(taken >= buffer / 4, "woken for a large piece: {taken}");
    let waited = start.elapsed().as_millis();
    assert!((120..=135).contains(&waited), "{waited} ms");
}

#[tokio::test(start_paused = true)]
async fn only_whole_frames_are_taken() {
    let stream = open().await;
    assert_eq!(stream.write(&[0.1; 5]).await.unwrap(), 2);
    assert_eq!(stream.write(&[]).await.unwrap(), 0);
    assert_eq!(stream.write(&[0.1]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_write_takes_nothing() {
    let stream = open().await;
    stream.write(&seconds(1.0)).await.unwrap();
    stream.pause().unwrap();
    let second = Duration::from_secs(1);
    timeout(second, stream.write(&seconds(1.0))).await.unwrap_err();
    stream.resume().unwrap();
    stream.drain().await.unwrap();
    assert_eq!(stream.frames_played(), 24_000);
}

#[tokio::test(start_paused = true)]
async fn a_pause_stops_time_and_a_resume_goes_on() {
    let stream = open().await;
    stream.write(&seconds(0.4)).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    stream.pause().unwrap();
    sleep(Duration::from_millis(10)).await;
    let paused_at = stream.frames_played();
    assert!((4_800..=5_040).contains(&paused_at), "at most 5 ms to fade out: {paused_at}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(stream.frames_played(), paused_at);
    assert_eq!(stream.underruns(), 0);
    stream.resume().unwrap();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(stream.frames_played(), paused_at + 4_800);
}

#[tokio::test(start_paused = true)]
async fn a_discard_forgets_and_counts_from_zero() {
    let stream = open().await;
    stream.write(&seconds(0.5)).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    stream.discard().unwrap();
    assert_eq!(stream.frames_played(), 0);
    sleep(Duration::from_millis(20)).await;
    assert_eq!(stream.frames_played(), 0, "nothing of before is counted");
    stream.write(&seconds(0.1)).await.unwrap();
    stream.drain().await.unwrap();
    assert_eq!(stream.frames_played(), 4_800);
    assert_eq!(stream.underruns(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_discard_frees_a_waiting_writer_even_while_paused() {
    let stream = open().await;
    stream.write(&seconds(0.5)).await.unwrap();
    stream.pause().unwrap();
    let samples = seconds(0.1);
    let write = stream.write(&samples);
    let discard = async {
        sleep(Duration::from_millis(50)).await;
        stream.discard().unwrap();
    };
    let waited = Duration::from_millis(200);
    let (taken, ()) = timeout(waited, async { core_async::join!(write, discard) }).await.unwrap();
    assert_eq!(taken.unwrap(), 4_800);
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_with_a_discard() {
    let stream = open().await;
    stream.write(&seconds(0.5)).await.unwrap();
    stream.pause().unwrap();
    let discard = async {
        sleep(Duration::from_millis(50)).await;
        stream.discard().unwrap();
    };
    let (drained, ()) = core_async::join!(stream.drain(), discard);
    drained.unwrap();
}

#[tokio::test(start_paused = true)]
async fn running_dry_is_counted_once_and_ends_nothing() {
    let stream = open().await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(stream.underruns(), 0, "before the first sound nothing is missing");
    for round in 1..=3 {
        stream.write(&seconds(0.05)).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(stream.underruns(), round);
    }
    assert_eq!(stream.frames_played(), 7_200);
}

#[tokio::test(start_paused = true)]
async fn a_day_of_silence_is_caught_up_with_at_once() {
    let stream = open().await;
    sleep(Duration::from_secs(86_400)).await;
    let start = std::time::Instant::now();
    assert_eq!(stream.frames_played(), 0);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn odd_wishes_are_refused() {
    for (sample_rate, channels) in [(0, 2), (48_000, 0), (10_000_000, 2), (48_000, 1000)] {
        let wish = OutputFormat { sample_rate, channels };
        let error = NullOutput::new().open(wish).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    let stream = open().await;
    assert_eq!(stream.format(), FORMAT);
    assert_eq!(stream.set_volume(f32::NAN).unwrap_err().kind(), ErrorKind::InvalidRequest);
    stream.set_volume(2.0).unwrap();
}

#[core_async::test]
async fn a_device_that_is_not_there_is_not_found() {
    let output = CpalOutput::device("no such device");
    let error = output.open(FORMAT).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unavailable), "{error:?}");
}
