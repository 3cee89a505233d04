//! The contract of [`AudioOutput`] and [`AudioStream`].

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bridge_traits::{AudioOutput, AudioStream, OutputFormat};
use core_async::time::{Duration, sleep, timeout};
use futures::FutureExt;

use crate::expect::soon;

/// Proves that an [`AudioOutput`] keeps its contract; takes a future that yields an
/// `Arc<dyn AudioOutput>`, or an [`AudioOutputUnderTest`] that holds something besides.
#[macro_export]
macro_rules! audio_output_conformance {
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            audio_output: $crate::audio_output::AudioOutputUnderTest = $make, audio_output:
            a_stream_has_a_usable_format
            a_write_takes_whole_frames
            everything_written_is_played
            the_count_never_goes_back
            a_full_buffer_makes_the_writer_wait
            an_abandoned_write_takes_nothing
            a_pause_stops_the_count
            a_discard_drops_and_counts_from_zero
            a_dry_buffer_does_not_end_the_stream
            any_volume_is_accepted
            draining_nothing_returns_at_once
            a_device_can_be_opened_again
        }
    };
}

/// An output, and whatever must live as long as the test.
pub struct AudioOutputUnderTest {
    output: Arc<dyn AudioOutput>,
    /// For example the task that lets time pass on a simulated device.
    _guard: Box<dyn Any>,
}

impl AudioOutputUnderTest {
    /// `guard` is dropped when the test is over.
    pub fn new(output: Arc<dyn AudioOutput>, guard: impl Any) -> Self {
        Self { output, _guard: Box::new(guard) }
    }

    async fn open(&self) -> Box<dyn AudioStream> {
        let wish = OutputFormat { sample_rate: 48_000, channels: 2 };
        soon("a stream", self.output.open(wish)).await.unwrap()
    }
}

impl From<Arc<dyn AudioOutput>> for AudioOutputUnderTest {
    fn from(output: Arc<dyn AudioOutput>) -> Self {
        Self::new(output, ())
    }
}

impl fmt::Debug for AudioOutputUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioOutputUnderTest").field("output", &self.output).finish_non_exhaustive()
    }
}

/// Quiet sound of this many frames.
fn frames(stream: &dyn AudioStream, count: usize) -> Vec<f32> {
    let channels = usize::from(stream.format().channels);
    (0..count * channels).map(|at| if at / channels % 2 == 0 { 0.001 } else { -0.001 }).collect()
}

/// Writes all of it, however many calls that takes.
async fn write_all(stream: &dyn AudioStream, count: usize) {
    let samples = frames(stream, count);
    let mut rest = &samples[..];
    while !rest.is_empty() {
        let taken = soon("room for frames", stream.write(rest)).await.unwrap();
        rest = &rest[taken * usize::from(stream.format().channels)..];
    }
}

/// Fills the buffer of a paused stream and returns how many frames it took.
async fn fill(stream: &dyn AudioStream) -> usize {
    let samples = frames(stream, stream.buffer_frames() + 1);
    let mut taken = 0;
    while let Ok(count) = timeout(Duration::from_millis(150), stream.write(&samples)).await {
        taken += count.unwrap();
        assert!(taken <= stream.buffer_frames(), "{taken} frames are ahead of the device");
    }
    taken
}

/// Whatever is wished for, what is given can be played.
pub async fn a_stream_has_a_usable_format(subject: &AudioOutputUnderTest) {
    assert!(!subject.output.name().is_empty());
    for (sample_rate, channels) in [(44_100, 2), (48_000, 1), (96_000, 2), (8_000, 1), (48_000, 6)]
    {
        let wish = OutputFormat { sample_rate, channels };
        let stream = soon("a stream", subject.output.open(wish)).await.unwrap();
        let format = stream.format();
        assert!((1_000..=768_000).contains(&format.sample_rate), "{format:?} for {wish:?}");
        assert!((1..=32).contains(&format.channels), "{format:?} for {wish:?}");
        assert!(stream.buffer_frames() > 0);
        assert_eq!(stream.frames_played(), 0);
        write_all(&*stream, 100).await;
    }
}

/// A write takes at least one frame and no more than it was given.
pub async fn a_write_takes_whole_frames(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    for count in [1, 2, 3, 100, stream.buffer_frames(), 3 * stream.buffer_frames() + 1] {
        let samples = frames(&*stream, count);
        let taken = soon("room for frames", stream.write(&samples)).await.unwrap();
        assert!((1..=count).contains(&taken), "took {taken} of {count}");
    }
}

