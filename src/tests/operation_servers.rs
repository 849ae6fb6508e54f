//! Tests of servers of operations and of paths, which replace those of the document, and of missing and relative ones.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv, TestResponse, Upstream},
};
use anyhow::Result;
use api_explorer::providers::ProviderSettings;
use serde_json::json;
use url::Url;

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Servers, version: "1" }
servers:
  - url: "https://a.example/{tenant}/{region}"
    variables:
      tenant: { default: unknown, description: your tenant }
      region: { default: eu, enum: [eu, us] }
paths:
  /global: { get: { operationId: ofDocument, responses: {} } }
  /path:
    servers: [ { url: "https://a.example/path-level" } ]
    get: { operationId: ofPath, responses: {} }
  /operation:
    servers: [ { url: "https://a.example/path-level" } ]
    get: { operationId: ofOperation, servers: [ { url: "https://a.example/operation-level/" } ], responses: {} }
"#;

#[tokio::test]
async fn the_servers_of_an_operation_precede_those_of_its_path_and_of_the_document() -> Result<()> {
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![ProviderSettings::new("servers", DOCUMENT.to_owned().into())];
    let app = TestApp::new(settings).await?;
    for (operation, environment, variables, url) in [
        ("ofDocument", "eu", json!({}), "https://a.example/unknown/eu/global"),
        ("ofDocument", "us", json!({"tenant": "acme"}), "https://a.example/acme/us/global"),
        ("ofPath", "server1", json!({}), "https://a.example/path-level/path"),
        ("ofOperation", "server1", json!({}), "https://a.example/operation-level/operation"),
    ] {
        let message = json!({
            "provider": "servers", "operation": operation, "environment": environment, "arguments": {},
            "client": "Shell · curl", "secret_source": "environment", "server_variables": variables,
        });
        let response = app.post_json("/api/snippet", &message).send().await?;
        let code = text(&response.json()?["code"]);
        assert!(code.contains(url), "{operation}: {code} {}", response.text());
    }
    let page = app.get("/servers/ofDocument").send().await?.text();
    assert!(page.contains("https://a.example/{tenant}/eu") && page.contains("your tenant"), "{page}");
    Ok(())
}

/// Calls the operation of a document, with its servers and those of the operation as YAML.
async fn list_orders(base_url: Option<&str>, servers: &str, operation_servers: &str) -> Result<TestResponse> {
    let document = format!(
        "openapi: 3.1.0\ninfo: {{ title: Orders, version: \"1\" }}\n{servers}\n\
         paths: {{ /orders: {{ get: {{ operationId: list, {operation_servers} responses: {{}} }} }} }}"
    );
    let mut provider = ProviderSettings::new("orders", document.into());
    provider.base_url = base_url.map(Url::parse).transpose()?;
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![provider];
    let app = TestApp::new(settings).await?;
    app.post_json("/tools/orders/list", &json!({"args": {}})).send().await
}

#[tokio::test]
async fn a_document_without_usable_servers_is_called_at_the_base_url() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let base_url = format!("{}/gateway", upstream.url);
    let cases = [("", ""), ("servers: []", ""), ("servers: [ { url: /v2 } ]", ""), ("", "servers: [ { url: v3 } ],")];
    for (servers, operation_servers) in cases {
        let response = list_orders(Some(&base_url), servers, operation_servers).await?;
        assert_eq!(response.status, 200, "{servers}{operation_servers}: {}", response.text());
    }
    let paths: Vec<String> = upstream.received_requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/gateway/orders"; 4]);
    Ok(())
}

#[tokio::test]
async fn an_operation_whose_servers_lead_nowhere_does_not_use_those_of_the_document() -> Result<()> {
    let response =
        list_orders(None, "servers: [ { url: \"https://a.example\" } ]", "servers: [ { url: /v3 } ],").await?;
    assert_eq!(response.status, 404);
    assert!(response.text().contains("The document lists no server for this operation."), "{}", response.text());
    Ok(())
}
