//! What is logged, and how it looks.

use bridge_traits::LogLevel;

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum LogFormat {
    /// One line for people.
    #[default]
    Compact,
    /// Several lines for people who debug.
    Pretty,
    /// One JSON object.
    Json,
}

/// What is logged, and how it looks. Every option changes the output.
#[derive(Clone, Debug)]
pub struct LoggingConfig {
    /// The least important level that is logged.
    pub level: LogLevel,
    /// Finer rules, `module=level` separated by commas, for example `core_playback=trace,info`;
    /// they replace `level` where given.
    pub filter: Option<String>,
    /// The shape of a line.
    pub format: LogFormat,
    /// Whether tokens, e-mail addresses and home folders are blacked out.
    pub redact_pii: bool,
    /// Whether lines name the spans they were written in.
    pub spans: bool,
    /// Whether lines name the module they come from.
    pub target: bool,
    /// Whether lines name their thread.
    pub thread: bool,
}

impl Default for LoggingConfig {
    fn default() -> Self {
        Self {
            level: LogLevel::Info,
            filter: None,
            format: LogFormat::default(),
            redact_pii: true,
            spans: true,
            target: true,
            thread: false,
        }
    }
}

impl LoggingConfig {
    /// The directives that `filter` or `level` stand for.
    pub(super) fn directives(&self) -> String {
        match &self.filter {
            Some(filter) => filter.clone(),
            None => match self.level {
                LogLevel::Trace => "trace",
                LogLevel::Debug => "debug",
                LogLevel::Info => "info",
                LogLevel::Warn => "warn",
                LogLevel::Error => "error",
            }
            .to_owned(),
        }
    }
}
