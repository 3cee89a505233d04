//! Typed settings that outlive the program.

mod database;
mod store;
mod value;

pub use database::DatabaseSettings;
pub use store::{SettingChange, SettingsStore};
pub use value::SettingValue;
