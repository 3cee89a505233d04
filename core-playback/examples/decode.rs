//! Decodes a file to raw samples on standard output, to compare with other decoders.
//!
//! `decode FILE [--integers] [--remote | --moody] [--start FRAME] [--frames N] [--quiet]`; what was
//! found is printed on standard error. `--remote` pretends that the file is far away, `--moody` that
//! it is so at times. `--sweep N` decodes everything, then compares it with what N seeks lead to.

mod memory_file;

use std::io::Write;
use std::sync::Arc;

use core_playback::{Decoder, FormatHint};

use memory_file::MemoryFile;

#[core_async::main]
#[expect(clippy::disallowed_methods, reason = "a program of its own, without a host bridge")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let number = |name: &str| -> Option<u64> {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse().ok()
    };
    let path = arguments.first().ok_or("usage: decode FILE [options]")?;
    let mut file = MemoryFile::from(std::fs::read(path)?);
    file.remote = flag("--remote");
    file.moody = flag("--moody");
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
async fn sweep(decoder: &mut Decoder, seeks: u64) -> Result<(), Box<dyn std::error::Error>> {
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
