//! Media types: every test of a Content-Type, of a browser, a provider or a document.

/// Returns the charset of a media type, if it names one other than UTF-8, of which US-ASCII is a part.
#[cfg(feature = "ssr")]
pub fn other_charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let charset = charsets.next().map(|(_, charset)| charset.trim().trim_matches(['"', '\'']))?;
    (!is_utf8_label(charset)).then_some(charset)
}

/// Returns true for a name of UTF-8, or of US-ASCII, which is a part of it.
#[cfg(feature = "ssr")]
pub fn is_utf8_label(charset: &str) -> bool {
    ["utf-8", "utf8", "us-ascii"].into_iter().any(|label| charset.eq_ignore_ascii_case(label))
}

/// A media type or media range (RFC 9110, §8.3.1 and §12.5.1), without its parameters. Comparisons ignore case.
///
/// Invalid text is not an error: it is none of the types that are asked for.
#[derive(Clone, Copy, Debug)]
pub struct MediaType<'a> {
    main_type: &'a str,
    subtype: &'a str,
}

/// Format of content that is a sequence of items.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamFormat {
    /// Server-sent events, `text/event-stream` (WHATWG HTML, §9.2).
    EventStream,
    /// One JSON text per line: `application/x-ndjson`, `application/jsonl`.
    JsonLines,
    /// JSON texts that each begin with a record separator, `application/json-seq` (RFC 7464).
    JsonSequence,
}

impl<'a> MediaType<'a> {
    /// Parses the value of a Content-Type header, or a key of `content` in a document.
    pub fn parse(text: &'a str) -> Self {
        let without_parameters = text.split(';').next().unwrap_or_default();
        let (main_type, subtype) = without_parameters.split_once('/').unwrap_or_default();
        Self { main_type: main_type.trim(), subtype: subtype.trim() }
    }

    /// Returns true if type and subtype are the same.
    pub fn is_same(self, other: MediaType) -> bool {
        self.has_type(other.main_type) && self.has_subtype(other.subtype)
    }

    /// Returns true for a single JSON text: `application/json`, `text/json`, and the suffix `+json` (WHATWG MIME
    /// Sniffing, §4.6). Sequences, like `application/x-ndjson` and `application/json-seq`, are not JSON.
    pub fn is_json(self) -> bool {
        self.has_suffix("json") || self.has_subtype("json") && (self.has_type("application") || self.has_type("text"))
    }

    /// Returns true if content of this type can be JSON: for JSON itself and the ranges `*/*` and `application/*`.
    pub fn includes_json(self) -> bool {
        self.is_json() || self.is_range() && (self.has_type("*") || self.has_type("application"))
    }

    /// Returns true for a range of types: `*/*`, `text/*`.
    pub fn is_range(self) -> bool {
        self.subtype == "*"
    }

    /// Returns true for a range that includes another type.
    pub fn includes(self, other: MediaType) -> bool {
        self.is_range() && !other.subtype.is_empty() && (self.has_type("*") || self.has_type(other.main_type))
    }

    /// Returns true for `application/x-www-form-urlencoded`.
    pub fn is_form_urlencoded(self) -> bool {
        self.has_type("application") && self.has_subtype("x-www-form-urlencoded")
    }

    /// Returns true for content of several parts, like `multipart/form-data`.
    pub fn is_multipart(self) -> bool {
        self.has_type("multipart")
    }

    /// Returns true for `text/*`.
    pub fn is_text(self) -> bool {
        self.has_type("text")
    }

    /// Returns true for XML: `application/xml`, `text/xml`, and the suffix `+xml` (RFC 7303).
    pub fn is_xml(self) -> bool {
        self.has_subtype("xml") || self.has_suffix("xml")
    }

    /// Returns true for HTML: `text/html`, and `application/xhtml+xml`, which is also XML.
    pub fn is_html(self) -> bool {
        self.is_text() && self.has_subtype("html") || self.has_subtype("xhtml+xml")
    }

    /// Returns true for YAML: `application/yaml` and the suffix `+yaml` (RFC 9512), and unregistered names of it.
    pub fn is_yaml(self) -> bool {
        ["yaml", "x-yaml", "vnd.yaml"].into_iter().any(|name| self.has_subtype(name)) || self.has_suffix("yaml")
    }

    /// Returns true for a sequence of JSON texts, one per line: `application/x-ndjson`, `application/jsonl`.
    pub fn is_json_lines(self) -> bool {
        ["x-ndjson", "ndjson", "jsonl", "x-jsonl", "json-lines", "x-jsonlines"]
            .into_iter()
            .any(|name| self.has_subtype(name))
    }

