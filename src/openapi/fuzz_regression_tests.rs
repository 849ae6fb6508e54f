//! Regression tests for inputs that the fuzzer found.

use super::parse_document;
use crate::model::form;
use anyhow::{Context, Result};
use serde_json::json;

#[test]
fn examples_of_forms_omit_undocumented_fields() -> Result<()> {
    let content = json!({"application/x-www-form-urlencoded": {
        "schema": {"type": "object", "properties": {"known": {"type": "string"}}},
        "examples": {"one": {"value": {"known": "a", "unknown": 789}}},
    }});
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"content": content}}}}});
    let documented = parse_document(&document.to_string())?.operation("postA").context("no operation")?;
    let arguments = &documented.examples[0].arguments;
    assert_eq!(arguments.get("known"), Some(&json!("a")));
    let written = form::write(&documented.operation, arguments);
    assert_eq!(form::read(&documented.operation, &written).arguments, *arguments);
    Ok(())
}
