//! Tests of documented links: a response offers the operations that accept its values, filled in.

use crate::support::{TestApp, TestEnv, Upstream, visible_text};
use anyhow::{Context, Result};
use axum::{Json, response::IntoResponse};
use serde_json::{Value, json};

/// Starts the app with an operation whose response has links, and its upstream.
async fn start() -> Result<(TestApp, Upstream)> {
    let upstream =
        Upstream::with_responder(|| Json(json!({"user_id": "u 1", "session_token": "secret-token"})).into_response())
            .await?;
    let string = json!({"type": "string"});
    let body = json!({"type": "object", "properties": {"user_id": string, "session_token": string}});
    let links = json!({
        "read": {"operationId": "getUser", "parameters": {"id": "$response.body#/user_id", "expand": "$request.body#/expand"}},
        "authenticate": {"operationId": "authenticate", "requestBody": {"session_token": "$response.body#/session_token"}},
        "nothing": {"operationId": "getUser", "parameters": {"id": "$response.body#/missing"}},
    });
    let created = json!({"description": "", "content": {"application/json": {"schema": body}}, "links": links});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Linked", "version": "1"},
        "servers": [{"url": upstream.url}],
        "paths": {
            "/users": {"post": {
                "operationId": "createUser",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"expand": string}}}}},
                "responses": {"200": created},
            }},
            "/users/{id}": {"get": {
                "operationId": "getUser",
                "summary": "Get a user",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": string},
                    {"name": "expand", "in": "query", "schema": string},
                ],
                "responses": {},
            }},
            "/sessions": {"post": {
                "operationId": "authenticate",
                "summary": "Authenticate a session",
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": {},
            }},
        },
    });
    let app = TestEnv::start_app_with_document("linked", &document.to_string(), &upstream).await?;
    Ok((app, upstream))
}

#[tokio::test]
async fn programs_receive_the_arguments_of_the_linked_operations() -> Result<()> {
    let (app, _upstream) = start().await?;
    let call = app.post_json("/tools/linked/createUser", &json!({"args": {"expand": "all"}})).send().await?;
    let links = call.json()?["meta"]["links"].take();
    let links = links.as_array().context("no links")?;
    let [read, authenticate] = links.as_slice() else { anyhow::bail!("{links:?}") };
    assert_eq!(read["operation"], "getUser");
    assert_eq!(read["title"], "Get a user");
    assert_eq!(read["arguments"], json!({"id": "u 1", "expand": "all"}));
    let url = read["url"].as_str().context("no URL")?;
    assert!(url.starts_with("/linked/getUser?args="), "{url}");
    let page = app.get(url).send().await?.text();
    assert!(page.contains("value=\"u 1\"") && page.contains("value=\"all\""), "{page}");
    // The session token is masked: its placeholder is an argument, and not in the address.
    let token = authenticate["arguments"]["session_token"].as_str().context("no token")?;
    assert!(token.contains("session_token") && !token.contains("secret-token"), "{token}");
    assert_eq!(authenticate["url"], "/linked/authenticate");
    assert!(!call.text().contains("secret-token"));
    Ok(())
}

#[tokio::test]
async fn the_page_of_a_response_links_to_the_filled_in_forms() -> Result<()> {
    let (app, _upstream) = start().await?;
    let form = [("environment", "server1"), ("intent", "send"), ("value/expand", "all")];
    let page = app.post_form("/linked/createUser", &form).send().await?.text();
    assert!(visible_text(&page).contains("Continue with Get a user, Authenticate a session."), "{page}");
    assert!(page.contains("href=\"/linked/getUser?args=%7B%22"), "{page}");
    let call = json!({"provider": "linked", "operation": "createUser", "arguments": {"expand": "all"}});
    let response: Value = app.post_json("/api/call", &call).send().await?.json()?;
    assert_eq!(response["meta"]["links"][0]["title"], "Get a user");
    Ok(())
}
