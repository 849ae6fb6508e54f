//! Tests for documents that refer to files beside them: files in the document's folder are read, and no others.

use crate::support::{TestApp, TestEnv, Upstream, visible_text};
use anyhow::Result;
use serde_json::json;
use std::{fs, os::unix::fs::symlink, path::Path};
use tempfile::TempDir;

const ROOT: &str = r#"
openapi: 3.0.3
info: { title: Files, version: "1" }
paths:
  /orders: { $ref: "./paths/orders.yaml" }
  /parts: { $ref: "./paths/orders.yaml#/x-more/parts" }
components:
  schemas:
    Local: { type: object, properties: { local: { type: string } } }
"#;

const ORDERS: &str = r#"
post:
  operationId: addOrder
  parameters: [{ $ref: "../schemas/params.json#/trace~1id" }]
  requestBody: { content: { application/json: { schema: { $ref: "../schemas/order%20form.yaml" } } } }
  responses: { "200": { description: OK } }
x-more:
  parts:
    post:
      operationId: addPart
      requestBody:
        content: { application/json: { schema: { $ref: "../schemas/order form.yaml#/definitions/Part" } } }
      responses: { "200": { description: OK } }
"#;

const ORDER: &str = r##"
type: object
properties:
  buyer: { type: string, example: { $ref: "no-reference.yaml" } }
  example: { $ref: "#/definitions/Part" }
  back: { $ref: "../root.yaml#/components/schemas/Local" }
definitions:
  Part: { type: object, properties: { sku: { type: string }, sub: { $ref: "#/definitions/Part" } } }
"##;

const PARAMETERS: &str = r#"{"trace/id": {"name": "trace", "in": "header", "schema": {"type": "string"}}}"#;

/// Starts the app with a document `api/root.yaml`, and the other files in its folder.
async fn start(folder: &Path, root: &str) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    fs::create_dir_all(folder.join("api"))?;
    let file = folder.join("api/root.yaml");
    fs::write(&file, root)?;
    Ok((TestEnv::start_app_with_file("files", &file, &upstream, "").await?, upstream))
}

