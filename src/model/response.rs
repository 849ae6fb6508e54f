//! Responses to calls.

use super::{Arguments, media_type::MediaType, problem::Problem, schema::is_default};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// The response of a provider, or one that the environment `example` generated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallResponse {
    /// HTTP status code.
    pub status: u16,
    /// Header names and values, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body, as text or Base64.
    pub body: ResponseBody,
    /// Size of the body after decompression, in bytes.
    pub size: u64,
    /// Charset that the text of the body was received in, if it was not UTF-8.
    pub charset: Option<String>,
    /// Name for saving the body as a file, safe in any folder; `None` if there is no body.
    pub file_name: Option<String>,
    /// Time from the start of the request to the end of the body, in milliseconds.
    pub duration_ms: f64,
    /// The gateway's id of the call, as in its log.
    pub request_id: String,
    /// Environment that the call was sent to. For `example`, the response was generated from the document.
    pub environment: String,
    /// Differences from the documentation; `None` if the two were not compared.
    pub differences: Option<Differences>,
    /// The masked secrets; `None` if nothing was masked.
    pub masked: Option<MaskedSecrets>,
    /// Summary of the stream; `None` if the body is none.
    pub stream: Option<StreamSummary>,
    /// The receipt as lines of a name and a text; empty if this server sent nothing.
    pub receipt: Vec<(String, String)>,
    /// The arguments with which a call of the same operation returns the next page of a list, as far as they differ.
    pub next_page: Option<Arguments>,
    /// The operations that the documented links of the response lead to.
    pub links: Vec<ResponseLink>,
    /// Seconds after which the provider accepts the next call, if it refused this one until then.
    pub retry_after: Option<u32>,
    /// Previews of the body, for the pages of this server.
    pub previews: Vec<Preview>,
    /// Path at which this server has the body as a file, for the pages of the same session.
    pub file_url: Option<String>,
    /// True if `body` has only the start of a large body, and the file all of it.
    pub is_partial: bool,
}

/// An operation that a documented link of a response leads to, with the arguments that the response has for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResponseLink {
    /// Name of the operation.
    pub operation: String,
    /// Title of the operation.
    pub title: String,
    /// The arguments. Secrets are placeholders.
    pub arguments: Arguments,
    /// Path of the operation's page with the form filled in. Secrets and placeholders are left out.
    pub url: String,
}

/// Preview of a body: what the browser does not render itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Name of the view: `Table`.
    pub label: String,
    /// The preview as HTML of this server.
    pub html: String,
}

/// Time for which the server stores masked secrets, so that later calls can use their placeholders, in hours.
pub const SECRETS_LIFETIME_HOURS: u64 = 12;

/// Secrets of a response that are replaced by placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MaskedSecrets {
    /// Number of masked secrets.
    #[serde(rename = "masked")]
    pub count: u32,
    /// True if the server stores them, so that later calls can use their placeholders.
    #[serde(rename = "isKept")]
    pub is_stored: bool,
    /// True if the caller may see them.
    #[serde(rename = "mayReveal")]
    pub can_reveal: bool,
}

/// Differences between a response and its documentation; empty if there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// The differences, with their places in the body. They contain no values of the response.
    #[serde(rename = "differences", serialize_with = "serialize_differences")]
    pub problems: Vec<Problem>,
    /// Number of differences that are not listed.
    #[serde(rename = "moreDifferences", skip_serializing_if = "is_default")]
    pub omitted_count: u32,
}

/// Serializes each difference as `{"at", "message"}`, because its place is not a field of a form.
fn serialize_differences<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(
        problems.iter().map(|problem| BTreeMap::from([("at", &problem.location), ("message", &problem.message)])),
    )
}

/// Summary of a response whose body is a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StreamSummary {
    /// Number of items.
    #[serde(rename = "items")]
    pub item_count: u32,
    /// Reason why the provider's further items were not received; `None` if the provider ended the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<IncompleteReason>,
}

/// Reason why a stream was not received until its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IncompleteReason {
    /// The stream takes longer than the server permits.
    TimeLimit,
    /// The stream is larger than the server permits.
    SizeLimit,
    /// The connection to the provider closed, or the provider violated HTTP.
    Interrupted,
    /// This server stops.
    Stopping,
}

/// The body of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ResponseBody {
    /// A body without any bytes.
    #[default]
    Empty,
    /// Valid UTF-8.
    Text(String),
    /// All other bytes, in Base64.
    Binary(String),
}

