//! Tests that responses without a body, and bodies of lines and events, are returned as they are.

use crate::support::{TestEnv, Upstream, visible_text};
use anyhow::Result;
use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::{get, head},
};
use serde_json::{Value, json};

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Kinds, version: "1" }
paths:
  /events: { get: { operationId: events, responses: { "200": { description: OK, content: { text/event-stream: {} } } } } }
  /lines: { get: { operationId: lines, responses: { "200": { description: OK, content: { application/x-ndjson: { schema: { type: object } } } } } } }
  /nothing: { get: { operationId: nothing, responses: { "204": { description: Nothing } } } }
  /head: { head: { operationId: headOnly, responses: { "200": { description: OK } } } }
  /moved: { get: { operationId: moved, responses: { "302": { description: Moved } } } }
"#;

const EVENTS: &str = "event: tick\ndata: {\"n\":1}\n\ndata: two\n\n";
const LINES: &str = "{\"n\":1}\n{\"n\":2}\n";

#[tokio::test]
async fn events_lines_and_responses_without_a_body_are_returned() -> Result<()> {
    let routes = Router::new()
        .route("/events", get(|| async { ([(CONTENT_TYPE, "text/event-stream")], EVENTS) }))
        .route("/lines", get(|| async { ([(CONTENT_TYPE, "application/x-ndjson")], LINES) }))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/head", head(|| async { [("x-total", "7")] }))
        .route("/moved", get(|| async { (StatusCode::FOUND, [("location", "https://elsewhere.example/")]) }));
    let upstream = Upstream::start(routes).await?;
    let app = TestEnv::start_app_with_document("kinds", DOCUMENT, &upstream).await?;
    for (operation, status, data) in [
        ("events", 200, json!(EVENTS)),
        ("lines", 200, json!(LINES)),
        ("nothing", 204, Value::Null),
        ("headOnly", 200, Value::Null),
        ("moved", 302, Value::Null),
    ] {
        let response =
            app.post_json(&format!("/tools/kinds/{operation}"), &json!({"args": {}})).send().await?.json()?;
        assert_eq!(
            (&response["meta"]["status"], &response["data"]),
            (&json!(status), &data),
            "{operation}: {response}"
        );
        assert_eq!(response["meta"]["differences"].as_array().map_or(0, Vec::len), 0, "{operation}: {response}");
        let page = app.post_form(&format!("/kinds/{operation}"), &[("intent", "send")]).send().await?.text();
        assert!(visible_text(&page).contains(&status.to_string()), "{operation}: {page}");
    }
    let response = app.post_json("/tools/kinds/headOnly", &json!({"args": {}})).send().await?.json()?;
    assert_eq!(response["meta"]["headers"]["x-total"], "7", "{response}");
    Ok(())
}
