//! Tests for discriminators: each schema that a discriminator can select can be sent, under every value that selects it.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use serde_json::{Value, json};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: Discriminators, version: "1" }
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
      responses: { "200": { description: OK } }
  /shapes:
    post:
      operationId: addShape
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Shape" } } } }
      responses: { "200": { description: OK } }
  /records:
    post:
      operationId: addRecord
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Record" } } } }
      responses: { "200": { description: OK } }
components:
  schemas:
    Pet:
      type: object
      required: [petType]
      discriminator: { propertyName: petType, mapping: { dog: "#/components/schemas/Dog", hound: Dog } }
      properties: { petType: { type: string }, name: { type: string } }
    Dog:
      allOf:
        - { $ref: "#/components/schemas/Pet" }
        - { type: object, required: [bark], properties: { bark: { type: string } } }
    Cat:
      allOf:
        - { $ref: "#/components/schemas/Pet" }
        - { type: object, properties: { lives: { type: integer } } }
    Kitten:
      allOf:
        - { $ref: "#/components/schemas/Cat" }
        - { type: object, required: [weeks], properties: { weeks: { type: integer } } }
    Fish: { allOf: [{ $ref: "#/components/schemas/Pet" }] }
    Shape:
      type: object
      discriminator: { propertyName: kind }
      properties: { kind: { type: string } }
    Round/Shape:
      allOf:
        - { $ref: "#/components/schemas/Shape" }
        - { type: object, required: [radius], properties: { radius: { type: number } } }
    Record:
      oneOf: [{ $ref: "#/components/schemas/Foo" }, { $ref: "#/components/schemas/Bar" }]
      discriminator: { propertyName: TYPE, mapping: { FOO: "#/components/schemas/Foo", BAR: Bar, BAZ: Bar } }
    Foo: { type: object, required: [TYPE, foo], properties: { TYPE: { type: string }, foo: { type: string } } }
    Bar: { type: object, required: [TYPE, bar], properties: { TYPE: { type: string }, bar: { type: integer } } }
"##;

const SWAGGER: &str = r##"
swagger: "2.0"
info: { title: Discriminators, version: "1" }
paths:
  /pets:
    post:
      operationId: addPet
      parameters: [{ name: pet, in: body, required: true, schema: { $ref: "#/definitions/Pet" } }]
      responses: { "200": { description: OK } }
definitions:
  Pet:
    type: object
    required: [petType]
    discriminator: petType
    properties: { petType: { type: string } }
  Cat:
    allOf:
      - { $ref: "#/definitions/Pet" }
      - { type: object, required: [lives], properties: { lives: { type: integer } } }
"##;

async fn start(document: &str) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("zoo", document, &upstream).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, body: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/zoo/{operation}"), &json!({ "args": { "body": body } })).send().await
}

/// Sends bodies that must arrive unchanged, and bodies that must be refused.
async fn check(document: &str, operation: &str, accepted: &[Value], refused: &[Value]) -> Result<()> {
    let (app, upstream) = start(document).await?;
    for body in accepted {
        let response = call(&app, operation, body).await?;
        assert_eq!(response.status, 200, "{body}: {}", response.text());
        let sent = upstream.received_requests().pop().map(|sent| sent.json()).transpose()?;
        assert_eq!(sent.as_ref(), Some(body));
    }
    for body in refused {
        let response = call(&app, operation, body).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{body}");
    }
    assert_eq!(upstream.received_requests().len(), accepted.len());
    Ok(())
}

#[tokio::test]
async fn schemas_that_extend_the_base_can_be_sent_beside_the_mapped_ones() -> Result<()> {
    let accepted = [
        json!({"petType": "dog", "name": "Rex", "bark": "wuff"}),
        json!({"petType": "hound", "bark": "wuff"}),
        json!({"petType": "Cat", "lives": 9}),
        json!({"petType": "Kitten", "lives": 9, "weeks": 3}),
        json!({"petType": "Fish", "name": "Wanda"}),
    ];
    let refused = [
        json!({"petType": "dog"}),
        json!({"petType": "Cat", "lives": "nine"}),
        json!({"petType": "Kitten"}),
        json!({"petType": "Lizard"}),
    ];
    check(DOCUMENT, "addPet", &accepted, &refused).await
}

#[tokio::test]
async fn a_discriminator_without_a_mapping_selects_by_name() -> Result<()> {
    let accepted = [json!({"kind": "Round/Shape", "radius": 1})];
    check(DOCUMENT, "addShape", &accepted, &[json!({"kind": "Round/Shape"})]).await?;
    let accepted = [json!({"petType": "Cat", "lives": 9})];
    check(SWAGGER, "addPet", &accepted, &[json!({"petType": "Cat"})]).await
}

#[tokio::test]
async fn every_mapped_value_selects_its_variant_of_a_union() -> Result<()> {
    let accepted =
        [json!({"TYPE": "FOO", "foo": "a"}), json!({"TYPE": "BAR", "bar": 1}), json!({"TYPE": "BAZ", "bar": 1})];
    let refused = [json!({"TYPE": "FOO", "bar": 1}), json!({"TYPE": "BAZ", "foo": "a"})];
    check(DOCUMENT, "addRecord", &accepted, &refused).await
}

#[tokio::test]
async fn the_form_offers_every_variant() -> Result<()> {
    let (app, _upstream) = start(DOCUMENT).await?;
    let page = app.get("/zoo/addPet").header("accept", "text/html").send().await?.text();
    for variant in ["dog", "hound", "Cat", "Kitten", "Fish"] {
        assert!(page.contains(&format!(">{variant}</option>")), "{variant}");
    }
    Ok(())
}
