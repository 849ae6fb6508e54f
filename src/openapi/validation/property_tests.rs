//! A property test: `model::check`, which runs in the browser, never refuses arguments that the validator accepts.
//!
//! The schemas have no feature that the two deliberately read differently: schemas without `type`, whose type the form
//! derives from their keywords; optional bodies, whose required fields the form requires all the same; files; and
//! variants that are named by `discriminator`, which the validator does not read. Objects have no null fields, which
//! make the validator ignore the other fields that are missing.

use super::remove_nulls;
use crate::{
    model::{Arguments, check::check_arguments, schema::FieldLocation},
    openapi::{Document, parse_document},
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::{Map, Number, Value, json};

const NAMES: [&str; 4] = ["a", "b c", "d/e", "x-f"];
const NUMBERS: [&str; 12] =
    ["0", "1", "1.0", "-1", "2.5", "0.1", "1e2", "12345678.99", "9007199254740992", "9007199254740993", "1e400", "-3"];
const STEPS: [&str; 5] = ["1", "2", "0.1", "0.01", "2.5"];
const TEXTS: [&str; 12] = [
    "",
    "a",
    "1",
    "x-1",
    "ab",
    "é",
    "٣",
    "word word",
    "2026-11-23T09:30:00Z",
    "name@example.com",
    "https://example.com",
    "+15005550006",
];
const PATTERNS: [&str; 7] = ["^a", "^\\d+$", "^\\W+$", "[^\\s]", "^x-", "^(?=a)", "^[\\w-]*$"];
const FORMATS: [&str; 8] = ["uuid", "date-time", "date", "time", "uri", "email", "e164", "password"];

fn number(text: &str) -> Value {
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

fn numbers() -> impl Strategy<Value = Value> + Clone {
    select(&NUMBERS[..]).prop_map(number)
}

fn scalars() -> impl Strategy<Value = Value> + Clone {
    prop_oneof![numbers(), select(&TEXTS[..]).prop_map(Value::from), any::<bool>().prop_map(Value::from)]
}

/// Generates a schema of one type with any of its keywords.
fn typed(
    kind: impl Strategy<Value = &'static str> + 'static,
    keywords: Vec<(&'static str, BoxedStrategy<Value>)>,
) -> BoxedStrategy<Value> {
    let keywords: Vec<_> = keywords
        .into_iter()
        .map(|(key, value)| {
            option::weighted(0.25, value).prop_map(move |value| value.map(|value| (key.to_owned(), value)))
        })
        .collect();
    (kind, keywords)
        .prop_map(|(kind, keywords)| {
            let kind = ("type".to_owned(), json!(kind));
            Value::Object(std::iter::once(kind).chain(keywords.into_iter().flatten()).collect())
        })
        .boxed()
}

fn leaf() -> impl Strategy<Value = Value> + Clone {
    let count = || (0_u32..4).prop_map(Value::from).boxed();
    let text = typed(
        Just("string"),
        vec![
            ("minLength", count()),
            ("maxLength", (1_u32..9).prop_map(Value::from).boxed()),
            ("pattern", select(&PATTERNS[..]).prop_map(Value::from).boxed()),
            ("format", select(&FORMATS[..]).prop_map(Value::from).boxed()),
        ],
    );
    let limit = || numbers().boxed();
    let numeric = typed(
        select(vec!["number", "integer"]),
        vec![
            ("minimum", limit()),
            ("maximum", limit()),
            ("exclusiveMinimum", limit()),
            ("exclusiveMaximum", limit()),
            ("multipleOf", select(&STEPS[..]).prop_map(number).boxed()),
        ],
    );
    let choice = vec(scalars(), 1..4).prop_map(|choices| json!({ "enum": choices }));
    let constant = scalars().prop_map(|constant| json!({ "const": constant }));
    let component = select(vec!["A", "B"]).prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let several = subsequence(vec!["string", "integer", "boolean", "array", "object"], 1..3)
        .prop_map(|kinds| json!({ "type": kinds }));
    let boolean = Just(json!({"type": "boolean"}));
    let simple = prop_oneof![boolean, choice, constant, several, Just(json!({}))];
    prop_oneof![3 => text, 3 => numeric, 5 => simple, 2 => component].boxed()
}

fn object(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let properties = btree_map(select(&NAMES[..]), (inner.clone(), prop::bool::weighted(0.2)), 0..4);
    let additional = prop_oneof![Just(json!(false)), Just(json!(true)), inner.clone()];
    let patterns = inner.prop_map(|schema| json!({ "^x-": schema }));
    let required = subsequence(NAMES.to_vec(), 0..3);
    (properties, required, option::weighted(0.4, additional), option::weighted(0.2, patterns))
        .prop_map(|(properties, required, additional, patterns)| {
            let mut schema = json!({"type": "object"});
            for (name, (mut property, is_read_only)) in properties {
                if is_read_only {
                    property["readOnly"] = json!(true);
                }
                schema["properties"][name] = property;
            }
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            schema.as_object_mut().into_iter().for_each(|schema| {
                schema.extend(additional.clone().map(|value| ("additionalProperties".to_owned(), value)));
                schema.extend(patterns.clone().map(|value| ("patternProperties".to_owned(), value)));
            });
            schema
        })
        .boxed()
}

/// Generates a union of objects that a constant distinguishes.
fn tagged(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (object(inner.clone()), object(inner), any::<bool>())
        .prop_map(|(mut one, mut other, is_required)| {
            for (variant, tag) in [(&mut one, "one"), (&mut other, "other")] {
                variant["properties"]["tag"] = json!({ "const": tag });
                if is_required {
                    variant["required"] = json!(["tag"]);
                }
            }
            json!({"oneOf": [one, other]})
        })
        .boxed()
}

fn nullable(schema: &Value) -> Value {
    match schema.get("type") {
        Some(Value::String(kind)) => {
            let mut schema = schema.clone();
            schema["type"] = json!([kind, "null"]);
            schema
        }
        _ => json!({"anyOf": [schema, {"type": "null"}]}),
    }
}

fn schema() -> BoxedStrategy<Value> {
    leaf()
        .prop_recursive(3, 20, 4, |inner| {
            let inner = inner.boxed();
            let list = (
                inner.clone(),
                typed(
                    Just("array"),
                    vec![
                        ("minItems", (0_u32..3).prop_map(Value::from).boxed()),
                        ("maxItems", (1_u32..4).prop_map(Value::from).boxed()),
                        ("uniqueItems", any::<bool>().prop_map(Value::from).boxed()),
                        ("prefixItems", vec(inner.clone(), 1..3).prop_map(Value::from).boxed()),
                    ],
                ),
            )
                .prop_map(|(item, mut list)| {
                    list["items"] = item;
                    list
                });
            let union = (select(vec!["oneOf", "anyOf"]), vec(inner.clone(), 1..4))
                .prop_map(|(keyword, variants)| json!({ keyword: variants }));
            let merged = (object(inner.clone()), inner.clone()).prop_map(|(one, other)| json!({"allOf": [one, other]}));
            prop_oneof![
                3 => object(inner.clone()),
                2 => list,
                1 => union,
                1 => tagged(inner.clone()),
                1 => merged,
                1 => inner.clone().prop_map(|schema| nullable(&schema)),
                1 => inner.prop_map(|mut schema| {
                    schema["nullable"] = json!(true);
                    schema
                }),
            ]
        })
        .boxed()
}

/// Generates a value that mostly matches a schema.
fn value_of(schema: &Value, schemas: &Value) -> BoxedStrategy<Value> {
    let target = schema["$ref"].as_str().and_then(|reference| schemas.get(reference.rsplit('/').next()?));
    if let Some(target) = target {
        return value_of(target, schemas);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts: Vec<_> = parts.iter().map(|part| value_of(part, schemas)).collect();
        let merge = |values: Vec<Value>| {
            let mut merged = Map::new();
            for value in &values {
                match value {
                    Value::Object(fields) => merged.extend(fields.clone()),
                    other => return other.clone(),
                }
            }
            Value::Object(merged)
        };
        return parts.prop_map(merge).boxed();
    }
    if let Some(variants) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let variants: Vec<_> = variants.iter().map(|variant| value_of(variant, schemas)).collect();
        return proptest::strategy::Union::new(variants).boxed();
    }
    let choices =
        schema.get("const").cloned().into_iter().chain(schema["enum"].as_array().into_iter().flatten().cloned());
    let choices: Vec<Value> = choices.collect();
    if !choices.is_empty() {
        return prop_oneof![4 => select(choices), 1 => scalars()].boxed();
    }
    let kinds: Vec<Value> = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let each = kinds.iter().map(|kind| match kind.as_str() {
        Some("string") => select(&TEXTS[..]).prop_map(Value::from).boxed(),
        Some("number" | "integer") => numbers().boxed(),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("null") => Just(Value::Null).boxed(),
        Some("array") => list_of(schema, schemas),
        Some("object") => object_of(schema, schemas),
        _ => scalars().boxed(),
    });
    let matching = proptest::strategy::Union::new(each);
    if schema["nullable"] == true {
        return prop_oneof![4 => matching, 1 => Just(Value::Null)].boxed();
    }
    prop_oneof![20 => matching, 1 => scalars()].boxed()
}

fn list_of(schema: &Value, schemas: &Value) -> BoxedStrategy<Value> {
    let prefix: Vec<_> =
        schema["prefixItems"].as_array().into_iter().flatten().map(|item| value_of(item, schemas)).collect();
    let rest = schema.get("items").map_or_else(|| scalars().boxed(), |items| value_of(items, schemas));
    (prefix, vec(rest, 0..3)).prop_map(|(prefix, rest)| Value::Array([prefix, rest].concat())).boxed()
}

fn object_of(schema: &Value, schemas: &Value) -> BoxedStrategy<Value> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let fields: Vec<_> = properties
        .map(|(name, property)| {
            let name = name.clone();
            option::weighted(0.8, value_of(property, schemas)).prop_map(move |value| Some((name.clone(), value?)))
        })
        .collect();
    let pattern = schema["patternProperties"].get("^x-").map(|item| ("x-f", item));
    let additional = schema.get("additionalProperties").filter(|item| item.is_object()).map(|item| ("b c", item));
    let others: Vec<_> = [pattern, additional]
        .into_iter()
        .flatten()
        .map(|(name, item)| value_of(item, schemas).prop_map(move |value| (name.to_owned(), value)))
        .collect();
    let unknown = option::weighted(0.2, scalars().prop_map(|value| ("a".to_owned(), value)));
    (unknown, others, fields)
        .prop_map(|(unknown, others, fields)| {
            Value::Object(unknown.into_iter().chain(others).chain(fields.into_iter().flatten()).collect())
        })
        .boxed()
}

/// Generates a document with one operation, and a value of its body.
fn call() -> impl Strategy<Value = (String, Value)> {
    let root = prop_oneof![3 => object(schema()), 2 => schema()];
    (select(vec!["3.0.3", "3.1.0"]), root, object(leaf().boxed()), leaf()).prop_flat_map(
        |(version, root, one, other)| {
            // The components do not refer to each other.
            let without_references = |schema: Value| {
                if schema.to_string().contains("$ref") { json!({"type": "string"}) } else { schema }
            };
            let schemas = json!({"A": without_references(one), "B": without_references(other)});
            let document = json!({
                "openapi": version,
                "info": {"title": "Test", "version": "1"},
                "paths": {"/things": {"post": {
                    "operationId": "thing",
                    "requestBody": {"required": true, "content": {"application/json": {"schema": root}}},
                    "responses": {},
                }}},
                "components": {"schemas": schemas},
            });
            let value = value_of(&root, &schemas);
            (Just(document.to_string()), value)
        },
    )
}

/// Returns the arguments that have a value as the body, or `None` if no arguments have.
fn arguments(document: &Document, body: Value) -> Option<Arguments> {
    let documented = document.operation("thing")?;
    let is_whole = documented.operation.fields.iter().any(|field| field.location == FieldLocation::Body);
    match body {
        body if is_whole => Some(Arguments::from_iter([("body".to_owned(), body)])),
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_browser_refuses_no_arguments_that_the_validator_accepts((document, mut body) in call()) {
        remove_nulls(&mut body);
        let document = parse_document(&document).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let documented = document.operation("thing").unwrap_or_default();
        let Some(arguments) = arguments(&document, body) else { return Ok(()) };
        let problems = document.validate_request_body(&documented.operation, &arguments);
        prop_assert!(problems.is_ok(), "{problems:?}");
        if problems.is_ok_and(|problems| problems.is_empty()) {
            prop_assert_eq!(check_arguments(&documented.operation, &arguments), vec![], "{:?}", arguments);
        }
    }
}
