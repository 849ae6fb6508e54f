//! Tests that no call goes to an address inside the operator's network that a document names, in any notation.

use crate::support::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use api_explorer::{model::provider::Environment, providers::ProviderSettings};
use serde_json::json;

/// Calls an unauthenticated operation of a provider whose document names this server.
async fn call(server: &str, configure: impl FnOnce(&mut ProviderSettings)) -> Result<TestResponse> {
    let document =
        json!({"openapi": "3.1.0", "servers": [{"url": server}], "paths": {"/a": {"get": {"operationId": "a"}}}});
    let mut provider = ProviderSettings::new("one", document.to_string().into());
    configure(&mut provider);
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![provider];
    TestApp::new(settings).await?.post_json("/tools/one/a", &json!({})).send().await
}

#[tokio::test]
async fn private_addresses_that_only_a_document_names_receive_no_calls() -> Result<()> {
    for host in [
        "localhost",
        "127.0.0.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00:ec2::254]",
    ] {
        let response = call(&format!("https://{host}"), |_| {}).await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{host}: {}", response.text());
        assert!(response.text().contains("public Internet"), "{host}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn private_addresses_in_the_settings_receive_calls() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let by_name = upstream.url.replace("127.0.0.1", "localhost");
    for url in [&upstream.url, &by_name] {
        let server = Environment::new("own", url.clone());
        let response = call("https://elsewhere.example", |provider| provider.servers = vec![server]).await?;
        assert_eq!(response.status, 200, "{url}: {}", response.text());
        let base = url.parse()?;
        let response = call("https://elsewhere.example", |provider| provider.base_url = Some(base)).await?;
        assert_eq!(response.status, 200, "{url}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), 4);
    Ok(())
}
