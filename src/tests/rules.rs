//! Tests that the form says in words which rules the validator applies to several fields.

use crate::{
    documents_whole::start_app,
    support::{Upstream, visible_text},
};
use anyhow::Result;
use serde_json::json;

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Rules, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /pay:
    post:
      operationId: pay
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                kind: { enum: [card, transfer] }
                number: { type: string }
                iban: { type: string }
                address:
                  $ref: "#/components/schemas/Address"
                labels:
                  type: object
                  patternProperties: { "^x-": { type: integer } }
                  propertyNames: { pattern: "^[a-z-]+$" }
                  additionalProperties: false
                  minProperties: 1
                scores: { type: array, items: { type: integer }, contains: { minimum: 90 }, minContains: 2, maxContains: 3 }
                options: { type: object, properties: { a: {}, b: {}, c: {} }, not: { required: [a, b] }, anyOf: [ { required: [a] }, { required: [b, c] } ] }
              if: { properties: { kind: { const: card } }, required: [kind] }
              then: { required: [number], properties: { iban: false } }
              else: { required: [iban], properties: { iban: { pattern: "^[A-Z]{2}" } } }
              additionalProperties: false
      responses: {}
components:
  schemas:
    Address:
      type: object
      properties: { street: { type: string }, city: { type: string }, country: { type: string } }
      dependentRequired: { street: [city, country] }
      dependentSchemas: { country: { properties: { country: { minLength: 2 } } } }
"##;

#[tokio::test]
async fn the_form_states_rules_that_the_server_checks() -> Result<()> {
    let app = start_app(DOCUMENT, &Upstream::succeeding().await?).await?;
    let page = visible_text(&app.get("/whole/pay").send().await?.text());
    let call = |arguments| json!({"args": arguments, "environment": "example"});
    for (rule, arguments, is_valid) in [
        (
            "If kind is \"card\": number is required, iban is not allowed. Otherwise: iban is required, iban must match ^[A-Z]{2}.",
            json!({"kind": "card"}),
            false,
        ),
        ("Otherwise: iban is required", json!({"kind": "transfer", "iban": "de"}), false),
        ("Otherwise: iban is required", json!({"kind": "transfer", "iban": "DE"}), true),
        ("Fields whose names match ^x-: must be a whole number.", json!({"iban": "DE", "labels": {"x-a": "b"}}), false),
        ("The names of fields must match ^[a-z-]+$.", json!({"iban": "DE", "labels": {"x-A": 1}}), false),
        ("No other fields are allowed.", json!({"iban": "DE", "labels": {"y": 1}}), false),
        ("At least 1 field.", json!({"iban": "DE", "labels": {}}), false),
        ("At least 1 field.", json!({"iban": "DE", "labels": {"x-a": 1}}), true),
        ("At least 2 items: must be 90 or more.", json!({"iban": "DE", "scores": [90, 1]}), false),
        ("At most 3 items: may be 90 or more.", json!({"iban": "DE", "scores": [90, 91, 92, 93]}), false),
        ("At most 3 items: may be 90 or more.", json!({"iban": "DE", "scores": [90, 91, 1]}), true),
        ("Must not have a and b together.", json!({"iban": "DE", "options": {"a": 1, "b": 1}}), false),
        ("Must have a, or b and c.", json!({"iban": "DE", "options": {"c": 1}}), false),
        ("If street is set: city and country are required.", json!({"iban": "DE", "address": {"street": "s"}}), false),
        (
            "If country is set: country must have at least 2 characters.",
            json!({"iban": "DE", "address": {"country": "c"}}),
            false,
        ),
    ] {
        assert!(page.contains(rule), "{rule}: {page}");
        let response = app.post_json("/tools/whole/pay", &call(arguments.clone())).send().await?;
        assert_eq!(response.status == 200, is_valid, "{arguments}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn rules_are_text_and_conditions_without_words_refer_to_the_document() -> Result<()> {
    let document = DOCUMENT
        .replace("if: { properties: { kind: { const: card } }, required: [kind] }", "if: { minProperties: 2 }")
        .replace("dependentRequired: { street", "dependentRequired: { \"<b>street\"");
    let app = start_app(&document, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole/pay").send().await?.text();
    assert!(page.contains("If a condition of the OpenAPI document is met: number is required"), "{page}");
    assert!(page.contains("If &lt;b&gt;street is set: city and country are required."), "{page}");
    Ok(())
}
