//! Tests that a document in memory is complete, and that its parts are read like the whole.

use super::{
    Document, document_json::DocumentJson, parse_document, parse_value, provider_request, reference::Resolver,
    request_body::MediaTypeChoice, response,
};
use crate::providers::stytch_settings;
use anyhow::Result;
use serde_json::{Value, json};

/// A document whose operations refer to other parts in every way.
const REFERENCES: &str = r##"
openapi: 3.1.0
info: { title: References, version: "1" }
security: [ { key: [] } ]
paths:
  /direct/{id}:
    parameters: [ { $ref: "#/components/parameters/a~1b%20c" } ]
    post:
      requestBody: { $ref: "#/components/requestBodies/Pet" }
      responses: { 200: { $ref: "#/paths/~1other/get/responses/200" } }
      callbacks: { done: { "{$request.body#/url}": { post: { requestBody: { $ref: "#/components/requestBodies/Pet" } } } } }
  /shared: { $ref: "#/components/pathItems/Shared" }
  /other:
    get:
      responses:
        200:
          description: ok
          content: { application/json: { schema: { $ref: "#/components/schemas/Cat/properties/owner" } } }
          links: { next: { operationRef: "#/paths/~1direct~1%7Bid%7D/post" } }
  /lost: { get: { parameters: [ { $ref: "#/components/parameters/none" } ], responses: { 200: { $ref: "#/nowhere/at/all" } } } }
  /all: { get: { responses: { 200: { description: all, content: { application/json: { schema: { $ref: "#/components/schemas" } } } } } } }
webhooks: { sent: { post: { requestBody: { $ref: "#/components/requestBodies/Pet" } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  examples: {}
  parameters: { "a/b c": { name: id, in: path, required: true, schema: { type: string } } }
  pathItems: { Shared: { get: { summary: A shared path, responses: { default: { description: any } } } } }
  requestBodies: { Pet: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } }
  schemas:
    Pet: { type: object, properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { cat: Cat } } }
    Cat:
      allOf: [ { $ref: "#/components/schemas/Pet" } ]
      properties: { owner: { type: object, properties: { cats: { type: array, items: { $ref: "#/components/schemas/Cat" } } } } }
"##;

/// Describes everything that is read about an operation from a document or from parts of it.
fn describe(document: &Document, index: usize, resolver: Resolver) -> String {
    let operation = &document.operations[index];
    let read = |index, choice| format!("{:?}", document.read_media_type(resolver, index, choice));
    [
        read(index, MediaTypeChoice { index: 0, content_type: None }),
        read(index, MediaTypeChoice { index: 1, content_type: None }),
        format!("{:?}", response::read_responses(resolver, operation)),
        format!("{:?}", provider_request::read_callbacks(resolver, operation)),
        format!("{:?}", response::example_response(resolver, operation, None)),
    ]
    .join("\n")
}

fn documents() -> Result<Vec<Document>> {
    let stytch = stytch_settings(None).document;
    let texts = [REFERENCES, &*stytch.read(30)?, include_str!("../providers/examples/github.yaml")];
    texts.into_iter().map(parse_document).collect()
}

#[test]
fn an_operation_is_read_from_its_parts_as_from_the_whole_document() -> Result<()> {
    for document in documents()? {
        let whole = document.to_value();
        for (index, operation) in document.operations.iter().enumerate() {
            let parts = document.parts();
            let from_parts = describe(&document, index, Resolver::Parts(&parts));
            assert_eq!(from_parts, describe(&document, index, Resolver::Whole(&whole)), "{}", operation.name);
        }
        for webhook in &document.webhooks {
            let from_whole = provider_request::read_webhook(Resolver::Whole(&whole), &webhook.name);
            assert_eq!(format!("{:?}", document.webhook(&webhook.name)), format!("{:?}", Some(from_whole)));
        }
    }
    Ok(())
}

#[test]
fn a_document_in_memory_is_complete_and_in_order() -> Result<()> {
    let large: Value = (0..3_000).map(|number| (format!("/p/{number}"), json!({"get": {"summary": number}}))).collect();
    for root in [parse_value(REFERENCES)?, json!({"openapi": "3.1.0", "paths": large, "x-list": [1, {"a/b": 2}]})] {
        assert_eq!(DocumentJson::new(&root)?.read_all().to_string(), root.to_string());
    }
    Ok(())
}
