//! The fields of text logs. A value may come from a document or a provider, so it is escaped.

use super::plain_text::escape_control_characters;
use std::fmt::{self, Debug};
use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, format::Writer},
};

/// Formats fields as `message name=value`, on one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineFields;

impl<'writer> FormatFields<'writer> for LineFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut formatter = LineFormatter { writer, result: Ok(()), is_first: true };
        fields.record(&mut formatter);
        formatter.result
    }
}

struct LineFormatter<'writer> {
    writer: Writer<'writer>,
    result: fmt::Result,
    is_first: bool,
}

impl Visit for LineFormatter<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // The bridge from the crate `log` adds the place in the source.
        if self.result.is_err() || field.name().starts_with("log.") {
            return;
        }
        let separator = if std::mem::take(&mut self.is_first) { "" } else { " " };
        let (value, name) = (format!("{value:?}"), field.name());
        let value = escape_control_characters(&value);
        self.result = match name {
            "message" => write!(self.writer, "{separator}{value}"),
            _ => write!(self.writer, "{separator}{name}={value}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::LineFields;
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex, PoisonError},
    };

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_document_cannot_forge_a_line_of_the_log() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .fmt_fields(LineFields)
            .finish();
        let forged = "x\n INFO call status=200\u{1b}[2J";
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(provider = %forged, operation = forged, number = 7, "fault in the document: {forged}");
        });
        let text = String::from_utf8_lossy(&log.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
        let escaped = "x\\n INFO call status=200\\u{1b}[2J";
        assert_eq!(
            text,
            format!(" WARN fault in the document: {escaped} provider={escaped} operation=\"{escaped}\" number=7\n")
        );
    }
}
