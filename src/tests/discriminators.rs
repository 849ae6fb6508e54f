//! Tests for discriminators: each schema that a discriminator can select can be sent, under every value that selects it.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream, visible_text};
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

const DEFAULTS: &str = r##"
openapi: 3.2.0
info: { title: Discriminators, version: "1" }
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
      responses: { "200": { description: OK } }
  /events:
    post:
      operationId: addEvent
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Event" } } } }
      responses: { "200": { description: OK } }
  /lists:
    post:
      operationId: addList
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/List" } } } }
      responses: { "200": { description: OK } }
components:
  schemas:
    Pet:
      oneOf: [{ $ref: "#/components/schemas/Other" }, { $ref: "#/components/schemas/Cat" }]
      discriminator: { propertyName: kind, mapping: { cat: Cat }, defaultMapping: Other }
    Cat: { type: object, required: [kind], properties: { kind: { type: string }, lives: { type: integer } } }
    Other: { type: object, required: [species], properties: { kind: { type: string }, species: { type: string } } }
    Event:
      type: object
      discriminator: { propertyName: type, defaultMapping: "#/components/schemas/Unknown" }
      properties: { type: { type: string } }
    Created:
      allOf:
        - { $ref: "#/components/schemas/Event" }
        - { type: object, required: [id], properties: { id: { type: integer } } }
    Unknown:
      allOf:
        - { $ref: "#/components/schemas/Event" }
        - { type: object, required: [raw], properties: { raw: { type: string } } }
    List:
      oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Created" }]
      discriminator: { propertyName: kind, defaultMapping: Lost }
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

#[tokio::test]
async fn a_value_that_no_mapping_selects_is_of_the_default() -> Result<()> {
    let accepted = [
        json!({"kind": "cat", "lives": 9}),
        json!({"species": "newt"}),
        json!({"kind": "newt", "species": "newt"}),
        json!({"kind": "Other", "species": "newt"}),
    ];
    let refused = [
        json!({"kind": "newt"}),
        json!({"lives": 9}),
        json!({"kind": "newt", "lives": 9}),
        json!({"kind": "cat", "lives": "nine", "species": "newt"}),
    ];
    check(DEFAULTS, "addPet", &accepted, &refused).await?;
    let accepted = [json!({"type": "Created", "id": 1}), json!({"raw": "x"}), json!({"type": "Lost", "raw": "x"})];
    let refused =
        [json!({"type": "Created", "raw": "x"}), json!({"type": "Lost"}), json!({"type": "Unknown", "id": 1})];
    check(DEFAULTS, "addEvent", &accepted, &refused).await
}

#[tokio::test]
async fn the_form_offers_the_default_last_with_its_discriminator() -> Result<()> {
    let (app, upstream) = start(DEFAULTS).await?;
    for (operation, variants) in
        [("addPet", ["cat", "Other (default)"]), ("addEvent", ["Created", "Unknown (default)"])]
    {
        let page = app.get(&format!("/zoo/{operation}")).header("accept", "text/html").send().await?.text();
        let options: Vec<&str> = page.split("</option>").filter_map(|option| option.rsplit('>').next()).collect();
        let shown: Vec<&&str> = options.iter().filter(|option| variants.contains(option)).collect();
        assert_eq!(shown, variants.iter().collect::<Vec<_>>(), "{operation}: {options:?}");
    }
    let form = [("intent", "send"), ("pick/body", "1"), ("value/body/kind", "newt"), ("value/body/species", "crested")];
    app.post_form("/zoo/addPet", &form).send().await?;
    let sent = upstream.received_requests().pop().map(|sent| sent.json()).transpose()?;
    assert_eq!(sent, Some(json!({"kind": "newt", "species": "crested"})));
    Ok(())
}

#[tokio::test]
async fn a_default_that_is_no_variant_is_reported() -> Result<()> {
    let (app, _upstream) = start(DEFAULTS).await?;
    let page = visible_text(&app.get("/zoo/addList").header("accept", "text/html").send().await?.text());
    assert!(page.contains(r#"defaultMapping "Lost" is not one of the variants"#), "{page}");
    Ok(())
}
