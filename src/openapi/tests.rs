use super::{Document, DocumentedOperation, markdown::to_html, operation_name, parse_document};
use crate::model::{
    operation::DocumentedBody,
    schema::{FieldLocation, ParameterStyle, Schema},
};
use serde_json::{Value, json};
use std::sync::Arc;

const SMALL: &str = r##"
openapi: 3.1.0
info: { title: Small, version: "1" }
servers: [ { url: "https://one.example/" }, { url: "https://two.example", x-name: two } ]
tags: [ { name: Pets, description: "About *pets*." } ]
paths:
  /pets/{pet_id}:
    parameters: [ { name: pet_id, in: path, schema: { type: string }, description: of the path } ]
    get:
      tags: [Pets]
      parameters: [ { name: pet_id, in: path, schema: { $ref: "#/components/schemas/Id" }, description: its own } ]
      responses: { "200": { description: OK, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } }
    put:
      operationId: pets_v1_Replace
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
      responses: {}
    post:
      operationId: pets_v1_Rename
      requestBody: { content: { application/json: { schema: { type: object, properties: { pet_id: { type: string } } } } } }
      responses: {}
    delete: nonsense
components:
  schemas:
    Id: { type: string, maxLength: 5 }
    Pet:
      required: [name]
      properties:
        name: { $ref: "#/components/schemas/Id", description: "Beside the *reference*." }
        parent: { $ref: "#/components/schemas/Pet" }
        tags: { type: array, items: { enum: [a, b] } }
        age: { type: [integer, "null"], minimum: 3 }
        lost: { $ref: "#/components/schemas/Nowhere" }
        circle: { $ref: "#/components/schemas/Circle" }
    Circle: { $ref: "#/components/schemas/Circle" }
"##;

fn operation(document: &Document, index: usize) -> Arc<DocumentedOperation> {
    document.operation(&document.operations[index].name).unwrap_or_default()
}

/// Returns the example of the first success of an operation.
fn success(document: &Document, index: usize) -> Value {
    let example = document.example_response(&document.operations[index].name, None);
    let body = example.as_ref().and_then(|example| example.body.as_ref());
    body.and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default()
}

#[test]
fn operation_names_match_the_seed_page() {
    for (id, expected) in [
        ("api_user_v1_Create", "apiUserV1Create"),
        ("api_user_v1_DeleteTOTP", "apiUserV1DeleteTotp"),
        ("api_user_v1_DeleteOAuthRegistration", "apiUserV1DeleteOAuthRegistration"),
        ("api_b2b_scim_v1_b2b_scim_connection_Update", "apiB2BScimV1B2BScimConnectionUpdate"),
        ("repos/list-for.user", "reposListForUser"),
    ] {
        assert_eq!(operation_name::from_id(id), expected);
    }
    assert_eq!(operation_name::from_path("get", "/users/{user_id}"), "getUsersByUserId");
}

#[test]
fn parameters_of_an_operation_override_those_of_its_path() -> anyhow::Result<()> {
    let document = parse_document(SMALL)?;
    let get = operation(&document, 0);
    assert_eq!(get.operation.name, "getPetsByPetId");
    assert_eq!(get.operation.fields.len(), 1);
    let id = &get.operation.fields[0];
    assert_eq!(
        (id.location, id.required, id.annotations.description.as_str()),
        (FieldLocation::Path, true, "<p>its own</p>")
    );
    assert!(matches!(&id.schema, Schema::String(constraints) if constraints.max_length == Some(5)));
    Ok(())
}