#[tokio::test]
async fn references_are_relative_to_the_file_that_contains_them() -> Result<()> {
    let folder = TempDir::new()?;
    for (name, text) in
        [("paths/orders.yaml", ORDERS), ("schemas/order form.yaml", ORDER), ("schemas/params.json", PARAMETERS)]
    {
        let path = folder.path().join("api").join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)?;
    }
    let (app, upstream) = start(folder.path(), ROOT).await?;
    let arguments = json!({"trace": "t", "buyer": "Ada", "example": {"sub": {"sku": "1"}}, "back": {"local": "l"}});
    let response = app.post_json("/tools/files/addOrder", &arguments).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.path, sent.header("trace")), ("/orders", "t"));
    assert_eq!(sent.json()?, json!({"buyer": "Ada", "example": {"sub": {"sku": "1"}}, "back": {"local": "l"}}));
    // The schemas of other files are those that are checked.
    for (operation, arguments, field) in [
        ("addOrder", json!({"example": {"sub": {"sku": 1}}}), "/example/sub/sku"),
        ("addOrder", json!({"back": {"local": 1}}), "/back/local"),
        ("addPart", json!({"sku": 1}), "/sku"),
    ] {
        let response = app.post_json(&format!("/tools/files/{operation}"), &arguments).send().await?;
        assert_eq!(response.invalid_fields()?, [field], "{}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn files_outside_of_the_folder_are_not_read() -> Result<()> {
    let folder = TempDir::new()?;
    let secret = r#"{"get": {"operationId": "stolen", "responses": {"200": {"description": "top secret"}}}}"#;
    let (outside, inside) = (folder.path().join("secret.yaml"), folder.path().join("api"));
    fs::create_dir_all(&inside)?;
    fs::write(&outside, secret)?;
    fs::write(inside.join(".hidden.yaml"), secret)?;
    fs::write(inside.join("secret.txt"), secret)?;
    symlink(&outside, inside.join("link.yaml"))?;
    symlink(folder.path(), inside.join("up"))?;
    let absolute = outside.display().to_string();
    let references = [
        "../secret.yaml",
        "%2e%2e/secret.yaml",
        "a/../../secret.yaml",
        "link.yaml",
        "up/secret.yaml",
        ".hidden.yaml",
        "secret.txt",
        "missing.yaml",
        "file:secret.yaml",
        &absolute,
    ];
    let paths: Vec<String> =
        references.iter().enumerate().map(|(index, path)| format!("  /p{index}: {{ $ref: \"{path}\" }}\n")).collect();
    let root = format!(
        "openapi: 3.1.0\ninfo: {{ title: Files, version: '1' }}\npaths:\n{}  /ok: {{ get: {{ responses: {{}} }} }}\n",
        paths.concat()
    );
    let (app, _upstream) = start(folder.path(), &root).await?;
    let text = app.get("/files/openapi.json").send().await?.text();
    assert!(!text.contains("top secret"), "{text}");
    let page = app.get("/files").header("accept", "text/html").send().await?.text();
    for index in 0..references.len() {
        assert!(page.contains(&format!("/p{index}: ")), "the reference of /p{index} is reported: {page}");
    }
    assert!(page.contains("Correct the reference, or move the file there"), "{page}");
    Ok(())
}

#[tokio::test]
async fn discriminators_map_to_files() -> Result<()> {
    let folder = TempDir::new()?;
    fs::create_dir_all(folder.path().join("api"))?;
    for (name, field) in [("cat", "lives"), ("other", "species")] {
        let text =
            format!("type: object\nrequired: [{field}]\nproperties: {{ kind: {{ type: string }}, {field}: {{}} }}\n");
        fs::write(folder.path().join(format!("api/{name}.yaml")), text)?;
    }
    let root = "openapi: 3.2.0\ninfo: { title: Files, version: '1' }\npaths: { /a: { post: { operationId: addPet, \
                requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }, responses: \
                {} } } }\ncomponents: { schemas: { Pet: { oneOf: [ { $ref: cat.yaml }, { $ref: other.yaml } ], discriminator: \
                { propertyName: kind, mapping: { cat: cat.yaml }, defaultMapping: other.yaml } } } }\n";
    let (app, _upstream) = start(folder.path(), root).await?;
    for (body, field) in [
        (json!({"kind": "cat", "species": "s"}), "/body/lives"),
        (json!({"kind": "newt", "lives": 9}), "/body/species"),
    ] {
        let response = app.post_json("/tools/files/addPet", &json!({"args": {"body": body}})).send().await?;
        assert_eq!(response.invalid_fields()?, [field], "{}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn files_that_refer_to_each_other_are_read_once() -> Result<()> {
    let folder = TempDir::new()?;
    fs::create_dir_all(folder.path().join("api"))?;
    for (name, other) in [("a", "b"), ("b", "a")] {
        let text = format!("type: object\nproperties:\n  {other}: {{ $ref: {other}.yaml }}\n");
        fs::write(folder.path().join(format!("api/{name}.yaml")), text)?;
    }
    let root = "openapi: 3.1.0\ninfo: { title: Files, version: '1' }\npaths: { /a: { post: { operationId: addA, \
                requestBody: { content: { application/json: { schema: { $ref: a.yaml } } } }, responses: {} } } }\n";
    let (app, upstream) = start(folder.path(), root).await?;
    let response = app.post_json("/tools/files/addA", &json!({"b": {"a": {"b": {}}}})).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(upstream.received_requests().len(), 1);
    let response = app.post_json("/tools/files/addA", &json!({"b": {"a": 1}})).send().await?;
    assert_eq!(response.invalid_fields()?, ["/b/a"]);
    Ok(())
}

/// Writes files into the folder of the document.
fn write_files(folder: &TempDir, files: &[(&str, &str)]) -> Result<()> {
    fs::create_dir_all(folder.path().join("api"))?;
    for (name, text) in files {
        fs::write(folder.path().join("api").join(name), text)?;
    }
    Ok(())
}

#[tokio::test]
async fn files_of_older_documents_are_upgraded_with_them() -> Result<()> {
    let folder = TempDir::new()?;
    let order = "type: object\nproperties:\n  count: { type: integer, minimum: 0, exclusiveMinimum: true }\n  \
                 names: { type: array, items: { type: string, nullable: true } }\n";
    let problem = "Problem:\n  description: A problem\n  content: { application/json: { schema: { type: string, nullable: true } } }\n";
    write_files(&folder, &[("order.yaml", order), ("errors.yaml", problem)])?;
    let root = r#"
openapi: 3.0.3
info: { title: Files, version: "1" }
paths:
  /orders:
    post:
      operationId: addOrder
      requestBody: { content: { application/json: { schema: { $ref: order.yaml } } } }
      responses: { default: { $ref: "errors.yaml#/Problem" } }
"#;
    let (app, _upstream) = start(folder.path(), root).await?;
    let valid = app.post_json("/tools/files/addOrder", &json!({"count": 1, "names": ["a", null]})).send().await?;
    assert_eq!(valid.status, 200, "{}", valid.text());
    let response = app.post_json("/tools/files/addOrder", &json!({"count": 0})).send().await?;
    assert_eq!(response.invalid_fields()?, ["/count"], "{}", response.text());
    let page = visible_text(&app.get("/files/addOrder/replies").send().await?.text());
    assert!(page.contains("default") && page.contains("A problem"), "{page}");
    let shown: serde_json::Value = app.get("/files/openapi.json").send().await?.json()?;
    let schema = &shown["x-referenced-files"]["errors.yaml"]["Problem"]["content"]["application/json"]["schema"];
    assert_eq!(schema["type"], json!(["string", "null"]));
    Ok(())
}

#[tokio::test]
async fn files_of_swagger_documents_are_converted_with_them() -> Result<()> {
    let folder = TempDir::new()?;
    let paths = r#"
orders:
  post:
    operationId: addOrder
    consumes: [application/json]
    parameters:
      - { $ref: "parameters.yaml#/Trace" }
      - { name: body, in: body, schema: { $ref: "order.yaml" } }
    responses: { "200": { $ref: "responses.yaml#/Made" } }
upload:
  post:
    operationId: upload
    parameters: [ { name: note, in: formData, type: string } ]
    responses: { "200": { description: OK } }
"#;
    write_files(
        &folder,
        &[
            ("paths.yaml", paths),
            ("parameters.yaml", "Trace: { name: trace, in: header, type: integer }\n"),
            ("order.yaml", "type: object\nproperties: { sku: { type: string, x-nullable: true } }\n"),
            (
                "responses.yaml",
                "Made: { description: Was made, schema: { type: object, properties: { made: { type: string } } } }\n",
            ),
        ],
    )?;
    let root = "swagger: '2.0'\ninfo: { title: Files, version: '1' }\nhost: a.example\nproduces: [application/json]\npaths:\n  \
                /orders: { $ref: 'paths.yaml#/orders' }\n  /upload: { $ref: 'paths.yaml#/upload' }\n";
    let (app, upstream) = start(folder.path(), root).await?;
    let arguments = json!({"trace": 7, "sku": "a"});
    let response = app.post_json("/tools/files/addOrder", &arguments).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!((sent.header("trace"), &*sent.body), ("7", r#"{"sku":"a"}"#));
    let response = app.post_json("/tools/files/addOrder", &json!({"trace": "x", "sku": 1})).send().await?;
    assert_eq!(response.invalid_fields()?, ["/trace", "/sku"], "{}", response.text());
    let response = app.post_json("/tools/files/upload", &json!({"note": "n"})).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(upstream.received_requests().last().map(|request| request.body.clone()), Some("note=n".into()));
    let page = visible_text(&app.get("/files/addOrder/replies").send().await?.text());
    assert!(page.contains("Was made") && page.contains("made"), "{page}");
    assert!(!app.get("/files").send().await?.text().contains("Parts that could not be read"));
    Ok(())
}

#[tokio::test]
async fn schemas_are_found_by_id_anchor_and_dynamic_anchor() -> Result<()> {
    let folder = TempDir::new()?;
    let page = r##"
$id: https://a.example/schemas/page
type: object
properties: { items: { type: array, items: { $dynamicRef: "#item" } }, cursor: { $ref: "#cursor" } }
$defs:
  item: { $dynamicAnchor: item }
  cursor: { $anchor: cursor, type: string, minLength: 3 }
"##;
    write_files(&folder, &[("page.yaml", page)])?;
    let root = r##"
openapi: 3.1.0
info: { title: Files, version: "1" }
paths:
  /pets: { post: { operationId: addPets, requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pets" } } } }, responses: {} } }
  /names: { post: { operationId: addNames, requestBody: { content: { application/json: { schema: {
    $ref: "page.yaml", $defs: { item: { $dynamicAnchor: item, type: string } } } } } }, responses: {} } }
components:
  schemas:
    Pets: { $id: "https://a.example/schemas/pets", $ref: page, $defs: { item: { $dynamicAnchor: item, $ref: "#/components/schemas/Pet" } } }
    Pet: { type: object, properties: { name: { type: string, description: The name of the pet } }, required: [name] }
    Loader: { $ref: "page.yaml" }
"##;
    let (app, upstream) = start(folder.path(), root).await?;
    for (operation, arguments, expected) in [
        ("addPets", json!({"items": [{"name": "Rex"}], "cursor": "abc"}), vec![]),
        ("addPets", json!({"items": [{"name": 1}], "cursor": "a"}), vec!["/items/0/name", "/cursor"]),
        ("addPets", json!({"items": [{}]}), vec!["/items/0/name"]),
        ("addNames", json!({"items": ["Rex"]}), vec![]),
        ("addNames", json!({"items": [1]}), vec!["/items/0"]),
    ] {
        let response = app.post_json(&format!("/tools/files/{operation}"), &arguments).send().await?;
        let invalid = if response.status == 200 { Vec::new() } else { response.invalid_fields()? };
        assert_eq!(invalid, expected, "{operation}, {arguments}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), 2);
    let page = visible_text(&app.get("/files/addPets").send().await?.text());
    assert!(page.contains("The name of the pet"), "{page}");
    assert!(!app.get("/files").send().await?.text().contains("Parts that could not be read"));
    Ok(())
}
