//! Tests of the next page of a list: its arguments are found in links and in cursors, and lead to the same operation.

use crate::support::{TestApp, TestEnv, Upstream, visible_text};
use anyhow::{Context, Result};
use api_explorer::providers;
use axum::{
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// A response of the upstream: its body and its header Link.
type Current = Arc<Mutex<(Value, String)>>;

/// Starts an upstream with a response that the test sets.
async fn start_upstream(current: &Current) -> Result<Upstream> {
    let responses = current.clone();
    Upstream::with_responder(move || {
        let (body, link) = responses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut response: Response = axum::Json(body).into_response();
        if let Some(value) = HeaderValue::from_str(&link).ok().filter(|_| !link.is_empty()) {
            response.headers_mut().insert(HeaderName::from_static("link"), value);
        }
        response
    })
    .await
}

/// Starts the app with operations that list things, and their upstream.
async fn start() -> Result<(TestApp, Upstream, Current)> {
    let current = Current::default();
    let upstream = start_upstream(&current).await?;
    let query = |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind}});
    let search = json!({"type": "object", "properties": {"cursor": {"type": "string"}, "limit": {"type": "integer"}}});
    let link = json!({"operationId": "linked", "parameters": {"query.from": "$response.body#/position", "id": "$request.path.id"}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Lists", "version": "1"},
        "servers": [{"url": upstream.url}],
        "paths": {
            "/v1/users/{id}/things": {"get": {
                "operationId": "list",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    query("page", "integer"), query("cursor", "string"), query("page_token", "string"),
                    query("starting_after", "string"), query("filter", "string"),
                ],
                "responses": {"200": {"description": ""}},
            }},
            "/search": {"post": {
                "operationId": "search",
                "requestBody": {"content": {"application/json": {"schema": search}}},
                "responses": {"200": {"description": ""}},
            }},
            "/linked/{id}": {"get": {
                "operationId": "linked",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    query("from", "integer"),
                ],
                "responses": {"200": {"description": "", "links": {"next": link}}},
            }},
        },
    });
    let app = TestEnv::start_app_with_document("lists", &document.to_string(), &upstream).await?;
    Ok((app, upstream, current))
}

/// Makes a call, and returns the arguments of the next page.
async fn next(
    app: &TestApp,
    current: &Current,
    operation: &str,
    arguments: &Value,
    response: (Value, String),
) -> Result<Value> {
    *current.lock().unwrap_or_else(PoisonError::into_inner) = response;
    let response = app.post_json(&format!("/tools/lists/{operation}"), &json!({"args": arguments})).send().await?;
    anyhow::ensure!(response.status == 200, "{}", response.text());
    Ok(response.json()?["meta"]["nextPage"].take())
}

#[tokio::test]
async fn the_header_link_names_the_next_page_of_the_same_operation() -> Result<()> {
    let (app, upstream, current) = start().await?;
    let things = format!("{}/v1/users/u%201/things", upstream.url);
    let arguments = json!({"id": "u 1", "page": 1, "filter": "x"});
    for (link, expected) in [
        (format!("<{things}?page=2&filter=x>; rel=\"next\""), json!({"page": 2})),
        (
            format!("<{things}?page=0>; rel=prev, <{things}?page=2&cursor=a%2Cb>; rel=\"last next\""),
            json!({"page": 2, "cursor": "a,b"}),
        ),
        ("</v1/users/u%201/things?cursor=c>; REL=Next".to_owned(), json!({"cursor": "c"})),
        ("<?page=3>; rel=\"next\"".to_owned(), json!({"page": 3})),
        (format!("<{things}?page=1>; rel=\"next\""), Value::Null),
        (format!("<{things}?page=2>; rel=\"prev\""), Value::Null),
        (format!("<{things}?page=2&secret=1>; rel=\"next\""), Value::Null),
        (format!("<{}/v1/users>; rel=\"next\"", upstream.url), Value::Null),
        (format!("<{}/users/u%201/things?page=2>; rel=\"next\"", upstream.url), Value::Null),
        ("<https://evil.example/v1/users/u%201/things?page=2>; rel=\"next\"".to_owned(), Value::Null),
        ("<//evil.example/v1/users/u%201/things?page=2>; rel=\"next\"".to_owned(), Value::Null),
        (format!("<{}>; rel=\"next\"", things.replace("http://", "http://ann:pw@") + "?page=2"), Value::Null),
        ("<javascript:alert(1)>; rel=next".to_owned(), Value::Null),
    ] {
        let found = next(&app, &current, "list", &arguments, (json!([]), link.clone())).await?;
        assert_eq!(found, expected, "{link}");
    }
    Ok(())
}

