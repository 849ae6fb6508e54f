//! The receipt of a call: the request as sent, the duration of each step, and the sizes.

use crate::text;
use serde::Serialize;
use std::time::Duration;

/// The receipt of one call. It contains no secrets: credentials are named, not shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The request as sent.
    pub request: SentRequest,
    /// Duration of each step.
    pub timings: Timings,
    /// Size of the response body after decompression, in bytes.
    #[serde(rename = "receivedBytes")]
    pub response_body_bytes: u64,
    /// The gateway's id of the call.
    pub request_id: String,
    /// The provider's id of the call, if the response has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_request_id: Option<String>,
    /// The policy rule that allowed the call.
    pub rule: String,
}

/// A request as sent, with the names of credentials in place of their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentRequest {
    /// HTTP method.
    pub method: String,
    /// The full URL.
    pub url: String,
    /// All headers, with lowercase names.
    pub headers: Vec<(String, String)>,
    /// The body, if it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Size of the body, in bytes.
    #[serde(rename = "bytes")]
    pub body_bytes: u64,
}

/// Durations of a call's steps, in milliseconds. A reused connection has none of the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// DNS lookup of the host name.
    #[serde(rename = "nameMs", skip_serializing_if = "Option::is_none")]
    pub dns_ms: Option<f64>,
    /// Opening of the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// TLS handshake, including the verification of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// From then on: sending the request, and waiting for the head of the response.
    pub first_byte_ms: f64,
    /// Receiving the body of the response.
    pub body_ms: f64,
}

impl Timings {
    /// Returns the total duration of all steps.
    pub fn total(&self) -> Duration {
        let connection_ms = [self.dns_ms, self.connect_ms, self.tls_ms].into_iter().flatten().sum::<f64>();
        Duration::from_secs_f64((connection_ms + self.first_byte_ms + self.body_ms).max(0.0) / 1000.0)
    }
}

impl Receipt {
    /// Returns the receipt as lines of a name and a text, for display.
    pub fn to_lines(&self) -> Vec<(String, String)> {
        let Self { request, timings, .. } = self;
        let bytes = |count: u64| text!("receipt-bytes", count = count);
        let milliseconds = |duration: f64| {
            let text = format!("{duration:.1}");
            let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
            text!("receipt-milliseconds", whole = whole, tenth = tenth)
        };
        let step =
            |name: &str, duration: Option<f64>| duration.map(|duration| (name.to_owned(), milliseconds(duration)));
        let line = |name: &str, text: String| Some((name.to_owned(), text));
        let headers = request.headers.iter().cloned().map(Some);
        let first = [line(text!("receipt-request"), [&request.method, " ", &request.url].concat())];
        let reused = timings.connect_ms.is_none().then(|| {
            let (name, text) = (text!("receipt-connection"), text!("receipt-connection-reused"));
            (name.to_owned(), text.to_owned())
        });
        let last = [
            request.body.clone().map(|body| (text!("body-label").to_owned(), body)),
            line(text!("receipt-sent"), bytes(request.body_bytes)),
            step(text!("receipt-dns-lookup"), timings.dns_ms),
            step(text!("receipt-connect"), timings.connect_ms),
            step("TLS", timings.tls_ms),
            reused,
            step(text!("receipt-first-byte"), Some(timings.first_byte_ms)),
            step(text!("receipt-body-received"), Some(timings.body_ms)),
            line(text!("receipt-received"), bytes(self.response_body_bytes)),
            line(text!("receipt-explorer-request-id"), self.request_id.clone()),
            self.provider_request_id.clone().map(|id| (text!("provider-request-id").to_owned(), id)),
            line(text!("receipt-rule"), self.rule.clone()),
        ];
        first.into_iter().chain(headers).chain(last).flatten().collect()
    }
}
