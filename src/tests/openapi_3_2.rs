//! Tests for parts that `OpenAPI` 3.2 added: each is shown, or reported.

use crate::{
    documents_whole::{entry, problems, start_app},
    support::{Upstream, visible_text},
};
use anyhow::{Context, Result};
use serde_json::json;

pub(crate) const TAGS: &str = r#"
openapi: 3.2.0
info: { title: Tags, version: "1" }
servers: [ { url: "https://a.example" } ]
tags:
  - { name: orders, summary: Orders and carts, parent: shop }
  - { name: shop, summary: The shop, description: All about *shopping*. }
  - { name: refunds, parent: orders, kind: nav }
  - { name: beta, kind: badge, summary: In beta }
  - { name: partners, kind: audience }
  - { name: lost, parent: nowhere }
  - { name: circle, parent: circle2 }
  - { name: circle2, parent: circle }
  - { name: under-badge, parent: beta }
  - { name: unused, parent: shop }
paths:
  /orders: { get: { operationId: listOrders, tags: [beta, orders, partners], responses: {} } }
  /refunds: { get: { operationId: listRefunds, tags: [refunds], responses: {} } }
  /labels: { get: { operationId: onlyLabels, tags: [beta], responses: {} } }
  /lost: { get: { operationId: lostTag, tags: [lost, circle, circle2, under-badge], responses: {} } }
"#;

#[test]
fn tags_are_nested_by_parent_and_labels_are_no_groups() -> Result<()> {
    let entry = entry(TAGS)?;
    let groups: Vec<(&str, &str, usize, usize)> = entry
        .document
        .groups
        .iter()
        .map(|group| (group.name.as_str(), group.title.as_str(), group.depth, group.operation_indices.len()))
        .collect();
    let expected = [
        ("shop", "The shop", 0, 0),
        ("orders", "Orders and carts", 1, 1),
        ("refunds", "refunds", 2, 1),
        ("lost", "lost", 0, 1),
        ("circle2", "circle2", 0, 1),
        ("circle", "circle", 1, 1),
        ("under-badge", "under-badge", 0, 1),
        ("Other", "Other", 0, 1),
    ];
    assert_eq!(groups, expected);
    let expected = [
        "tags.lost.parent: \"nowhere\" is not a tag for navigation, so the tag has no parent",
        "tags.circle2.parent: \"circle\" is the tag itself, or below it, so the tag has no parent",
        "tags.under-badge.parent: \"beta\" is not a tag for navigation, so the tag has no parent",
    ];
    assert_eq!(problems(&entry), expected);
    Ok(())
}

