//! Settings in a JSON file that people can read.

use std::collections::BTreeMap;

use bridge_traits::{
    BridgeError, ErrorKind, Result, SettingChange, SettingValue, SettingsStore, SettingsWatcher,
};
use core_async::sync::{Mutex, watch};
use futures::stream;

use crate::files::Replacement;
use crate::host::{NodeError, read_file};

const GET: &str = "settings.get";
const APPLY: &str = "settings.apply";
const WATCH: &str = "settings.watch";

type Values = BTreeMap<String, SettingValue>;

/// A [`SettingsStore`] in one file, which each change replaces in one step.
///
/// The file is read each time, so an edit by hand counts. One store at a time changes a file: of two
/// that do so at the same moment, one may undo the other.
#[derive(Debug)]
pub struct FileSettings {
    path: String,
    /// Held while the file is read, changed and replaced.
    changing: Mutex<()>,
    /// Told after each change.
    changed: watch::Sender<()>,
}

impl FileSettings {
    /// The settings in the file at `path`, which the first change creates.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), changing: Mutex::new(()), changed: watch::Sender::new(()) }
    }

    async fn replace(&self, values: &Values) -> Result<()> {
        let content = serde_json::to_vec_pretty(values).map_err(|error| {
            BridgeError::new(ErrorKind::InvalidRequest, APPLY).with_source(error)
        })?;
        let replace = async {
            let mut replacement = Replacement::create(&self.path, 0o644).await?;
            replacement.write(&content).await?;
            replacement.commit().await
        };
        replace.await.map_err(|error: NodeError| error.at(APPLY))
    }
}

/// What is in the file at `path`.
async fn read(path: &str, operation: &'static str) -> Result<Values> {
    let content = match read_file(path).await {
        Ok(content) => content,
        Err(error) if error.code() == "ENOENT" => return Ok(Values::new()),
        Err(error) => return Err(error.at(operation)),
    };
    serde_json::from_slice(&content).map_err(|error| {
        BridgeError::new(ErrorKind::Corrupt, operation)
            .with_detail(format!("{path} is not a settings file"))
            .with_source(error)
    })
}

async fn read_prefix(path: &str, prefix: &str, operation: &'static str) -> Result<Values> {
    let mut values = read(path, operation).await?;
    values.retain(|key, _| key.starts_with(prefix));
    Ok(values)
}

/// What a watcher has told, and how it learns that there may be more.
struct Watch {
    path: String,
    prefix: String,
    changed: watch::Receiver<()>,
    told: Values,
}

impl Watch {
    /// The next differences; nothing once the store is gone.
    async fn next(&mut self) -> Option<Result<Vec<SettingChange>>> {
        loop {
            self.changed.changed().await.ok()?;
            let now = match read_prefix(&self.path, &self.prefix, WATCH).await {
                Ok(now) => now,
                Err(error) => return Some(Err(error)),
            };
            let gone = self.told.keys().filter(|key| !now.contains_key(*key));
            let mut changes: Vec<_> = gone.cloned().map(SettingChange::Remove).collect();
            let new = now.iter().filter(|(key, value)| self.told.get(*key) != Some(value));
            changes.extend(new.map(|(key, value)| SettingChange::Set(key.clone(), value.clone())));
            changes.sort_by(|a, b| a.key().cmp(b.key()));
            self.told = now;
            if !changes.is_empty() {
                return Some(Ok(changes));
            }
        }
    }
}

#[core_async::async_trait]
impl SettingsStore for FileSettings {
    async fn get(&self, key: &str) -> Result<Option<SettingValue>> {
        check_key(key, GET)?;
        Ok(read(&self.path, GET).await?.remove(key))
    }

    async fn apply(&self, changes: Vec<SettingChange>) -> Result<()> {
        let _changing = self.changing.lock().await;
        let mut values = read(&self.path, APPLY).await?;
        for change in changes {
            match change {
                SettingChange::Set(key, value) => {
                    check_key(&key, APPLY)?;
                    check_value(&value)?;
                    values.insert(key, value);
                }
                SettingChange::Remove(key) => {
                    check_key(&key, APPLY)?;
                    values.remove(&key);
                }
            }
        }
        self.replace(&values).await?;
        self.changed.send_replace(());
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>> {
        Ok(read_prefix(&self.path, prefix, "settings.list").await?.into_iter().collect())
    }

    async fn watch(&self, prefix: &str) -> Result<SettingsWatcher> {
        // First the watch, then the look: what changes in between is told.
        let (path, prefix) = (self.path.clone(), prefix.to_owned());
        let changed = self.changed.subscribe();
        let told = read_prefix(&path, &prefix, WATCH).await?;
        let watch = Watch { path, prefix, changed, told };
        Ok(SettingsWatcher::new(Box::pin(stream::unfold(watch, |mut watch| async {
            watch.next().await.map(|changes| (changes, watch))
        }))))
    }
}

fn check_key(key: &str, operation: &'static str) -> Result<()> {
    if (1..=255).contains(&key.len()) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail("a key has 1 to 255 bytes"))
}

fn check_value(value: &SettingValue) -> Result<()> {
    match value {
        SettingValue::Real(number) if !number.is_finite() => {
            Err(BridgeError::new(ErrorKind::InvalidRequest, APPLY)
                .with_detail("a number must be finite"))
        }
        _ => Ok(()),
    }
}
