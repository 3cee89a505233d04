//! Posting lists: which records hold a token.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use bridge_traits::{Record, TokenMatch, Value};

use super::table::Rows;

type Lists = BTreeMap<Arc<str>, BTreeSet<Arc<str>>>;

/// The posting lists of one token field, built when they are first asked.
#[derive(Debug)]
pub(super) struct TokenIndex {
    pub(super) position: usize,
    lists: OnceLock<Lists>,
}

impl TokenIndex {
    pub(super) fn new(position: usize) -> Self {
        Self { position, lists: OnceLock::new() }
    }

    /// The lists, built from all rows of the collection if they are not there yet.
    pub(super) fn postings(&self, rows: &Rows) -> Postings<'_> {
        Postings(self.lists.get_or_init(|| {
            let mut lists: HashMap<&str, Vec<Arc<str>>> = HashMap::new();
            for (key, row) in rows {
                for token in self.tokens(Some(&row.record)) {
                    lists.entry(token).or_default().push(Arc::clone(key));
                }
            }
            // The keys came in order, so that each list is made without sorting.
            lists
                .into_iter()
                .map(|(token, keys)| (token.into(), keys.into_iter().collect()))
                .collect()
        }))
    }

    pub(super) fn is_built(&self) -> bool {
        self.lists.get().is_some()
    }

    /// Takes notice that the record of `key` changes from `old` to `new`.
    pub(super) fn replace(&mut self, old: Option<&Record>, new: Option<&Record>, key: &Arc<str>) {
        let (old, new) = (self.tokens(old), self.tokens(new));
        if old == new {
            return;
        }
        let Some(lists) = self.lists.get_mut() else { return };
        for token in old {
            if let Some(keys) = lists.get_mut(token.as_str()) {
                keys.remove(key);
                if keys.is_empty() {
                    lists.remove(token.as_str());
                }
            }
        }
        for token in new {
            match lists.get_mut(token.as_str()) {
                Some(keys) => keys.insert(Arc::clone(key)),
                None => lists.entry(Arc::from(token.as_str())).or_default().insert(Arc::clone(key)),
            };
        }
    }

    fn tokens<'a>(&self, record: Option<&'a Record>) -> &'a [String] {
        match record.map(|record| &record.0[self.position]) {
            Some(Value::Tokens(tokens)) => tokens,
            _ => &[],
        }
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