#[test]
fn the_fields_of_a_body_follow_the_parameters() -> anyhow::Result<()> {
    let document = parse_document(SMALL)?;
    let put = &operation(&document, 1).operation;
    let names: Vec<&str> = put.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["pet_id", "name", "parent", "tags", "age", "lost", "circle"]);
    assert_eq!(
        put.body,
        Some(DocumentedBody { required: true, content_type: "application/json".into(), ..DocumentedBody::default() })
    );
    assert!(put.fields[1].required);
    assert_eq!(put.fields[1].annotations.description, "<p>Beside the <em>reference</em>.</p>");
    assert_eq!(put.fields[2].schema, Schema::Ref("Pet".into()));
    assert!(matches!(put.resolve(&put.fields[2].schema), Schema::Object(fields) if fields.len() == 6));
    assert_eq!(put.fields[3].schema, Schema::array_of(Schema::Enum(vec![json!("a"), json!("b")])));
    assert!(
        matches!(&put.fields[4].schema, Schema::Number(constraints) if constraints.integer && constraints.minimum == Some(3.into()))
    );
    assert_eq!(put.fields[5].schema, Schema::Any);
    assert_eq!(put.fields[6].schema, Schema::Any);
    Ok(())
}

#[test]
fn a_body_field_with_the_name_of_a_parameter_moves_the_body_under_body() -> anyhow::Result<()> {
    let post = &operation(&parse_document(SMALL)?, 2).operation;
    let places: Vec<(&str, FieldLocation)> =
        post.fields.iter().map(|field| (field.name.as_str(), field.location)).collect();
    assert_eq!(places, [("pet_id", FieldLocation::Path), ("body", FieldLocation::Body)]);
    Ok(())
}

#[test]
fn one_invalid_operation_is_reported_and_the_others_are_read() -> anyhow::Result<()> {
    let document = parse_document(SMALL)?;
    assert_eq!(document.operations.len(), 3);
    assert_eq!(document.diagnostics[0].to_string(), "paths./pets/{pet_id}.delete: is not an object");
    Ok(())
}

#[test]
fn servers_and_groups_have_names() -> anyhow::Result<()> {
    let document = parse_document(SMALL)?;
    let servers: Vec<(&str, &str)> =
        document.environments.iter().map(|server| (server.name.as_str(), server.url.as_str())).collect();
    assert_eq!(servers, [("server1", "https://one.example"), ("two", "https://two.example")]);
    let groups: Vec<&str> = document.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(groups, ["Pets", "Other"]);
    Ok(())
}

#[test]
fn an_example_is_generated_if_the_document_has_none() -> anyhow::Result<()> {
    let example = success(&parse_document(SMALL)?, 0);
    assert_eq!(example["name"], "strin");
    assert_eq!(example["tags"], json!(["a"]));
    assert_eq!(example["age"], 3);
    Ok(())
}

#[test]
fn markdown_cannot_contain_scripts_images_or_unsafe_links() {
    let html = to_html(
        "<script>alert(1)</script>\n\n[a](javascript:alert(1)) ![b](https://x.example/y.png) <b onclick=x>c</b>",
    );
    for bad in ["script", "javascript", "img", "onclick"] {
        assert!(!html.contains(bad), "{html}");
    }
    assert!(to_html("[a](https://a.example) `b` **c**").contains("<a href=\"https://a.example\""));
    assert!(!to_html("[a](/relative)").contains("href"));
    assert!(to_html("[a](mailto:a@b.c)").contains("mailto"));
}

#[test]
fn the_size_of_recursive_schemas_is_limited() -> anyhow::Result<()> {
    let properties: Vec<String> = (0..30).map(|n| format!("p{n}: {{ $ref: '#/components/schemas/Node' }}")).collect();
    let document = format!(
        "openapi: 3.1.0\npaths: {{ /a: {{ post: {{ requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: \
         '#/components/schemas/Node' }} }} }} }}, responses: {{ '200': {{ description: OK, content: {{ application/json: {{ \
         schema: {{ $ref: '#/components/schemas/Node' }} }} }} }} }} }} }} }}\ncomponents: {{ schemas: {{ Node: {{ type: \
         object, properties: {{ {} }} }} }} }}",
        properties.join(", ")
    );
    let document = parse_document(&document)?;
    assert_eq!(operation(&document, 0).operation.fields.len(), 30);
    assert!(serde_json::to_string(&operation(&document, 0).operation)?.len() < 200_000);
    Ok(())
}

