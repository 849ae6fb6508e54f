//! Tests that our Stytch document matches Stytch's own: no operation, parameter, field, required flag or enum value is
//! missing or invented.

use crate::support::TestEnv;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::Path,
};

/// Number of operations in Stytch's API.
pub(crate) const OPERATION_COUNT: usize = 184;

/// The one error in Stytch's own document: it gives the consumer operation the id, body and response of the B2B one
/// (which requires a token named `magic_links_token`, and returns a member). Stytch's SDKs and reference have a
/// separate type for it, and so has our document. The consumer operation keeps the id, and the B2B operation gets
/// another.
const MISDESCRIBED: &str = "POST /v1/magic_links/authenticate";
/// The B2B operation with the duplicate id, and its new id.
const RENAMED: (&str, &str) = ("POST /v1/b2b/magic_links/authenticate", "api_b2b_magic_v1_Authenticate");

/// Returns the facts of Stytch's own document, if they are available.
fn facts() -> Result<Option<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/stytch-facts.json");
    if !path.exists() {
        println!("{} is not there, so the document cannot be compared.", path.display());
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&fs::read_to_string(path)?)?))
}

async fn document() -> Result<Value> {
    TestEnv::new().start_app().await?.get("/stytch/openapi.json").send().await?.json()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Returns the facts of all operations, by method and path.
fn facts_by_place(facts: &Value) -> BTreeMap<String, &Value> {
    let operations = facts["operations"].as_array().into_iter().flatten();
    operations
        .map(|operation| ([text(operation, "method"), " ", text(operation, "path")].concat(), operation))
        .collect()
}

/// Returns the document's operations, by method and path.
fn documented_by_place(document: &Value) -> BTreeMap<String, &Value> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| ([&method.to_uppercase(), " ", path].concat(), operation))
    });
    operations.collect()
}

/// Compares both sides, and collects each difference with its path.
struct Comparison<'a> {
    facts: &'a Value,
    document: &'a Value,
    differences: Vec<String>,
    /// Types already compared, by their names on both sides.
    compared: HashSet<(String, String)>,
}

impl Comparison<'_> {
    fn expect(&mut self, place: &str, what: &str, found: &Value, expected: &Value) {
        if found != expected {
            self.differences.push(format!("{place}: {what} is {found}, but should be {expected}"));
        }
    }

    fn operation(&mut self, place: &str, fact: &Value, documented: &Value) {
        let id = if place == RENAMED.0 { json!(RENAMED.1) } else { fact["id"].clone() };
        self.expect(place, "operationId", &documented["operationId"], &id);
        self.servers(place, fact, documented);
        if place == MISDESCRIBED {
            return;
        }
        self.parameters(place, fact, documented);
        let body = self.resolved(&documented["requestBody"]);
        let content = body["content"].as_object().into_iter().flatten().next();
        let media = content.map_or(Value::Null, |(media, _)| json!(media));
        let expected = fact.get("body").map_or(Value::Null, |body| body["media"].clone());
        self.expect(place, "the media type of the body", &media, &expected);
        if let (Some(expected), Some((_, content))) = (fact.get("body"), content) {
            self.expect(place, "whether it needs a body", &json!(body["required"] == true), &expected["required"]);
            self.value(&format!("{place} body"), expected, &content["schema"]);
        }
        for status in fact["responses"].as_object().into_iter().flatten().map(|(status, _)| status) {
            self.expect(place, status, &json!(documented["responses"].get(status).is_some()), &json!(true));
        }
        let response = self.resolved(&documented["responses"]["200"]);
        let schema = &response["content"]["application/json"]["schema"];
        self.value(&format!("{place} response"), &fact["responses"]["200"], schema);
    }

    fn servers(&mut self, place: &str, fact: &Value, documented: &Value) {
        let urls = |servers: &Value| -> BTreeSet<String> {
            servers.as_array().into_iter().flatten().map(|server| text(server, "url").to_owned()).collect()
        };
        let expected: BTreeSet<String> =
            fact["servers"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        self.expect(place, "its servers", &json!(urls(&documented["servers"])), &json!(expected));
    }

    fn parameters(&mut self, place: &str, fact: &Value, documented: &Value) {
        let key = |parameter: &Value| [text(parameter, "in"), " ", text(parameter, "name")].concat();
        let expected = fact["parameters"].as_array().into_iter().flatten();
        let expected: BTreeMap<String, &Value> = expected.map(|parameter| (key(parameter), parameter)).collect();
        let found = documented["parameters"].as_array().into_iter().flatten();
        let found: BTreeMap<String, Value> =
            found.map(|parameter| self.resolved(parameter)).map(|parameter| (key(&parameter), parameter)).collect();
        self.names(place, "parameters", expected.keys(), found.keys());
        for (name, parameter) in &found {
            let Some(expected) = expected.get(name) else { continue };
            let place = format!("{place} {name}");
            let required = json!(expected["required"] == true);
            self.expect(&place, "whether it is required", &json!(parameter["required"] == true), &required);
            self.value(&place, expected, &parameter["schema"]);
        }
    }

    fn value(&mut self, place: &str, fact: &Value, schema: &Value) {
        if let Some(name) = text(fact, "type").strip_prefix('@') {
            if self.compared.insert((name.to_owned(), text(schema, "$ref").to_owned())) || schema.get("$ref").is_none()
            {
                let facts = self.facts;
                self.value(&format!("{place} ({name})"), &facts["types"][name], schema);
            }
            return;
        }
        let schema = self.resolved(schema);
        if let Some(item) = fact.get("list_of") {
            self.expect(place, "its type", &schema["type"], &json!("array"));
            self.value(&format!("{place}[]"), item, &schema["items"]);
        } else if let Some(value) = fact.get("map_of") {
            self.expect(place, "its type", &schema["type"], &json!("object"));
            self.expect(place, "its fields", &schema["properties"], &Value::Null);
            if text(value, "type") == "any" {
                self.expect(place, "what it takes", &schema["additionalProperties"], &json!(true));
            } else {
                self.value(&format!("{place}{{}}"), value, &schema["additionalProperties"]);
            }
        } else if let Some(fields) = fact["fields"].as_object() {
            self.expect(place, "its type", &schema["type"], &json!("object"));
            self.fields(place, fields, &schema);
        } else {
            self.scalar(place, fact, &schema);
        }
    }

    fn fields(&mut self, place: &str, fields: &Map<String, Value>, schema: &Value) {
        let properties = schema["properties"].as_object().cloned().unwrap_or_default();
        self.names(place, "fields", fields.keys(), properties.keys());
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let required: BTreeSet<&str> = required.collect();
        let expected = fields.iter().filter(|(_, field)| field["required"] == true).map(|(name, _)| name.as_str());
        self.expect(place, "what it requires", &json!(required), &json!(expected.collect::<BTreeSet<_>>()));
        for (name, property) in &properties {
            if let Some(field) = fields.get(name) {
                self.value(&format!("{place}.{name}"), field, property);
            }
        }
    }

    /// Compares a scalar value: its type, enum values and minimum. (Formats, patterns and narrower limits are our
    /// additions.)
    fn scalar(&mut self, place: &str, fact: &Value, schema: &Value) {
        let kind = if text(fact, "type") == "any" { Value::Null } else { fact["type"].clone() };
        self.expect(place, "its type", &schema["type"], &kind);
        let choices = |of: &Value| -> BTreeSet<String> {
            of["enum"].as_array().into_iter().flatten().map(ToString::to_string).collect()
        };
        self.expect(place, "its choices", &json!(choices(schema)), &json!(choices(fact)));
        if let Some(minimum) = fact["minimum"].as_i64() {
            let has_it = schema["minimum"].as_i64().is_some_and(|found| found >= minimum);
            self.expect(place, "whether it has a least value", &json!(has_it), &json!(true));
        }
    }

    fn names<'n>(
        &mut self,
        place: &str,
        what: &str,
        expected: impl Iterator<Item = &'n String>,
        found: impl Iterator<Item = &'n String>,
    ) {
        let (expected, found): (BTreeSet<_>, BTreeSet<_>) = (expected.collect(), found.collect());
        for missing in expected.difference(&found) {
            self.differences.push(format!("{place}: of its {what}, {missing} is missing"));
        }
        for invented in found.difference(&expected) {
            self.differences.push(format!("{place}: of its {what}, {invented} is not in Stytch's document"));
        }
    }

    /// Resolves references, and merges the keywords beside them.
    fn resolved(&self, of: &Value) -> Value {
        let target = of["$ref"].as_str().and_then(|reference| self.document.pointer(reference.trim_start_matches('#')));
        let Some(target) = target else { return of.clone() };
        let mut whole = self.resolved(target);
        if let (Some(whole), Some(siblings)) = (whole.as_object_mut(), of.as_object()) {
            whole.extend(
                siblings.iter().filter(|(key, _)| *key != "$ref").map(|(key, value)| (key.clone(), value.clone())),
            );
        }
        whole
    }
}

