//! One line per record for people: time, level, module, spans, message.

use std::fmt::{self, Write};

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{DefaultFields, FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::clock::LineClock;

/// The compact format.
pub(super) struct CompactFormat {
    pub(super) clock: LineClock,
    pub(super) spans: bool,
    pub(super) target: bool,
    pub(super) thread: bool,
}

impl<S> FormatEvent<S, DefaultFields> for CompactFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, DefaultFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.clock.format_time(&mut Writer::new(&mut line))?;
        write!(line, " {:>5}", event.metadata().level())?;
        if self.thread {
            let thread = std::thread::current();
            write!(line, " [{}]", thread.name().unwrap_or("unnamed"))?;
        }
        if self.target {
            write!(line, " {}:", event.metadata().target())?;
        }
        if self.spans {
            for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
                write!(line, " {}", span.name())?;
                if let Some(fields) = span.extensions().get::<FormattedFields<DefaultFields>>()
                    && !fields.is_empty()
                {
                    write!(line, "{{{fields}}}")?;
                }
                line.push(':');
            }
        }
        line.push(' ');
        context.field_format().format_fields(Writer::new(&mut line), event)?;
        for character in line.chars() {
            // A title with a line break or a terminal escape must not forge another record.
            if character.is_control() {
                write!(writer, "{}", character.escape_default())?;
            } else {
                writer.write_char(character)?;
            }
        }
        writeln!(writer)
    }
}
