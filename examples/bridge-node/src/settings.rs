//! Settings in a JSON file that people can read.

use std::collections::BTreeMap;

use bridge_traits::{BridgeError, ErrorKind, Result, SettingChange, SettingValue, SettingsStore};
use core_async::sync::Mutex;

use crate::files::Replacement;
use crate::host::{NodeError, read_file};

const GET: &str = "settings.get";
const APPLY: &str = "settings.apply";

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
}

impl FileSettings {
    /// The settings in the file at `path`, which the first change creates.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), changing: Mutex::new(()) }
    }

    async fn read(&self, operation: &'static str) -> Result<Values> {
        let content = match read_file(&self.path).await {
            Ok(content) => content,
            Err(error) if error.code() == "ENOENT" => return Ok(Values::new()),
            Err(error) => return Err(error.at(operation)),
        };
        serde_json::from_slice(&content).map_err(|error| {
            BridgeError::new(ErrorKind::Corrupt, operation)
                .with_detail(format!("{} is not a settings file", self.path))
                .with_source(error)
        })
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

#[core_async::async_trait]
impl SettingsStore for FileSettings {
    async fn get(&self, key: &str) -> Result<Option<SettingValue>> {
        check_key(key, GET)?;
        Ok(self.read(GET).await?.remove(key))
    }

    async fn apply(&self, changes: Vec<SettingChange>) -> Result<()> {
        let _changing = self.changing.lock().await;
        let mut values = self.read(APPLY).await?;
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
        self.replace(&values).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>> {
        let values = self.read("settings.list").await?;
        Ok(values.into_iter().filter(|(key, _)| key.starts_with(prefix)).collect())
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
