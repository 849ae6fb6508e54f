//! Items of streams, as text: JSON texts, and server-sent events with their fields.

use crate::model::media_type::StreamFormat;
use serde_json::{Map, Value};

/// Texts that providers send in place of JSON as the last item.
pub(crate) const END_MARKERS: [&str; 1] = ["[DONE]"];

/// An item of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamItem {
    Event(ServerEvent),
    /// A JSON text.
    Json(String),
}

/// A server-sent event (WHATWG HTML, §9.2.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerEvent {
    /// Names and values of all fields except `data`, in their order. The name of a comment is empty.
    pub(crate) fields: Vec<(String, String)>,
    /// The values of the fields `data`, joined by line ends. `None` if there is none.
    pub(crate) data: Option<String>,
}

impl StreamItem {
    /// Parses an item. An event has one field per line.
    pub(crate) fn parse(format: StreamFormat, text: &str) -> Self {
        match format {
            StreamFormat::EventStream => Self::Event(ServerEvent::parse(text)),
            StreamFormat::JsonLines | StreamFormat::JsonSequence => Self::Json(text.to_owned()),
        }
    }

    /// Creates an item with a message in place of its content.
    pub(crate) fn notice(format: StreamFormat, message: &str) -> Self {
        match format {
            StreamFormat::EventStream => {
                Self::Event(ServerEvent { fields: Vec::new(), data: Some(message.to_owned()) })
            }
            StreamFormat::JsonLines | StreamFormat::JsonSequence => Self::Json(Value::from(message).to_string()),
        }
    }

    /// Returns the item as it is sent in a stream of its format.
    pub(crate) fn to_wire(&self, format: StreamFormat) -> String {
        match self {
            Self::Event(event) => event.to_wire(),
            Self::Json(text) if format == StreamFormat::JsonSequence => format!("\u{1e}{text}\n"),
            Self::Json(text) => format!("{text}\n"),
        }
    }

    /// Returns the JSON text, or the data of an event.
    pub(crate) fn data(&self) -> &str {
        match self {
            Self::Event(event) => event.data.as_deref().unwrap_or_default(),
            Self::Json(text) => text,
        }
    }

    /// Returns the value of a field of an event other than `data`.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Event(event) => event.field(name),
            Self::Json(_) => None,
        }
    }

    /// Returns the size of all texts, in bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Event(event) => {
                let fields = event.fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
                fields + event.data.as_ref().map_or(0, String::len)
            }
            Self::Json(text) => text.len(),
        }
    }

    /// Returns the item with each of its texts changed: the JSON text, or the values of the fields of an event.
    pub(crate) fn map_texts(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Event(ServerEvent { fields, data }) => Self::Event(ServerEvent {
                fields: fields.into_iter().map(|(name, value)| (name, change(&value))).collect(),
                data: data.map(|data| change(&data)),
            }),
            Self::Json(text) => Self::Json(change(&text)),
        }
    }

    /// Returns the item with the texts of its comments removed.
    pub(crate) fn without_comments(mut self) -> Self {
        if let Self::Event(event) = &mut self {
            event.fields.iter_mut().filter(|(name, _)| name.is_empty()).for_each(|(_, text)| text.clear());
        }
        self
    }

    /// Returns true for the text that many providers send in place of JSON as the last item.
    pub(crate) fn is_end_marker(&self) -> bool {
        END_MARKERS.contains(&self.data())
    }

    /// Returns true for an event without fields, which servers send so that the connection stays open.
    pub(crate) fn is_comment(&self) -> bool {
        match self {
            Self::Event(event) => event.data.is_none() && event.fields.iter().all(|(name, _)| name.is_empty()),
            Self::Json(_) => false,
        }
    }
}

impl ServerEvent {
    fn parse(text: &str) -> Self {
        let mut event = Self::default();
        for line in text.split_terminator('\n') {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match (name, &mut event.data) {
                ("data", Some(data)) => data.extend(["\n", value]),
                ("data", data) => *data = Some(value.to_owned()),
                _ => event.fields.push((name.to_owned(), value.to_owned())),
            }
        }
        event
    }

    /// Returns the last value of a field, which is the one that counts.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().rfind(|(field_name, _)| field_name == name);
        field.map(|(_, value)| value.as_str())
    }

    /// Returns the event as `OpenAPI` 3.2 models it (§4.14.4): an object with its fields, of which `retry` is a number.
    pub(crate) fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in self.fields.iter().filter(|(name, _)| ["event", "id", "retry"].contains(&name.as_str())) {
            let number = (name == "retry").then(|| value.parse::<u64>().ok()).flatten();
            object.insert(name.clone(), number.map_or_else(|| value.as_str().into(), Value::from));
        }
        object.extend(self.data.as_ref().map(|data| ("data".to_owned(), data.as_str().into())));
        Value::Object(object)
    }

    fn to_wire(&self) -> String {
        let mut text = String::new();
        let data = self.data.iter().flat_map(|data| data.split('\n')).map(|line| ("data", line));
        for (name, value) in self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(data) {
            // A value that was replaced must not begin another field.
            text.extend([name, ": ", &value.replace(['\r', '\n'], " "), "\n"]);
        }
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::{ServerEvent, StreamItem};
    use crate::model::media_type::StreamFormat;

    fn event(fields: &[(&str, &str)], data: Option<&str>) -> StreamItem {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        StreamItem::Event(ServerEvent { fields, data: data.map(str::to_owned) })
    }

    #[test]
    fn an_event_is_read_by_the_rules_of_its_fields_and_written_again() {
        for (text, expected) in [
            ("event: add\ndata: 1\ndata:2\ndata\nid\n", event(&[("event", "add"), ("id", "")], Some("1\n2\n"))),
            ("data:  a: b\n", event(&[], Some(" a: b"))),
            (": comment\n:\n", event(&[("", "comment"), ("", "")], None)),
            ("retry: 1\nretry: 2", event(&[("retry", "1"), ("retry", "2")], None)),
        ] {
            let item = StreamItem::parse(StreamFormat::EventStream, text);
            assert_eq!(item, expected, "{text}");
            let wire = item.to_wire(StreamFormat::EventStream);
            assert!(wire.ends_with("\n\n"), "{wire}");
            assert_eq!(StreamItem::parse(StreamFormat::EventStream, &wire[..wire.len() - 1]), expected, "{text}");
        }
        let item = StreamItem::parse(StreamFormat::EventStream, "id: 1\nid: 2\ndata: x");
        assert_eq!((item.field("id"), item.field("event"), item.data()), (Some("2"), None, "x"));
        assert!(StreamItem::parse(StreamFormat::EventStream, ":\n").is_comment());
        assert!(!StreamItem::parse(StreamFormat::EventStream, "data").is_comment());
    }

    #[test]
    fn a_json_text_is_written_in_its_format() {
        let item = StreamItem::parse(StreamFormat::JsonLines, "{\"a\": 1}");
        assert_eq!(item.to_wire(StreamFormat::JsonLines), "{\"a\": 1}\n");
        assert_eq!(item.to_wire(StreamFormat::JsonSequence), "\u{1e}{\"a\": 1}\n");
    }
}
