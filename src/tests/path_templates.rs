//! Tests of paths with several parameters in one segment, text after a parameter, and styles of their own.

use crate::support::{TestEnv, Upstream};
use anyhow::{Context, Result};
use serde_json::json;

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: { title: Templates, version: "1" }
paths:
  /reports/{year}-{month}.{format}:
    get:
      operationId: report
      parameters:
        - { name: year, in: path, required: true, schema: { type: integer } }
        - { name: month, in: path, required: true, schema: { type: string } }
        - { name: format, in: path, required: true, schema: { type: string, enum: [csv, pdf] } }
      responses: {}
  /jobs/{name}:cancel:
    post: { operationId: cancelJob, parameters: [ { $ref: "#/components/parameters/Name" } ], responses: {} }
  /docs/{name}/:
    get: { operationId: doc, parameters: [ { $ref: "#/components/parameters/Name" } ], responses: {} }
  /styles/{points}/{labels}/{pairs}:
    get:
      operationId: styles
      parameters:
        - { name: points, in: path, required: true, style: matrix, explode: true, schema: { type: array, items: { type: string } } }
        - { name: labels, in: path, required: true, style: label, explode: false, schema: { type: array, items: { type: string } } }
        - { name: pairs, in: path, required: true, explode: true, schema: { type: object, additionalProperties: { type: string } } }
      responses: {}
components:
  parameters: { Name: { name: name, in: path, required: true, schema: { type: string } } }
"##;

#[tokio::test]
async fn each_expression_of_a_path_is_replaced_where_it_stands() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::start_app_with_document("templates", DOCUMENT, &upstream).await?;
    for (operation, arguments, path) in [
        ("report", json!({"year": 2024, "month": "06", "format": "csv"}), "/reports/2024-06.csv"),
        ("report", json!({"year": 1, "month": "a.b-c", "format": "pdf"}), "/reports/1-a.b-c.pdf"),
        ("cancelJob", json!({"name": "a b"}), "/jobs/a%20b:cancel"),
        ("cancelJob", json!({"name": "50%"}), "/jobs/50%25:cancel"),
        ("doc", json!({"name": "10.1000/x?y#z"}), "/docs/10.1000%2Fx%3Fy%23z/"),
        (
            "styles",
            json!({"points": ["a", "b"], "labels": ["c", "d"], "pairs": {"k": "v", "l": "w"}}),
            "/styles/;points=a;points=b/.c,d/k=v,l=w",
        ),
    ] {
        let response =
            app.post_json(&format!("/tools/templates/{operation}"), &json!({ "args": arguments })).send().await?;
        assert_eq!(response.status, 200, "{operation} {arguments}: {}", response.text());
        assert_eq!(upstream.received_requests().pop().context("nothing was sent")?.path, path);
    }
    // A slash that is encoded twice could end a segment at a server that decodes twice.
    let response = app.post_json("/tools/templates/doc", &json!({"args": {"name": "a%2Fb"}})).send().await?;
    assert_eq!(response.invalid_fields()?, ["/name"]);
    Ok(())
}
