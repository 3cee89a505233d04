//! Settings kept in the host's database: the same code, durability and atomicity everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{TryStreamExt, stream};

use super::{SettingChange, SettingValue, SettingsStore, SettingsWatcher};
use crate::{
    BridgeError, ChangeWatcher, Collection, DatabaseAdapter, DatabaseExt, ErrorKind, FieldKind,
    Filter, Query, Record, Result, SchemaChange, SchemaComponent, Value, WatchError, WriteBatch,
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

    async fn watch(&self, prefix: &str) -> Result<SettingsWatcher> {
        // First the watch, then the look: what changes in between is told.
        let commits = self.database.watch();
        let told = self.list(prefix).await?.into_iter().collect();
        let watch = Watch { settings: self.clone(), prefix: prefix.to_owned(), commits, told };
        Ok(SettingsWatcher::new(Box::pin(stream::unfold(watch, |mut watch| async {
            watch.next().await.map(|changes| (changes, watch))
        }))))
    }
}

/// What a watcher has told, and what may have changed since.
struct Watch {
    settings: DatabaseSettings,
    prefix: String,
    commits: ChangeWatcher,
    told: BTreeMap<String, SettingValue>,
}

impl Watch {
    /// The next differences; `None` once the database was closed.
    async fn next(&mut self) -> Option<Result<Vec<SettingChange>>> {
        loop {
            match self.commits.next().await {
                Ok(notice) if notice.collections.iter().all(|name| name != COLLECTION) => continue,
                Ok(_) | Err(WatchError::Lagged(_)) => {}
                Err(_) => return None,
            }
            let now: BTreeMap<_, _> = match self.settings.list(&self.prefix).await {
                Ok(list) => list.into_iter().collect(),
                Err(error) => return Some(Err(error)),
            };
            let changes = differences(&self.told, &now);
            self.told = now;
            if !changes.is_empty() {
                return Some(Ok(changes));
            }
        }
    }
}

/// What has to be done to `before` to make it `after`, sorted by key.
fn differences(
    before: &BTreeMap<String, SettingValue>,
    after: &BTreeMap<String, SettingValue>,
) -> Vec<SettingChange> {
    let removed = before.keys().filter(|key| !after.contains_key(*key));
    let set = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    let mut changes: Vec<_> = removed
        .map(|key| SettingChange::Remove(key.clone()))
        .chain(set.map(|(key, value)| SettingChange::Set(key.clone(), value.clone())))
        .collect();
    changes.sort_by(|a, b| a.key().cmp(b.key()));
    changes
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
