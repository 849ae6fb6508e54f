//! Tests for lists whose positions have schemas of their own (`prefixItems`): on the page, in calls and in SDK requests.

use crate::support::{TestApp, TestEnv, Upstream};
use anyhow::Result;
use serde_json::{Value, json};

/// Starts the app with a document of tuples and an upstream.
async fn tuples() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    let span = json!({"type": "array", "minItems": 2, "items": false,
        "prefixItems": [{"type": "integer"}, {"type": "string", "title": "unit"}]});
    let open = json!({"prefixItems": [{"type": "string"}, {"type": "object", "properties": {"x": {"type": "integer"}}}],
        "items": {"type": "boolean"}});
    let sort = json!({"type": "array", "default": [["made", "desc"]], "items": {"type": "array", "items": false,
        "prefixItems": [{"type": "string", "enum": ["made"]}, {"type": "string", "enum": ["asc", "desc"]}]}});
    let point = json!({"type": "array", "prefixItems": [{"type": "number", "title": "latitude"}, {"type": "number"}]});
    let body = json!({"type": "object", "required": ["span"], "properties": {"span": span, "open": open}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Tuples", "version": "1"}, "servers": [{"url": upstream.url}],
        "paths": {
            "/tuples": {"post": {
                "operationId": "tuples",
                "parameters": [{"name": "point", "in": "query", "explode": false, "schema": point}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
                "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": point}}}}}},
            "/sorted": {"get": {
                "operationId": "sorted",
                "parameters": [{"name": "sort-by", "in": "query", "schema": sort}],
                "responses": {"200": {"description": "ok"}}}},
        },
    });
    Ok((TestEnv::start_app_with_document("tuples", &document.to_string(), &upstream).await?, upstream))
}

async fn post(app: &TestApp, operation: &str, controls: &[(&str, &str)]) -> Result<String> {
    Ok(app.post_form(&format!("/tuples/{operation}"), controls).send().await?.text())
}

fn has_control(html: &str, name: &str) -> bool {
    html.contains(&format!(" name=\"{name}\""))
}

#[tokio::test]
async fn each_position_has_its_own_field() -> Result<()> {
    let (app, _) = tuples().await?;
    let html = app.get("/tuples/tuples").send().await?.text();
    for name in ["value/span/0", "value/span/1", "value/open/0", "value/open/1/x", "value/point/0", "value/point/1"] {
        assert!(has_control(&html, name), "{name}: {html}");
    }
    assert!(html.contains("<label for=\"value/span/0\">Item 1</label>"));
    assert!(html.contains("<label for=\"value/span/1\">unit</label>"));
    assert!(!html.contains("value=\"add/span\"") && html.contains("value=\"add/open\""), "other items");
    let responses = app.get("/tuples/tuples/replies").send().await?.text();
    assert!(responses.contains("<code>latitude</code>"), "{responses}");
    Ok(())
}

#[tokio::test]
async fn the_values_of_positions_are_sent_with_their_types() -> Result<()> {
    let (app, upstream) = tuples().await?;
    let controls = [
        ("environment", "server1"),
        ("intent", "send"),
        ("value/point/0", "1.50"),
        ("value/point/1", "-2"),
        ("value/span/0", "3"),
        ("value/span/1", "days"),
        ("value/open/0", "4"),
        ("value/open/1/x", "5"),
        ("value/open/2", "true"),
        ("value/open/7", "false"),
    ];
    let html = post(&app, "tuples", &controls).await?;
    assert!(html.contains("200 OK"), "{html}");
    let request = upstream.only_request()?;
    assert_eq!(request.query.as_deref(), Some("point=1.50,-2"));
    assert_eq!(request.json()?, json!({"span": [3, "days"], "open": ["4", {"x": 5}, true, false]}));
    Ok(())
}

