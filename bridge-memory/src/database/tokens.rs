//! Posting lists: which records hold a token.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use bridge_traits::{Record, TokenMatch, Value};

/// The posting lists of one token field.
#[derive(Debug)]
pub(super) struct TokenIndex {
    pub(super) position: usize,
    postings: BTreeMap<String, BTreeSet<Arc<str>>>,
}

impl TokenIndex {
    pub(super) fn new(position: usize) -> Self {
        Self { position, postings: BTreeMap::new() }
    }

    pub(super) fn insert(&mut self, record: &Record, key: &Arc<str>) {
        if let Value::Tokens(tokens) = &record.0[self.position] {
            for token in tokens {
                self.postings.entry(token.clone()).or_default().insert(Arc::clone(key));
            }
        }
    }

    pub(super) fn remove(&mut self, record: &Record, key: &Arc<str>) {
        let Value::Tokens(tokens) = &record.0[self.position] else { return };
        for token in tokens {
            if let Some(keys) = self.postings.get_mut(token) {
                keys.remove(key);
                if keys.is_empty() {
                    self.postings.remove(token);
                }
            }
        }
    }

    /// The keys of records that match every one of `wanted`, which must not be empty.
    pub(super) fn matching(&self, wanted: &[TokenMatch]) -> BTreeSet<Arc<str>> {
        let mut lists: Vec<_> = wanted.iter().map(|token| self.keys(token)).collect();
        lists.sort_by_key(BTreeSet::len);
        let mut lists = lists.into_iter();
        let mut found = lists.next().unwrap_or_default();
        for list in lists {
            found.retain(|key| list.contains(key));
        }
        found
    }

    fn keys(&self, wanted: &TokenMatch) -> BTreeSet<Arc<str>> {
        if !wanted.prefix {
            return self.postings.get(&wanted.text).cloned().unwrap_or_default();
        }
        let from = (Bound::Included(wanted.text.as_str()), Bound::Unbounded);
        self.postings
            .range::<str, _>(from)
            .take_while(|(token, _)| token.starts_with(&wanted.text))
            .flat_map(|(_, keys)| keys.iter().cloned())
            .collect()
    }
}