impl CallResponse {
    /// Returns the first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let first_match = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        first_match.map(|(_, value)| value.as_str())
    }

    /// Returns true if the caller may see the secrets that placeholders of the response refer to.
    pub fn can_reveal(&self) -> bool {
        self.masked.is_some_and(|masked| masked.is_stored && masked.can_reveal)
    }

    /// Returns the body as JSON; `None` if it is not JSON. A single text or number is JSON only if its type says so: a
    /// text can be a number by chance. Lines of JSON are text, even if there is only one, and so are other streams.
    pub fn parse_json_body(&self) -> Option<Value> {
        let ResponseBody::Text(text) = &self.body else { return None };
        let media_type = MediaType::parse(self.header("content-type").unwrap_or_default());
        let has_json_form = || !media_type.is_json_lines() && text.trim_start().starts_with(['{', '[']);
        let is_json = self.stream.is_none() && (media_type.is_json() || has_json_form());
        is_json.then(|| super::json::parse(text).ok()).flatten()
    }
}

/// The response of the gateway to a call, as JSON: to programs, and to the pages of this server and of others.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct GatewayResponse {
    /// One sentence, if the provider refused the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The provider's body: for programs, JSON as JSON; otherwise text as a string, and bytes in Base64.
    pub data: Value,
    /// Metadata of the call.
    pub meta: CallMetadata,
}

/// Metadata of a call in a gateway's response.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallMetadata {
    /// The gateway's id of the call.
    pub request_id: String,
    /// Time from the start of the request to the end of the body, in milliseconds.
    pub duration_ms: f64,
    /// The provider's HTTP status.
    pub status: u16,
    /// The provider's headers; values of a repeated header are joined by a comma.
    pub headers: serde_json::Map<String, Value>,
    /// Environment that the call was sent to.
    pub environment: String,
    /// Size of the provider's body, in bytes.
    pub size: u64,
    /// `base64` if `data` is bytes, `text` if it is the text of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Charset that the text of the body was received in, if it was not UTF-8: `Shift_JIS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// Name for saving the body as a file, safe in any folder; `None` if there is no body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Differences from the documentation; `None` if the two were not compared.
    #[serde(flatten)]
    pub differences: Option<Differences>,
    /// The masked secrets; `None` if nothing was masked.
    #[serde(flatten)]
    pub masked: Option<MaskedSecrets>,
    /// Summary of the stream; `None` if the body is none.
    #[serde(flatten)]
    pub stream: Option<StreamSummary>,
    /// The receipt as JSON, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Value>,
    /// The receipt as lines of a name and a text, for the pages of this server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipt_lines: Vec<(String, String)>,
    /// The arguments with which a call of the same operation returns the next page of a list, as far as they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page: Option<Arguments>,
    /// The operations that the documented links of the response lead to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ResponseLink>,
    /// Seconds after which the provider accepts the next call, if it refused this one until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Previews of the body, for the pages of this server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previews: Vec<Preview>,
    /// Path at which this server has the body as a file, for the pages of this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_url: Option<String>,
    /// True if `data` has only the start of a large body, and the file all of it.
    #[serde(skip_serializing_if = "is_default")]
    pub is_partial: bool,
}

impl From<GatewayResponse> for CallResponse {
    fn from(GatewayResponse { data, meta, .. }: GatewayResponse) -> Self {
        let body = match data {
            Value::String(text) if meta.encoding.as_deref() == Some("base64") => ResponseBody::Binary(text),
            Value::String(text) if meta.encoding.is_some() => ResponseBody::Text(text),
            Value::Null if meta.size == 0 => ResponseBody::Empty,
            json => ResponseBody::Text(json.to_string()),
        };
        let headers = meta.headers.into_iter().map(|(name, value)| match value {
            Value::String(value) => (name, value),
            other => (name, other.to_string()),
        });
        Self {
            status: meta.status,
            headers: headers.collect(),
            body,
            size: meta.size,
            charset: meta.charset,
            file_name: meta.file_name,
            duration_ms: meta.duration_ms,
            request_id: meta.request_id,
            environment: meta.environment,
            differences: meta.differences,
            masked: meta.masked,
            stream: meta.stream,
            receipt: meta.receipt_lines,
            next_page: meta.next_page,
            links: meta.links,
            retry_after: meta.retry_after,
            previews: meta.previews,
            file_url: meta.file_url,
            is_partial: meta.is_partial,
        }
    }
}
