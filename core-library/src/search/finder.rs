//! Finding records by text, best first.
//!
//! Each tier is a question that the database answers in the order of popularity, and contains the
//! tiers before it. The first tiers are asked first, and only as many rows as are still missing:
//! however many records match, the best are among those read.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::{
    Collection, DatabaseAdapter, DatabaseExt, Direction, Filter, Query, Record, Result, TokenMatch,
};
use futures::TryStreamExt;

use super::tokens::Wanted;
use super::typo::Nearness;
use super::vocabulary;
use crate::schema::SEARCH;

/// The most words of a search text that are looked up as typos.
const MOST_TYPOS: usize = 8;

/// What is found, and in which order among equals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The collection.
    pub(crate) collection: &'static str,
    /// The field with the folded name.
    pub(crate) name: &'static str,
    /// The order among equally good results, most popular first; `-` in front is descending.
    pub(crate) order: &'static [&'static str],
    /// Which records are found at all.
    pub(crate) visible: fn() -> Filter,
    /// The collection, with the same keys, and the field in which records are found by more text.
    pub(crate) more_text: Option<(&'static str, &'static str)>,
}

/// One search, over several kinds of records.
#[derive(Debug)]
pub(crate) struct Finder<'a> {
    database: &'a Arc<dyn DatabaseAdapter>,
    wanted: Wanted,
    limit: usize,
    /// Looked up when first needed.
    typos: Option<[Filter; 2]>,
}

impl<'a> Finder<'a> {
    /// A search for `text`, with at most `limit` results of each kind.
    pub(crate) fn new(database: &'a Arc<dyn DatabaseAdapter>, text: &str, limit: usize) -> Self {
        Self { database, wanted: Wanted::new(text), limit, typos: None }
    }

    /// The best records of a kind.
    pub(crate) async fn find(&mut self, kind: Kind) -> Result<Vec<Record>> {
        let mut found = Found { records: Vec::new(), keys: BTreeSet::new(), limit: self.limit };
        if self.wanted.terms.is_empty() {
            return Ok(found.records);
        }
        let folded = &self.wanted.folded;
        let words = self.wanted.filter(SEARCH);
        for tier in [
            Filter::equals(kind.name, folded.as_str()),
            Filter::starts_with(kind.name, folded.as_str()),
            words,
        ] {
            self.add(kind, tier, &mut found).await?;
        }
        if let Some((collection, field)) = kind.more_text {
            let tier = self.wanted.filter(field);
            self.add_by_more_text(kind, (collection, tier), &mut found).await?;
        }
        if found.is_full() {
            return Ok(found.records);
        }
        for tier in self.typos().await? {
            self.add(kind, tier, &mut found).await?;
        }
        Ok(found.records)
    }

    async fn add(&self, kind: Kind, tier: Filter, found: &mut Found) -> Result<()> {
        if found.is_full() {
            return Ok(());
        }
        // Those found already are among the answers, so that many more are asked for.
        let query = Query::new(kind.collection)
            .filter((kind.visible)())
            .filter(tier)
            .limit(found.limit + found.records.len());
        let query = kind.order.iter().fold(query, |query, field| match field.strip_prefix('-') {
            Some(field) => query.sort(field, Direction::Descending),
            None => query.sort(field, Direction::Ascending),
        });
        for row in self.database.query(&query).await?.rows {
            found.push(row.record);
        }
        Ok(())
    }

    /// Records that another collection finds.
    async fn add_by_more_text(
        &self,
        kind: Kind,
        (collection, tier): (&str, Filter),
        found: &mut Found,
    ) -> Result<()> {
        if found.is_full() {
            return Ok(());
        }
        let query = Query::new(collection)
            .filter(tier)
            .sort(Collection::KEY, Direction::Ascending)
            .project(&[Collection::KEY])
            .limit(Query::MAX_LIMIT);
        let rows: Vec<_> = self.database.scan(query).try_collect().await?;
        let keys: Vec<_> = rows.iter().map(|row| row.record.key()).collect();
        match keys.as_slice() {
            [] => Ok(()),
            keys if keys.len() <= Query::MAX_LIMIT => {
                let tier = Filter::one_of(Collection::KEY, keys.iter().copied());
                self.add(kind, tier, found).await
            }
            // More than one question can name: the records are read in their order instead.
            keys => {
                let keys: BTreeSet<_> = keys.iter().copied().collect();
                self.add_in_order(kind, &keys, found).await
            }
        }
    }

    async fn add_in_order(
        &self,
        kind: Kind,
        keys: &BTreeSet<&str>,
        found: &mut Found,
    ) -> Result<()> {
        let query = Query::new(kind.collection).filter((kind.visible)()).limit(1_000);
        let query = kind.order.iter().fold(query, |query, field| match field.strip_prefix('-') {
            Some(field) => query.sort(field, Direction::Descending),
            None => query.sort(field, Direction::Ascending),
        });
        let mut rows = self.database.scan(query);
        while !found.is_full() {
            let Some(row) = rows.try_next().await? else { break };
            if keys.contains(row.record.key()) {
                found.push(row.record);
            }
        }
        Ok(())
    }

    /// The tiers with typos: in whole words, then in words still being typed.
    async fn typos(&mut self) -> Result<[Filter; 2]> {
        if let Some(typos) = &self.typos {
            return Ok(typos.clone());
        }
        let mut tiers = [Filter::Everything, Filter::Everything];
        let mut possible = [false, false];
        let mut looked_up = 0;
        for term in &self.wanted.terms {
            let has = |tokens: &[TokenMatch]| Filter::HasTokens {
                field: SEARCH.into(),
                tokens: tokens.to_vec(),
            };
            let mut near = Vec::new();
            if let [token] = term.tokens.as_slice()
                && looked_up < MOST_TYPOS
            {
                near = vocabulary::near(self.database, &token.text).await?;
                looked_up += 1;
            }
            let most = [Nearness::Word, Nearness::Beginning];
            for ((tier, possible), most) in tiers.iter_mut().zip(&mut possible).zip(most) {
                let near = near.iter().filter(|(nearness, _)| *nearness <= most);
                let near =
                    near.map(|(_, word)| has(&[TokenMatch { text: word.clone(), prefix: false }]));
                let mut any: Vec<_> = near.collect();
                *possible |= !any.is_empty();
                any.push(has(&term.tokens));
                any.extend(term.joined.iter().map(|joined| has(std::slice::from_ref(joined))));
                let one = if any.len() == 1 { any.remove(0) } else { Filter::Any(any) };
                *tier = std::mem::replace(tier, Filter::Everything).and(one);
            }
        }
        for (tier, possible) in tiers.iter_mut().zip(possible) {
            if !possible {
                // Without a word that may be meant there is nothing to ask.
                *tier = Filter::Any(Vec::new());
            }
        }
        Ok(self.typos.insert(tiers).clone())
    }
}

#[derive(Debug)]
struct Found {
    records: Vec<Record>,
    keys: BTreeSet<String>,
    limit: usize,
}

impl Found {
    fn is_full(&self) -> bool {
        self.records.len() >= self.limit
    }

    fn push(&mut self, record: Record) {
        if !self.is_full() && self.keys.insert(record.key().to_owned()) {
            self.records.push(record);
        }
    }
}