    /// Returns the format of content that is a sequence of items, which a server can send one by one. `None` for all
    /// other content.
    #[cfg(feature = "ssr")]
    pub fn stream_format(self) -> Option<StreamFormat> {
        match self {
            _ if self.has_type("text") && self.has_subtype("event-stream") => Some(StreamFormat::EventStream),
            _ if self.is_json_lines() => Some(StreamFormat::JsonLines),
            _ if self.has_subtype("json-seq") || self.has_suffix("json-seq") => Some(StreamFormat::JsonSequence),
            _ => None,
        }
    }

    /// Returns true for content that a user writes as text, other than JSON and forms.
    #[cfg(feature = "ssr")]
    pub fn is_written_as_text(self) -> bool {
        self.is_text() || self.is_xml() || self.is_yaml() || self.is_json_lines()
    }

    /// Returns true for content that is text, in a charset that its parameters or its first bytes name.
    #[cfg(feature = "ssr")]
    pub fn has_charset(self) -> bool {
        let is_code = ["javascript", "x-javascript", "ecmascript", "graphql", "sql"]
            .into_iter()
            .any(|name| self.has_subtype(name));
        is_code || !self.is_multipart() && !self.is_binary()
    }

    /// Returns true for content that a user cannot write as text. Ranges are included.
    #[cfg(feature = "ssr")]
    pub fn is_binary(self) -> bool {
        let is_media = ["image", "audio", "video", "font"].into_iter().any(|name| self.has_type(name));
        let is_form = self.is_form_urlencoded() || self.is_multipart();
        !self.subtype.is_empty() && (is_media || !self.is_written_as_text() && !self.is_json() && !is_form)
    }

    fn has_type(self, name: &str) -> bool {
        self.main_type.eq_ignore_ascii_case(name)
    }

    fn has_subtype(self, name: &str) -> bool {
        self.subtype.eq_ignore_ascii_case(name)
    }

    /// Returns true for a structured syntax suffix (RFC 6838, §4.2.8).
    fn has_suffix(self, name: &str) -> bool {
        self.subtype.rsplit_once('+').is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::MediaType;

    type Test = fn(MediaType<'static>) -> bool;

    #[test]
    fn a_media_type_is_recognized_by_type_subtype_and_suffix() {
        let tests: [(Test, &[&'static str]); 7] = [
            (MediaType::is_json, &["application/json", "TEXT/JSON", "application/problem+Json ; charset=utf-8"]),
            (MediaType::includes_json, &["application/json", "*/*", "application/*", "application/geo+json"]),
            (MediaType::is_form_urlencoded, &["Application/X-WWW-Form-URLEncoded; charset=utf-8"]),
            (MediaType::is_multipart, &["multipart/form-data; boundary=x", "Multipart/Related"]),
            (MediaType::is_xml, &["application/xml", "text/xml", "application/atom+xml"]),
            (MediaType::is_yaml, &["application/yaml", "text/x-yaml", "application/openapi+yaml"]),
            (MediaType::is_text, &["text/csv", " text/plain;charset=utf-8"]),
        ];
        for (test, media_types) in tests {
            for media_type in media_types {
                assert!(test(MediaType::parse(media_type)), "{media_type}");
            }
        }
        let others = ["", "json", "/", "application", "application/octet-stream", "image/*", "a/b;c=application/json"];
        let sequences =
            ["application/x-ndjson", "application/jsonl", "application/json-seq", "application/geo+json-seq"];
        for media_type in others.into_iter().chain(sequences) {
            assert!(!tests.iter().any(|(test, _)| test(MediaType::parse(media_type))), "{media_type}");
        }
        let spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert!(!MediaType::parse(spreadsheet).is_xml());
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn streams_are_recognized_by_their_media_type() {
        use super::StreamFormat::{EventStream, JsonLines, JsonSequence};
        for (media_type, format) in [
            ("Text/Event-Stream; charset=utf-8", Some(EventStream)),
            ("application/x-ndjson", Some(JsonLines)),
            ("application/ndjson", Some(JsonLines)),
            ("application/jsonl; charset=utf-8", Some(JsonLines)),
            ("application/x-jsonlines", Some(JsonLines)),
            ("application/json-seq", Some(JsonSequence)),
            ("application/geo+json-seq", Some(JsonSequence)),
            ("application/json", None),
            ("application/event-stream", None),
            ("text/plain", None),
            ("", None),
        ] {
            assert_eq!(MediaType::parse(media_type).stream_format(), format, "{media_type}");
        }
    }

    #[test]
    fn media_types_are_compared_without_case_and_parameters() {
        let is_same = |one, other| MediaType::parse(one).is_same(MediaType::parse(other));
        assert!(is_same("application/json;charset=utf-8", "Application/JSON"));
        assert!(!is_same("application/json", "application/geo+json"));
        let includes = |range, other| MediaType::parse(range).includes(MediaType::parse(other));
        assert!(includes("*/*", "text/csv") && includes("text/*", "Text/CSV; charset=utf-8"));
        assert!(
            !includes("image/*", "image/") && !includes("image/*", "text/csv") && !includes("text/csv", "text/csv")
        );
    }
}