#[tokio::test]
async fn pages_show_nested_groups_and_labels() -> Result<()> {
    let app = start_app(TAGS, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole").send().await?.text();
    for part in ["<h3>The shop</h3>", "<h4>Orders and carts ", "<h5>refunds ", "<em>shopping</em>"] {
        assert!(page.replace("<!>", "").contains(part), "{part}: {page}");
    }
    assert!(!visible_text(&page).contains("In beta"), "{page}");
    let page = app.get("/whole/listOrders").send().await?.text();
    let text = visible_text(&page);
    assert!(text.contains("badge: In beta · audience: partners") && text.contains("Orders and carts"), "{text}");
    let group = visible_text(&app.get("/whole?group=shop").send().await?.text());
    assert!(group.contains("Orders and carts") && group.contains("refunds"), "{group}");
    Ok(())
}

const SECURITY: &str = r#"
openapi: 3.2.0
info: { title: Security, version: "1" }
servers: [ { url: "https://a.example" } ]
security: [ { device: [] }, { old: [] } ]
paths: { /a: { get: { operationId: a, responses: {} } } }
components:
  securitySchemes:
    device:
      type: oauth2
      oauth2MetadataUrl: "https://a.example/.well-known/oauth-authorization-server"
      flows:
        deviceAuthorization: { deviceAuthorizationUrl: "https://a.example/device", tokenUrl: "https://a.example/token", scopes: {} }
    old: { type: apiKey, in: header, name: X-Old, deprecated: true }
"#;

#[tokio::test]
async fn device_authorization_and_deprecated_schemes_are_shown() -> Result<()> {
    let app = start_app(SECURITY, &Upstream::succeeding().await?).await?;
    for path in ["/whole", "/whole/a"] {
        let page = visible_text(&app.get(path).send().await?.text());
        for part in [
            "device authorization at https://a.example/device",
            "metadata of OAuth 2.0 at https://a.example/.well-known/oauth-authorization-server",
            "API key in the header X-Old (deprecated)",
        ] {
            assert!(page.contains(part), "{part} at {path}: {page}");
        }
    }
    Ok(())
}

pub(crate) const CONTENT: &str = r##"
openapi: 3.2.0
$self: "https://a.example/api/openapi.yaml"
info: { title: Content, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /events:
    post:
      operationId: sendEvents
      parameters:
        - { name: since, in: query, schema: { type: string }, examples: { one: { dataValue: "2026-01-02", serializedValue: "2026-01-02" } } }
      requestBody:
        content:
          application/json:
            schema: { $ref: "https://a.example/api/openapi.yaml#/components/schemas/Event" }
            examples:
              data: { summary: As data, dataValue: { stamp: data-1 } }
              text: { summary: As text, serializedValue: '{"stamp": "text-1"}' }
              far: { summary: Elsewhere, externalValue: "https://a.example/example.json" }
      responses:
        "200":
          summary: All events
          content:
            application/jsonl: { $ref: "#/components/mediaTypes/Events" }
components:
  mediaTypes:
    Events: { itemSchema: { $ref: "#/components/schemas/Event" } }
  schemas:
    Event: { type: object, properties: { stamp: { type: string, description: When it was } } }
"##;

const MEDIA_TYPES: &str = r##"
openapi: 3.2.0
info: { title: Log, version: "1" }
servers: [ { url: "https://a.example" } ]
webhooks:
  written: { post: { requestBody: { content: { text/plain: {}, application/json: { schema: { $ref: "#/components/schemas/Line" } } } } } }
paths:
  /log:
    get:
      operationId: readLog
      responses:
        "200":
          description: The log
          content:
            application/jsonl: { itemSchema: { $ref: "#/components/schemas/Line" } }
            application/x-ndjson: { itemSchema: { $ref: "#/components/schemas/Line" } }
            text/event-stream: { itemSchema: { type: object, properties: { data: { type: string, description: One event } } } }
components: { schemas: { Line: { type: object, properties: { line: { type: string } } } } }
"##;

#[tokio::test]
async fn every_media_type_of_a_response_and_of_a_webhook_is_shown() -> Result<()> {
    let app = start_app(MEDIA_TYPES, &Upstream::succeeding().await?).await?;
    for (path, parts) in [
        (
            "/whole/readLog/replies",
            ["application/jsonl or application/x-ndjson, list of Line", "text/event-stream", "One event"],
        ),
        ("/whole?webhook=written", ["application/json, Line", "Body text/plain Types", "line"]),
    ] {
        let page = visible_text(&app.get(path).send().await?.text());
        for part in parts {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn items_of_streams_and_examples_of_each_kind_are_shown() -> Result<()> {
    let app = start_app(CONTENT, &Upstream::succeeding().await?).await?;
    let page = app.get("/whole/sendEvents").send().await?.text();
    for part in ["As data", "As text", "2026-01-02"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for (intent, value) in [("example/0", "data-1"), ("example/1", "text-1")] {
        let filled = app.post_form("/whole/sendEvents", &[("intent", intent)]).send().await?.text();
        assert!(filled.contains(&format!("value=\"{value}\"")), "{value}: {filled}");
    }
    let reason = "the example \"far\" is left out: its value is at https://a.example/example.json";
    assert!(visible_text(&page).contains(reason), "{page}");
    assert!(visible_text(&page).contains("200 All events"), "{page}");
    let responses = visible_text(&app.get("/whole/sendEvents/replies").send().await?.text());
    for part in ["200 All events", "application/jsonl, list of Event", "stamp", "When it was"] {
        assert!(responses.contains(part), "{part}: {responses}");
    }
    Ok(())
}

#[test]
fn the_own_uri_of_a_document_is_the_base_of_its_references() -> Result<()> {
    let entry = entry(CONTENT)?;
    let documented = entry.document.operation("sendEvents").context("no operation")?;
    assert!(documented.operation.field("stamp").is_some(), "{:?}", documented.operation);
    Ok(())
}

const PARTS: &str = r#"
openapi: 3.2.0
info: { title: Parts, version: "1" }
servers: [ { url: "https://a.example" } ]
paths:
  /mixed:
    post:
      operationId: sendMixed
      requestBody:
        content:
          multipart/mixed:
            schema: { type: array, prefixItems: [ { type: object }, { type: string } ] }
            prefixEncoding: [ { contentType: application/json }, { contentType: image/png } ]
          multipart/related: { itemSchema: { type: object }, itemEncoding: { contentType: application/json } }
          application/json: { schema: { type: object, properties: { title: { type: string } } } }
      responses:
        "200": { description: OK, content: { multipart/mixed: { itemSchema: {}, itemEncoding: { contentType: image/png } } } }
  /only:
    post:
      operationId: sendOnly
      requestBody: { content: { multipart/mixed: { schema: { type: array, items: {} } } } }
      responses: {}
  /named:
    post:
      operationId: sendNamed
      requestBody:
        content:
          multipart/related:
            schema: { type: object, properties: { text: { type: string }, inner: { type: array, items: {} } } }
            encoding: { inner: { contentType: multipart/mixed, prefixEncoding: [ {} ] } }
      responses: {}
"#;

#[tokio::test]
async fn parts_without_names_are_left_out_and_reported() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(PARTS, &upstream).await?;
    let left_out = |media_type: &str| format!("requestBody: {media_type} is left out: its parts have no names");
    for (operation, reasons) in [
        ("sendMixed", vec![left_out("multipart/mixed"), left_out("multipart/related")]),
        ("sendOnly", vec![left_out("multipart/mixed"), "so no body can be sent".into()]),
        (
            "sendNamed",
            vec![
                "requestBody: multipart/related is not supported, so it is sent as multipart/form-data".into(),
                "requestBody: the encoding of parts within the part inner is not supported".into(),
            ],
        ),
    ] {
        let page = visible_text(&app.get(&format!("/whole/{operation}")).send().await?.text());
        for reason in reasons {
            assert!(page.contains(&reason), "{reason}: {page}");
        }
    }
    let responses = visible_text(&app.get("/whole/sendMixed/replies").send().await?.text());
    let reason = "responses.200: prefixEncoding and itemEncoding of multipart/mixed are not shown";
    assert!(responses.contains(reason), "{responses}");
    // Nothing is sent as one of these media types.
    let call = json!({"args": {"body": [{}, "a"]}, "contentType": "multipart/mixed"});
    assert_eq!(app.post_json("/tools/whole/sendMixed", &call).send().await?.status, 400);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}
