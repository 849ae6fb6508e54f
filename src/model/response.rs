//! What came back from a call.

use super::{problem::Problem, schema::is_default};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a provider answered, or what `example` made up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// Header names and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body as it can be shown.
    pub body: ReplyBody,
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
    pub masked: Option<Masked>,
    /// What was sent, how long each step took: names and texts, line by line. None where nothing was sent from here.
    pub receipt: Vec<(String, String)>,
}

/// Secrets of a reply, in whose place handles stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Masked {
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
    #[serde(rename = "differences", serialize_with = "as_places")]
    pub listed: Vec<Problem>,
    /// How many more differences there are.
    #[serde(rename = "moreDifferences", skip_serializing_if = "is_default")]
    pub more: u32,
}

/// `{"at", "message"}` each: these are no fields of a form.
fn as_places<S: Serializer>(listed: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(listed.iter().map(|problem| BTreeMap::from([("at", &problem.at), ("message", &problem.message)])))
}

/// A reply's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyBody {
    /// No bytes at all.
    Empty,
    /// Valid UTF-8.
    Text(String),
    /// Anything else, in Base64.
    Binary(String),
}

impl Reply {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON, where it is JSON.
    pub fn json(&self) -> Option<Value> {
        match &self.body {
            ReplyBody::Text(text) => super::json::parse(text).ok(),
            ReplyBody::Empty | ReplyBody::Binary(_) => None,
        }
    }
}

/// A reply as the gateway speaks it over HTTP: `POST /tools/{provider}/{operation}`.
#[derive(Clone, Debug, Serialize)]
pub struct Envelope {
    /// One sentence, where the provider refused the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The provider's body: JSON as it is, other text as a string, bytes in Base64.
    pub data: Value,
    /// About the call.
    pub meta: Meta,
}

/// What the gateway tells about a call beside its body.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
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
    pub masked: Option<Masked>,
    /// What was sent, and how long each step took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Value>,
}

impl From<Envelope> for Reply {
    fn from(Envelope { data, meta, .. }: Envelope) -> Self {
        let body = match data {
            Value::String(text) if meta.encoding.as_deref() == Some("base64") => ReplyBody::Binary(text),
            Value::String(text) if meta.encoding.is_some() => ReplyBody::Text(text),
            Value::Null if meta.size == 0 => ReplyBody::Empty,
            json => ReplyBody::Text(json.to_string()),
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
            masked: meta.masked.map(|masked| Masked { may_reveal: false, ..masked }),
            receipt: Vec::new(),
        }
    }
}
