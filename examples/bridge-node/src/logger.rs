//! Log lines on standard error, where a program's output does not get in their way.

use bridge_traits::{LogLevel, LoggerSink};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // Node queues what a slow terminal or pipe does not take at once.
    #[wasm_bindgen(catch, js_namespace = ["process", "stderr"], js_name = write)]
    fn write_to_stderr(text: &str) -> Result<bool, JsValue>;
}

/// Writes each line to standard error, its level in front.
#[derive(Clone, Copy, Debug, Default)]
pub struct StderrLogger;

impl StderrLogger {
    /// The standard error of this process.
    pub fn new() -> Self {
        Self
    }
}

impl LoggerSink for StderrLogger {
    fn log(&self, level: LogLevel, line: &str) {
        let level = match level {
            LogLevel::Trace => "TRACE",
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warn => "WARN",
            LogLevel::Error => "ERROR",
        };
        // A closed standard error takes nothing, and there is nowhere left to say so.
        write_to_stderr(&format!("{level:>5} {line}\n")).ok();
    }
}
