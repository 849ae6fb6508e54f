//! Tests that validation limits documents and responses that require unbounded work or stack space.

use super::{
    DocumentedValues, RECENT_VALIDATORS, SchemaKey, SchemaValidator, ValidationFailure,
    tests::{document, response_problems},
};
use crate::openapi::keywords::Direction;
use anyhow::{Context, Result};
use jsonschema::{Keyword, ValidationError};
use serde_json::{Value, json};
use std::{collections::HashSet, panic::resume_unwind, sync::Arc};

/// Without limits, most of these cases would take longer than anyone waits.
#[test]
fn validating_hostile_documents_and_responses_ends() -> Result<()> {
    let level = |number: usize| format!("#/components/schemas/L{number}");
    // Each level refers to the next one several times.
    let bomb = |one: &dyn Fn(String) -> Value| -> Value {
        let mut levels: serde_json::Map<String, Value> =
            (0..40).map(|number| (format!("L{number}"), one(level(number + 1)))).collect();
        levels.insert("L40".into(), json!({"type": "string"}));
        Value::Object(levels)
    };
    let chain: serde_json::Map<String, Value> =
        (0..2_500).map(|number| (format!("L{number}"), json!({"$ref": level(number + 1), "minLength": 1}))).collect();
    let nested = (0..55).fold(json!({"type": "string"}), |inside, _| json!({"allOf": [inside]}));
    let below =
        |number: usize| (0..11).fold(json!({"$ref": level(number)}), |inside, _| json!({"properties": {"a": inside}}));
    let stairs: serde_json::Map<String, Value> =
        (0..200).map(|number| (format!("L{number}"), below(number + 1))).collect();
    let wide: serde_json::Map<String, Value> = (0..4_000)
        .map(|number| (format!("L{number}"), json!({"properties": {"a": {"$ref": level(number + 1)}}})))
        .collect();
    let twice =
        json!({"L0": {"properties": {"a": {"allOf": [{"$ref": level(0)}, {"$ref": level(0)}]}}, "minProperties": 9}});
    let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    for (schemas, body, is_compared) in [
        (bomb(&|next| json!({"allOf": [{"$ref": next}, {"$ref": next}]})), "1", false),
        (bomb(&|next| json!({"anyOf": [{"$ref": next}, {"$ref": next}, {"$ref": next}]})), "1", false),
        (bomb(&|next| json!({"allOf": vec![json!({"$ref": next}); 60]})), "1", false),
        (bomb(&|next| json!({"properties": {"a": {"$ref": next}, "b": {"$ref": next}}})), "{\"a\":{\"b\":1}}", true),
        (Value::Object(chain), "1", false),
        (json!({"L0": nested}), "1", true),
        (Value::Object(wide), "{\"a\":{}}", false),
        (Value::Object(stairs), &deep, true),
        (
            json!({"L0": {"allOf": [{"$ref": level(1)}]}, "L1": {"anyOf": [{"$ref": level(0)}, {"type": "string"}]}}),
            "1",
            true,
        ),
        (json!({"L0": {"$ref": level(0)}}), "1", true),
        (json!({"L0": {"pattern": "^(a+)+$"}}), &json!("a".repeat(50_000) + "b").to_string(), true),
        (json!({"L0": {"pattern": "(a{1,900}){1,900}"}}), "\"a\"", true),
        (json!({"L0": {"type": "integer", "multipleOf": 0.3}}), "1e999999999", true),
        (json!({"L0": {"type": "integer", "minimum": 3, "enum": [1]}}), "-1e-999999999", true),
        (
            json!({"L0": {"type": "array", "items": {"required": (0..900).map(|n| n.to_string()).collect::<Vec<_>>()}}}),
            &json!(vec![json!({}); 100_000]).to_string(),
            false,
        ),
        (
            json!({"L0": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}}),
            &json!((0..100_000).collect::<Vec<_>>()).to_string(),
            true,
        ),
        (twice, &deep, false),
    ] {
        let document = document("3.1.0", &json!({}), &json!({"$ref": level(0)}), &schemas)?;
        let name = schemas.to_string().chars().take(120).collect::<String>();
        assert_eq!(response_problems(&document, body).is_some(), is_compared, "{name}");
    }
    // An aborted validation must not affect later ones.
    let document = document("3.1.0", &json!({}), &json!({"type": "string"}), &json!({}))?;
    assert_eq!(response_problems(&document, "1").map(|problems| problems.len()), Some(1));
    Ok(())
}

#[test]
fn arguments_that_exceed_the_budget_are_refused() -> Result<()> {
    let twice = json!({"type": "object", "minProperties": 1, "properties": {
        "a": {"anyOf": [{"$ref": "#/components/schemas/L0"}, {"$ref": "#/components/schemas/L0"}]},
    }});
    let document = document("3.1.0", &json!({"$ref": "#/components/schemas/L0"}), &json!({}), &json!({"L0": twice}))?;
    let documented = document.operation("thing").context("no operation")?;
    let validate = |depth| -> Result<_> {
        let nested = format!("{}{{}}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        Ok(document.validate_request_body(&documented.operation, &serde_json::from_str(&nested)?))
    };
    assert_eq!(validate(30)?, Err(ValidationFailure::BudgetExhausted));
    assert!(validate(2)?.is_ok_and(|problems| !problems.is_empty()));
    Ok(())
}

#[test]
fn arguments_are_refused_if_the_validator_panics() -> Result<()> {
    let document = document("3.1.0", &json!({"type": "object"}), &json!({"type": "object"}), &json!({}))?;
    let options = jsonschema::options().with_keyword("x-panic", |_, _, _| Ok(Box::new(PanickingKeyword)));
    let validator = Arc::new(SchemaValidator {
        inner: Some(options.build(&json!({"x-panic": true}))?),
        schema_count: 1,
        direction: Direction::Request,
        secret_fields: Some(HashSet::new()),
        documented_values: DocumentedValues::default(),
        bundle: json!({}),
    });
    let media_type = "application/json".to_owned();
    let keys = [SchemaKey::RequestBody(media_type.clone()), SchemaKey::Response("200".into(), media_type)];
    for key in keys {
        RECENT_VALIDATORS.insert((document.json.id, 0, key), Ok(Some(validator.clone())));
    }
    let documented = document.operation("thing").context("no operation")?;
    let arguments = serde_json::Map::from_iter([("a".to_owned(), json!(1))]);
    let result = document.validate_request_body(&documented.operation, &arguments);
    assert_eq!(result, Err(ValidationFailure::Validator));
    // A response is shown without a comparison.
    assert_eq!(response_problems(&document, "{}"), None);
    Ok(())
}

/// A keyword with a fault.
struct PanickingKeyword;

impl<'i> Keyword<'i> for PanickingKeyword {
    fn validate(&self, _: &'i Value) -> Result<(), ValidationError<'i>> {
        resume_unwind(Box::new("a fault of the crate"))
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        resume_unwind(Box::new("a fault of the crate"))
    }
}