/// After `drain` exactly what was written has been played.
pub async fn everything_written_is_played(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    let mut written = 0;
    for count in [1, 10, 999, 4_801, 2 * stream.buffer_frames() + 7] {
        write_all(&*stream, count).await;
        written += count as u64;
        soon("the end of the sound", stream.drain()).await.unwrap();
        assert_eq!(stream.frames_played(), written);
    }
}

/// The count of played frames grows, and is never ahead of what was written.
pub async fn the_count_never_goes_back(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    let (mut last, mut written) = (0, 0);
    for _ in 0..50 {
        write_all(&*stream, 240).await;
        written += 240;
        let played = stream.frames_played();
        assert!((last..=written).contains(&played), "{played} after {last}, of {written}");
        last = played;
    }
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), written);
}

/// The producer is never further ahead than the buffer is long.
pub async fn a_full_buffer_makes_the_writer_wait(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    stream.pause().unwrap();
    let taken = fill(&*stream).await;
    assert!(taken > 0);
    stream.resume().unwrap();
    write_all(&*stream, 10).await;
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), taken as u64 + 10);
}

/// A write that is dropped while it waits has taken nothing.
pub async fn an_abandoned_write_takes_nothing(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    stream.pause().unwrap();
    let taken = fill(&*stream).await;
    let samples = frames(&*stream, 50);
    for _ in 0..5 {
        assert!(stream.write(&samples).now_or_never().is_none(), "the buffer is full");
    }
    stream.resume().unwrap();
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), taken as u64);
}

/// 100 ms after `pause` nothing is played any more, and `resume` goes on with what is left.
pub async fn a_pause_stops_the_count(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    let first = stream.buffer_frames().min(1_000);
    write_all(&*stream, first).await;
    stream.pause().unwrap();
    sleep(Duration::from_millis(100)).await;
    let paused = stream.frames_played();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(stream.frames_played(), paused);
    stream.pause().unwrap();
    stream.resume().unwrap();
    stream.resume().unwrap();
    write_all(&*stream, 500).await;
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), first as u64 + 500);
}

/// `discard` empties the buffer, also while paused, and the count begins again.
pub async fn a_discard_drops_and_counts_from_zero(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    write_all(&*stream, 700).await;
    soon("the end of the sound", stream.drain()).await.unwrap();
    stream.pause().unwrap();
    assert!(fill(&*stream).await > 0);
    stream.discard().unwrap();
    assert_eq!(stream.frames_played(), 0);
    soon("the end of nothing", stream.drain()).await.unwrap();
    let again = fill(&*stream).await;
    assert!(again > 0, "the buffer is empty again");
    stream.discard().unwrap();
    stream.resume().unwrap();
    write_all(&*stream, 300).await;
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), 300);
}

/// Without anything to play the stream waits in silence, and plays what comes next.
pub async fn a_dry_buffer_does_not_end_the_stream(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    for round in 1..=3 {
        write_all(&*stream, 200).await;
        soon("the end of the sound", stream.drain()).await.unwrap();
        sleep(Duration::from_millis(40)).await;
        assert_eq!(stream.frames_played(), round * 200, "silence is not counted");
    }
    let underruns = stream.underruns();
    assert!(underruns <= 1_000, "{underruns} underruns in a few gaps");
}

/// Volume may be set at any time, and does not change what is counted.
pub async fn any_volume_is_accepted(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    for gain in [0.0, 0.5, 1.0, 0.0, 1.0] {
        stream.set_volume(gain).unwrap();
        write_all(&*stream, 100).await;
    }
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), 500);
}

/// There is nothing to wait for.
pub async fn draining_nothing_returns_at_once(subject: &AudioOutputUnderTest) {
    let stream = subject.open().await;
    soon("the end of nothing", stream.drain()).await.unwrap();
    stream.discard().unwrap();
    soon("the end of nothing", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), 0);
}

/// Dropping a stream frees the device, also with sound left in it.
pub async fn a_device_can_be_opened_again(subject: &AudioOutputUnderTest) {
    for _ in 0..5 {
        let stream = subject.open().await;
        write_all(&*stream, 1_000.min(stream.buffer_frames())).await;
    }
    let stream = subject.open().await;
    write_all(&*stream, 100).await;
    soon("the end of the sound", stream.drain()).await.unwrap();
    assert_eq!(stream.frames_played(), 100);
}
