//! The entries of an index, largest values first.

use std::collections::btree_set::Range;
use std::iter::Rev;
use std::sync::Arc;

use super::index::{Entries, Entry};
use super::index_key::IndexKey;

/// So many entries with the same values are turned round; more are walked from the first one.
const FEW: usize = 64;

/// Entries whose first values are some prefix, from the largest values down, but keys ascending among
/// entries with the same values.
pub(super) struct Descending<'a> {
    entries: Entries<'a>,
    prefix: IndexKey,
    /// What lies before the entries below.
    before: Rev<Range<'a, Entry>>,
    /// The one that was met behind the end of a group.
    met: Option<&'a Entry>,
    /// Few entries with the same values, the last key first.
    few: Vec<&'a Entry>,
    /// Many of them.
    many: Option<(Range<'a, Entry>, &'a IndexKey)>,
}

impl<'a> Descending<'a> {
    /// The entries before `upper`.
    pub(super) fn new(entries: Entries<'a>, prefix: IndexKey, upper: IndexKey) -> Self {
        let before = entries.0.range(..(upper, Arc::from(""))).rev();
        Self { entries, prefix, before, met: None, few: Vec::new(), many: None }
    }

    /// Goes on to the next smaller values; `None` if there are none.
    fn turn(&mut self) -> Option<()> {
        let last = self.met.take().or_else(|| self.before.next())?;
        if !last.0.starts_with(&self.prefix) {
            return None;
        }
        self.few.push(last);
        for entry in self.before.by_ref() {
            if entry.0 != last.0 {
                self.met = Some(entry);
                return Some(());
            }
            self.few.push(entry);
            if self.few.len() > FEW {
                self.few.clear();
                let first = (last.0.clone(), Arc::from(""));
                self.many = Some((self.entries.0.range(&first..), &last.0));
                self.before = self.entries.0.range(..first).rev();
                return Some(());
            }
        }
        Some(())
    }
}

impl<'a> Iterator for Descending<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        loop {
            if let Some((range, values)) = &mut self.many {
                match range.next() {
                    Some(entry) if entry.0 == **values => return Some(entry),
                    _ => self.many = None,
                }
            }
            if let Some(entry) = self.few.pop() {
                return Some(entry);
            }
            self.turn()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bridge_traits::Value;

    use super::*;

    fn values(all: &[i64]) -> IndexKey {
        let all: Vec<_> = all.iter().map(|&number| Value::from(number)).collect();
        IndexKey::new(all.iter().map(Into::into))
    }

    #[test]
    fn values_descend_and_keys_ascend_however_many_have_the_same() {
        for same in [1, 2, FEW - 1, FEW, FEW + 1, FEW + 2, 5 * FEW] {
            let mut all = Vec::new();
            for (group, number) in (0..7).flat_map(|group| (0..same).map(move |n| (group, n))) {
                let few = if group % 2 == 0 { 1 } else { same };
                if number < few {
                    let first = i64::from(group > 4);
                    all.push((values(&[first, group]), Arc::from(format!("{number:04}"))));
                }
            }
            let set: BTreeSet<Entry> = all.iter().cloned().collect();
            for (prefix, upper) in [
                (values(&[]), values(&[]).behind_all()),
                (values(&[0]), values(&[0]).behind_all()),
                (values(&[0]), values(&[0, 3]).behind_all()),
                (values(&[0]), values(&[0, 2]).behind_all()),
                (values(&[2]), values(&[2]).behind_all()),
            ] {
                let fits = |(found, _): &&Entry| found.starts_with(&prefix) && *found < upper;
                let mut expected: Vec<&Entry> = all.iter().filter(fits).collect();
                expected.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
                let found: Vec<_> =
                    Descending::new(Entries(&set), prefix.clone(), upper.clone()).collect();
                assert_eq!(found, expected, "{same}");
            }
        }
    }
}
