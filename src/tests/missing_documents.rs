//! Tests for documents that are unavailable at start: the other providers are served, and these follow once their
//! documents load.

use crate::{
    config::{DOCUMENT, folder, setup},
    support::{OPERATION_PAGE, RESPONSE_TIMEOUT, TestApp, TestStore, Upstream, unused_address, visible_text},
};
use anyhow::{Context, Result};
use api_explorer::server::documents::RetryBackoff;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use sqlx::Row;
use std::{
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// A web server that serves a document, or responds with 503 while it has none.
pub(crate) struct DocumentServer {
    pub(crate) upstream: Upstream,
    document: Arc<Mutex<Option<String>>>,
}

impl DocumentServer {
    pub(crate) async fn start(document: Option<&str>) -> Result<Self> {
        let document = Arc::new(Mutex::new(document.map(str::to_owned)));
        let current_document = document.clone();
        let respond = move || -> Response {
            let current_document = current_document.lock().unwrap_or_else(PoisonError::into_inner).clone();
            current_document
                .map_or_else(|| StatusCode::SERVICE_UNAVAILABLE.into_response(), IntoResponse::into_response)
        };
        Ok(Self { upstream: Upstream::with_responder(respond).await?, document })
    }

    pub(crate) fn set_document(&self, document: Option<&str>) {
        *self.document.lock().unwrap_or_else(PoisonError::into_inner) = document.map(str::to_owned);
    }

    fn toml(&self) -> String {
        provider_toml(&format!("{}/weather.json?token=hush", self.upstream.url))
    }
}

/// Returns the settings of a provider whose document is at this location.
fn provider_toml(document: &str) -> String {
    format!("[[provider]]\nid = \"weather\"\ndocument = \"{document}\"\n")
}

/// Returns a document whose operations need a credential.
fn secured_document() -> String {
    DOCUMENT.replacen("\"paths\"", "\"security\": [{\"basicAuth\": []}], \"paths\"", 1)
}

/// Starts the app with these settings.
async fn start(toml: &str) -> Result<TestApp> {
    setup(&folder(toml)?).start_app().await
}

/// Starts the app with these settings and this store.
async fn start_with_store(store: &TestStore, toml: &str) -> Result<TestApp> {
    store.apply_to(setup(&folder(toml)?)).start_app().await
}

async fn retry(app: &TestApp) {
    app.documents.retry(&app.gateway, &["weather".to_owned()]).await;
}

async fn visible_text_of(app: &TestApp, path: &str) -> Result<String> {
    Ok(visible_text(&app.get(path).send().await?.text()))
}

/// Returns the provider's page while the provider is unavailable.
async fn unavailable_page(app: &TestApp) -> Result<String> {
    let response = app.get("/weather").send().await?;
    assert_eq!(response.status, 503, "{}", response.text());
    Ok(visible_text(&response.text()))
}

#[tokio::test]
async fn other_providers_are_served_and_pages_of_the_unavailable_one_state_the_reason() -> Result<()> {
    let web = DocumentServer::start(None).await?;
    let app = start(&web.toml()).await?;
    for path in ["/weather", "/weather/today", "/weather/today/replies", "/weather/openapi.json", "/weather?group=a"] {
        let response = app.get(path).send().await?;
        assert_eq!(response.status, 503, "{path}");
        let seconds: u32 = response.header("retry-after").parse()?;
        assert!((1..=5).contains(&seconds), "{path}: {seconds}");
        let page = visible_text(&response.text());
        for part in ["weather", "not available", "503 Service Unavailable", "Since", "Next attempt", "UTC"] {
            assert!(page.contains(part), "{part} is missing at {path}: {page}");
        }
        assert!(!response.full_text().contains("hush"), "{path}");
    }
    assert_eq!(app.post_form("/weather/today", &[("place", "Rome")]).send().await?.status, 503);
    assert_eq!(app.get("/weathers").send().await?.status, 404);
    assert!(visible_text_of(&app, "/").await?.contains("weather Not available at the moment"));
    for path in [OPERATION_PAGE, "/stytch", "/search?q=today", "/readyz"] {
        assert_eq!(app.get(path).send().await?.status, 200, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn calls_to_an_unavailable_provider_have_their_own_error_code() -> Result<()> {
    let app = start(&DocumentServer::start(None).await?.toml()).await?;
    let snippet = json!({"provider": "weather", "operation": "today", "environment": "example", "content_type": null,
        "arguments": {}, "client": "curl", "secret_source": ""});
    for response in [
        app.post_json("/tools/weather/today", &json!({"place": "Rome"})).send().await?,
        app.get("/proxy/weather/today?place=Rome").send().await?,
        app.post_json("/api/snippet", &snippet).send().await?,
    ] {
        assert_eq!(response.status_and_code()?, (503, "provider_unavailable".into()));
        assert!(response.header("retry-after").parse::<u32>()? >= 1);
        assert!(response.text().contains("/weather shows the reason") && !response.full_text().contains("hush"));
    }
    Ok(())
}

#[tokio::test]
async fn a_document_that_becomes_available_is_served_without_a_restart() -> Result<()> {
    let (web, provider) = (DocumentServer::start(None).await?, Upstream::succeeding().await?);
    let credential = format!(
        "base_url = \"{}\"\n[provider.credential]\nusername = \"env:U\"\npassword = \"env:P\"\nhosts = [\"127.0.0.1\"]\n",
        provider.url
    );
    let folder = folder(&[web.toml(), credential].concat())?;
    let setup = setup(&folder).set_var("U", "ada").set_var("P", "a-long-password");
    let app = setup
        .set_var("EXPLORER_HOSTS", "explorer.example.com")
        .set_var("EXPLORER_ACCESS", "sign-in")
        .start_app()
        .await?;
    let token = app.access_token(&[], &[]).await?;
    let page = async |path: &str| app.get(path).bearer_token(&token).send().await;
    retry(&app).await;
    assert_eq!(page("/weather").await?.status, 503);
    assert!(!page("/sitemap.xml").await?.text().contains("/weather/today"));
    web.set_document(Some(&secured_document()));
    retry(&app).await;
    for path in ["/weather", "/weather/today", "/weather/openapi.json"] {
        assert_eq!(page(path).await?.status, 200, "{path}");
    }
    assert!(page("/").await?.text().contains("2 operations"));
    assert!(page("/search?q=tomorrow").await?.text().contains("href=\"/weather/tomorrow\""));
    assert!(page("/search?q=create+user").await?.text().contains(&format!("href=\"{OPERATION_PAGE}\"")));
    assert!(page("/sitemap.xml").await?.text().contains("/weather/today"));
    // The operator's credential has now been resolved against the document.
    let call =
        app.post_json("/tools/weather/today", &json!({"args": {"place": "Rome"}})).bearer_token(&token).send().await?;
    assert_eq!(call.status, 200, "{}", call.text());
    assert_eq!(app.get("/proxy/weather/tomorrow").bearer_token(&token).send().await?.status, 200);
    assert_eq!(provider.received_requests().len(), 2);
    assert!(provider.received_requests().iter().all(|received| received.header("authorization").starts_with("Basic ")));
    // The document is no longer requested.
    let request_count = web.upstream.received_requests().len();
    retry(&app).await;
    assert_eq!(web.upstream.received_requests().len(), request_count);
    Ok(())
}

#[tokio::test]
async fn loading_is_retried_until_it_succeeds() -> Result<()> {
    let request_count = Arc::new(Mutex::new(0));
    let web = Upstream::with_responder(move || {
        let mut number = request_count.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        match *number {
            1 => StatusCode::NOT_FOUND.into_response(),
            2 => "not a document".into_response(),
            3 => DOCUMENT[1..].into_response(),
            _ => DOCUMENT.into_response(),
        }
    })
    .await?;
    let no_delay = RetryBackoff { initial_delay: Duration::ZERO, max_delay: Duration::ZERO };
    let app = TestApp::load(setup(&folder(&provider_toml(&web.url))?).to_settings()?, no_delay, false).await?;
    assert!(unavailable_page(&app).await?.contains("404"));
    timeout(RESPONSE_TIMEOUT, app.documents.clone().retry_until_loaded(app.gateway.clone())).await?;
    assert_eq!(app.get("/weather/today").send().await?.status, 200);
    assert_eq!(web.received_requests().len(), 4);
    Ok(())
}

#[tokio::test]
async fn the_reason_for_the_outage_is_shown() -> Result<()> {
    let refused = provider_toml(&format!("http://{}/a.json", unused_address().await?));
    assert!(unavailable_page(&start(&refused).await?).await?.contains("It cannot be reached (Connection refused"));
    let web = DocumentServer::start(Some("hello")).await?;
    assert!(unavailable_page(&start(&web.toml()).await?).await?.contains("is not a valid OpenAPI document"));
    web.set_document(Some(&format!("{DOCUMENT}{}", " ".repeat(1_000_000))));
    let limited = setup(&folder(&web.toml())?).set_var("EXPLORER_DOCUMENT_LIMIT_MB", "1").start_app().await?;
    let page = unavailable_page(&limited).await?;
    assert!(page.contains("larger than 1 MB") && page.contains("EXPLORER_DOCUMENT_LIMIT_MB"), "{page}");
    assert_eq!(start(&web.toml()).await?.get("/weather").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_stored_copy_is_served_after_a_restart_until_the_document_is_available() -> Result<()> {
    let (store, web) = (TestStore::new().await?, DocumentServer::start(Some(DOCUMENT)).await?);
    assert!(
        !visible_text_of(&start_with_store(&store, &web.toml()).await?, "/weather")
            .await?
            .contains("This page uses a copy")
    );
    web.set_document(None);
    let app = start_with_store(&store, &web.toml()).await?;
    assert_eq!(app.get("/weather/today").send().await?.status, 200);
    let page = visible_text_of(&app, "/weather").await?;
    for part in [
        "This page uses the copy of the document that was fetched on",
        "UTC",
        "503 Service Unavailable",
        "Next attempt:",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
    assert!(!page.contains("hush"), "{page}");
    let call = json!({"args": {"place": "Rome"}, "environment": "example"});
    assert_eq!(app.post_json("/tools/weather/today", &call).send().await?.status, 200);
    // A changed document replaces the copy in memory and in the store.
    web.set_document(Some(&DOCUMENT.replace("tomorrow", "yesterday")));
    retry(&app).await;
    let page = visible_text_of(&app, "/weather").await?;
    assert!(!page.contains("This page uses a copy") && page.contains("yesterday"), "{page}");
    assert_eq!(app.get("/weather/tomorrow").send().await?.status, 404);
    web.set_document(None);
    let app = start_with_store(&store, &web.toml()).await?;
    assert!(visible_text_of(&app, "/weather").await?.contains("yesterday"));
    // An unchanged document ends the outage too.
    web.set_document(Some(&DOCUMENT.replace("tomorrow", "yesterday")));
    retry(&app).await;
    assert!(!visible_text_of(&app, "/weather").await?.contains("This page uses a copy"));
    Ok(())
}

#[tokio::test]
async fn a_stored_copy_is_used_only_for_its_url_and_a_configured_provider() -> Result<()> {
    let (store, web) = (TestStore::new().await?, DocumentServer::start(Some(DOCUMENT)).await?);
    start_with_store(&store, &web.toml()).await?;
    let row = sqlx::query("SELECT url, url_sha256 FROM documents").fetch_one(&mut store.connect().await?).await?;
    let (url, digest): (String, String) = (row.try_get("url")?, row.try_get("url_sha256")?);
    assert!(url.ends_with("/weather.json") && digest.len() == 64, "{url} {digest}");
    web.set_document(None);
    for other in [web.toml().replace("hush", "other"), web.toml().replace("weather.json", "other.json")] {
        unavailable_page(&start_with_store(&store, &other).await?).await?;
    }
    assert_eq!(start_with_store(&store, &web.toml()).await?.get("/weather").send().await?.status, 200);
    start_with_store(&store, "").await?;
    unavailable_page(&start_with_store(&store, &web.toml()).await?).await?;
    Ok(())
}

#[tokio::test]
async fn a_callers_credential_remains_valid_after_the_document_changes() -> Result<()> {
    let (store, web) = (TestStore::new().await?, DocumentServer::start(Some(DOCUMENT)).await?);
    let upstream = Upstream::succeeding().await?;
    let toml =
        format!("{}base_url = \"{}\"\n[provider.credential]\nhosts = [\"127.0.0.1\"]\n", web.toml(), upstream.url);
    start_with_store(&store, &toml).await?;
    web.set_document(None);
    let app = start_with_store(&store, &toml).await?;
    let values = json!({"basicAuth/username": "ada", "basicAuth/password": "a-long-password"});
    let saved = app.post_json("/api/credential/save", &json!({"provider": "weather", "values": values})).send().await?;
    let cookie = saved.cookie()?;
    let call = async || app.post_json("/tools/weather/tomorrow", &json!({})).header("cookie", &cookie).send().await;
    assert_eq!(call().await?.status, 200);
    web.set_document(Some(&secured_document()));
    retry(&app).await;
    assert_eq!(call().await?.status, 200);
    let sent = upstream.received_requests();
    assert!(sent.last().is_some_and(|sent| sent.header("authorization").starts_with("Basic ")), "{sent:?}");
    Ok(())
}

#[tokio::test]
async fn settings_that_do_not_match_a_document_at_a_url_make_it_unavailable() -> Result<()> {
    let web = DocumentServer::start(Some(DOCUMENT)).await?;
    let credential = "[provider.credential]\ntoken = \"env:TOKEN\"\nhosts = [\"a.example\"]\n";
    let preset = "[[provider.preset]]\noperation = \"todya\"\ntitle = \"x\"\narguments = {}\n";
    for (rest, expected_message) in [(credential, "match no security scheme"), (preset, "Did you mean \"today\"?")] {
        let start = async |toml: &str| {
            let folder = folder(&[toml, rest].concat())?;
            setup(&folder).set_var("TOKEN", "a-token-of-ours").start_app().await
        };
        let app = start(&web.toml()).await?;
        let page = unavailable_page(&app).await?;
        assert!(page.contains(expected_message) && !page.contains("a-token-of-ours"), "{page}");
        // For a file, the same fault is an invalid setting.
        let refusal = start(&provider_toml("weather.json")).await.err().context("the server started")?;
        assert!(format!("{refusal:#}").contains(expected_message), "{refusal:#}");
    }
    Ok(())
}

#[tokio::test]
async fn an_invalid_document_file_prevents_the_start_only_if_strict() -> Result<()> {
    for document in ["lost.json", "explorer.toml"] {
        let folder = folder(&provider_toml(document))?;
        let app = setup(&folder).start_app().await?;
        let response = app.get("/weather/today").send().await?;
        assert_eq!((response.status.as_u16(), response.header("retry-after")), (503, ""));
        let page = visible_text(&response.text());
        assert!(page.contains(document) && page.contains("None. The operator must correct the document"), "{page}");
        let place = folder.path().to_str().context("a path in UTF-8")?;
        assert!(!response.text().contains(place), "{page}");
        let tool = app.post("/tools/weather/today", "").send().await?;
        assert_eq!(tool.status_and_code()?, (503, "provider_unavailable".into()));
        assert_eq!(app.get(OPERATION_PAGE).send().await?.status, 200);
        let config = folder.path().join("explorer.toml");
        let mut program = Command::new(env!("CARGO_BIN_EXE_api-explorer"));
        let database = format!("sqlite:{}", folder.path().join("explorer.db").display());
        let program = program.env_clear().env("DATABASE_URL", database).arg("--strict").arg("--config").arg(config);
        let output = program.output()?;
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains(document), "{output:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_without_providers_starts_only_if_one_may_become_available() -> Result<()> {
    let only = |document: &str| folder(&format!("[[provider]]\nid = \"stytch\"\ndocument = \"{document}\"\n"));
    let lost = only("lost.json")?;
    let refusal = setup(&lost).start_app().await.err().context("the server started")?.to_string();
    assert!(refusal.contains("no provider can be served") && refusal.contains("lost.json"), "{refusal}");
    let web = DocumentServer::start(None).await?;
    let app = setup(&only(&format!("{}/a.json", web.upstream.url))?).start_app().await?;
    let ready = app.get("/readyz").send().await?;
    assert_eq!((ready.status.as_u16(), ready.text().as_str()), (503, "no provider is loaded\n"));
    assert!(visible_text_of(&app, "/").await?.contains("Not available at the moment"));
    web.set_document(Some(DOCUMENT));
    app.documents.retry(&app.gateway, &["stytch".to_owned()]).await;
    assert_eq!(app.get("/readyz").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn metrics_report_which_providers_are_available() -> Result<()> {
    let web = DocumentServer::start(None).await?;
    let app = setup(&folder(&web.toml())?).set_var("EXPLORER_METRICS", "on").start_app().await?;
    let metrics = async || anyhow::Ok(app.get("/metrics").send().await?.text());
    let before = metrics().await?;
    assert!(before.contains("explorer_provider_available{provider=\"weather\"} 0\n"), "{before}");
    assert!(before.contains("explorer_provider_available{provider=\"stytch\"} 1\n"), "{before}");
    web.set_document(Some(DOCUMENT));
    retry(&app).await;
    assert!(metrics().await?.contains("explorer_provider_available{provider=\"weather\"} 1\n"));
    Ok(())
}