#[tokio::test]
async fn a_missing_or_wrong_position_is_reported_at_its_field() -> Result<()> {
    let (app, upstream) = tuples().await?;
    let start = [("environment", "server1"), ("intent", "send")];
    for (controls, problem, message) in [
        ([("value/span/0", ""), ("value/span/1", "days")], "/span/0", "Enter a value: a later one is set."),
        ([("value/span/0", "x"), ("value/span/1", "days")], "/span/0", "Must be a whole number"),
        ([("value/span/0", "3"), ("value/span/1", "")], "/span", "At least 2 items; there are 1."),
    ] {
        let html = post(&app, "tuples", &[&start[..], &controls[..]].concat()).await?;
        let (_, rest) = html.split_once(&format!("data-problem=\"{problem}\"")).unwrap_or_default();
        let shown = rest.split('<').next().unwrap_or_default();
        assert!(shown.contains(message), "{controls:?}: {shown}");
    }
    for (span, field) in [
        (json!(["3", "days"]), "/span/0"),
        (json!([3, 4]), "/span/1"),
        (json!([3, "days", true]), "/span"),
        (json!([3]), "/span"),
    ] {
        let response = app.post_json("/tools/tuples/tuples", &json!({"span": span})).send().await?;
        assert_eq!(response.status, 400, "{span}: {}", response.text());
        assert_eq!(response.invalid_fields()?, [field], "{span}");
        let response = app.request_with_body("POST", "/proxy/tuples/tuples", json!({"span": span}).to_string());
        let response = response.header("content-type", "application/json").send().await?;
        assert_eq!(response.status, 400, "{span}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn positions_can_be_null_or_any_json_and_are_restored() -> Result<()> {
    let (app, _) = tuples().await?;
    let arguments = json!({"span": [3, "days"], "open": ["", {"x": 5}, true]}).to_string();
    let controls = [("view", "json"), ("arguments", arguments.as_str()), ("intent", "view")];
    let html = post(&app, "tuples", &controls).await?;
    for (name, value) in [("value/span/0", "3"), ("value/span/1", "days"), ("value/open/1/x", "5")] {
        let control = html.split('<').find(|tag| tag.contains(&format!(" name=\"{name}\""))).unwrap_or_default();
        assert!(control.contains(&format!("value=\"{value}\"")), "{name}: {control}");
    }
    let json = html.split('<').find(|tag| tag.contains(" name=\"json/open/0\"")).unwrap_or_default();
    assert!(json.ends_with("&quot;&quot;") || json.ends_with("\"\""), "{json}");
    assert!(has_control(&html, "value/open/2") && !has_control(&html, "value/open/3"));
    Ok(())
}

#[tokio::test]
async fn a_default_of_nested_tuples_is_filled_in_and_rows_are_added_after_positions() -> Result<()> {
    let (app, _) = tuples().await?;
    let html = post(&app, "sorted", &[("intent", "take/sort-by")]).await?;
    for name in ["value/sort-by/0/0", "value/sort-by/0/1"] {
        assert!(has_control(&html, name), "{name}: {html}");
    }
    assert!(html.contains("<option value=\"desc\" selected"), "{html}");
    let html = post(&app, "tuples", &[("at/open/0", ""), ("at/open/1", ""), ("intent", "add/open")]).await?;
    assert!(has_control(&html, "value/open/2"), "{html}");
    assert_eq!(html.matches(" data-row=\"/open/").count(), 1, "one row");
    Ok(())
}

#[tokio::test]
async fn a_tuple_in_a_call_without_a_form_is_checked_by_position() -> Result<()> {
    let (app, upstream) = tuples().await?;
    let arguments = json!({"point": [1, 2], "span": [3, "days"], "open": ["a", {"x": 1}]});
    let response = app.post_json("/tools/tuples/tuples", &arguments).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let body: Value = upstream.only_request()?.json()?;
    assert_eq!(body, json!({"span": [3, "days"], "open": ["a", {"x": 1}]}));
    Ok(())
}
