//! Log lines on the browser's console.

use bridge_traits::{LogLevel, LoggerSink};
use wasm_bindgen::JsValue;
use web_sys::console;

/// Writes each line with the console's method for its level, so that the console can filter them.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleLogger {
    level: LogLevel,
}

impl ConsoleLogger {
    /// The console of this page or worker.
    pub fn new() -> Self {
        Self { level: LogLevel::Trace }
    }

    /// Leaves out what is less important than `level`.
    #[must_use]
    pub fn with_level(mut self, level: LogLevel) -> Self {
        self.level = level;
        self
    }
}

impl Default for ConsoleLogger {
    fn default() -> Self {
        Self::new()
    }
}

impl LoggerSink for ConsoleLogger {
    fn log(&self, level: LogLevel, line: &str) {
        if level < self.level {
            return;
        }
        let line = JsValue::from_str(line);
        match level {
            // Not `console.trace`, which adds a stack to every line.
            LogLevel::Trace | LogLevel::Debug => console::debug_1(&line),
            LogLevel::Info => console::info_1(&line),
            LogLevel::Warn => console::warn_1(&line),
            LogLevel::Error => console::error_1(&line),
        }
    }

    fn level(&self) -> LogLevel {
        self.level
    }
}
