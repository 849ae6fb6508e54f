//! Tests of servers of operations and of paths, which replace those of the document.

use crate::{
    snippets::text,
    support::{TestApp, TestEnv},
};
use anyhow::Result;
use api_explorer::providers::ProviderSettings;
use serde_json::json;

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
