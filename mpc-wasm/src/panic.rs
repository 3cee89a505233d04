//! What a panic leaves behind: its message on the console. The instance is dead afterwards, which
//! the page's supervisor sees as a crash of the worker.

use core_service::ConsoleLogger;
use core_service::bridge_traits::{LogLevel, LoggerSink};

/// Installs the hook; once is enough, more does no harm.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        ConsoleLogger::new().log(LogLevel::Error, &format!("the core has crashed: {info}"));
    }));
}
