//! Tests of texts that contain JSON (`contentMediaType`, `contentSchema`), and of parameters that can be empty.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use serde_json::{Value, json};

async fn start(operation: &Value) -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Texts", "version": "1"}, "servers": [{"url": "https://texts.example"}],
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": {"Limits": {"type": "object", "required": ["max"], "properties": {
            "max": {"type": "integer", "maximum": 10}, "tags": {"type": "array", "items": {"type": "string"}}}}}},
    });
    Ok((TestEnv::start_app_with_document("texts", &document.to_string(), &upstream).await?, upstream))
}

async fn call(app: &TestApp, arguments: &Value) -> Result<TestResponse> {
    app.post_json("/tools/texts/create", &json!({"args": arguments})).send().await
}

#[tokio::test]
async fn json_within_a_text_is_validated_and_sent_as_the_text() -> Result<()> {
    let limits = json!({"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/Limits"}});
    let free = json!({"type": "string", "contentMediaType": "application/vnd.a+json"});
    let other = json!({"type": "string", "contentMediaType": "text/css"});
    let encoded = json!({"type": "string", "contentMediaType": "application/json", "contentEncoding": "base64"});
    let properties = json!({
        "limits": limits, "free": free, "other": other, "encoded": encoded, "list": {"type": "array", "items": limits},
    });
    let body = json!({"application/json": {"schema": {"type": "object", "properties": properties}}});
    let query = json!({"name": "filter", "in": "query", "schema": limits});
    let (app, upstream) = start(&json!({
        "operationId": "create", "parameters": [query], "requestBody": {"content": body}, "responses": {},
    }))
    .await?;
    for (arguments, field, message) in [
        (json!({"limits": "{\"max\": 11}"}), "/limits", "In its JSON, at /max: Must be 10 or less."),
        (json!({"limits": "{\"max\": 1, \"tags\": [2]}"}), "/limits", "at /tags/0: Must be text"),
        (json!({"limits": "{}"}), "/limits", "at /max: This field is required."),
        (json!({"limits": "[]"}), "/limits", "In its JSON: Must be an object"),
        (json!({"limits": "{\"max\": }"}), "/limits", "invalid at character 9"),
        (json!({"limits": {"max": 1}}), "/limits", "Must be text"),
        (json!({"free": "plain"}), "/free", "Must contain JSON"),
        (json!({"list": ["{\"max\": 1}", "{\"max\": 12}"]}), "/list/1", "at /max"),
        (json!({"filter": "{\"max\": 11}"}), "/filter", "at /max"),
    ] {
        let response = call(&app, &arguments).await?;
        assert_eq!(response.invalid_fields()?, [field], "{arguments}: {}", response.text());
        assert!(response.text().contains(message), "{arguments}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    let arguments = json!({
        "limits": "{ \"max\": 10 }", "free": "[1]", "other": "a {}", "encoded": "e30=", "filter": "{\"max\": 1}",
    });
    let response = call(&app, &arguments).await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let received = upstream.only_request()?;
    assert_eq!(received.query.as_deref(), Some("filter=%7B%22max%22%3A%201%7D"));
    let sent: Value = serde_json::from_str(&received.body)?;
    assert_eq!((&sent["limits"], &sent["encoded"]), (&json!("{ \"max\": 10 }"), &json!("e30=")));
    Ok(())
}

#[tokio::test]
async fn a_parameter_can_be_empty_only_if_the_document_says_so() -> Result<()> {
    let parameter = |name: &str, allows_empty: bool| json!({"name": name, "in": "query", "schema": {"type": "integer"}, "allowEmptyValue": allows_empty});
    let (app, upstream) = start(&json!({
        "operationId": "create", "parameters": [parameter("verbose", true), parameter("page", false)], "responses": {},
    }))
    .await?;
    let response = call(&app, &json!({"page": ""})).await?;
    assert_eq!(response.invalid_fields()?, ["/page"]);
    let response = call(&app, &json!({"verbose": "a"})).await?;
    assert_eq!(response.invalid_fields()?, ["/verbose"]);
    let response = call(&app, &json!({"verbose": null})).await?;
    assert_eq!(response.invalid_fields()?, ["/verbose"]);
    assert!(upstream.received_requests().is_empty());
    assert_eq!(call(&app, &json!({"verbose": "", "page": 2})).await?.status, 200);
    let page = app.get("/texts/create").send().await?.text();
    assert!(page.contains("value=\"json/verbose\"") && !page.contains("value=\"json/page\""), "{page}");
    let form = [("environment", "server1"), ("as/verbose", "json"), ("json/verbose", "\"\""), ("intent", "send")];
    let page = app.post_form("/texts/create", &form).send().await?.text();
    assert!(page.contains("200 OK"), "{page}");
    let received: Vec<_> = upstream.received_requests().into_iter().map(|received| received.query).collect();
    assert_eq!(received, [Some("verbose=&page=2".to_owned()), Some("verbose=".to_owned())]);
    Ok(())
}
