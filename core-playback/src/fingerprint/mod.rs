//! What music sounds like, in a few numbers: evidence that two files are one recording.
//!
//! The numbers are those of Chromaprint's second algorithm, which `AcoustID` and the program
//! `fpcalc` use: the energy of the twelve notes of the scale, eight times a second, seen through
//! sixteen filters that were learnt from music. L. Lalinský describes them in "How does Chromaprint
//! work?" (2011); the idea is that of Y. Ke, D. Hoiem and R. Sukthankar, "Computer vision for music
//! identification" (2005), and of D. Jang et al., "Pairwise boosted audio fingerprint" (2009).

mod chroma;
mod classifier;
mod error;
#[expect(clippy::module_inception, reason = "the type gives the file its name")]
mod fingerprint;
mod printer;
mod text;

pub use error::{FingerprintError, FingerprintTextError};
pub use fingerprint::Fingerprint;