#[tokio::test]
async fn the_document_matches_stytchs_official_document() -> Result<()> {
    let Some(facts) = facts()? else { return Ok(()) };
    let document = document().await?;
    let (expected, found) = (facts_by_place(&facts), documented_by_place(&document));
    assert_eq!(expected.len(), OPERATION_COUNT);
    let mut comparison =
        Comparison { facts: &facts, document: &document, differences: Vec::new(), compared: HashSet::new() };
    comparison.names("the document", "operations", expected.keys(), found.keys());
    for (place, fact) in &expected {
        if let Some(documented) = found.get(place) {
            comparison.operation(place, fact, documented);
        }
    }
    assert_eq!(comparison.differences, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn the_servers_match_stytchs_official_document() -> Result<()> {
    let Some(facts) = facts()? else { return Ok(()) };
    let document = document().await?;
    let servers = document["servers"].as_array().into_iter().flatten();
    let mut urls: Vec<&Value> = servers.map(|server| &server["url"]).collect();
    urls.sort_by_key(ToString::to_string);
    assert_eq!(json!(urls), facts["servers"]);
    Ok(())
}

/// The operation that Stytch's own document describes incorrectly matches Stytch's SDK for Node.js.
#[tokio::test]
async fn the_consumer_magic_link_operation_matches_stytchs_sdk() -> Result<()> {
    let document = document().await?;
    let operation = &document["paths"]["/v1/magic_links/authenticate"]["post"];
    let comparison =
        Comparison { facts: &Value::Null, document: &document, differences: Vec::new(), compared: HashSet::new() };
    let fields = |content: &Value| {
        let schema = comparison.resolved(&content["content"]["application/json"]["schema"]);
        let mut names: Vec<String> =
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        (names.join(" "), schema["required"].clone())
    };
    let (body, required) = fields(&operation["requestBody"]);
    assert_eq!(
        body,
        "attributes code_verifier options session_custom_claims session_duration_minutes session_jwt session_token telemetry_id \
         token"
    );
    assert_eq!(required, json!(["token"]));
    let (response, _) = fields(&operation["responses"]["200"]);
    let expected =
        "method_id request_id reset_sessions session session_jwt session_token status_code user user_device user_id";
    assert_eq!(response, expected);
    Ok(())
}
