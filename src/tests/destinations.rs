//! Tests that a credential is sent only to the hosts that its settings list, over verified TLS.

use crate::support::{
    OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, Upstream, basic_authorization,
};
use anyhow::{Context, Result};
use api_explorer::providers;
use axum::{
    Router,
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::{ServerConfig, ServerConnection, crypto::ring, pki_types::PrivateKeyDer};
use serde_json::{Value, json};
use std::{
    io::Read,
    net::TcpListener,
    process::Command,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

/// A self-signed certificate for 127.0.0.1, and its key. Made for this test.
const CERTIFICATE: &str = "MIIBjjCCATOgAwIBAgIUSZkvMKcUDv2VYw8pKSDj/9ZdTI0wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2\
    MTEyMzE0MjU0MVoYDzIxMjYxMDMwMTQyNTQxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\
    AASE5gtcat18elzzaziSlCVsRJioYvIQm1dTS5sk78L3Pwqa1dIAjIclogiIRWbg7JXESNf5X23LWDBhp3PTVS+6o2EwXzAdBgNV\
    HQ4EFgQUIqWA+uakSz7mZdsiZCDORuc3oVMwHwYDVR0jBBgwFoAUIqWA+uakSz7mZdsiZCDORuc3oVMwDwYDVR0RBAgwBocEfwAA\
    ATAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0kAMEYCIQDkWsLnE9TLJNBnpJ3QwZYSyk4ELjMtkcvJsqGv9+fkSQIhALaaeQdQ\
    rLxcD6bc1MKuMHYGRZhoW8QODJiqMRueOmzH";
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXGdjU0U3PRX3hTkYhvmC02wAlyBchxR1dvrTLRcQrlShRANCAASE\
    5gtcat18elzzaziSlCVsRJioYvIQm1dTS5sk78L3Pwqa1dIAjIclogiIRWbg7JXESNf5X23LWDBhp3PTVS+6";

/// Environment variable that makes the test binary act as the child process of the proxy test and make a call.
const CALL_URL_VARIABLE: &str = "API_EXPLORER_TEST_CALL_TO";

/// Starts the app with Stytch, a document that names another server, and the hosts that its credential may be sent to.
async fn app_with_server(server: &str, hosts: &[&str]) -> Result<TestApp> {
    let mut settings = TestEnv::new().with_operator_credential().to_settings()?;
    let mut provider = providers::stytch_settings(None);
    let text = provider.document.read(provider.document_limit_mb)?.replace("https://test.stytch.com", server);
    provider.document = text.into();
    provider.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

#[tokio::test]
async fn a_server_that_only_the_document_names_receives_no_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let port = upstream.url.rsplit(':').next().unwrap_or_default();
    for server in [
        upstream.url.clone(),
        format!("https://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://test.stytch.com@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}/test.stytch.com"),
    ] {
        let app = app_with_server(&server, &["test.stytch.com", "api.stytch.com"]).await?;
        let response = app.post(OPERATION_TOOL, "").send().await?;
        assert!(matches!(response.status.as_u16(), 400 | 403), "{server}: {}", response.status);
        assert!(!response.full_text().contains(OPERATOR_SECRET));
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_listed_host_receives_no_credential_without_tls_or_at_another_port() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let encrypted = upstream.url.replace("http:", "https:");
    for server in [upstream.url.clone(), encrypted] {
        let response = app_with_server(&server, &["127.0.0.1"]).await?.post(OPERATION_TOOL, "").send().await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{server}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_document_without_servers_cannot_be_called() -> Result<()> {
    let mut settings = TestEnv::new().with_operator_credential().to_settings()?;
    let mut provider = providers::stytch_settings(None);
    let mut document: Value = serde_json::from_str(&provider.document.read(provider.document_limit_mb)?)?;
    document["servers"].take();
    provider.document = document.to_string().into();
    settings.providers = vec![provider];
    let response = TestApp::new(settings).await?.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.status_and_code()?, (404, "not_found".into()));
    Ok(())
}

#[tokio::test]
async fn the_operators_base_url_receives_all_calls_under_its_path() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    for base in [format!("{}/private/stytch", upstream.url), format!("{}/private/stytch/", upstream.url)] {
        let app = TestEnv::new().with_operator_credential().with_base_url(&base).start_app().await?;
        let response = app.post_json("/tools/stytch/apiUserV1Get", &json!({"user_id": "user-1"})).send().await?;
        assert_eq!(response.status, 200, "{base}: {}", response.text());
    }
    let paths: Vec<String> = upstream.received_requests().into_iter().map(|sent| sent.path).collect();
    assert_eq!(paths, ["/private/stytch/v1/users/user-1"; 2]);
    Ok(())
}

#[tokio::test]
async fn no_page_contains_the_operators_base_url() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let base = format!("{}/private", upstream.url);
    let app = TestEnv::new().with_operator_credential().with_base_url(&base).start_app().await?;
    let form = app.post_form("/stytch/apiUserV1Create", &[("environment", "test"), ("intent", "send")]);
    for request in [app.get("/stytch"), app.get("/stytch/apiUserV1Create"), app.get("/stytch/openapi.json"), form] {
        assert!(!request.send().await?.full_text().contains(&upstream.url));
    }
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn redirects_are_returned_and_not_followed() -> Result<()> {
    let attacker = Upstream::succeeding().await?;
    for status in [301, 302, 303, 307, 308] {
        let (status, location) = (StatusCode::from_u16(status)?, format!("{}/v1/users", attacker.url));
        let upstream =
            Upstream::with_responder(move || (status, [(LOCATION, location.clone())]).into_response()).await?;
        let response = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?;
        assert_eq!((response.status, response.header("location")), (status, ""));
        let json = response.json()?;
        assert!(json["error"].is_string() && json["meta"]["status"] == status.as_u16(), "{json}");
        assert_eq!(upstream.received_requests().len(), 1);
    }
    assert!(attacker.received_requests().is_empty());
    Ok(())
}

/// Accepts one connection and passes it to a function, within the time limit of a test.
fn listen_once(
    serve: impl FnOnce(std::net::TcpStream) -> Vec<u8> + Send + 'static,
) -> Result<(String, JoinHandle<Vec<u8>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("https://{}", listener.local_addr()?);
    let server_thread = thread::spawn(move || {
        let Ok((stream, _)) = listener.accept() else { return Vec::new() };
        match stream.set_read_timeout(Some(Duration::from_secs(5))) {
            Ok(()) => serve(stream),
            Err(_) => Vec::new(),
        }
    });
    Ok((url, server_thread))
}

#[tokio::test]
async fn a_server_with_an_untrusted_certificate_receives_nothing() -> Result<()> {
    let key = PrivateKeyDer::try_from(BASE64_STANDARD.decode(KEY)?).ok().context("the key cannot be read")?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![BASE64_STANDARD.decode(CERTIFICATE)?.into()], key)?;
    let mut connection = ServerConnection::new(Arc::new(config))?;
    let (url, server_thread) = listen_once(move |mut stream| {
        let mut read = Vec::new();
        while connection.complete_io(&mut stream).is_ok_and(|(bytes, _)| bytes > 0) {
            let _ = connection.reader().read_to_end(&mut read);
        }
        read
    })?;
    let response = TestEnv::new()
        .with_operator_credential()
        .with_base_url(&url)
        .start_app()
        .await?
        .post(OPERATION_TOOL, "")
        .send()
        .await?;
    assert_eq!(response.status_and_code()?, (502, "tls".into()), "{}", response.text());
    let read = server_thread.join().ok().context("the server failed")?;
    assert!(read.is_empty(), "the server received {}", String::from_utf8_lossy(&read));
    Ok(())
}

#[tokio::test]
async fn a_server_without_tls_receives_no_plaintext() -> Result<()> {
    let (url, server_thread) = listen_once(|mut stream| {
        let mut read = vec![0; 100_000];
        let length = stream.read(&mut read).unwrap_or_default();
        read.truncate(length);
        let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        read
    })?;
    let response = TestEnv::new()
        .with_operator_credential()
        .with_base_url(&url)
        .start_app()
        .await?
        .post(OPERATION_TOOL, "")
        .send()
        .await?;
    assert_eq!(response.status, 502, "{}", response.text());
    let read = String::from_utf8_lossy(&server_thread.join().ok().context("the server failed")?).into_owned();
    assert!(
        !read.contains("HTTP/1.1") && !read.contains(&basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)),
        "{read}"
    );
    Ok(())
}

/// Runs the test binary again, with proxies in the environment, to make one call.
#[tokio::test]
async fn proxies_of_the_environment_are_not_used() -> Result<()> {
    if let Ok(url) = std::env::var(CALL_URL_VARIABLE) {
        let response = TestEnv::new()
            .with_operator_credential()
            .with_base_url(&url)
            .start_app()
            .await?
            .post(OPERATION_TOOL, "")
            .send()
            .await?;
        assert_eq!(response.status, 200, "{}", response.text());
        return Ok(());
    }
    let (upstream, proxy) = (Upstream::succeeding().await?, Upstream::start(Router::new()).await?);
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["--exact", "destinations::proxies_of_the_environment_are_not_used"])
        .env(CALL_URL_VARIABLE, &upstream.url);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, &proxy.url);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((upstream.received_requests().len(), proxy.received_requests().len()), (1, 0));
    Ok(())
}
