//! Streams as HTTP responses: frames as server-sent events or as lines of JSON, and the headers that streams need.

use crate::{
    gateway::Frame,
    model::media_type::{MediaType, StreamFormat},
};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt};
use serde_json::{Map, Value};
use std::convert::Infallible;

/// Format of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameFormat {
    /// Events, whose type is the kind of the frame.
    EventStream,
    /// Lines of JSON, each an object with the kind of the frame as its only key.
    JsonLines,
}

impl FrameFormat {
    /// Returns the format that a request accepts, if it accepts streams. Ranges such as `*/*` do not count.
    pub(crate) fn requested(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).find_map(|media_type| {
            match MediaType::parse(media_type).stream_format()? {
                StreamFormat::EventStream => Some(Self::EventStream),
                StreamFormat::JsonLines => Some(Self::JsonLines),
                StreamFormat::JsonSequence => None,
            }
        })
    }

    /// Returns a response that sends the frames as they come.
    pub(crate) fn respond(self, status: StatusCode, frames: impl Stream<Item = Frame> + Send + 'static) -> Response {
        let content_type = match self {
            Self::EventStream => "text/event-stream",
            Self::JsonLines => "application/x-ndjson",
        };
        let lines = frames.map(move |frame| Ok::<_, Infallible>(self.format(frame)));
        let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")];
        with_stream_headers((status, headers, Body::from_stream(lines)).into_response())
    }

    fn format(self, Frame { kind, content }: Frame) -> String {
        match self {
            Self::EventStream => format!("event: {kind}\ndata: {content}\n\n"),
            Self::JsonLines => format!("{}\n", Value::Object(Map::from_iter([(kind.to_owned(), content)]))),
        }
    }
}

/// Adds the header that makes reverse proxies forward each item as it arrives.
pub(crate) fn with_stream_headers(mut response: Response) -> Response {
    let no_buffering = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().extend([no_buffering]);
    response
}

#[cfg(test)]
mod tests {
    use super::FrameFormat;
    use axum::http::{HeaderMap, HeaderValue, header::ACCEPT};

    #[test]
    fn only_an_explicit_accept_header_requests_frames() {
        for (accept, expected) in [
            ("text/event-stream", Some(FrameFormat::EventStream)),
            ("application/json, application/x-ndjson;q=0.5", Some(FrameFormat::JsonLines)),
            ("application/json, */*", None),
            ("text/*", None),
            ("application/json-seq", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(FrameFormat::requested(&headers), expected, "{accept}");
        }
    }
}
