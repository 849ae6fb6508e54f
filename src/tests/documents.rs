//! Tests that documents are not trusted: no document can break its page, and the resources that it uses are limited.

use crate::support::{CALLER_PROJECT, TestApp, TestEnv, Upstream};
use anyhow::Result;
use api_explorer::providers;
use serde_json::{Value, json};

const MARKUP: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a> \
                      [y](javascript:alert(1)) [z](data:text/html,x) [good](https://good.example/)";

async fn app(document: &Value, upstream: Option<&Upstream>) -> Result<TestApp> {
    let mut settings = TestEnv::new().with_operator_credential().to_settings()?;
    let base_url = upstream.map(|upstream| upstream.url.parse()).transpose()?;
    let mut provider = providers::stytch_settings(base_url);
    provider.document = document.to_string().into();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

fn document(operation: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "security": [{"basicAuth": []}],
        "paths": {"/things": {"post": operation}},
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    })
}

#[tokio::test]
async fn markup_in_a_document_stays_text() -> Result<()> {
    let mut hostile = document(&json!({
        "operationId": "thing",
        "summary": MARKUP,
        "description": MARKUP,
        "tags": [MARKUP],
        "externalDocs": {"url": "javascript:alert(1)"},
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
            MARKUP: {"type": "string", "description": MARKUP, "pattern": MARKUP},
            "choice": {"enum": [MARKUP]},
        }}}}},
    }));
    hostile["info"]["title"] = json!(MARKUP);
    hostile["x-sdks"] = json!({"methods": {MARKUP: {"thing": MARKUP}, "one": {"thing": "things.create"}}, "sdks": [
        {"id": "a", "printer": "node", "language": MARKUP, "title": "a", "install": "a", "file": "a", "run": "a"},
        {"id": "b", "printer": "node", "language": "a", "title": "a", "install": "a", "file": "a", "run": "a",
            "package": MARKUP, "clients": {"one": MARKUP}},
    ]});
    hostile["info"]["description"] = json!(MARKUP);
    hostile["externalDocs"] = json!({"url": "javascript:alert(1)"});
    hostile["components"]["securitySchemes"]["basicAuth"]["description"] = json!(MARKUP);
    hostile["components"]["securitySchemes"][MARKUP] = json!({"type": "apiKey", "in": "query", "name": MARKUP});
    hostile["components"]["securitySchemes"]["odd"] = json!({"type": MARKUP, "description": MARKUP});
    hostile["security"] = json!([{"basicAuth": []}, {MARKUP: [MARKUP], "odd": []}, {"missing": []}]);
    hostile["tags"] = json!([{"name": MARKUP, "description": MARKUP, "externalDocs": {"url": "data:text/html,x"}}]);
    let app = app(&hostile, None).await?;
    for path in ["/", "/search?q=thing", "/stytch", "/stytch/thing"] {
        let response = app.get(path).send().await?;
        assert_eq!(response.status, 200, "{path}");
        let html = response.text();
        for bad in ["<script>alert", "<img src=x", "href=\"javascript:", "<a href='javascript", "href=\"data:"] {
            assert!(!html.contains(bad), "{bad} in {path}: {html}");
        }
    }
    assert!(app.get("/stytch/thing").send().await?.text().contains("href=\"https://good.example/\""));
    Ok(())
}

#[tokio::test]
async fn references_are_never_fetched_and_may_be_circular() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let remote = format!("{}/schema.json", upstream.url);
    let mut circular = document(&json!({
        "operationId": "thing",
        "parameters": [{"$ref": "#/components/parameters/A"}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
            "tree": {"$ref": "#/components/schemas/Tree"},
            "loop": {"$ref": "#/components/schemas/Loop"},
            "remote": {"$ref": remote},
            "file": {"$ref": "file:///etc/passwd"},
        }}}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}},
    }));
    circular["components"] = json!({
        "securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}},
        "parameters": {"A": {"$ref": "#/components/parameters/B"}, "B": {"name": "b", "in": "query", "schema": {"type": "string"}}},
        "schemas": {
            "Tree": {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Tree"}, "right": {"$ref": "#/components/schemas/Tree"}}},
            "Loop": {"$ref": "#/components/schemas/Loop"},
        },
    });
    let response = app(&circular, Some(&upstream)).await?.get("/stytch/thing").send().await?;
    assert_eq!(response.status, 200);
    assert!(!response.text().contains("root:"));
    assert!(response.body.len() < 2_000_000, "{} bytes", response.body.len());
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn headers_that_authenticate_or_route_cannot_be_arguments() -> Result<()> {
    for name in [
        "Authorization",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "X-Forwarded-For",
        "Proxy-Authorization",
    ] {
        let upstream = Upstream::succeeding().await?;
        let parameter = json!({"name": name, "in": "header", "schema": {"type": "string"}});
        let app = app(&document(&json!({"operationId": "thing", "parameters": [parameter]})), Some(&upstream)).await?;
        let response = app.post_json("/tools/stytch/thing", &json!({name: "1"})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{name}");
        assert!(upstream.received_requests().is_empty(), "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn header_values_cannot_break_out_into_other_headers() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let parameter = json!({"name": "X-Note", "in": "header", "schema": {"type": "string"}});
    let app = app(&document(&json!({"operationId": "thing", "parameters": [parameter]})), Some(&upstream)).await?;
    for value in ["a\r\nx-evil: 1", "a\nb", "a\u{0}b"] {
        let response = app.post_json("/tools/stytch/thing", &json!({"X-Note": value})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{value:?}");
    }
    assert!(upstream.received_requests().is_empty());
    assert_eq!(app.post_json("/tools/stytch/thing", &json!({"X-Note": "a b"})).send().await?.status, 200);
    assert_eq!(upstream.only_request()?.header("x-note"), "a b");
    Ok(())
}

#[tokio::test]
async fn query_and_cookie_values_cannot_add_parameters() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let parameter = |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
    let parameters = json!([parameter("q", "query"), parameter("c", "cookie"), parameter("n", "query")]);
    let app = app(&document(&json!({"operationId": "thing", "parameters": parameters})), Some(&upstream)).await?;
    let arguments = json!({"q": "a&admin=1#x", "c": "a; b=c", "n": CALLER_PROJECT});
    assert_eq!(app.post_json("/tools/stytch/thing", &arguments).send().await?.status, 200);
    let sent = upstream.only_request()?;
    assert_eq!(sent.query, Some(format!("q=a%26admin%3D1%23x&n={CALLER_PROJECT}")));
    assert_eq!(sent.header("cookie"), "c=a%3B%20b%3Dc");
    Ok(())
}
