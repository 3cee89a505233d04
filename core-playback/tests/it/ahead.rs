//! Files that are far away are fetched before they are needed.

use std::sync::{Arc, Mutex};

use bridge_traits::{BridgeError, ErrorKind, ReadAt, Result};
use bytes::Bytes;
use core_async::time::{Duration, Instant, sleep};
use core_playback::{Decoder, FormatHint, WavEncoder, WavSample};

const RATE: u32 = 44_100;
const SECONDS: u32 = 30;

/// A file on a server that takes a second to answer.
#[derive(Debug)]
struct DistantFile {
    content: Bytes,
    asked: Mutex<Vec<(u64, usize)>>,
    /// Places that cannot be read the next time.
    failing: Mutex<Vec<u64>>,
}

impl DistantFile {
    fn new() -> Arc<Self> {
        let frames = RATE * SECONDS;
        let encoder = WavEncoder::new(WavSample::Int16, RATE, 2, frames.into()).unwrap();
        let mut content = encoder.header();
        let samples: Vec<i32> =
            (0..frames).flat_map(|frame| [i32::from(number(frame)) << 16; 2]).collect();
        encoder.encode_integers(&samples, &mut content);
        let (asked, failing) = (Mutex::default(), Mutex::default());
        Arc::new(Self { content: content.into(), asked, failing })
    }

    fn requests(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[core_async::async_trait]
impl ReadAt for DistantFile {
    fn length(&self) -> u64 {
        self.content.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        self.asked.lock().unwrap().push((offset, length));
        sleep(Duration::from_secs(1)).await;
        let place = offset..offset + length as u64;
        let failing = self.failing.lock().unwrap().extract_if(.., |it| place.contains(it)).count();
        if failing > 0 {
            return Err(BridgeError::new(ErrorKind::Unavailable, "remote.read"));
        }
        let start = usize::try_from(offset).unwrap().min(self.content.len());
        Ok(self.content.slice(start..self.content.len().min(start + length)))
    }
}

fn number(frame: u32) -> i16 {
    i16::try_from(frame % 32_768).unwrap()
}

/// The frame with this number, on either channel.
fn sample(frame: u32) -> f32 {
    f32::from(number(frame)) / 32_768.0
}

/// Plays a second of sound in a second, and gives how long it had to wait and what it heard.
async fn play(decoder: &mut Decoder, seconds: u32) -> (Duration, Vec<f32>) {
    let (mut waited, mut heard) = (Duration::ZERO, Vec::new());
    let mut buffer = vec![0.0; RATE as usize / 10 * 2];
    for _ in 0..seconds * 10 {
        let mut filled = 0;
        while filled < buffer.len() {
            let start = Instant::now();
            let frames = decoder.read(&mut buffer[filled..]).await.unwrap();
            waited += start.elapsed();
            filled += frames * 2;
            if frames == 0 {
                break;
            }
        }
        heard.extend_from_slice(&buffer[..filled]);
        sleep(Duration::from_millis(100)).await;
    }
    (waited, heard)
}

#[core_async::test(start_paused = true)]
async fn music_does_not_wait_for_a_server_that_is_slow_to_answer() {
    let file = DistantFile::new();
    let source: Arc<dyn ReadAt> = Arc::<DistantFile>::clone(&file);
    let mut decoder = Decoder::open(source, FormatHint::default()).await.unwrap();
    let (waited, mut heard) = play(&mut decoder, 1).await;
    assert!(waited <= Duration::from_secs(2), "{waited:?} to begin");
    let (waited, more) = play(&mut decoder, SECONDS).await;
    assert_eq!(waited, Duration::ZERO);
    heard.extend(more);
    let expected = (0..RATE * SECONDS).map(sample);
    assert!(heard.iter().step_by(2).copied().eq(expected));
    let pieces = file.content.len() / (448 * 1024);
    assert!(file.requests() <= pieces + 5, "{} for {pieces} pieces", file.requests());
}

#[core_async::test(start_paused = true)]
async fn what_could_not_be_fetched_is_fetched_again_as_a_whole() {
    let file = DistantFile::new();
    let source: Arc<dyn ReadAt> = Arc::<DistantFile>::clone(&file);
    let mut decoder = Decoder::open(source, FormatHint::default()).await.unwrap();
    *file.failing.lock().unwrap() = vec![1_500_000, 3_000_000];
    let (waited, heard) = play(&mut decoder, SECONDS + 1).await;
    // Once to begin, and once for each piece that did not come in time.
    assert!(waited <= Duration::from_secs(2 + 2), "{waited:?}");
    let expected = (0..RATE * SECONDS).map(sample);
    assert!(heard.iter().step_by(2).copied().eq(expected));
    assert!(file.failing.lock().unwrap().is_empty());
    let pieces = file.content.len() / (448 * 1024);
    assert!(file.requests() <= pieces + 5 + 2, "{} for {pieces} pieces", file.requests());
}

#[core_async::test(start_paused = true)]
async fn a_seek_waits_for_its_own_place_only() {
    let file = DistantFile::new();
    let source: Arc<dyn ReadAt> = Arc::<DistantFile>::clone(&file);
    let mut decoder = Decoder::open(source, FormatHint::default()).await.unwrap();
    play(&mut decoder, 1).await;
    for second in [20, 5, 25, 1] {
        decoder.seek(u64::from(RATE * second)).await.unwrap();
        let (waited, heard) = play(&mut decoder, 1).await;
        assert!(waited <= Duration::from_secs(2), "{waited:?} at {second} s");
        assert!((heard[0] - sample(RATE * second)).abs() < f32::EPSILON, "{second} s");
    }
}
