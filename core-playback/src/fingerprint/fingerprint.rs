//! Fingerprints, and how alike two are.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bridge_traits::{BoxFuture, OutputFormat, ReadAt};
use core_async::task::yield_now;

use super::chroma::RATE;
use super::printer::Printer;
use super::{FingerprintError, FingerprintTextError, text};
use crate::{ConvertError, Converter, Decoder, FormatHint};

/// How many frames are decoded between two turns of others.
const CHUNK: usize = 8192;

/// How many frames may be converted at once: nobody else gets a turn meanwhile. Only rates that no
/// music has need more.
const LARGEST_PORTION: usize = 100_000;

/// How many values one recording may begin before another, two seconds.
const LARGEST_SHIFT: usize = 16;

/// How many values have to say something before any two are called alike, two seconds.
const LEAST_TELLING: u32 = 16;

/// What the beginning of a recording sounds like: a value of 32 bits for every eighth of a second
/// of its first two minutes.
///
/// Files of the same recording have nearly equal fingerprints, whatever their format, quality and
/// tags. The text of one, by [`Display`](fmt::Display) and [`FromStr`], is what `AcoustID` takes
/// and `fpcalc` prints.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use bridge_traits::ReadAt;
/// # use core_playback::{Fingerprint, FingerprintError, FormatHint};
/// async fn is_upgrade(old: Arc<dyn ReadAt>, new: Arc<dyn ReadAt>) -> Result<bool, FingerprintError> {
///     let old = Fingerprint::compute(old, FormatHint::default()).await?;
///     let new = Fingerprint::compute(new, FormatHint::default()).await?;
///     Ok(old.is_same_recording(&new))
/// }
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Fingerprint(Vec<u32>);

impl Fingerprint {
    /// The [`similarity`](Self::similarity) from which on two fingerprints are of one recording.
    ///
    /// Chance alone gives 0.5, and unrelated music comes near 0.6; the same music as MP3 of 64
    /// kbit/s, in mono, cut half way between two values, stays above 0.9. This lies between them,
    /// nearer to the same: taking other music for a track does more harm than not recognising it.
    pub const SAME_RECORDING: f64 = 0.8;

    /// The [`similarity`](Self::similarity) below which two fingerprints are of different
    /// recordings, unless it is 0.0, which says nothing. What lies between this and
    /// [`SAME_RECORDING`](Self::SAME_RECORDING) is open.
    pub const OTHER_RECORDING: f64 = 0.65;

    /// Listens to the first two minutes of a file. Needs memory for a fraction of a second of it,
    /// and gives others a turn many times a second.
    ///
    /// # Errors
    ///
    /// Fails with [`FingerprintError::TooShort`] below 2.8 seconds, or if the file cannot be
    /// decoded that far.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops the work and leaves nothing behind.
    ///
    /// In a box, because the code of an `async fn` is compiled once more for every crate that
    /// awaits it, and decoding is much code.
    pub fn compute(
        source: Arc<dyn ReadAt>,
        hint: FormatHint,
    ) -> BoxFuture<'static, Result<Self, FingerprintError>> {
        Box::pin(async move {
            let values = listen(Decoder::open(source, hint).await?).await?;
            if values.is_empty() { Err(FingerprintError::TooShort) } else { Ok(Self(values)) }
        })
    }

    /// The values, one for every 1365 samples at 11 025 Hz.
    pub fn values(&self) -> &[u32] {
        &self.0
    }

    /// The share of equal bits, 0.0 to 1.0, at the best alignment within two seconds. Different
    /// music has about 0.5, the same is far above.
    ///
    /// What never changes is alike in any two: places where nothing changes in either, silence or a
    /// note that is held, do not count, and neither do bits that stay the same in both, as many do
    /// in noise. Where too few places are left, as below five seconds, or the two overlap by less
    /// than half of the shorter, it is 0.0.
    pub fn similarity(&self, other: &Self) -> f64 {
        let shorter = self.0.len().min(other.0.len());
        let telling_bits = varying_bits(&self.0) | varying_bits(&other.0);
        let shifts = (0..=LARGEST_SHIFT).flat_map(|shift| [(shift, 0), (0, shift)]);
        shifts
            .filter_map(|(ours, theirs)| Some((self.0.get(ours..)?, other.0.get(theirs..)?)))
            .filter(|(ours, theirs)| ours.len().min(theirs.len()) * 2 >= shorter)
            .map(|(ours, theirs)| equal_bits(ours, theirs, telling_bits))
            .fold(0.0, f64::max)
    }

    /// Whether both are of one recording, as far as their beginnings tell: their
    /// [`similarity`](Self::similarity) is at least [`SAME_RECORDING`](Self::SAME_RECORDING).
    /// Compare the durations too.
    pub fn is_same_recording(&self, other: &Self) -> bool {
        self.similarity(other) >= Self::SAME_RECORDING
    }
}

async fn listen(mut decoder: Decoder) -> Result<Vec<u32>, FingerprintError> {
    let (sample_rate, channels) = (decoder.format().sample_rate, decoder.format().channels);
    if Converter::portion(sample_rate, RATE).is_none_or(|frames| frames > LARGEST_PORTION) {
        return Err(ConvertError::Resample { from: sample_rate, to: RATE }.into());
    }
    let mut converter = Converter::new(
        OutputFormat { sample_rate, channels },
        OutputFormat { sample_rate: RATE, channels: 1 },
    )?;
    let mut printer = Printer::new();
    let mut samples = vec![0.0; CHUNK * usize::from(channels)];
    let mut mono = Vec::new();
    while !printer.is_full() {
        let frames = decoder.read(&mut samples).await?;
        mono.clear();
        if frames == 0 {
            converter.finish(&mut mono);
            printer.take(&mono);
            break;
        }
        converter.process(&samples[..frames * usize::from(channels)], &mut mono);
        printer.take(&mono);
        yield_now().await;
    }
    Ok(printer.finish())
}

/// The bits that are not the same in all values.
fn varying_bits(values: &[u32]) -> u32 {
    let first = values.first().copied().unwrap_or_default();
    values.iter().fold(0, |varying, value| varying | (value ^ first))
}

/// The share of equal bits, of those and among the values that tell something.
fn equal_bits(ours: &[u32], theirs: &[u32], telling_bits: u32) -> f64 {
    let (mut telling, mut equal) = (0, 0);
    for (ours, theirs) in ours.windows(2).zip(theirs.windows(2)) {
        if let ([before, ours], [other, theirs]) = (ours, theirs)
            && (before != ours || other != theirs)
        {
            telling += 1;
            equal += (!(ours ^ theirs) & telling_bits).count_ones();
        }
    }
    match telling < LEAST_TELLING {
        true => 0.0,
        false => f64::from(equal) / f64::from(telling * telling_bits.count_ones()),
    }
}

/// The text that `AcoustID` takes and `fpcalc` prints.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(&self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintTextError;

    /// Reads the text of a fingerprint. Needs memory for a few times the text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text::decode(text).map(Self)
    }
}
