//! A database that lets others run before and after each call, as every real one does.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{
    ChangeWatcher, Commit, DatabaseAdapter, Filter, Page, Query, Result, Row, Schema, WriteBatch,
};
use core_async::task::yield_now;

/// Another database, with turns for others in between.
#[derive(Debug)]
pub(crate) struct SlowDatabase(pub(crate) Arc<dyn DatabaseAdapter>);

async fn in_turns<T>(call: impl Future<Output = T>) -> T {
    yield_now().await;
    let answer = call.await;
    yield_now().await;
    answer
}

#[core_async::async_trait]
impl DatabaseAdapter for SlowDatabase {
    async fn open(&self, schema: Schema) -> Result<()> {
        self.0.open(schema).await
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        self.0.versions().await
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        in_turns(self.0.get(collection, key)).await
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        in_turns(self.0.get_many(collection, keys)).await
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        in_turns(self.0.query(query)).await
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        in_turns(self.0.query_many(queries)).await
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        in_turns(self.0.count(collection, filter)).await
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        in_turns(self.0.write(batch)).await
    }

    fn watch(&self) -> ChangeWatcher {
        self.0.watch()
    }

    async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}
