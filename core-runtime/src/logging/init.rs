//! Installing the set-up, and changing it while the program runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_traits::{Clock, LoggerSink};
use core_async::marker::ThreadBound;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, reload};

use super::clock::LineClock;
use super::compact::CompactFormat;
use super::config::{LogFormat, LoggingConfig};
use super::writer::SinkWriter;

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoggingError {
    /// The filter directives do not parse. Correct them.
    #[error("invalid log filter {filter:?}")]
    InvalidFilter {
        /// The directives.
        filter: String,
        /// What is wrong with them.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The process logs already, through this crate or another. Keep the handle of the first
    /// call and use [`LoggingHandle::reconfigure`].
    #[error("logging is already set up in this process")]
    AlreadySetUp,
}

/// Changes the logging of the process while it runs.
#[derive(Clone)]
pub struct LoggingHandle {
    filter: reload::Handle<Targets, Registry>,
    format: reload::Handle<FormatLayer, FilteredRegistry>,
    writer: SinkWriter,
    clock: LineClock,
}

type FilteredRegistry =
    tracing_subscriber::layer::Layered<reload::Layer<Targets, Registry>, Registry>;
type FormatLayer = Box<dyn Layer<FilteredRegistry> + Send + Sync>;

/// Sets up logging for the whole process: every crate, every core.
///
/// `tracing` has one subscriber per process, so this is the one thing two cores in a process
/// share. Lines go to `sink`, stamped by `clock`.
///
/// # Errors
///
/// Fails with [`LoggingError::InvalidFilter`], or with [`LoggingError::AlreadySetUp`] on a second
/// call, which changes nothing.
pub fn init_logging(
    config: &LoggingConfig,
    sink: Arc<dyn LoggerSink>,
    clock: Arc<dyn Clock>,
) -> Result<LoggingHandle, LoggingError> {
    let redact_pii = Arc::new(AtomicBool::new(config.redact_pii));
    let writer = SinkWriter { sink, redact_pii };
    let clock = LineClock(Arc::new(ThreadBound::new(clock)));
    let (filter, filter_handle) = reload::Layer::new(parse(config)?);
    let (format, format_handle) = reload::Layer::new(layer(config, &writer, &clock));
    let subscriber = tracing_subscriber::registry().with(filter).with(format);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| LoggingError::AlreadySetUp)?;
    Ok(LoggingHandle { filter: filter_handle, format: format_handle, writer, clock })
}

impl LoggingHandle {
    /// Replaces the whole configuration; the next line obeys the new one.
    ///
    /// # Errors
    ///
    /// Fails with [`LoggingError::InvalidFilter`]; then nothing changes.
    pub fn reconfigure(&self, config: &LoggingConfig) -> Result<(), LoggingError> {
        let filter = parse(config)?;
        let format = layer(config, &self.writer, &self.clock);
        self.writer.redact_pii.store(config.redact_pii, Ordering::Relaxed);
        // The subscriber lives as long as the process, so neither can have gone away.
        self.format.reload(format).ok();
        self.filter.reload(filter).ok();
        Ok(())
    }

    /// Brings out what the sink holds back: before the program ends, or when it is put to sleep.
    pub fn flush(&self) {
        self.writer.sink.flush();
    }
}

impl fmt::Debug for LoggingHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggingHandle").finish_non_exhaustive()
    }
}

fn parse(config: &LoggingConfig) -> Result<Targets, LoggingError> {
    let filter = config.directives();
    filter.parse().map_err(|source| LoggingError::InvalidFilter { filter, source })
}

fn layer(config: &LoggingConfig, writer: &SinkWriter, clock: &LineClock) -> FormatLayer {
    let layer = tracing_subscriber::fmt::layer().with_writer(writer.clone()).with_ansi(false);
    if config.format == LogFormat::Compact {
        let format = CompactFormat {
            clock: clock.clone(),
            spans: config.spans,
            target: config.target,
            thread: config.thread,
        };
        return layer.event_format(format).boxed();
    }
    let layer = layer
        .with_timer(clock.clone())
        .with_target(config.target)
        .with_thread_names(config.thread)
        .with_thread_ids(config.thread);
    match config.format {
        LogFormat::Pretty => layer.pretty().boxed(),
        _ => layer.json().with_current_span(config.spans).with_span_list(config.spans).boxed(),
    }
}
