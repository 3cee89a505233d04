//! Typed settings that outlive the program.

mod database;
mod store;
mod value;
mod watch;

pub use database::DatabaseSettings;
pub use store::{SettingChange, SettingsStore};
pub use value::SettingValue;
pub use watch::SettingsWatcher;
