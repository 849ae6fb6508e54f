//! Tests for keys of paths with a query or a fragment: the query is sent, the fragment is not, and every operation can be
//! called.

use crate::support::{TestApp, TestEnv, Upstream};
use anyhow::Result;
use serde_json::json;

const DOCUMENT: &str = r#"
openapi: 3.0.3
info: { title: Keys, version: "1" }
paths:
  "/team/{id}#add":
    post:
      operationId: addMember
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: OK } }
  "/team/{id}#remove?{unused}":
    post:
      operationId: removeMember
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: OK } }
  "/search?kind=book":
    get:
      operationId: searchBooks
      parameters: [{ name: q, in: query, schema: { type: string } }]
      responses: { "200": { description: OK } }
  "/search?kind=film#films":
    get:
      operationId: searchFilms
      responses: { "200": { description: OK } }
  "/find?page={page}":
    get:
      operationId: findPaged
      parameters:
        - { name: page, in: path, required: true, schema: { type: string } }
        - { name: q, in: query, schema: { type: string } }
      responses: { "200": { description: OK } }
"#;

async fn start() -> Result<(TestApp, Upstream)> {
    let upstream = Upstream::succeeding().await?;
    Ok((TestEnv::start_app_with_document("keys", DOCUMENT, &upstream).await?, upstream))
}

#[tokio::test]
async fn the_query_of_a_key_is_sent_and_its_fragment_is_not() -> Result<()> {
    let (app, upstream) = start().await?;
    for (operation, arguments, path, query) in [
        ("addMember", json!({"id": "a#b?c"}), "/team/a%23b%3Fc", None),
        ("removeMember", json!({"id": "a"}), "/team/a", None),
        ("searchBooks", json!({}), "/search", Some("kind=book")),
        ("searchBooks", json!({"q": "x&y"}), "/search", Some("kind=book&q=x%26y")),
        ("searchFilms", json!({}), "/search", Some("kind=film")),
        ("findPaged", json!({"page": "2&admin=1#x", "q": "y"}), "/find", Some("page=2%26admin%3D1%23x&q=y")),
    ] {
        let response = app.post_json(&format!("/tools/keys/{operation}"), &json!({ "args": arguments })).send().await?;
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        let sent = upstream.received_requests().pop().map(|sent| (sent.path, sent.query));
        assert_eq!(sent, Some((path.to_owned(), query.map(str::to_owned))), "{operation}");
    }
    Ok(())
}

#[tokio::test]
async fn an_sdk_reaches_a_key_with_a_fragment() -> Result<()> {
    let (app, upstream) = start().await?;
    let response = app.request("POST", "/proxy/keys/team/a").without_browser_headers().send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(upstream.only_request()?.path, "/team/a");
    Ok(())
}
