//! The facts about an operation that decide what a call of it does with a credential. A change of one of them makes it
//! another operation than the one that was accepted.

use super::{
    operation_summary::OperationSummary,
    path_item::find_operation,
    reference::{ResolvedObject, Resolver},
    security,
    server::InheritedServers,
};
use crate::model::{
    provider::Environment,
    security::{CredentialLocation, SchemeKind, SchemeRequirement, SecurityRequirements, SecurityScheme},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};
use strum::Display;

/// Maximum length of a fact, in bytes. Longer ones are shortened, and end with their hash. A document can refer to the
/// same long text from each of its operations, and each fact has a copy.
const MAX_FACT_BYTES: usize = 1000;

/// The facts about an operation. Each fact is a list of texts in which the parts that the document names are quoted, so
/// that two different facts never have the same texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationFacts {
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Name, which rules of a policy select.
    pub name: String,
    /// Tags, sorted, which rules of a policy select.
    pub tags: Vec<String>,
    /// Names of the servers, the default first. Credentials and safeguards belong to servers by name.
    pub environments: Vec<String>,
    /// URLs of the servers, in the same order.
    pub servers: Vec<String>,
    /// Alternatives of authentication: for each scheme, its ID, where its credential is sent, and the scopes. The
    /// alternative `none` is a call without a credential.
    pub security: Vec<String>,
    /// Path parameters with their serialization, which decides which paths are reached. Header parameters and cookies,
    /// which can select another account or method.
    pub parameters: Vec<String>,
    /// Name of the path parameter that can span several segments, if there is one.
    pub slashes: Vec<String>,
}

impl OperationFacts {
    /// Returns the method and the path, printable.
    pub fn title(&self) -> String {
        format!("{} {}", self.method, to_printable(&self.path))
    }

    /// Returns the texts of each kind of fact.
    pub fn lists(&self) -> [(FactKind, &[String]); 7] {
        [
            (FactKind::Name, std::slice::from_ref(&self.name)),
            (FactKind::Tags, &self.tags),
            (FactKind::ServerNames, &self.environments),
            (FactKind::Servers, &self.servers),
            (FactKind::Security, &self.security),
            (FactKind::Parameters, &self.parameters),
            (FactKind::SlashParameters, &self.slashes),
        ]
    }
}

/// Kind of a fact about an operation. Its text is shown to users.
#[derive(Clone, Copy, Debug, Display, PartialEq, Eq)]
#[strum(serialize_all = "lowercase")]
pub enum FactKind {
    /// [`OperationFacts::name`].
    Name,
    /// [`OperationFacts::tags`].
    Tags,
    /// [`OperationFacts::environments`].
    #[strum(serialize = "server names")]
    ServerNames,
    /// [`OperationFacts::servers`].
    Servers,
    /// [`OperationFacts::security`].
    Security,
    /// [`OperationFacts::parameters`].
    Parameters,
    /// [`OperationFacts::slashes`].
    #[strum(serialize = "path parameters with slashes")]
    SlashParameters,
}

/// Escapes the characters of a document's text that terminals and pages do not show as they are: control characters, and
/// those that change the direction of text.
pub fn to_printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => printable.push(c),
            _ => printable.extend(c.escape_debug()),
        }
    }
    printable
}

/// Reads the facts about an operation, except for `slashes`, without reading its schemas.
pub(super) fn read_facts(
    resolver: Resolver,
    summary: &OperationSummary,
    servers: InheritedServers,
    schemes: &[SecurityScheme],
) -> OperationFacts {
    let path_item = resolver.resolve(resolver.entry("paths", &summary.path)).unwrap_or_default();
    let operation = find_operation(&path_item, &summary.method).unwrap_or(&Value::Null);
    let (environments, _) = servers.effective(operation, &path_item, "");
    let mut tags: Vec<String> =
        operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    tags.sort();
    let parameters = [path_item.get("parameters"), operation.get("parameters")];
    let texts = |text: fn(&Environment) -> String| environments.iter().map(text).collect();
    OperationFacts {
        method: summary.method.as_str().to_owned(),
        path: summary.path.clone(),
        name: summary.name.clone(),
        tags: shorten(tags),
        environments: shorten(texts(|environment| environment.name.clone())),
        servers: shorten(texts(describe_server)),
        security: shorten(describe_security(
            &security::effective_security(resolver.field("security"), operation),
            schemes,
        )),
        parameters: shorten(describe_parameters(resolver, parameters)),
        slashes: Vec::new(),
    }
}

/// Describes a server by its URL, and by its template if users can set variables.
fn describe_server(environment: &Environment) -> String {
    match &environment.template {
        Some(template) => format!("{} by default, {} with variables", environment.url, template.url),
        None => environment.url.clone(),
    }
}

fn describe_security(security: &SecurityRequirements, schemes: &[SecurityScheme]) -> Vec<String> {
    let describe_alternative = |alternative: &Vec<SchemeRequirement>| {
        let mut texts: Vec<String> =
            alternative.iter().map(|requirement| describe_requirement(requirement, schemes)).collect();
        texts.sort();
        texts.join(" and ")
    };
    let alternatives = security.alternatives.iter().map(describe_alternative);
    alternatives.chain(security.is_optional.then(|| "none".to_owned())).collect()
}

