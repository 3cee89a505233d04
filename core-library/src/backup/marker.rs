//! Remembers a restore that is under way, so that an interrupted one is known and can be finished.

use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, Record, Result, WriteBatch};

use crate::schema::FACTS;

const KEY: &str = "restore";
const LAST: &str = "restored";

/// The restore that is under way.
#[derive(Clone, Debug)]
pub(crate) struct Marker(Arc<dyn DatabaseAdapter>);

impl Marker {
    pub(crate) fn new(database: &Arc<dyn DatabaseAdapter>) -> Self {
        Self(Arc::clone(database))
    }

    /// The file that is being restored.
    pub(crate) async fn get(&self) -> Result<Option<String>> {
        self.read(KEY).await
    }

    /// Another value after each restore.
    pub(crate) async fn last(&self) -> Result<Option<String>> {
        self.read(LAST).await
    }

    async fn read(&self, key: &str) -> Result<Option<String>> {
        let Some(row) = self.0.get(FACTS, key).await? else { return Ok(None) };
        let mut fields = row.record.into_reader();
        fields.skip()?;
        fields.text().map(Some)
    }

    /// From now on until [`clear`](Self::clear) the library is half of it.
    pub(crate) async fn set(&self, path: &str) -> Result<()> {
        let mut batch = WriteBatch::new().strict();
        batch.put(FACTS, Record::new(KEY).with(path));
        self.0.write(batch).await.map(drop)
    }

    /// The library is whole again; `id` is what tells this restore from others.
    pub(crate) async fn clear(&self, id: String) -> Result<()> {
        let mut batch = WriteBatch::new().strict();
        batch.delete(FACTS, KEY);
        batch.put(FACTS, Record::new(LAST).with(id));
        self.0.write(batch).await.map(drop)
    }
}
