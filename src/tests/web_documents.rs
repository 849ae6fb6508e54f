//! Tests for documents on the web that refer to other files: files at or below the document's path are fetched with it,
//! and no others.

use crate::{
    config::setup,
    support::{TestApp, TestStore, Upstream, visible_text},
};
use anyhow::Result;
use api_explorer::cli::check::check_settings;
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

const ORDERS: &str = r#"
post:
  operationId: addOrder
  requestBody: { content: { application/json: { schema: { $ref: "../schemas/order%20form.yaml" } } } }
  responses: { default: { $ref: "../errors.yaml#/Problem" } }
"#;
const ORDER: &str =
    "type: object\nproperties: { sku: { type: string }, back: { $ref: '../root.yaml#/components/schemas/Own' } }\n";
const ERRORS: &str = "Problem: { description: A problem with the order }\n";

/// Returns the text of a document whose path items are these references.
fn document(references: &[&str]) -> String {
    let paths =
        references.iter().enumerate().map(|(index, reference)| format!("  /p{index}: {{ $ref: {reference:?} }}\n"));
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Files, version: '1' }}\nservers: [{{ url: 'https://a.example' }}]\npaths:\n{}  /ok: {{ get: {{ \
         operationId: ok, responses: {{}} }} }}\ncomponents: {{ schemas: {{ Own: {{ type: integer }} }} }}\n",
        paths.collect::<String>()
    )
}

/// A web server with files that a test can replace.
#[derive(Clone, Default)]
struct Files(Arc<Mutex<Vec<(String, u16, String)>>>);

impl Files {
    fn set(&self, path: &str, status: u16, text: &str) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|(existing, ..)| existing != path);
        files.push((path.to_owned(), status, text.to_owned()));
    }

    fn respond(&self, path: &str) -> Response {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.iter().find(|(existing, ..)| existing == path);
        file.map_or_else(
            || StatusCode::NOT_FOUND.into_response(),
            |(_, status, text)| {
                let status = StatusCode::from_u16(*status).unwrap_or_default();
                (status, [("location", "/docs/moved.yaml")], text.clone()).into_response()
            },
        )
    }

    async fn serve(&self) -> Result<Upstream> {
        let files = self.clone();
        let handler = get(move |uri: axum::http::Uri| async move { files.respond(uri.path()) });
        Upstream::start(Router::new().fallback(handler)).await
    }
}

fn folder(web: &Upstream) -> Result<TempDir> {
    let folder = TempDir::new()?;
    let toml = format!("[[provider]]\nid = \"files\"\ndocument = \"{}/docs/root.yaml?token=hush\"\n", web.url);
    fs::write(folder.path().join("explorer.toml"), toml)?;
    Ok(folder)
}

async fn start(web: &Upstream) -> Result<TestApp> {
    setup(&folder(web)?).start_app().await
}

#[tokio::test]
async fn files_below_the_path_of_a_document_are_fetched_with_it() -> Result<()> {
    let files = Files::default();
    files.set("/docs/root.yaml", 200, &document(&["paths/orders.yaml"]));
    files.set("/docs/paths/orders.yaml", 200, ORDERS);
    files.set("/docs/schemas/order%20form.yaml", 200, ORDER);
    files.set("/docs/errors.yaml", 200, ERRORS);
    let web = files.serve().await?;
    let app = start(&web).await?;
    let call = |arguments| json!({"args": arguments, "environment": "example"});
    let valid = call(json!({"sku": "a", "back": 1}));
    let response = app.post_json("/tools/files/addOrder", &valid).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let response = app.post_json("/tools/files/addOrder", &call(json!({"sku": 1, "back": "x"}))).send().await?;
    let mut fields = response.invalid_fields()?;
    fields.sort();
    assert_eq!(fields, ["/back", "/sku"]);
    let page = visible_text(&app.get("/files/addOrder/replies").send().await?.text());
    assert!(page.contains("A problem with the order"), "{page}");
    let requests = web.received_requests();
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    let expected =
        ["/docs/root.yaml", "/docs/paths/orders.yaml", "/docs/schemas/order%20form.yaml", "/docs/errors.yaml"];
    assert_eq!(paths, expected);
    assert!(requests.iter().skip(1).all(|request| request.query.is_none()), "{requests:?}");
    Ok(())
}

