//! A server that records requests byte by byte, and compares two of them.

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Request},
};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// Headers that depend on the client and not on the call.
const CLIENT_HEADERS: [&str; 11] = [
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "priority",
    "sec-fetch-mode",
    "transfer-encoding",
    "user-agent",
    "te",
];

/// A request as received.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    method: String,
    /// Path and query, with their original percent-encoding.
    target: String,
    /// Names and values, sorted, without the headers of the client.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

type Last = Arc<Mutex<Option<Recorded>>>;

pub(super) struct Recorder {
    pub(super) url: String,
    last: Last,
}

impl Recorder {
    pub(super) async fn start() -> Result<Self> {
        let last = Last::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let routes = Router::new().fallback(record).with_state(last.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, last })
    }

    /// Returns the host and port that the recorder listens on.
    pub(super) fn address(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    /// Returns the last request, and removes it.
    pub(super) fn take(&self) -> Option<Recorded> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

async fn record(State(last): State<Last>, request: Request<Body>) -> &'static str {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let recorded = Recorded {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: comparable_headers(&parts.headers),
        body: body.to_vec(),
    };
    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
    "{}"
}

fn comparable_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut headers_to_compare: Vec<(String, String)> = headers
        .iter()
        .filter(|(name, _)| !CLIENT_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers_to_compare.sort();
    headers_to_compare
}

impl Recorded {
    /// Returns the first difference to another request.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let is_multipart = self.header("content-type").starts_with("multipart/");
        // Without documented media types of responses, each client accepts what it likes.
        let accepts_any = self.header("accept") == "*/*";
        let headers = |recorded: &Self| -> Vec<(String, String)> {
            let is_compared = |name: &str| !(is_multipart && name == "content-type" || accepts_any && name == "accept");
            let compared = recorded.headers.iter().filter(|(name, _)| is_compared(name));
            // White space around the parts of a list is optional (RFC 9110, §12.5.1), and clients write it as they like.
            let normalized = |(name, value): &(String, String)| match name.as_str() {
                "accept" => (name.clone(), value.replace(' ', "")),
                _ => (name.clone(), value.clone()),
            };
            compared.map(normalized).collect()
        };
        let differ = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
            Some(format!("{what} should be {expected:?}, is {found:?}"))
        };
        if self.method != other.method {
            return differ("the method", &self.method, &other.method);
        }
        if self.target != other.target {
            return differ("the target", &self.target, &other.target);
        }
        if headers(self) != headers(other) {
            return differ("the headers", &headers(self), &headers(other));
        }
        if is_multipart {
            let (expected, found) = (self.parts(), other.parts());
            return if expected == found { None } else { differ("the parts", &expected, &found) };
        }
        let is_same = match (self.json(), other.json()) {
            // White space and escapes of JSON are not compared; digits and the order of fields are.
            (Some(expected), Some(found)) => expected == found,
            _ => self.body == other.body,
        };
        let text = |recorded: &Self| String::from_utf8_lossy(&recorded.body).into_owned();
        if is_same { None } else { differ("the body", &text(self), &text(other)) }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(existing, _)| existing == name).map_or("", |(_, value)| value)
    }

    /// Returns the body's JSON in a normalized form.
    fn json(&self) -> Option<String> {
        let is_json = self.header("content-type").contains("json");
        let value: Value = serde_json::from_slice(&self.body).ok().filter(|_| is_json)?;
        Some(value.to_string())
    }

    /// Returns the header lines and the bytes of each multipart part.
    fn parts(&self) -> Vec<(Vec<String>, String)> {
        let kind = self.header("content-type");
        let boundary = kind.split("boundary=").nth(1).unwrap_or_default().trim_matches('"');
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let delimiter = format!("--{boundary}");
        let parts = body.split(&delimiter).skip(1).filter(|part| !part.starts_with("--"));
        let read = parts.map(|part| {
            let (head, content) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
            let lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
            let mut lines: Vec<String> = lines
                .map(|line| {
                    let (name, rest) = line.split_once(':').unwrap_or((line, ""));
                    [&name.to_lowercase(), ":", rest].concat()
                })
                .filter(|line| !line.starts_with("content-length:"))
                .collect();
            lines.sort();
            (lines, content.strip_suffix("\r\n").unwrap_or(content).to_owned())
        });
        read.collect()
    }
}
