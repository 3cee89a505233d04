//! Proof that whoever redeems a code is whoever asked for it (RFC 7636), by SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bridge_traits::{Randomness, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The secret half: 256 random bits as 43 characters, the least that RFC 7636 § 4.1 allows.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Verifier(String);

impl Verifier {
    pub(crate) fn new(randomness: &dyn Randomness) -> Result<Self> {
        random_text::<32>(randomness).map(Self)
    }

    /// What the provider is shown: the digest, never the verifier.
    pub(crate) fn challenge(&self) -> String {
        digest(&self.0)
    }

    /// The verifier itself, for the token endpoint alone.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// `N` random bytes in characters that need no escape in an address.
pub(crate) fn random_text<const N: usize>(randomness: &dyn Randomness) -> Result<String> {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The SHA-256 of `text` in characters that need no escape.
pub(crate) fn digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use bridge_memory::SeededRandomness;

    use super::*;

    #[test]
    fn the_vector_of_the_specification() {
        // RFC 7636, appendix B.
        let verifier = Verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_long_enough_and_needs_no_escape() {
        let randomness = SeededRandomness::new(1);
        let (one, other) = (Verifier::new(&randomness), Verifier::new(&randomness));
        let (one, other) = (one.expect("random bytes"), other.expect("random bytes"));
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        assert_ne!(one.expose(), other.expose());
    }
}