#[test]
fn text_that_is_not_a_document_is_refused() {
    assert!(parse_document("just text").is_err());
    assert!(parse_document("{}").is_err());
    assert!(parse_document("a: [").is_err());
}

const SCHEMAS: &str = r##"
openapi: 3.0.3
info: { title: Schemas, version: "1" }
servers: [ { url: "https://{region}.example/{base}", variables: { region: { default: eu, enum: [us, eu] }, base: { default: v1 } } } ]
paths:
  /pets/{id}:
    servers: [ { url: "https://pets.example" } ]
    put:
      requestBody:
        content:
          text/plain: {}
          application/json:
            schema:
              allOf: [ { $ref: "#/components/schemas/Named" }, { type: object, required: [kind], properties: { kind: { $ref: "#/components/schemas/Pet" } } } ]
            examples: { cat: { summary: A cat, value: { name: Tom } } }
      responses: {}
components:
  schemas:
    Named: { type: object, required: [name], properties: { name: { type: string, nullable: true, default: Tom }, id: { type: string, readOnly: true }, secret: { type: string, writeOnly: true }, size: { type: number, minimum: 1, exclusiveMinimum: true } } }
    Pet:
      oneOf: [ { $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" } ]
      discriminator: { propertyName: type, mapping: { kitten: "#/components/schemas/Cat" } }
    Cat: { type: object, properties: { type: { type: string }, friends: { type: array, items: { $ref: "#/components/schemas/Pet" } } } }
    Dog: { type: object, properties: { type: { type: string } } }
"##;

#[test]
fn all_of_is_merged_and_unions_keep_their_variants() -> anyhow::Result<()> {
    let document = parse_document(SCHEMAS)?;
    let put = operation(&document, 0);
    assert_eq!(document.collect_diagnostics().len(), 1, "{:?}", document.collect_diagnostics());
    assert!(document.collect_diagnostics()[0].reason.contains("{id}"));
    let names: Vec<&str> = put.operation.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "secret", "size", "kind"]);
    let field = |name| put.operation.field(name).cloned().unwrap_or_default();
    assert!(field("name").required && field("kind").required && field("name").annotations.nullable);
    assert_eq!(field("name").annotations.default, Some(json!("Tom")));
    assert!(
        matches!(field("secret").schema, Schema::String(constraints) if constraints.format.as_deref() == Some("password"))
    );
    assert!(
        matches!(field("size").schema, Schema::Number(constraints) if constraints.exclusive_minimum == Some(1.into()) && constraints.minimum.is_none())
    );
    let kind = field("kind");
    let Schema::Union(variants) = put.operation.resolve(&kind.schema) else { anyhow::bail!("{kind:?}") };
    let tags: Vec<_> = variants.iter().map(|variant| (&*variant.title, variant.discriminator.clone())).collect();
    let tag = |value: &str| Some(("type".to_owned(), json!(value)));
    assert_eq!(tags, [("kitten", tag("kitten")), ("Dog", tag("Dog"))]);
    let Schema::Object(cat) = put.operation.resolve(&variants[0].schema) else { anyhow::bail!("no cat") };
    assert_eq!(cat[1].schema, Schema::array_of(Schema::Ref("Pet".into())));
    Ok(())
}