/// The URL that the settings name instead of that of the document is not shown, but the provider names it in its links.
#[tokio::test]
async fn a_link_leads_to_the_server_of_the_settings_or_of_the_document() -> Result<()> {
    let current = Current::default();
    let upstream = start_upstream(&current).await?;
    let page = json!({"name": "page", "in": "query", "schema": {"type": "integer"}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Lists", "version": "1"},
        "servers": [{"url": "https://test.stytch.com/api", "x-name": "test"}],
        "paths": {"/things": {"get": {"operationId": "list", "parameters": [page], "responses": {}}}},
    });
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    let mut provider = providers::stytch_settings(Some(format!("{}/internal", upstream.url).parse()?));
    provider.document = document.to_string().into();
    provider.presets = Vec::new();
    settings.providers = vec![provider];
    settings.credentials.clear();
    let app = TestApp::new(settings).await?;
    for (link, expected) in [
        (format!("<{}/internal/things?page=2>; rel=next", upstream.url), json!({"page": 2})),
        ("<?page=2>; rel=next".to_owned(), json!({"page": 2})),
        (format!("<{}/things?page=2>; rel=next", upstream.url), Value::Null),
        ("<https://test.stytch.com/things?page=2>; rel=next".to_owned(), Value::Null),
    ] {
        *current.lock().unwrap_or_else(PoisonError::into_inner) = (json!([]), link.clone());
        let response = app.post_json("/tools/stytch/list", &json!({"args": {"page": 1}})).send().await?;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.json()?["meta"]["nextPage"], expected, "{link}");
    }
    assert!(upstream.received_requests().iter().all(|request| request.path == "/internal/things"));
    Ok(())
}

#[tokio::test]
async fn fields_of_the_body_name_the_next_page() -> Result<()> {
    let (app, upstream, current) = start().await?;
    let url = format!("{}/v1/users/1/things?page=2", upstream.url);
    for (body, expected) in [
        (json!({"next_cursor": "abc"}), json!({"cursor": "abc"})),
        (json!({"response_metadata": {"next_cursor": "abc"}}), json!({"cursor": "abc"})),
        (json!({"nextPageToken": "t"}), json!({"page_token": "t"})),
        (json!({"next_page": 2}), json!({"page": 2})),
        (json!({"pagination": {"next_page": "2"}}), json!({"page": 2})),
        (json!({"@odata.nextLink": url}), json!({"page": 2})),
        (json!({"links": {"next": url}}), json!({"page": 2})),
        (json!({"_links": {"self": {"href": url}, "next": {"href": "?page=4"}}}), json!({"page": 4})),
        (json!({"next": url, "results": []}), json!({"page": 2})),
        (json!({"has_more": true, "data": [{"id": "a"}, {"id": "b"}]}), json!({"starting_after": "b"})),
        (json!({"has_more": false, "data": [{"id": "a"}], "next_cursor": "abc"}), Value::Null),
        (json!({"next_cursor": "", "next": null}), Value::Null),
        (json!({"next_cursor": null}), Value::Null),
        (json!({"nextOffset": 20}), Value::Null),
        (json!({"next": "https://evil.example/v1/users/1/things?page=2"}), Value::Null),
        (json!({"items": [{"next_cursor": "abc"}]}), Value::Null),
    ] {
        let found = next(&app, &current, "list", &json!({"id": "1"}), (body.clone(), String::new())).await?;
        assert_eq!(found, expected, "{body}");
    }
    let body = json!({"results_metadata": {"next_cursor": "abc"}});
    let found = next(&app, &current, "search", &json!({"limit": 5}), (body, String::new())).await?;
    assert_eq!(found, json!({"cursor": "abc"}), "a field of the body");
    Ok(())
}

#[tokio::test]
async fn a_link_of_the_document_names_the_next_page() -> Result<()> {
    let (app, _upstream, current) = start().await?;
    let found = next(&app, &current, "linked", &json!({"id": "7"}), (json!({"position": "20"}), String::new())).await?;
    assert_eq!(found, json!({"from": 20}));
    let found = next(&app, &current, "linked", &json!({"id": "7"}), (json!({"position": null}), String::new())).await?;
    assert_eq!(found, Value::Null);
    Ok(())
}

#[tokio::test]
async fn next_page_fills_in_the_form_and_sends_nothing() -> Result<()> {
    let (app, upstream, current) = start().await?;
    *current.lock().unwrap_or_else(PoisonError::into_inner) = (json!({"next_cursor": "a\"<b>"}), String::new());
    let form = [("value/id", "7"), ("value/filter", "x"), ("view", "form")];
    let sent = app.post_form("/lists/list", &[form.as_slice(), &[("intent", "send")]].concat()).send().await?.text();
    assert!(visible_text(&sent).contains("Next page fills in cursor. Then send again."), "{}", visible_text(&sent));
    let (_, after) = sent.split_once("form=\"call\" name=\"intent\" value=\"next/").context("no button")?;
    let (value, _) = after.split_once('"').context("no value")?;
    let intent = ["next/", &value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">")].concat();
    let filled = app.post_form("/lists/list", &[form.as_slice(), &[("intent", &intent)]].concat()).send().await?.text();
    assert!(filled.contains("value=\"a&quot;&lt;b&gt;\"") || filled.contains("value=\"a&quot;<b>\""), "{filled}");
    for kept in ["value=\"7\"", "value=\"x\""] {
        assert!(filled.contains(kept), "{kept}");
    }
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_error_has_no_next_page() -> Result<()> {
    let upstream = Upstream::with_response(404, json!({"next_cursor": "abc"})).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post("/tools/stytch/apiUserV1Search", "{}").send().await?.json()?;
    assert!(response["meta"].get("nextPage").is_none(), "{response}");
    Ok(())
}
