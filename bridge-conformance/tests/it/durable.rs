//! The durability suite on a database that outlives its adapters.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_conformance::database::DatabaseUnderTest;
use bridge_conformance::database_durability_conformance;
use bridge_memory::MemoryDatabase;
use bridge_traits::{
    BridgeError, ChangeWatcher, Commit, DatabaseAdapter, ErrorKind, Filter, Page, Query, Result,
    Row, Schema, WriteBatch,
};

/// One connection to a shared [`MemoryDatabase`], which plays the part of the disk.
#[derive(Debug)]
struct Connection {
    disk: MemoryDatabase,
    is_open: AtomicBool,
}

impl Connection {
    fn disk(&self) -> Result<&MemoryDatabase> {
        if self.is_open.load(Ordering::SeqCst) {
            return Ok(&self.disk);
        }
        Err(BridgeError::new(ErrorKind::InvalidRequest, "connection"))
    }
}

#[core_async::async_trait]
impl DatabaseAdapter for Connection {
    async fn open(&self, schema: Schema) -> Result<()> {
        self.disk.open(schema).await?;
        self.is_open.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        self.disk()?.versions().await
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        self.disk()?.get(collection, key).await
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        self.disk()?.get_many(collection, keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        self.disk()?.query(query).await
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        self.disk()?.query_many(queries).await
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.disk()?.count(collection, filter).await
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        self.disk()?.write(batch).await
    }

    fn watch(&self) -> ChangeWatcher {
        self.disk.watch()
    }

    async fn close(&self) -> Result<()> {
        self.is_open.store(false, Ordering::SeqCst);
        Ok(())
    }
}

database_durability_conformance!(async {
    let disk = MemoryDatabase::new();
    DatabaseUnderTest::durable(move || {
        let connection = Connection { disk: disk.clone(), is_open: AtomicBool::new(false) };
        std::future::ready(Arc::new(connection) as Arc<dyn DatabaseAdapter>)
    })
});