#[test]
fn an_operation_has_its_own_media_types_examples_and_servers() -> anyhow::Result<()> {
    let document = parse_document(SCHEMAS)?;
    let put = operation(&document, 0);
    assert_eq!(put.media_types, ["application/json", "text/plain"]);
    assert_eq!((&*put.examples[0].title, &put.examples[0].arguments["name"]), ("A cat", &json!("Tom")));
    let text = document.operation_with_media_type(&put.operation.name, Some("text/plain")).unwrap_or_default();
    assert!(text.operation.field("body").is_some_and(|body| matches!(body.schema, Schema::String(_))));
    let urls = |environments: &[crate::model::provider::Environment]| {
        environments.iter().map(|environment| format!("{} {}", environment.name, environment.url)).collect::<Vec<_>>()
    };
    assert_eq!(urls(&document.environments), ["eu https://eu.example/v1", "us https://us.example/v1"]);
    assert_eq!(urls(&put.environments), ["server1 https://pets.example"]);
    Ok(())
}

#[test]
fn swagger_2_documents_are_upgraded() -> anyhow::Result<()> {
    let document = parse_document(
        r##"
swagger: "2.0"
info: { title: Old, version: "1" }
host: old.example
basePath: /v1
schemes: [http, https]
consumes: [application/json]
securityDefinitions: { basic: { type: basic }, machine: { type: oauth2, flow: application, tokenUrl: "https://old.example/token" } }
paths:
  /things:
    post:
      parameters:
        - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: pipes }
        - { name: body, in: body, required: true, schema: { $ref: "#/definitions/Thing" } }
      responses: { 200: { description: OK, schema: { $ref: "#/definitions/Thing" } } }
  /files:
    post:
      parameters: [ { name: file, in: formData, type: file, required: true }, { name: note, in: formData, type: string } ]
      responses: {}
definitions: { Thing: { type: object, properties: { name: { type: string, x-nullable: true } } } }
"##,
    )?;
    assert_eq!(document.collect_diagnostics(), []);
    assert_eq!(document.environments[0].url, "https://old.example/v1");
    assert_eq!(document.security_schemes.len(), 2);
    let things = operation(&document, 0);
    assert_eq!(things.operation.fields[0].serialization.style, Some(ParameterStyle::PipeDelimited));
    assert!(things.operation.field("name").is_some_and(|name| name.annotations.nullable));
    assert_eq!(success(&document, 0), json!({"name": "string"}));
    let files = operation(&document, 1);
    assert_eq!(files.media_types, ["multipart/form-data"]);
    assert_eq!(files.operation.field("file").map(|file| &file.schema), Some(&Schema::File));
    Ok(())
}

#[test]
fn shared_long_texts_are_truncated_for_each_operation() -> anyhow::Result<()> {
    let (long, fields) = ("Ü long ".repeat(1_000), 0..1_000);
    let properties: serde_json::Map<_, _> = fields.map(|number| (format!("{number} {long}"), json!({}))).collect();
    let parameters: Vec<_> = (0..60).map(|number| json!({"name": format!("p{number}"), "in": "query"})).collect();
    let shared = json!({"post": {
        "operationId": long, "summary": long, "tags": [long], "parameters": parameters,
        "requestBody": {"content": {"application/json": {"schema": {"properties": properties}}}},
    }});
    let paths: serde_json::Map<_, _> =
        (0..3).map(|number| (format!("/{number}"), json!({"$ref": "#/components/pathItems/Shared"}))).collect();
    let document = parse_document(
        &json!({"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"pathItems": {"Shared": shared}}})
            .to_string(),
    )?;
    assert_eq!(document.operations.len(), 3);
    for (listing, names) in document.operations.iter().zip(document.search_fields()) {
        assert!([&listing.name, &listing.title, &listing.group].iter().all(|text| text.len() <= 500), "{listing:?}");
        assert!(long.starts_with(&listing.title) && listing.title.len() > 400);
        assert_eq!((names.len(), &*names[59]), (100, "p59"));
        assert!(names[60].starts_with("0 Ü long ") && names.iter().all(|name| name.len() <= 100), "{names:?}");
        assert_eq!(document.operation_index(&listing.name).map(|index| &document.operations[index]), Some(listing));
    }
    assert_eq!(document.groups.len(), 1);
    Ok(())
}
