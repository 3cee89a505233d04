//! Who has an account, without what opens it: it outlives a secret that cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_traits::{
    BridgeError, ErrorKind, SettingChange, SettingValue, SettingsStore, SettingsWatcher,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::credential::StoredAccount;
use crate::endpoint::Identity;
use crate::error::AuthError;
use crate::pkce::digest;

/// Where accounts are noted, each by its id.
const ACCOUNT: &str = "auth.account.";

/// The provider of an account of which nothing but its id can be read.
const UNKNOWN: &str = "unknown";

/// What is noted of an account.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Entry {
    pub(crate) provider: String,
    pub(crate) label: Option<String>,
    pub(crate) added_at: u64,
    /// What tells whether it is the same user again. It is a digest: the address of a server may be
    /// all that opens it.
    pub(crate) subject: Option<String>,
    /// Whether it is being removed.
    #[serde(default)]
    pub(crate) is_leaving: bool,
}

impl Entry {
    pub(crate) fn of(stored: &StoredAccount) -> Self {
        Self {
            provider: stored.account.provider.clone(),
            label: stored.account.label.clone(),
            added_at: stored.account.added_at,
            subject: stored.subject.as_deref().map(digest),
            is_leaving: false,
        }
    }

    /// Of an account that an earlier release has added, and whose secret cannot be read.
    pub(crate) fn unknown(id: &str) -> Self {
        let added = Uuid::try_parse(id).ok().and_then(|id| id.get_timestamp());
        let (seconds, nanos) = added.map_or((0, 0), |added| added.to_unix());
        Self {
            provider: UNKNOWN.to_owned(),
            label: None,
            added_at: seconds.saturating_mul(1000).saturating_add(u64::from(nanos / 1_000_000)),
            subject: None,
            is_leaving: false,
        }
    }

    /// Whether signing in as this user is signing in again. What is being removed does not come back.
    pub(crate) fn is_of(&self, provider: &str, identity: &Identity) -> bool {
        !self.is_leaving
            && self.provider == provider
            && self.subject.is_some()
            && self.subject == identity.subject.as_deref().map(digest)
    }
}

/// Notes accounts in the settings.
#[derive(Clone, Debug)]
pub(crate) struct Directory(Arc<dyn SettingsStore>);

impl Directory {
    pub(crate) fn new(settings: Arc<dyn SettingsStore>) -> Self {
        Self(settings)
    }

    /// Every entry, by the account's id. One that is broken is as good as none.
    pub(crate) async fn entries(&self) -> Result<BTreeMap<String, Entry>, AuthError> {
        let all = self.0.list(ACCOUNT).await?;
        let entries = all.into_iter().filter_map(|(key, value)| {
            let id = key.strip_prefix(ACCOUNT)?.to_owned();
            Some((id, read(&value)?))
        });
        Ok(entries.collect())
    }

    pub(crate) async fn entry(&self, id: &str) -> Result<Option<Entry>, AuthError> {
        Ok(self.0.get(&key(id)).await?.as_ref().and_then(read))
    }

    pub(crate) async fn put(&self, id: &str, entry: &Entry) -> Result<(), AuthError> {
        let text = serde_json::to_string(entry)
            .map_err(|_| BridgeError::new(ErrorKind::InvalidRequest, "auth.note"))?;
        Ok(self.0.set(&key(id), text.as_str().into()).await?)
    }

    pub(crate) async fn remove(&self, id: &str) -> Result<(), AuthError> {
        Ok(self.0.apply(vec![SettingChange::Remove(key(id))]).await?)
    }

    /// News of what is noted of an account, by whatever tab or program.
    pub(crate) async fn watch(&self, id: &str) -> Result<SettingsWatcher, AuthError> {
        Ok(self.0.watch(&key(id)).await?)
    }
}

fn key(id: &str) -> String {
    format!("{ACCOUNT}{id}")
}

fn read(value: &SettingValue) -> Option<Entry> {
    match value {
        SettingValue::Text(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}