#[tokio::test]
async fn files_elsewhere_are_not_fetched_and_are_reported() -> Result<()> {
    let (files, other) = (Files::default(), Upstream::succeeding().await?);
    let web = files.serve().await?;
    let same_origin = format!("{}/secret.yaml", web.url);
    let other_origin = format!("{}/docs/a.yaml", other.url);
    let below = format!("{}/docs/below.yaml", web.url);
    let references = [
        "../secret.yaml",
        "%2e%2e/secret.yaml",
        "a/../../secret.yaml",
        "/secret.yaml",
        "//127.0.0.1/docs/a.yaml",
        "file:///etc/passwd",
        ".hidden.yaml",
        "plain.txt",
        "query.yaml?a=b",
        "missing.yaml",
        "moved.yaml",
        "page.yaml",
        &same_origin,
        &other_origin,
        &below,
    ];
    files.set("/docs/root.yaml", 200, &document(&references));
    let secret = r#"{"get": {"operationId": "stolen", "responses": {"200": {"description": "top secret"}}}}"#;
    for path in ["/secret.yaml", "/docs/.hidden.yaml", "/docs/plain.txt", "/docs/query.yaml"] {
        files.set(path, 200, secret);
    }
    files.set("/docs/moved.yaml", 302, "");
    files.set("/docs/page.yaml", 200, "<!doctype html>\t\n: [");
    files.set("/docs/below.yaml", 200, r#"{"get": {"operationId": "below", "responses": {}}}"#);
    let app = start(&web).await?;
    assert_eq!(app.get("/files/below").send().await?.status, 200);
    let text = app.get("/files/openapi.json").send().await?.text();
    assert!(!text.contains("top secret"), "{text}");
    let page = app.get("/files").send().await?.text();
    for index in 0..references.len() - 1 {
        assert!(page.contains(&format!("/p{index}: ")), "the reference of /p{index} is reported: {page}");
    }
    assert!(other.received_requests().is_empty());
    let fetched: Vec<String> = web.received_requests().into_iter().map(|request| request.path).collect();
    assert_eq!(
        fetched,
        ["/docs/root.yaml", "/docs/missing.yaml", "/docs/moved.yaml", "/docs/page.yaml", "/docs/below.yaml"]
    );
    Ok(())
}

#[tokio::test]
async fn a_document_is_replaced_only_together_with_its_files() -> Result<()> {
    let (files, store) = (Files::default(), TestStore::new().await?);
    files.set("/docs/root.yaml", 200, &document(&["a.yaml"]));
    files.set("/docs/a.yaml", 200, r#"{"get": {"operationId": "first", "responses": {}}}"#);
    let web = files.serve().await?;
    let folder = folder(&web)?;
    let app = store.apply_to(setup(&folder)).start_app().await?;
    assert_eq!(app.get("/files/first").send().await?.status, 200);
    // While a file is unavailable, the stored copy of the document and its files is served.
    files.set("/docs/a.yaml", 500, "");
    let app = store.apply_to(setup(&folder)).start_app().await?;
    assert_eq!(app.get("/files/first").send().await?.status, 200);
    let page = visible_text(&app.get("/files").send().await?.text());
    assert!(page.contains("/docs/a.yaml, which the document refers to, cannot be read"), "{page}");
    let settings = setup(&folder).to_settings();
    assert!(!spawn_blocking(move || check_settings(settings)).await?.can_serve_all);
    files.set("/docs/a.yaml", 200, r#"{"get": {"operationId": "second", "responses": {}}}"#);
    app.documents.retry(&app.gateway, &["files".to_owned()]).await;
    assert_eq!(app.get("/files/second").send().await?.status, 200);
    assert_eq!(app.get("/files/first").send().await?.status, 404);
    Ok(())
}
