//! Random operations, compared step by step with a model that is too simple to be wrong.

mod generate;
mod reference;

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, ErrorKind, Query, Row};

use self::generate::{Generator, Profile};
use self::reference::Model;
use super::DatabaseUnderTest;
use super::fixture::{ENTRIES, SONGS};

/// Runs the cases of [`model`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_model_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_model: $crate::database::DatabaseUnderTest = $make, database::model:
            random_steps_agree_with_the_model
            random_steps_over_few_records_agree_with_the_model
            random_steps_with_odd_text_agree_with_the_model
        }
    };
}

/// Three hundred random batches and queries over a hundred keys.
pub async fn random_steps_agree_with_the_model(subject: &DatabaseUnderTest) {
    run(subject, Profile { seed: 0x5eed_0001, keys: 100, odd_text: false }).await;
}

/// The same over few keys, so that batches collide and preconditions often fail.
pub async fn random_steps_over_few_records_agree_with_the_model(subject: &DatabaseUnderTest) {
    run(subject, Profile { seed: 0x5eed_0002, keys: 6, odd_text: false }).await;
}

/// The same with keys, text and tokens that have broken databases before.
pub async fn random_steps_with_odd_text_agree_with_the_model(subject: &DatabaseUnderTest) {
    run(subject, Profile { seed: 0x5eed_0003, keys: 25, odd_text: true }).await;
}

const STEPS: usize = 400;

async fn run(subject: &DatabaseUnderTest, profile: Profile) {
    let database = subject.open().await;
    let mut comparison = Comparison {
        database,
        model: Model::new(),
        generator: Generator::new(profile),
        place: String::new(),
    };
    for step in 0..STEPS {
        comparison.place = format!("seed {:#x}, step {step}", profile.seed);
        comparison.step().await;
    }
    comparison.place = format!("seed {:#x}, at the end", profile.seed);
    comparison.compare_everything().await;
}

struct Comparison {
    database: Arc<dyn DatabaseAdapter>,
    model: Model,
    generator: Generator,
    /// Printed when something differs, so that it can be repeated.
    place: String,
}

impl Comparison {
    async fn step(&mut self) {
        match self.generator.below(10) {
            0..5 => self.write().await,
            5..8 => self.query().await,
            8 => self.count().await,
            _ => self.get().await,
        }
    }

    async fn write(&mut self) {
        let batch = self.generator.batch(&self.model);
        let expected = self.model.prepare(&batch);
        let what = format!("{}: {batch:?}", self.place);
        match (self.database.write(batch).await, expected) {
            (Ok(commit), Ok(next)) => {
                assert!(commit.sequence > self.model.sequence(), "{what}: numbers must grow");
                self.model.commit(next, commit.sequence);
            }
            (Err(error), Err(kind)) => assert_eq!(error.kind(), kind, "{what}: {error}"),
            (Ok(_), Err(kind)) => panic!("{what}: went through instead of {kind:?}"),
            (Err(error), Ok(_)) => panic!("{what}: failed with {error}"),
        }
        if self.generator.below(8) == 0 {
            self.compare_everything().await;
        }
    }

    async fn query(&mut self) {
        let query = self.generator.query();
        let what = format!("{}: {query:?}", self.place);
        let expected = self.model.query(&query);
        let mut found: Vec<Row> = Vec::new();
        let mut next = query.clone();
        loop {
            let page = match self.database.query(&next).await {
                Ok(page) => page,
                Err(error) => panic!("{what}: {error}"),
            };
            assert!(page.rows.len() <= query.limit, "{what}: too many rows");
            found.extend(page.rows);
            let Some(cursor) = page.next else { break };
            assert!(found.len() < expected.len(), "{what}: there is no next page");
            next = next.skip(0).after(Some(cursor));
        }
        assert_eq!(found, expected, "{what}");
    }

    async fn count(&mut self) {
        let query = self.generator.query();
        let expected = self.model.count(&query.collection, &query.filter);
        let count = self.database.count(&query.collection, &query.filter).await;
        assert_eq!(count.ok(), Some(expected), "{}: count {query:?}", self.place);
    }

    async fn get(&mut self) {
        let keys = self.generator.keys();
        for collection in [SONGS, ENTRIES] {
            let expected: Vec<_> =
                keys.iter().map(|key| self.model.get(collection, key).cloned()).collect();
            let rows = self.database.get_many(collection, &keys).await.unwrap();
            assert_eq!(rows, expected, "{}: get_many {keys:?}", self.place);
            let row = self.database.get(collection, &keys[0]).await.unwrap();
            assert_eq!(row, expected[0], "{}: get {:?}", self.place, keys[0]);
        }
    }

    async fn compare_everything(&self) {
        for collection in [SONGS, ENTRIES] {
            let query = Query::new(collection).limit(Query::MAX_LIMIT);
            let rows = self.database.query(&query).await.unwrap().rows;
            assert_eq!(rows, self.model.query(&query), "{}: all {collection}", self.place);
        }
    }
}

/// What a batch may fail with, as the model sees it.
type Refusal = ErrorKind;
