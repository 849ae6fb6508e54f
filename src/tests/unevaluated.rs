//! Tests of `unevaluatedProperties` and `unevaluatedItems`: which fields and items an object of several schemas can have.

use crate::{
    documents_whole::start_app,
    support::{Upstream, visible_text},
};
use anyhow::Result;
use serde_json::{Value, json};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Unevaluated, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /send:
    post:
      operationId: send
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                merged:
                  allOf: [ { $ref: "#/components/schemas/Name" } ]
                  properties: { age: { type: integer } }
                  unevaluatedProperties: false
                payment:
                  type: object
                  properties: { amount: { type: integer } }
                  oneOf: [ { $ref: "#/components/schemas/Card" }, { $ref: "#/components/schemas/Transfer" } ]
                  unevaluatedProperties: false
                conditional:
                  type: object
                  properties: { country: { type: string } }
                  if: { properties: { country: { const: US } }, required: [ country ] }
                  then: { properties: { state: { type: string } } }
                  else: { properties: { region: { type: string } } }
                  unevaluatedProperties: false
                labels:
                  allOf: [ { $ref: "#/components/schemas/Name" } ]
                  unevaluatedProperties: { type: integer }
                patterns:
                  patternProperties: { "^x-": { type: integer } }
                  properties: { a: { type: string } }
                  unevaluatedProperties: false
                pair: { type: array, prefixItems: [ { type: integer }, { type: string } ], unevaluatedItems: false }
                rest:
                  allOf: [ { prefixItems: [ { type: integer }, { type: string } ] } ]
                  type: array
                  prefixItems: [ { minimum: 1 } ]
                  unevaluatedItems: { type: boolean }
      responses: {}
  /whole:
    post:
      operationId: sendWhole
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf: [ { $ref: "#/components/schemas/Card" }, { $ref: "#/components/schemas/Transfer" } ]
              unevaluatedProperties: false
      responses: {}
components:
  schemas:
    Name: { type: object, properties: { name: { type: string } } }
    Card: { type: object, required: [ number ], properties: { kind: { const: card }, number: { type: string } } }
    Transfer: { type: object, required: [ iban ], properties: { kind: { const: transfer }, iban: { type: string } } }
"##;

#[tokio::test]
async fn only_what_the_matching_schemas_describe_is_accepted() -> Result<()> {
    let app = start_app(DOCUMENT, &Upstream::succeeding().await?).await?;
    let cases = [
        ("merged", json!({"name": "a", "age": 1}), true),
        ("merged", json!({"name": "a", "other": 1}), false),
        ("payment", json!({"amount": 1, "kind": "card", "number": "1"}), true),
        ("payment", json!({"amount": 1, "kind": "transfer", "iban": "1"}), true),
        ("payment", json!({"kind": "card", "number": "1", "other": "1"}), false),
        ("payment", json!({"amount": 1, "kind": "card", "number": "1", "iban": "1"}), false),
        ("conditional", json!({"country": "US", "state": "NY"}), true),
        ("conditional", json!({"country": "DE", "region": "BE"}), true),
        ("conditional", json!({"country": "DE", "state": "NY"}), false),
        ("conditional", json!({"country": "US", "region": "BE"}), false),
        ("labels", json!({"name": "a", "other": 1}), true),
        ("labels", json!({"name": "a", "other": "b"}), false),
        ("patterns", json!({"a": "b", "x-c": 1}), true),
        ("patterns", json!({"a": "b", "c": 1}), false),
        ("pair", json!([1, "a"]), true),
        ("pair", json!([1, "a", true]), false),
        ("rest", json!([1, "a", true]), true),
        ("rest", json!([1, "a", 2]), false),
        ("rest", json!([1, 2]), false),
    ];
    for (field, value, is_valid) in cases {
        let message = json!({"args": {field: value}, "environment": "example"});
        let response = app.post_json("/tools/whole/send", &message).send().await?;
        assert_eq!(response.status == 200, is_valid, "{field} {value}: {}", response.text());
    }
    let whole = |body: Value| json!({"args": {"body": body}, "environment": "example"});
    for (body, is_valid) in [
        (json!({"kind": "card", "number": "1"}), true),
        (json!({"number": "1", "other": "1"}), false),
        (json!({"kind": "card", "number": "1", "iban": "1"}), false),
    ] {
        let response = app.post_json("/tools/whole/sendWhole", &whole(body.clone())).send().await?;
        assert_eq!(response.status == 200, is_valid, "{body}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn the_form_says_which_other_fields_and_items_there_can_be() -> Result<()> {
    let app = start_app(DOCUMENT, &Upstream::succeeding().await?).await?;
    let page = visible_text(&app.get("/whole/send").send().await?.text());
    for rule in [
        "No other fields are allowed.",
        "Other fields: must be a whole number.",
        "No other items are allowed.",
        "Other items: must be true or false.",
    ] {
        assert!(page.contains(rule), "{rule}: {page}");
    }
    Ok(())
}