fn describe_requirement(requirement: &SchemeRequirement, schemes: &[SecurityScheme]) -> String {
    let kind = match schemes.iter().find(|scheme| scheme.id == requirement.scheme).map(|scheme| &scheme.kind) {
        Some(SchemeKind::Basic) => "HTTP Basic".to_owned(),
        Some(SchemeKind::Bearer) => "bearer token".to_owned(),
        Some(SchemeKind::AccessToken) => "access token".to_owned(),
        Some(SchemeKind::ApiKey { location, name }) => {
            let location = match location {
                CredentialLocation::Header => "header",
                CredentialLocation::Query => "query parameter",
                CredentialLocation::Cookie => "cookie",
            };
            format!("key in {location} {name:?}")
        }
        Some(SchemeKind::ClientCredentials { token_url }) => format!("client credentials for {token_url:?}"),
        Some(SchemeKind::Unsupported(_)) => "not supported".to_owned(),
        None => "not defined".to_owned(),
    };
    let mut scopes: Vec<String> = requirement.scopes.iter().map(|scope| format!(" {scope:?}")).collect();
    scopes.sort();
    let scopes = if scopes.is_empty() { String::new() } else { format!(", scopes{}", scopes.concat()) };
    format!("{:?}: {kind}{scopes}", requirement.scheme)
}

/// Describes the parameters of a path and of its operation, which replace those of the path.
fn describe_parameters(resolver: Resolver, lists: [Option<&Value>; 2]) -> Vec<String> {
    let mut texts = BTreeMap::new();
    for parameter in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
        let Ok(parameter) = resolver.resolve(parameter) else { continue };
        let (location, name) = (parameter.get_str("in"), parameter.get_str("name"));
        let text = match location {
            "header" | "cookie" => Some(format!("{location} {name:?}")),
            // One with the default serialization is like one that the document does not describe.
            "path" => describe_serialization(&parameter).map(|serialization| format!("path {name:?}{serialization}")),
            _ => continue,
        };
        // Without a text, a parameter of the operation still replaces one of the path.
        texts.insert((location, name), text);
    }
    texts.into_values().flatten().collect()
}

/// Describes how the value of a path parameter is written, or returns `None` for the default.
fn describe_serialization(parameter: &ResolvedObject) -> Option<String> {
    let Value::Object(keys) = parameter.to_merged_value() else { return None };
    let mut text = String::new();
    for (key, value) in keys.into_iter().collect::<BTreeMap<_, _>>() {
        let is_default = value == Value::Bool(false) || (key == "style" && value == "simple");
        let decides = matches!(key.as_str(), "style" | "explode" | "allowReserved");
        if key == "content" {
            text += " content";
        } else if decides && !is_default {
            let _ = write!(text, " {key:?}={value}");
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Replaces a long list by the beginning of its first text and the hash of all.
fn shorten(texts: Vec<String>) -> Vec<String> {
    if texts.iter().map(String::len).sum::<usize>() <= MAX_FACT_BYTES {
        return texts;
    }
    let beginning: String = texts.iter().flat_map(|text| text.chars()).take(MAX_FACT_BYTES / 8).collect();
    let hash = hex::encode(Sha256::digest(format!("{texts:?}")));
    vec![format!("{beginning}… ({} texts, SHA-256 {hash})", texts.len())]
}

#[cfg(test)]
mod tests {
    use super::super::parse_document;

    #[test]
    fn facts_are_those_that_decide_where_a_call_goes_and_with_which_credential() -> anyhow::Result<()> {
        let document = parse_document(
            r##"
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [ { url: "https://a.example", x-name: main } ]
security: [ { key: [], machine: [write, read] }, {} ]
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    machine: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://a.example/token", scopes: {} } } }
  parameters:
    account: { in: header, name: X-Account, schema: { type: string } }
paths:
  /orders/{id}:
    parameters: [ { in: path, name: id, required: true }, { $ref: "#/components/parameters/account" } ]
    get:
      tags: [b, a]
      parameters: [ { in: path, name: id, required: true, style: label, description: x }, { in: query, name: page } ]
    put: { operationId: putOrder, servers: [ { url: "https://b.example" } ], security: [ { none: [] } ] }
"##,
        )?;
        let facts = document.operation_facts();
        let get = facts.iter().find(|facts| facts.method == "GET").unwrap_or(&facts[0]);
        assert_eq!((get.path.as_str(), get.tags.join(",").as_str()), ("/orders/{id}", "a,b"));
        assert_eq!((get.environments.join(","), get.servers.join(",")), ("main".into(), "https://a.example".into()));
        let security = "\"key\": key in header \"X-Key\" and \"machine\": client credentials for \"https://a.example/token\", \
                        scopes \"read\" \"write\"";
        assert_eq!(get.security, [security, "none"]);
        assert_eq!(get.parameters, ["header \"X-Account\"", "path \"id\" \"style\"=\"label\""]);
        let put = facts.iter().find(|facts| facts.method == "PUT").unwrap_or(&facts[0]);
        assert_eq!((put.name.as_str(), put.servers.join(",")), ("putOrder", "https://b.example".into()));
        assert_eq!(put.security, ["\"none\": not defined"]);
        Ok(())
    }

    #[test]
    fn long_facts_are_shortened_and_still_differ() {
        let long = |end: &str| vec!["a".repeat(100_000) + end];
        let (a, b) = (super::shorten(long("a")), super::shorten(long("b")));
        assert!(a != b && a[0].len() < 300, "{a:?}");
    }
}
