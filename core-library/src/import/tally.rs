//! Counting how often values occur, in bounded space.

use std::collections::BTreeMap;

/// The most different values that are told apart.
const MOST: usize = 128;

/// How often each of some values occurs. Beyond 128 different ones only their number is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Tally<T: Ord> {
    values: BTreeMap<T, u32>,
    others: u32,
}

impl<T: Ord> Default for Tally<T> {
    fn default() -> Self {
        Self { values: BTreeMap::new(), others: 0 }
    }
}

impl<T: Ord> Tally<T> {
    /// Each value with its count, and how many others there are, as it is stored.
    pub(super) fn to_pairs(&self) -> (Vec<(&T, u32)>, u32) {
        (self.values.iter().map(|(value, count)| (value, *count)).collect(), self.others)
    }

    /// What [`to_pairs`](Self::to_pairs) told.
    pub(super) fn from_pairs((values, others): (Vec<(T, u32)>, u32)) -> Self {
        Self { values: values.into_iter().collect(), others }
    }

    /// Counts a value.
    pub(super) fn add(&mut self, value: T) {
        if let Some(count) = self.values.get_mut(&value) {
            *count += 1;
        } else if self.others == 0 && self.values.len() < MOST {
            self.values.insert(value, 1);
        } else {
            // Once one value is among the others, a new one may be that one.
            self.others += 1;
        }
    }

    /// Takes back what [`add`](Self::add) counted.
    pub(super) fn remove(&mut self, value: &T) {
        match self.values.get_mut(value) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) => {
                self.values.remove(value);
            }
            None => self.others = self.others.saturating_sub(1),
        }
    }

    /// The value that occurs most; of several the smallest.
    pub(super) fn most_frequent(&self) -> Option<&T> {
        let reversed = self.values.iter().rev();
        reversed.max_by_key(|(_, count)| **count).map(|(value, _)| value)
    }

    /// The values, the most frequent first.
    pub(super) fn by_frequency(&self) -> Vec<&T> {
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        values.into_iter().map(|(value, _)| value).collect()
    }

    /// The smallest value.
    pub(super) fn smallest(&self) -> Option<&T> {
        self.values.keys().next()
    }

    /// The values, in order.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.keys()
    }

    /// Whether every occurrence is in [`values`](Self::values).
    pub(super) fn is_complete(&self) -> bool {
        self.others == 0
    }

    /// Whether nothing is told apart although there is something: it has to be counted again.
    pub(super) fn is_lost(&self) -> bool {
        self.values.is_empty() && self.others > 0
    }

    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.others == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_and_removed_leaves_nothing() {
        let mut tally = Tally::default();
        for value in [3, 1, 3, 2] {
            tally.add(value);
        }
        assert_eq!((tally.most_frequent(), tally.smallest()), (Some(&3), Some(&1)));
        assert_eq!(tally.by_frequency(), [&3, &1, &2]);
        for value in [3, 1, 3, 2] {
            tally.remove(&value);
        }
        assert!(tally.is_empty() && !tally.is_lost());
    }

    #[test]
    fn beyond_the_bound_only_the_number_is_kept_and_told() {
        let mut tally = Tally::default();
        for value in 0..MOST + 10 {
            tally.add(value);
        }
        assert!(!tally.is_complete());
        tally.remove(&0);
        tally.add(0);
        assert_eq!(tally.values().count(), MOST - 1);
        for value in 1..MOST {
            tally.remove(&value);
        }
        assert!(tally.is_lost() && !tally.is_empty());
        for value in (MOST..MOST + 10).chain([0]) {
            tally.remove(&value);
        }
        assert!(tally.is_empty());
    }
}
