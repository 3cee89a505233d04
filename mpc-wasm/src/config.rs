//! What the page says about the core it wants.

use core_service::bridge_traits::LogLevel;
use core_service::core_runtime::LoggingConfig;
use serde::Deserialize;

/// The configuration, as the page writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The name of the stored library.
    pub(crate) profile: String,
    /// The page the worker belongs to, of those that have the profile open.
    #[serde(default)]
    pub(crate) page: Option<String>,
    /// The page of this origin that providers send users back to.
    #[serde(default)]
    pub(crate) redirect_uri: Option<String>,
    /// Whether the page remembers that the library has been stored before.
    #[serde(default)]
    pub(crate) was_stored: bool,
    /// The least important level that is logged.
    #[serde(default)]
    log_level: Level,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Trace,
    Debug,
    Info,
    #[default]
    Warn,
    Error,
}

impl Config {
    pub(crate) fn logging(&self) -> LoggingConfig {
        let level = match self.log_level {
            Level::Trace => LogLevel::Trace,
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        LoggingConfig { level, ..LoggingConfig::default() }
    }
}
