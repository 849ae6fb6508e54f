//! Tests of parameters that are the whole query string (`in: querystring` of `OpenAPI` 3.2).

use crate::support::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use serde_json::{Value, json};

fn document() -> Value {
    let text = json!({"type": "string"});
    let object = json!({"type": "object", "required": ["q"], "properties": {
        "q": text, "limit": {"type": "integer"}, "tags": {"type": "array", "items": text},
        "joined": {"type": "array", "items": text}, "near": {"type": "object", "properties": {"city": text}}}});
    let query = |media_type: &str, media: Value| json!({"name": "search", "in": "querystring", "required": true, "content": {media_type: media}});
    let form = json!({"schema": object, "encoding": {"joined": {"explode": false}}});
    let page = json!({"name": "page", "in": "query", "schema": text});
    let operation =
        |name: &str, parameters: Value| json!({"operationId": name, "parameters": parameters, "responses": {}});
    json!({
        "openapi": "3.2.0", "info": {"title": "Search", "version": "1"}, "servers": [{"url": "https://search.example"}],
        "paths": {
            "/form": {"get": operation("form", json!([query("application/x-www-form-urlencoded", form)]))},
            "/json": {"get": operation("json", json!([query("application/json", json!({"schema": object}))]))},
            "/text": {"get": operation("text", json!([query("text/plain", json!({"schema": text}))]))},
            "/both": {"get": operation("both", json!([page, query("text/plain", json!({"schema": text}))]))},
            "/bare": {"get": operation("bare", json!([{"name": "search", "in": "querystring"}]))},
        },
    })
}

async fn start() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("lookup", &document().to_string(), &upstream).await?, upstream))
}

async fn call(app: &TestApp, operation: &str, arguments: &Value) -> Result<TestResponse> {
    app.post_json(&format!("/tools/lookup/{operation}"), &json!({"args": arguments})).send().await
}

#[tokio::test]
async fn a_query_string_is_written_as_its_media_type_says() -> Result<()> {
    let (app, upstream) = start().await?;
    let search = json!({"q": "a b&c=d", "limit": 2, "tags": ["é", "+"], "joined": ["1", "2"], "near": {"city": "X"}});
    let form = "q=a%20b%26c%3Dd&limit=2&tags=%C3%A9&tags=%2B&joined=1,2&near=%7B%22city%22%3A%22X%22%7D";
    for (operation, value, expected) in [
        ("form", &search, form),
        ("json", &json!({"q": "a b"}), "%7B%22q%22%3A%22a%20b%22%7D"),
        ("text", &json!("SELECT a FROM b?c=d"), "SELECT%20a%20FROM%20b%3Fc%3Dd"),
    ] {
        let response = call(&app, operation, &json!({"search": value})).await?;
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        let received = upstream.received_requests().pop();
        assert_eq!(received.and_then(|received| received.query).as_deref(), Some(expected), "{operation}");
    }
    let form = [("environment", "server1"), ("value/search/q", "a"), ("value/search/tags/0", "b"), ("intent", "send")];
    let page = app.post_form("/lookup/form", &form).send().await?.text();
    assert!(page.contains("200 OK"), "{page}");
    let received = upstream.received_requests().pop();
    assert_eq!(received.and_then(|received| received.query).as_deref(), Some("q=a&tags=b"));
    Ok(())
}

#[tokio::test]
async fn a_query_string_is_validated() -> Result<()> {
    let (app, upstream) = start().await?;
    for (operation, arguments, field) in [
        ("form", json!({}), "/search"),
        ("form", json!({"search": null}), "/search"),
        ("form", json!({"search": {"limit": 1}}), "/search/q"),
        ("json", json!({"search": {"q": "a", "limit": "x"}}), "/search/limit"),
        ("text", json!({"search": 1}), "/search"),
    ] {
        let response = call(&app, operation, &arguments).await?;
        assert_eq!(response.invalid_fields()?, [field], "{arguments}: {}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_query_string_beside_other_parameters_of_the_query_is_left_out_and_reported() -> Result<()> {
    let (app, _) = start().await?;
    let page = app.get("/lookup/both").send().await?.text();
    assert!(page.contains("search is a whole query string, but the query has other parameters, too"), "{page}");
    assert!(page.contains("name=\"value/page\"") && !page.contains("name=\"value/search\""), "{page}");
    let page = app.get("/lookup/bare").send().await?.text();
    assert!(page.contains("search is a query string without a media type"), "{page}");
    Ok(())
}

#[tokio::test]
async fn an_sdk_sends_only_a_documented_query_string() -> Result<()> {
    let (app, upstream) = start().await?;
    for (path, sent) in [
        ("form?q=a+b&limit=2", Some("q=a+b&limit=2")),
        ("form?q=a;b", Some("q=a%3Bb")),
        ("form?q=a&admin=1", None),
        ("form?q=a&q=b", None),
        ("form?limit=1", None),
        ("form?q=a&limit=x", None),
        ("form", None),
        ("json?%7B%22q%22:%22a+b%22%7D", Some("%7B%22q%22%3A%22a%2Bb%22%7D")),
        ("json?%7B%22q%22:1%7D", None),
        ("json?%7B%22q%22:%22a%22,%22q%22:%22b%22%7D", None),
        ("json?q=a", None),
        ("text?a=b&c", Some("a%3Db%26c")),
        ("text?%ff", None),
    ] {
        let response = app.get(&format!("/proxy/lookup/{path}")).send().await?;
        let expected = if sent.is_some() { 200 } else { 400 };
        assert_eq!(response.status, expected, "{path}: {}", response.text());
        if sent.is_some() {
            let received = upstream.received_requests().pop();
            assert_eq!(received.and_then(|received| received.query).as_deref(), sent, "{path}");
        }
    }
    Ok(())
}
