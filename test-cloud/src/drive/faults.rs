//! What can go wrong between a drive and whoever asks it.

use std::collections::{BTreeSet, VecDeque};

use bridge_memory::SeededRandomness;

use crate::exchange::Answer;

/// What happens to one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DriveFault {
    /// The connection breaks without an answer.
    Broken,
    /// The connection breaks in the middle of the answer.
    Cut,
    /// The answer stops in the middle and never ends.
    Stalled,
    /// No answer comes, and the connection stays open.
    Silent,
    /// The answer ends in the middle and claims to be whole.
    Short,
    /// This status.
    Status(u16),
    /// Too many requests, as the drive says it.
    RateLimit,
    /// An answer as it should be. For the places between others.
    None,
}

/// What happens to requests: first what was ordered, then as it comes.
#[derive(Debug, Default)]
pub struct Weather {
    /// What happens to the next requests, one each.
    pub next: VecDeque<DriveFault>,
    /// How many requests of a thousand go wrong in a random way.
    pub faults_per_mille: u64,
    refused_within: u32,
    expired_within: bool,
    pub(super) is_forgetful: bool,
    contents: Option<u16>,
    spared: BTreeSet<String>,
    randomness: Option<SeededRandomness>,
}

impl Weather {
    /// Bad weather, the same for the same seed.
    pub fn bad(faults_per_mille: u64, seed: u64) -> Self {
        let randomness = Some(SeededRandomness::new(seed));
        Self { faults_per_mille, randomness, ..Self::default() }
    }

    /// Every cursor is refused, as often as a new one is asked for.
    pub fn forgetful() -> Self {
        Self { is_forgetful: true, ..Self::default() }
    }

    /// So many of the next questions within batches are too many.
    pub fn refusing_within(count: u32) -> Self {
        Self { refused_within: count, ..Self::default() }
    }

    /// The token is over for questions within batches, until a request is refused as a whole.
    pub fn expired_within() -> Self {
        Self { expired_within: true, ..Self::default() }
    }

    /// Requests for the content of files get this status, but for those of the files in `spared`.
    pub fn without_contents(status: u16, spared: impl IntoIterator<Item = String>) -> Self {
        let spared = spared.into_iter().collect();
        Self { contents: Some(status), spared, ..Self::default() }
    }

    /// The status that the content of this file gets instead of the content.
    pub(super) fn refuses_content(&self, id: &str) -> Option<u16> {
        self.contents.filter(|_| !self.spared.contains(id))
    }

    /// Whether a request that is no batch shows now that the token is over.
    pub(super) fn tells_of_token(&mut self) -> bool {
        std::mem::take(&mut self.expired_within)
    }

    /// The status of one of several questions in a request, if it is refused.
    pub(super) fn strike_within(&mut self) -> Option<u16> {
        if self.expired_within {
            return Some(401);
        }
        if self.refused_within > 0 {
            self.refused_within -= 1;
            return Some(429);
        }
        let faults = self.faults_per_mille;
        let is_struck = |randomness: &SeededRandomness| randomness.below(1000) < faults;
        self.randomness.as_ref().is_some_and(is_struck).then_some(429)
    }

    pub(crate) fn strike(&mut self) -> DriveFault {
        if let Some(fault) = self.next.pop_front() {
            return fault;
        }
        let Some(randomness) = &self.randomness else { return DriveFault::None };
        if randomness.below(1000) >= self.faults_per_mille {
            return DriveFault::None;
        }
        match randomness.below(9) {
            0 => DriveFault::Broken,
            1 => DriveFault::Cut,
            2 => DriveFault::Stalled,
            3 => DriveFault::Silent,
            4 => DriveFault::Short,
            5 => DriveFault::Status(429),
            6 => DriveFault::Status(500),
            7 => DriveFault::Status(401),
            _ => DriveFault::RateLimit,
        }
    }
}

impl DriveFault {
    /// What becomes of a good answer; `rate_limit` is how the drive says that it is too many.
    pub(crate) fn apply(self, mut answer: Answer, rate_limit: fn() -> Answer) -> Answer {
        match self {
            Self::None => answer,
            Self::Broken => Answer::broken(),
            Self::Cut => {
                answer.cut_after = Some(answer.body.len() / 2);
                answer
            }
            Self::Stalled => {
                answer.cut_after = Some(answer.body.len() / 2);
                answer.stalls = true;
                answer
            }
            Self::Silent => Answer::silent(),
            Self::Short => {
                answer.body.truncate(answer.body.len() / 2);
                answer
            }
            Self::Status(status) => Answer::status(status),
            Self::RateLimit => rate_limit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_weather_is_the_same_for_the_same_seed() {
        let strikes = |seed| {
            let mut weather = Weather::bad(500, seed);
            (0..100).map(|_| format!("{:?}", weather.strike())).collect::<Vec<_>>()
        };
        assert_eq!(strikes(1), strikes(1));
        assert_ne!(strikes(1), strikes(2));
        let calm = strikes(1).iter().filter(|fault| *fault == "None").count();
        assert!((30..70).contains(&calm), "{calm}");
    }
}
