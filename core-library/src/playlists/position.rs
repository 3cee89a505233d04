//! Positions: whole numbers with room between them, so that an entry can be put between two others
//! without touching them.

/// The room left between entries that are appended.
const STEP: i64 = 1 << 20;

/// Positions stay on this side of it in both directions, so that no sum overflows.
const FARTHEST: i64 = 1 << 62;

/// Ascending positions for `count` entries between two neighbours, or `None` if there is no room.
pub(crate) fn between(before: Option<i64>, after: Option<i64>, count: usize) -> Option<Vec<i64>> {
    let count = i64::try_from(count).ok()?;
    let (first, step) = match (before, after) {
        (None, None) => (STEP, STEP),
        (Some(before), None) => (before.checked_add(STEP)?, STEP),
        (None, Some(after)) => (after.checked_sub(STEP.checked_mul(count)?)?, STEP),
        (Some(before), Some(after)) => {
            let step = after.checked_sub(before)? / (count.checked_add(1)?);
            (before.checked_add(step)?, step)
        }
    };
    let last = first.checked_add(step.checked_mul(count)?)?;
    if step < 1 || first < -FARTHEST || last > FARTHEST {
        return None;
    }
    Some((0..count).map(|place| first + place * step).collect())
}

/// Positions for `count` entries with nothing around them.
pub(crate) fn afresh(count: usize) -> impl Iterator<Item = i64> {
    (1..).map(|place: i64| place.saturating_mul(STEP)).take(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lie_between_their_neighbours_and_ascend() {
        for (before, after) in [(None, None), (Some(7), None), (None, Some(-7)), (Some(0), Some(9))]
        {
            let positions = between(before, after, 3).unwrap();
            assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
            assert!(before.is_none_or(|before| before < positions[0]));
            assert!(after.is_none_or(|after| positions[2] < after));
        }
    }

    #[test]
    fn no_room_is_said() {
        assert_eq!(between(Some(4), Some(5), 1), None);
        assert_eq!(between(Some(0), Some(3), 3), None);
        assert_eq!(between(Some(0), Some(4), 3), Some(vec![1, 2, 3]));
        assert_eq!(between(Some(FARTHEST), None, 1), None);
        assert_eq!(between(None, Some(-FARTHEST), 1), None);
        assert_eq!(between(Some(i64::MIN), Some(i64::MAX), 1), None);
    }
}
