//! Stytch's document says what Stytch's own says: operations, parameters, fields, types. And whatever a document says
//! of an operation, the browser learns the same.

use crate::{pages::OPERATIONS, support::Setup};
use anyhow::{Context, Result};
use api_explorer::{
    model::{
        operation::Operation,
        schema::{About, Field, Schema},
    },
    providers::{self, Catalog},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// The facts of Stytch's own document, where they are at hand.
fn facts() -> Result<Option<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/stytch-facts.json");
    if !path.exists() {
        println!("{} is not there, so the document cannot be compared.", path.display());
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&fs::read_to_string(path)?)?))
}

async fn document() -> Result<Value> {
    Setup::new().start()?.get("/stytch/openapi.json").send().await?.json()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The facts of one group by operation id, in a form in which both sources can be compared.
fn from_facts(facts: &Value) -> BTreeMap<String, Value> {
    let operations =
        facts["operations"].as_array().into_iter().flatten().filter(|operation| operation["group"] == "User");
    let comparable = operations.map(|operation| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<Value> = parameters
            .map(|parameter| {
                json!([parameter["name"], parameter["in"], parameter["required"] == true, fact_shape(facts, parameter)])
            })
            .collect();
        let body =
            operation.get("body").map(|body| json!([body["media"], body["required"] == true, fact_shape(facts, body)]));
        let fact = json!([operation["method"], operation["path"], parameters, body]);
        (text(operation, "id").to_owned(), fact)
    });
    comparable.collect()
}

fn fact_shape(facts: &Value, of: &Value) -> Value {
    if let Some(item) = of.get("list_of") {
        return json!({"list of": fact_shape(facts, item)});
    }
    if let Some(value) = of.get("map_of") {
        return json!({"map of": fact_shape(facts, value)});
    }
    if let Some(name) = text(of, "type").strip_prefix('@') {
        return fact_shape(facts, &facts["types"][name]);
    }
    if let Some(fields) = of["fields"].as_object() {
        let fields: BTreeMap<&String, Value> = fields
            .iter()
            .map(|(name, field)| (name, json!([field["required"] == true, fact_shape(facts, field)])))
            .collect();
        return json!({"fields": fields});
    }
    single(of, "any")
}

/// The same from an `OpenAPI` document.
fn from_document(document: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten().filter(|(key, _)| *key != "parameters") {
            let parameters =
                [&item["parameters"], &operation["parameters"]].into_iter().filter_map(Value::as_array).flatten();
            let parameters: Vec<Value> = parameters
                .map(|parameter| {
                    let parameter = resolve(document, parameter);
                    let shape = shape(document, &parameter["schema"]);
                    json!([parameter["name"], parameter["in"], parameter["required"] == true, shape])
                })
                .collect();
            let body = operation.get("requestBody").map(|body| {
                let body = resolve(document, body);
                let content = body["content"].as_object().into_iter().flatten().next();
                content.map(|(media, content)| {
                    json!([media, body["required"] == true, shape(document, &content["schema"])])
                })
            });
            let fact = json!([method.to_uppercase(), path, parameters, body]);
            found.insert(text(operation, "operationId").to_owned(), fact);
        }
    }
    found
}

fn resolve<'a>(document: &'a Value, of: &'a Value) -> &'a Value {
    let target = of["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    target.map_or(of, |target| resolve(document, target))
}

fn shape(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    if let Some(all) = schema["allOf"].as_array() {
        return all.first().map_or(Value::Null, |only| shape(document, only));
    }
    match text(schema, "type") {
        "array" => json!({"list of": shape(document, &schema["items"])}),
        "object" if schema.get("properties").is_none() && schema["additionalProperties"] == true => {
            json!({"map of": "any"})
        }
        "object" => {
            let required =
                |name: &String| schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
            let properties = schema["properties"].as_object().into_iter().flatten();
            let fields: BTreeMap<&String, Value> =
                properties.map(|(name, field)| (name, json!([required(name), shape(document, field)]))).collect();
            json!({"fields": fields})
        }
        _ => single(schema, ""),
    }
}

/// A value without parts: its type, its choices, its least value. (Formats and patterns are ours to add.)
fn single(of: &Value, any: &str) -> Value {
    let mut shape = Map::new();
    match text(of, "type") {
        kind if kind == any => return json!("any"),
        kind => drop(shape.insert("type".into(), json!(kind))),
    }
    if let Some(choices) = of["enum"].as_array() {
        let mut choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        choices.sort_unstable();
        shape.insert("choices".into(), json!(choices));
    }
    if let Some(least) = of.get("minimum") {
        shape.insert("least".into(), least.clone());
    }
    Value::Object(shape)
}

#[tokio::test]
async fn the_document_agrees_with_stytchs_own() -> Result<()> {
    let Some(facts) = facts()? else { return Ok(()) };
    let (expected, found) = (from_facts(&facts), from_document(&document().await?));
    assert_eq!(expected.len(), OPERATIONS.len());
    let ids = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&expected));
    for (id, expected) in &expected {
        assert_eq!(found.get(id), Some(expected), "{id}");
    }
    Ok(())
}

#[tokio::test]
async fn the_servers_are_stytchs_own() -> Result<()> {
    let Some(facts) = facts()? else { return Ok(()) };
    let document = document().await?;
    let servers = document["servers"].as_array().into_iter().flatten();
    let mut urls: Vec<&Value> = servers.map(|server| &server["url"]).collect();
    urls.sort_by_key(ToString::to_string);
    assert_eq!(json!(urls), facts["servers"]);
    Ok(())
}

fn catalog() -> Result<Catalog> {
    Catalog::load(vec![providers::stytch(None)])
}

#[test]
fn operations_have_the_names_of_the_seed_page() -> Result<()> {
    let catalog = catalog()?;
    let entry = catalog.get("stytch").context("no Stytch")?;
    let names: Vec<&str> = entry.document.listings.iter().map(|listing| &*listing.name).collect();
    assert_eq!(names, OPERATIONS);
    assert_eq!(entry.document.check(), []);
    Ok(())
}

#[test]
fn every_operation_travels_to_the_browser_and_back_unchanged() -> Result<()> {
    let catalog = catalog()?;
    let document = &catalog.get("stytch").context("no Stytch")?.document;
    for documented in document.listings.iter().filter_map(|listing| document.operation(&listing.name)) {
        let mut expected = documented.operation.clone();
        expected.fields.iter_mut().for_each(forget_texts);
        expected.definitions.iter_mut().for_each(|(_, schema)| forget_texts_inside(schema));
        let travelled = Operation::from(serde_json::to_value(&documented.operation)?);
        assert_eq!(travelled, expected);
    }
    Ok(())
}

fn forget_texts(field: &mut Field) {
    field.about = About::default();
    forget_texts_inside(&mut field.schema);
}

fn forget_texts_inside(schema: &mut Schema) {
    match schema {
        Schema::List(rules) => forget_texts_inside(&mut rules.item),
        Schema::Map(item) => forget_texts_inside(item),
        Schema::Union(variants) => variants.iter_mut().for_each(|variant| forget_texts_inside(&mut variant.schema)),
        Schema::Object(fields) => fields.iter_mut().for_each(forget_texts),
        _ => {}
    }
}
