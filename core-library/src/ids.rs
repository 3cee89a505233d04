//! New ids.

use std::sync::Arc;

use bridge_traits::{Clock, Randomness, Result};

/// Makes `UUIDv7` ids (RFC 9562 § 5.7): unique without asking anybody, and in order of creation.
#[derive(Clone, Debug)]
pub(crate) struct IdGenerator {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

impl IdGenerator {
    pub(crate) fn next(&self) -> Result<String> {
        let mut random = [0; 10];
        self.randomness.fill(&mut random)?;
        let builder = uuid::Builder::from_unix_timestamp_millis(self.clock.unix_millis(), &random);
        Ok(builder.into_uuid().to_string())
    }
}
