//! The state of an operation's form, as the server reads it after every change.

use super::snippet::{RenderedSnippet, read_text};
use crate::model::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The problems of a form, its arguments, and everything on the page that depends on them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "serde_json::Value")]
pub struct FormState {
    /// The problems that prevent the call from being sent, in document order. Locations are names of controls.
    pub problems: Vec<Problem>,
    /// True if some input could not be parsed, and is missing from the arguments.
    pub has_parse_errors: bool,
    /// The arguments as JSON, formatted for editing.
    pub arguments: String,
    /// The call as source code.
    pub snippet: RenderedSnippet,
    /// The credential that applies.
    pub credential: CredentialState,
    /// The URL that the call is sent to, with the parameters of its path.
    pub url: String,
    /// A link to the page with these arguments, without secrets.
    pub link: String,
    /// The hint beside the Send button.
    pub hint: String,
    /// True if the chosen environment holds real data.
    pub is_live: bool,
    /// The bar above the page while live data is unlocked, as HTML; empty if it is locked.
    pub live_bar: String,
}

/// The credential that applies to the caller, without any part of the credential itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialState {
    /// Description of the credential.
    pub description: String,
    /// True if the caller saved it, and can clear it.
    pub is_own: bool,
    /// Text by which a call names the credential that it means: its fingerprint, or `none`.
    pub reference: String,
    /// Name of the environment that calls with this credential are sent to, unless the user chooses another.
    pub default_environment: String,
}

impl From<Value> for FormState {
    fn from(mut value: Value) -> Self {
        let snippet = value.get_mut("snippet").map(Value::take).unwrap_or_default();
        let credential = value.get("credential").unwrap_or(&Value::Null);
        let problems = value.get("problems").and_then(Value::as_array);
        Self {
            problems: problems.into_iter().flatten().map(|problem| problem.clone().into()).collect(),
            has_parse_errors: read_bool(&value, "hasParseErrors"),
            arguments: read_text(&value, "arguments"),
            snippet: snippet.into(),
            credential: CredentialState {
                description: read_text(credential, "description"),
                is_own: read_bool(credential, "isOwn"),
                reference: read_text(credential, "reference"),
                default_environment: read_text(credential, "defaultEnvironment"),
            },
            url: read_text(&value, "url"),
            link: read_text(&value, "link"),
            hint: read_text(&value, "hint"),
            is_live: read_bool(&value, "isLive"),
            live_bar: read_text(&value, "liveBar"),
        }
    }
}

fn read_bool(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}
