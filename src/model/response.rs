//! What came back from a call.

use super::{problem::Problem, schema::is_default};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a provider answered, or what `example` made up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct CallResponse {
    /// HTTP status code.
    pub status: u16,
    /// Header names and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body as it can be shown.
    pub body: ResponseBody,
    /// Bytes of the body, after decompression.
    pub size: u64,
    /// From the request's start until the body's end, in milliseconds.
    pub duration_ms: f64,
    /// The gateway's own id of the call, as in its log.
    pub request_id: String,
    /// Where the call went; `example` means that the reply is made up from the document.
    pub environment: String,
    /// How it differs from its documentation; none where the two were not compared.
    #[serde(flatten)]
    pub differences: Option<Differences>,
    /// What was masked of it; none where nothing was.
    #[serde(flatten)]
    pub masked: Option<MaskedSecrets>,
    /// What was sent, how long each step took: names and texts, line by line. None where nothing was sent from here.
    pub receipt: Vec<(String, String)>,
}

/// Secrets of a reply, in whose place handles stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MaskedSecrets {
    /// How many there are.
    #[serde(rename = "masked")]
    pub count: u32,
    /// Whether the server keeps them, so that later calls can be made with their handles.
    pub is_kept: bool,
    /// Whether whoever asked may see them.
    pub may_reveal: bool,
}

/// How a reply differs from its documentation; not at all where it is as documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// What differs, and where in the body. No value of the reply is repeated.
    #[serde(rename = "differences", serialize_with = "serialize_differences")]
    pub problems: Vec<Problem>,
    /// How many more differences there are.
    #[serde(rename = "moreDifferences", skip_serializing_if = "is_default")]
    pub omitted_count: u32,
}

/// `{"at", "message"}` each: these are no fields of a form.
fn serialize_differences<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(
        problems.iter().map(|problem| BTreeMap::from([("at", &problem.location), ("message", &problem.message)])),
    )
}

/// A reply's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseBody {
    /// No bytes at all.
    Empty,
    /// Valid UTF-8.
    Text(String),
    /// Anything else, in Base64.
    Binary(String),
}

impl CallResponse {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON, where it is JSON.
    pub fn parse_json_body(&self) -> Option<Value> {
        match &self.body {
            ResponseBody::Text(text) => super::json::parse(text).ok(),
            ResponseBody::Empty | ResponseBody::Binary(_) => None,
        }
    }
}

/// A reply as the gateway speaks it over HTTP: `POST /tools/{provider}/{operation}`.
#[derive(Clone, Debug, Serialize)]
pub struct ToolResponse {
    /// One sentence, where the provider refused the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The provider's body: JSON as it is, other text as a string, bytes in Base64.
    pub data: Value,
    /// About the call.
    pub meta: CallMetadata,
}

/// What the gateway tells about a call beside its body.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallMetadata {
    /// The gateway's own id of the call.
    pub request_id: String,
    /// From the request's start until the body's end, in milliseconds.
    pub duration_ms: f64,
    /// The provider's HTTP status.
    pub status: u16,
    /// The provider's headers; values of a repeated header are joined by a comma.
    pub headers: serde_json::Map<String, Value>,
    /// Where the call went.
    pub environment: String,
    /// Bytes of the provider's body.
    pub size: u64,
    /// `base64` where `data` is bytes, `text` where it is text that is no JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// How the reply differs from its documentation; only where the two were compared.
    #[serde(flatten)]
    pub differences: Option<Differences>,
    /// What was masked of it.
    #[serde(flatten)]
    pub masked: Option<MaskedSecrets>,
    /// What was sent, and how long each step took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Value>,
}

impl From<ToolResponse> for CallResponse {
    fn from(ToolResponse { data, meta, .. }: ToolResponse) -> Self {
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
            duration_ms: meta.duration_ms,
            request_id: meta.request_id,
            environment: meta.environment,
            differences: meta.differences,
            // What that server keeps, this one cannot show.
            masked: meta.masked.map(|masked| MaskedSecrets { may_reveal: false, ..masked }),
            receipt: Vec::new(),
        }
    }
}
