//! The requests and method calls of programs, compared with the expected ones.

use super::{
    VARIABLES,
    cases::{Case, replace_placeholders},
};
use crate::stytch_document::stytch;
use anyhow::{Context, Result};
use api_explorer::model::{
    request::{OperationRequest, RequestBody},
    schema::FieldLocation,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use url::Url;

/// A request, without the irrelevant additions of individual SDKs.
#[derive(Debug, PartialEq)]
pub(super) struct Sent {
    method: String,
    origin: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl Sent {
    /// Returns the difference between the request that was sent and the explorer's.
    pub(super) fn difference(case: &Case, output: &Value) -> Result<Option<String>> {
        let (expected, sent) = (Self::of_explorer(case)?, Self::of_sdk(case, output)?);
        Ok((expected != sent).then(|| format!("{expected:?} is not {sent:?}")))
    }

    fn of_explorer(case: &Case) -> Result<Self> {
        let arguments = match replace_placeholders(&Value::Object(case.arguments.clone())) {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let request = OperationRequest::new(&case.documented.operation, &arguments);
        let server = &case.documented.environments.first().context("no server")?.url;
        let body = match &request.body {
            Some(RequestBody::Text(text)) => serde_json::from_str(text)?,
            _ => json!({}),
        };
        let [(_, username), (_, password), ..] = VARIABLES;
        let credential = BASE64_STANDARD.encode([username, ":", password].concat());
        // SDKs accept what they can read.
        let headers = request.headers.into_iter().filter(|(name, _)| name != "content-type" && name != "accept");
        let headers = headers.chain([("authorization".to_owned(), ["Basic ", &credential].concat())]);
        let url = Url::parse(&[server.as_str(), &request.target].concat())?;
        Ok(Self {
            headers: headers.map(|(name, value)| (name.to_lowercase(), value)).collect(),
            ..Self::new(request.method.as_str(), &url, body)
        })
    }

    /// Removes differences of the Python SDK, which repeats path parameters in the query or body, and writes `true` as
    /// `True` in a query.
    fn of_sdk(case: &Case, output: &Value) -> Result<Self> {
        let text = |name: &str| output[name].as_str().with_context(|| name.to_owned());
        let is_in_path = |name: &str| {
            case.documented.operation.field(name).is_some_and(|field| field.location == FieldLocation::Path)
        };
        let mut body = output["body"].as_str().map_or_else(|| Ok(json!({})), serde_json::from_str)?;
        if let Value::Object(fields) = &mut body {
            fields.retain(|name, _| !is_in_path(name));
        }
        let mut sent = Self::new(text("method")?, &Url::parse(text("url")?)?, body);
        sent.query.retain(|(name, _)| !is_in_path(name));
        for (_, value) in &mut sent.query {
            if value == "True" || value == "False" {
                *value = value.to_lowercase();
            }
        }
        let headers = output["headers"].as_object().context("no headers")?;
        let is_ours = |name: &str| name == "authorization" || name.starts_with("x-stytch-");
        let ours = headers.iter().filter(|(name, _)| is_ours(name));
        sent.headers = ours.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().into())).collect();
        Ok(sent)
    }

    fn new(method: &str, url: &Url, body: Value) -> Self {
        let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        query.sort();
        Self {
            method: method.to_owned(),
            origin: url.origin().ascii_serialization(),
            path: url.path().to_owned(),
            query,
            headers: BTreeMap::new(),
            body,
        }
    }
}

/// A call of an SDK's method.
#[derive(Debug, PartialEq)]
pub(super) struct Called {
    client: String,
    /// Path of the method, normalized across languages: PHP ignores case and uses no underscores.
    method: String,
    arguments: Value,
    /// The class of the options, if there is one, and the session.
    options: Option<(String, Value)>,
}

impl Called {
    pub(super) fn of_ruby(output: &Value) -> Self {
        let mut arguments = output["arguments"].clone();
        let options = arguments.as_object_mut().and_then(|fields| fields.remove("method_options"));
        let client = if output["client"] == "Stytch::Client" { "consumer" } else { "b2b" };
        let options = options.map(|mut options| {
            let mut authorization = options["authorization"].take();
            let class = authorization.as_object_mut().and_then(|fields| fields.remove("class"));
            assert_eq!(class, Some(json!("Stytch::MethodOptions::Authorization")));
            let class = options["class"].as_str().unwrap_or_default();
            (normalize(class.strip_suffix("RequestOptions").unwrap_or_default()), authorization)
        });
        Self {
            client: client.into(),
            method: normalize(output["method"].as_str().unwrap_or_default()),
            arguments,
            options,
        }
    }

    pub(super) fn of_php(output: &Value) -> Self {
        let client = if output["client"] == r"Stytch\Consumer\Client" { "consumer" } else { "b2b" };
        let authorization = &output["options"]["authorization"];
        let options = authorization.is_object().then(|| {
            let (token, jwt) = (&authorization["sessionToken"], &authorization["sessionJwt"]);
            (String::new(), json!({"session_token": token, "session_jwt": jwt}))
        });
        let method = normalize(output["method"].as_str().unwrap_or_default());
        Self { client: client.into(), method, arguments: output["arguments"].clone(), options }
    }

    /// Returns the difference between the call and the expected one.
    pub(super) fn difference(&self, case: &Case) -> Result<Option<String>> {
        let facts = &stytch()?.document.to_value()["x-sdks"];
        let clients = facts["methods"].as_object().context("no methods")?;
        let found = clients.iter().find_map(|(client, methods)| Some((client, methods[&case.id].as_str()?)));
        let (client, method) = found.with_context(|| case.id.clone())?;
        let mut arguments = replace_placeholders(&Value::Object(case.arguments.clone()));
        let mut session = Map::new();
        if let Value::Object(arguments) = &mut arguments {
            let is_option = |name: &String| facts["options"][name].is_string();
            for name in arguments.keys().filter(|name| is_option(name)).cloned().collect::<Vec<_>>() {
                let key =
                    facts["options"][&name].as_str().and_then(|method| method.split_once('.')).context("no group")?.1;
                session.insert(key.to_owned(), arguments.shift_remove(&name).unwrap_or_default());
            }
        }
        let class = self.options.as_ref().map_or("", |(class, _)| class);
        let class = if class.is_empty() { String::new() } else { ["stytchb2b", &normalize(method)].concat() };
        let options = (!session.is_empty()).then_some((class, Value::Object(session)));
        let expected = Self { client: client.clone(), method: normalize(method), arguments, options };
        Ok((*self != expected).then(|| format!("{expected:?} is not {self:?}")))
    }
}

fn normalize(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_lowercase()
}

/// Returns the paths of services, in contrast to methods: `organizations`, `organizations.members`.
pub(super) fn services() -> Result<Vec<String>> {
    let document = stytch()?.document.to_value();
    let table = document["x-sdks"]["methods"].as_object().context("no table")?;
    let methods = table.values().filter_map(Value::as_object).flat_map(Map::values).filter_map(Value::as_str);
    let mut services = Vec::new();
    for method in methods {
        for (at, _) in method.match_indices('.') {
            services.push(method[..at].to_owned());
        }
    }
    services.sort();
    services.dedup();
    Ok(services)
}
