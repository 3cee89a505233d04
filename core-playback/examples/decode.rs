//! Decodes a file to raw samples on standard output, to compare with other decoders.
//!
//! `decode FILE [--integers] [--remote | --moody] [--start FRAME] [--frames N] [--quiet]`; what was
//! found is printed on standard error. `--remote` pretends that the file is far away, `--moody` that
//! it is so at times. `--sweep N` decodes everything, then compares it with what N seeks lead to.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use core_playback::{Decoder, FormatHint};

#[derive(Debug)]
struct MemoryFile {
    bytes: Bytes,
    remote: bool,
    moody: bool,
    calls: AtomicUsize,
}

#[core_async::async_trait]
impl ReadAt for MemoryFile {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        Ok(self.bytes.slice(start..self.bytes.len().min(start + length)))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.remote || (self.moody && call % 3 == 1) {
            return None;
        }
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        let bytes = &self.bytes[start..];
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        Some(Ok(count))
    }
}

#[core_async::main]
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a host bridge")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let number = |name: &str| -> Option<u64> {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse().ok()
    };
    let path = arguments.first().ok_or("usage: decode FILE [options]")?;
    let file = MemoryFile {
        bytes: std::fs::read(path)?.into(),
        remote: flag("--remote"),
        moody: flag("--moody"),
        calls: AtomicUsize::new(0),
    };
    let mut decoder = Decoder::open(Arc::new(file), FormatHint::from_path(path)).await?;
    eprintln!("{:?}", decoder.format());
    if let Some(seeks) = number("--sweep") {
        return sweep(&mut decoder, seeks).await;
    }
    decoder.seek(number("--start").unwrap_or(0)).await?;
    let channels = usize::from(decoder.format().channels);
    let mut floats = vec![0.0_f32; 4096 * channels];
    let mut integers = vec![0_i32; 4096 * channels];
    let mut left = number("--frames").unwrap_or(u64::MAX);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    while left > 0 {
        let room = usize::try_from(left.min(4096))? * channels;
        let frames = if flag("--integers") {
            let frames = decoder.read_integers(&mut integers[..room]).await?;
            for sample in &integers[..if flag("--quiet") { 0 } else { frames * channels }] {
                out.write_all(&sample.to_le_bytes())?;
            }
            frames
        } else {
            let frames = decoder.read(&mut floats[..room]).await?;
            for sample in &floats[..if flag("--quiet") { 0 } else { frames * channels }] {
                out.write_all(&sample.to_le_bytes())?;
            }
            frames
        };
        if frames == 0 {
            break;
        }
        left -= frames as u64;
    }
    out.flush()?;
    eprintln!("ended at frame {}", decoder.position());
    Ok(())
}

/// Seeks to places all over the file and prints how far the samples there are from the others.
async fn sweep(
    decoder: &mut Decoder,
    seeks: u64,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    const FRAMES: usize = 3000;
    let channels = usize::from(decoder.format().channels);
    let (mut whole, mut buffer) = (Vec::new(), vec![0.0_f32; FRAMES * channels]);
    loop {
        let frames = decoder.read(&mut buffer).await?;
        if frames == 0 {
            break;
        }
        whole.extend_from_slice(&buffer[..frames * channels]);
    }
    let total = whole.len() / channels;
    let (mut state, mut exact, mut short, mut worst, mut rms) = (1_u64, 0, 0, 0.0_f32, 0.0_f64);
    for _ in 0..seeks {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let frame = usize::try_from((state >> 33) % total as u64)?;
        decoder.seek(frame as u64).await?;
        let frames = decoder.read(&mut buffer).await?;
        let expected = &whole[frame * channels..(frame + FRAMES).min(total) * channels];
        let got = &buffer[..frames * channels];
        short += u64::from(got.len() != expected.len());
        exact += u64::from(got == expected);
        let errors = got.iter().zip(expected).map(|(got, expected)| (got - expected).abs());
        worst = errors.clone().fold(worst, f32::max);
        let square: f64 = errors.map(|error| f64::from(error).powi(2)).sum();
        rms = rms.max((square / f64::from(u32::try_from(expected.len())?)).sqrt());
    }
    eprintln!("{exact} of {seeks} exact, {short} of another length, worst {worst:e}, rms {rms:e}");
    Ok(())
}
