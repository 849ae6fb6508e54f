//! What really happened on the wire: the request as it was sent, how long each step took, how much went each way.

use serde::Serialize;
use std::time::Duration;

/// The receipt of one call. Nothing in it is secret: credentials are named, not shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// What was sent.
    pub request: SentRequest,
    /// How long each step took.
    pub timings: Timings,
    /// Bytes of the reply's body, after decompression.
    pub received_bytes: u64,
    /// The gateway's own id of the call.
    pub request_id: String,
    /// The provider's id of it, where it told one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_request_id: Option<String>,
    /// The rule that let it pass.
    pub rule: String,
}

/// A request as it was sent, with credentials named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentRequest {
    /// HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// All headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Bytes of the body.
    pub bytes: u64,
}

/// How long the steps of a call took, in milliseconds. A connection that was there already needed none of the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// To look the host's name up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_ms: Option<f64>,
    /// To connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// To agree on encryption, and to know who answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// From there, to send the request and to wait for the reply's head.
    pub first_byte_ms: f64,
    /// To receive its body.
    pub body_ms: f64,
}

impl Timings {
    /// How long all steps took together.
    pub fn total(&self) -> Duration {
        let connection_ms = [self.name_ms, self.connect_ms, self.tls_ms].into_iter().flatten().sum::<f64>();
        Duration::from_secs_f64((connection_ms + self.first_byte_ms + self.body_ms).max(0.0) / 1000.0)
    }
}

impl Receipt {
    /// The receipt line by line, for people.
    pub fn to_lines(&self) -> Vec<(String, String)> {
        let Self { request, timings, .. } = self;
        let milliseconds = |duration: f64| format!("{duration:.1} ms");
        let step =
            |name: &str, duration: Option<f64>| duration.map(|duration| (name.to_owned(), milliseconds(duration)));
        let line = |name: &str, text: String| Some((name.to_owned(), text));
        let headers = request.headers.iter().cloned().map(Some);
        let first = [line("Request", [&request.method, " ", &request.url].concat())];
        let reused = timings.connect_ms.is_none().then(|| ("Connection".to_owned(), "was there already".to_owned()));
        let last = [
            request.body.clone().map(|body| ("Body".to_owned(), body)),
            line("Sent", format!("{} bytes", request.bytes)),
            step("Name look-up", timings.name_ms),
            step("Connect", timings.connect_ms),
            step("TLS", timings.tls_ms),
            reused,
            step("First byte", Some(timings.first_byte_ms)),
            step("Body received", Some(timings.body_ms)),
            line("Received", format!("{} bytes", self.received_bytes)),
            line("Request id here", self.request_id.clone()),
            self.provider_request_id.clone().map(|id| ("Request id there".to_owned(), id)),
            line("Let pass by", self.rule.clone()),
        ];
        first.into_iter().chain(headers).chain(last).flatten().collect()
    }
}
