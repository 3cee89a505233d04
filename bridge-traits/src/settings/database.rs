//! Settings kept in the host's database: the same code, durability and atomicity everywhere.

use std::sync::Arc;

use futures::TryStreamExt;

use super::{SettingChange, SettingValue, SettingsStore};
use crate::{
    BridgeError, Collection, DatabaseAdapter, DatabaseExt, ErrorKind, FieldKind, Filter, Query,
    Record, Result, SchemaChange, SchemaComponent, Value, WriteBatch,
};

const COLLECTION: &str = "settings";

/// A [`SettingsStore`] over any [`DatabaseAdapter`] whose schema includes
/// [`DatabaseSettings::schema`].
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    database: Arc<dyn DatabaseAdapter>,
}

impl DatabaseSettings {
    /// Settings in `database`, which must be open.
    pub fn new(database: Arc<dyn DatabaseAdapter>) -> Self {
        Self { database }
    }

    /// The part of the database schema that belongs to settings: one column per type.
    pub fn schema() -> SchemaComponent {
        let settings = Collection::new(COLLECTION)
            .optional("boolean", FieldKind::Boolean)
            .optional("integer", FieldKind::Integer)
            .optional("real", FieldKind::Real)
            .optional("text", FieldKind::Text);
        SchemaComponent::new("settings").migration(vec![SchemaChange::CreateCollection(settings)])
    }
}

#[core_async::async_trait]
impl SettingsStore for DatabaseSettings {
    async fn get(&self, key: &str) -> Result<Option<SettingValue>> {
        check_key(key)?;
        let row = self.database.get(COLLECTION, key).await?;
        row.map(|row| from_record(row.record).map(|(_, value)| value)).transpose()
    }

    async fn apply(&self, changes: Vec<SettingChange>) -> Result<()> {
        let mut batch = WriteBatch::new();
        for change in changes {
            match change {
                SettingChange::Set(key, value) => {
                    check_key(&key)?;
                    batch.put(COLLECTION, to_record(key, value)?);
                }
                SettingChange::Remove(key) => {
                    check_key(&key)?;
                    batch.delete(COLLECTION, key);
                }
            }
        }
        self.database.write(batch).await.map(drop)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>> {
        let query = Query::new(COLLECTION).filter(Filter::starts_with(Collection::KEY, prefix));
        let rows: Vec<_> = self.database.scan(query).try_collect().await?;
        rows.into_iter().map(|row| from_record(row.record)).collect()
    }
}

fn check_key(key: &str) -> Result<()> {
    if (1..=255).contains(&key.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, "settings")
        .with_detail("a key has 1 to 255 bytes"))
}

fn to_record(key: String, value: SettingValue) -> Result<Record> {
    let mut values = [Value::Null, Value::Null, Value::Null, Value::Null];
    match value {
        SettingValue::Boolean(value) => values[0] = value.into(),
        SettingValue::Integer(value) => values[1] = value.into(),
        SettingValue::Real(value) if !value.is_finite() => {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "settings")
                .with_detail("a number must be finite"));
        }
        SettingValue::Real(value) => values[2] = value.into(),
        SettingValue::Text(value) => values[3] = value.into(),
    }
    Ok(values.into_iter().fold(Record::new(key), Record::with))
}

fn from_record(record: Record) -> Result<(String, SettingValue)> {
    let mut reader = record.into_reader();
    let key = reader.text()?;
    for _ in 0..4 {
        let value = match reader.value()? {
            Value::Boolean(value) => SettingValue::Boolean(value),
            Value::Integer(value) => SettingValue::Integer(value),
            Value::Real(value) => SettingValue::Real(value),
            Value::Text(value) => SettingValue::Text(value),
            _ => continue,
        };
        return Ok((key, value));
    }
    Err(BridgeError::new(ErrorKind::Corrupt, "settings").with_detail(format!("{key:?} is empty")))
}
