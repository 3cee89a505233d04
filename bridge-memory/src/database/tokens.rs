//! Posting lists: which records hold a token.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bridge_traits::TokenMatch;

use super::changes::Changes;
use super::packed::PackedRecord;
use super::table::Rows;
use super::value_ref::Tokens;

type Lists = BTreeMap<Arc<str>, BTreeSet<Arc<str>>>;

/// The posting lists of one token field, built when they are first asked and brought up to date when
/// they are asked again.
#[derive(Debug)]
pub(super) struct TokenIndex {
    pub(super) position: usize,
    lists: OnceLock<Lists>,
    /// What they were when they were last asked, unless they are up to date or not built.
    outdated: Mutex<Option<Outdated>>,
}

/// Posting lists and what has changed since.
#[derive(Debug)]
struct Outdated {
    lists: Lists,
    /// How many records there were.
    rows: usize,
    changes: Changes<Vec<String>>,
}

impl TokenIndex {
    pub(super) fn new(position: usize) -> Self {
        Self { position, lists: OnceLock::new(), outdated: Mutex::new(None) }
    }

    /// The lists, built from all rows of the collection or brought up to date if need be.
    pub(super) fn postings(&self, rows: &Rows) -> Postings<'_> {
        Postings(self.lists.get_or_init(|| {
            match self.outdated.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(outdated) => self.update(outdated, rows),
                None => self.build(rows),
            }
        }))
    }

    /// Whether it can answer without work.
    pub(super) fn is_built(&self) -> bool {
        self.lists.get().is_some()
    }

    /// Whether there is anything to keep up to date.
    pub(super) fn is_kept(&mut self) -> bool {
        self.is_built() || self.outdated.get_mut().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The tokens of a record, to be kept.
    pub(super) fn held(&self, record: &PackedRecord) -> Vec<String> {
        self.tokens(record).map(str::to_owned).collect()
    }

    /// Takes notice that the record of `key`, one of `rows`, of which `old` was held, has other tokens.
    /// Lists that much has changed for are built anew, unless they `must_stay`.
    pub(super) fn replace(
        &mut self,
        old: Option<Vec<String>>,
        key: &Arc<str>,
        rows: usize,
        must_stay: bool,
    ) {
        if !self.is_kept() {
            return;
        }
        let outdated = self.outdated.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(lists) = self.lists.take() {
            *outdated = Some(Outdated { lists, rows, changes: Changes::default() });
        }
        let Some(Outdated { rows, changes, .. }) = outdated else { return };
        changes.add(old, key);
        if !must_stay && changes.are_many(*rows) {
            *outdated = None;
        }
    }

    fn build(&self, rows: &Rows) -> Lists {
        let mut lists: HashMap<&str, Vec<Arc<str>>> = HashMap::new();
        for (key, row) in rows {
            for token in self.tokens(&row.record) {
                lists.entry(token).or_default().push(Arc::clone(key));
            }
        }
        // The keys came in order, so that each list is made without sorting.
        lists.into_iter().map(|(token, keys)| (token.into(), keys.into_iter().collect())).collect()
    }

    fn update(&self, outdated: Outdated, rows: &Rows) -> Lists {
        let Outdated { mut lists, changes, .. } = outdated;
        let (gone, changed) = changes.finish();
        for (tokens, key) in gone {
            for token in tokens {
                if let Some(keys) = lists.get_mut(token.as_str()) {
                    keys.remove(&key);
                    if keys.is_empty() {
                        lists.remove(token.as_str());
                    }
                }
            }
        }
        for key in changed {
            let Some((key, row)) = rows.get_key_value(&*key) else { continue };
            for token in self.tokens(&row.record) {
                match lists.get_mut(token) {
                    Some(keys) => _ = keys.insert(Arc::clone(key)),
                    None => _ = lists.insert(token.into(), [Arc::clone(key)].into()),
                }
            }
        }
        lists
    }

    fn tokens<'a>(&self, record: &'a PackedRecord) -> Tokens<'a> {
        record.value(self.position).tokens()
    }
}

/// The posting lists of a token field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Postings<'a>(&'a Lists);

impl<'a> Postings<'a> {
    /// No more records than this match every one of `wanted`, which must not be empty.
    pub(super) fn at_most(self, wanted: &[TokenMatch]) -> usize {
        wanted.iter().map(|token| self.length(token)).min().unwrap_or_default()
    }

    /// The keys, in order, of all records that may match every one of `wanted`, which must not be
    /// empty: those that match the one with the fewest.
    pub(super) fn possible(self, wanted: &[TokenMatch]) -> Vec<&'a Arc<str>> {
        let Some(rarest) = wanted.iter().min_by_key(|token| self.length(token)) else {
            return Vec::new();
        };
        let mut keys: Vec<_> = self.lists(rarest).flatten().collect();
        if rarest.prefix {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
    }

    fn length(self, wanted: &TokenMatch) -> usize {
        self.lists(wanted).map(BTreeSet::len).sum()
    }

    /// The lists of every token that matches.
    fn lists(self, wanted: &TokenMatch) -> impl Iterator<Item = &'a BTreeSet<Arc<str>>> {
        let text = wanted.text.clone();
        let prefix = wanted.prefix;
        let from = (Bound::Included(wanted.text.as_str()), Bound::Unbounded);
        self.0
            .range::<str, _>(from)
            .take_while(
                move |(token, _)| {
                    if prefix { token.starts_with(&*text) } else { ***token == *text }
                },
            )
            .map(|(_, keys)| keys)
    }
}
