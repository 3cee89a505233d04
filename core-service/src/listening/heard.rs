//! How much of a track was really heard.

/// Playing this long counts, however long the track is.
const LONG_ENOUGH_MS: u64 = 4 * 60 * 1000;

/// Two reports are never this far apart while a track plays: whoever got further has jumped.
const JUMP_MS: u64 = 5_000;

/// What was heard of one play. Jumping forward hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    heard_ms: u64,
    position_ms: Option<u64>,
    duration_ms: Option<u64>,
}

impl Heard {
    /// Nothing of a track that plays from its start.
    pub(super) fn from_start() -> Self {
        Self { position_ms: Some(0), ..Self::default() }
    }

    /// Playback has reached a position.
    pub(super) fn reach(&mut self, position_ms: u64, duration_ms: Option<u64>) {
        let last = self.position_ms.replace(position_ms);
        self.duration_ms = duration_ms.or(self.duration_ms);
        if let Some(passed) = last.and_then(|last| position_ms.checked_sub(last))
            && passed <= JUMP_MS
        {
            self.heard_ms += passed;
        }
    }

    /// Playback has reached the end; one of a track of unknown length counts as all of it.
    pub(super) fn complete(&mut self) {
        match self.duration_ms {
            Some(duration) => self.reach(duration, None),
            None => self.heard_ms = LONG_ENOUGH_MS,
        }
    }

    /// Whether the track has been played, as people count it: half of it, or four minutes.
    pub(super) fn counts(&self) -> bool {
        let half = self.duration_ms.is_some_and(|duration| self.heard_ms * 2 >= duration);
        half || self.heard_ms >= LONG_ENOUGH_MS
    }

    /// Where playback is.
    pub(super) fn position_ms(&self) -> u64 {
        self.position_ms.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(positions: impl IntoIterator<Item = u64>, duration: Option<u64>, counts: bool) {
        let mut heard = Heard::default();
        for position in positions {
            heard.reach(position, duration);
        }
        assert_eq!(heard.counts(), counts, "{heard:?}");
    }

    #[test]
    fn half_a_track_or_four_minutes_count() {
        check((0..=4_000).step_by(250), Some(10_000), false);
        check((0..=5_000).step_by(250), Some(10_000), true);
        check((0..=239_000).step_by(1_000), Some(3_600_000), false);
        check((0..=240_000).step_by(1_000), Some(3_600_000), true);
        check((0..=200_000).step_by(1_000), None, false);
        check((0..=240_000).step_by(1_000), None, true);
    }

    #[test]
    fn a_short_track_counts_with_its_only_report() {
        let mut heard = Heard::from_start();
        heard.reach(300, Some(300));
        assert!(heard.counts());
    }

    #[test]
    fn jumps_are_not_heard_and_repeats_are() {
        check([0, 1_000, 9_000, 10_000], Some(10_000), false);
        check([0, 1_000, 2_000, 0, 1_000, 2_000, 3_000], Some(10_000), true);
        check([8_000, 9_000, 10_000], Some(10_000), false);
    }

    #[test]
    fn the_end_counts_what_was_not_reported_any_more() {
        let mut heard = Heard::default();
        heard.reach(0, Some(2_000));
        heard.complete();
        assert!(heard.counts());
        let mut unknown = Heard::default();
        unknown.complete();
        assert!(unknown.counts());
        let mut jumped = Heard::default();
        jumped.reach(0, Some(100_000));
        jumped.complete();
        assert!(!jumped.counts());
    }
}
