//! Tests that validation limits documents and responses that require unbounded work or stack space.

use super::tests::{document, response_problems};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn validating_hostile_documents_and_responses_ends_in_time() -> Result<()> {
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
    let start = Instant::now();
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
        let one = Instant::now();
        let document = document("3.1.0", &json!({}), &json!({"$ref": level(0)}), &schemas)?;
        let name = schemas.to_string().chars().take(120).collect::<String>();
        assert_eq!(response_problems(&document, body).is_some(), is_compared, "{name}");
        assert!(one.elapsed() < Duration::from_secs(10), "{:?} for {name}", one.elapsed());
    }
    // An aborted validation must not affect later ones.
    let document = document("3.1.0", &json!({}), &json!({"type": "string"}), &json!({}))?;
    assert_eq!(response_problems(&document, "1").map(|problems| problems.len()), Some(1));
    assert!(start.elapsed() < Duration::from_mins(1));
    Ok(())
}
