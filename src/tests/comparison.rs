//! Tests that calls are compared with their document: arguments before sending, responses after receiving. A document
//! never prevents a user from seeing a response.

use crate::support::{
    OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, Upstream,
    search::{CANARY_PROJECT, CAPTURED_LOG, canary_secret, encoded_forms, find_leaks},
};
use anyhow::{Context, Result};
use api_explorer::{
    model::schema::Schema,
    openapi::ExpectedResponse,
    providers::{self, Catalog},
};
use axum::{http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use std::sync::LazyLock;

const THING: &str = "/tools/stytch/thing";

/// Starts the app with a provider that has one operation, `thing`.
async fn app(upstream: &Upstream, body: &Value, responses: &Value) -> Result<TestApp> {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "security": [{"basicAuth": []}],
        "paths": {"/things": {"post": {
            "operationId": "thing",
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": responses,
        }}},
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    });
    let mut settings = TestEnv::with_upstream(upstream).to_settings()?;
    let mut provider = providers::stytch_settings(Some(upstream.url.parse()?));
    provider.document = document.to_string().into();
    provider.presets = Vec::new();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

fn documented_response(schema: &Value) -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}})
}

fn user() -> Value {
    json!({"type": "object", "required": ["id", "emails"], "properties": {
        "id": {"type": "string"},
        "emails": {"type": "array", "items": {"type": "object", "properties": {"verified": {"type": "boolean"}}}},
    }})
}

/// Returns the envelope of a call to `thing`.
async fn meta(app: &TestApp) -> Result<Value> {
    Ok(app.post(THING, "{}").send().await?.json()?["meta"].take())
}

#[tokio::test]
async fn a_response_that_matches_its_schema_is_reported_as_matching_at_every_endpoint() -> Result<()> {
    let upstream = Upstream::with_response(200, json!({"id": "1", "emails": [{"verified": true}]})).await?;
    let app = app(&upstream, &json!({}), &documented_response(&user())).await?;
    assert_eq!(meta(&app).await?["differences"], json!([]));
    let call = json!({"provider": "stytch", "operation": "thing", "environment": "test", "arguments": {}});
    let response = app.post_json("/api/call", &call).send().await?.json()?;
    assert_eq!(response["meta"]["differences"], json!([]));
    let page = app.post_form("/stytch/thing", &[("environment", "test"), ("intent", "send")]).send().await?;
    assert!(page.text().contains("The response matches the documentation."));
    Ok(())
}

#[tokio::test]
async fn differences_are_listed_with_the_response_and_their_locations() -> Result<()> {
    let body = json!({"emails": [{"verified": "yes, SECRET"}, {"verified": true, "old/name": 1}]});
    let upstream = Upstream::with_response(200, body.clone()).await?;
    let app = app(&upstream, &json!({}), &documented_response(&user())).await?;
    let response = app.post(THING, "{}").send().await?;
    assert_eq!((response.status.as_u16(), &response.json()?["data"]), (200, &body));
    let differences = json!([
        {"at": "/id", "message": "Required, but missing."},
        {"at": "/emails/0/verified", "message": "Must be true or false, not text."},
        {"at": "/emails/1/old~1name", "message": "Not documented."},
    ]);
    assert_eq!(response.json()?["meta"]["differences"], differences);
    assert!(response.json()?["meta"].get("moreDifferences").is_none());
    let page = app.post_form("/stytch/thing", &[("environment", "test"), ("intent", "send")]).send().await?.text();
    assert!(page.contains("Differs from the documentation (3)"));
    assert!(page.contains("<code>emails/0/verified</code>: Must be true or false, not text."));
    Ok(())
}

#[tokio::test]
async fn the_number_of_listed_differences_is_limited_and_the_rest_is_counted() -> Result<()> {
    let names: serde_json::Map<String, Value> = (0..50).map(|number| (format!("x{number}"), json!(1))).collect();
    let upstream = Upstream::with_response(200, Value::Object(names)).await?;
    let meta =
        meta(&app(&upstream, &json!({}), &documented_response(&json!({"properties": {"a": {}}}))).await?).await?;
    assert_eq!(meta["differences"].as_array().map(Vec::len), Some(20));
    assert_eq!(meta["moreDifferences"], 30);
    Ok(())
}

#[tokio::test]
async fn an_undocumented_status_or_body_is_a_difference() -> Result<()> {
    let responses = documented_response(&user());
    let upstream = Upstream::with_response(418, json!({"id": "1"})).await?;
    let response = app(&upstream, &json!({}), &responses).await?.post(THING, "{}").send().await?;
    let message = "The document describes no response with the status 418.";
    assert_eq!(response.status, 418);
    assert_eq!(response.json()?["meta"]["differences"], json!([{"at": "", "message": message}]));
    let bodies: [(&'static str, &str); 2] = [("<p>", "but the body is not JSON"), ("", "but the body is empty")];
    for (body, expected) in bodies {
        let upstream = Upstream::with_responder(move || body.into_response()).await?;
        let meta = meta(&app(&upstream, &json!({}), &responses).await?).await?;
        let message = meta["differences"][0]["message"].as_str().context("no difference")?.to_owned();
        assert!(message.contains(expected), "{message}");
    }
    let upstream = Upstream::with_responder(|| StatusCode::NO_CONTENT.into_response()).await?;
    let none = json!({"204": {"description": ""}});
    assert_eq!(meta(&app(&upstream, &json!({}), &none).await?).await?["differences"], json!([]));
    Ok(())
}

#[tokio::test]
async fn responses_that_cannot_be_compared_have_no_comparison_result() -> Result<()> {
    let large = json!({"id": "1", "emails": [], "text": "x".repeat(1_100_000)});
    let level = |number: usize| format!("#/paths/~1things/post/responses/200/content/L{number}/schema");
    let mut bomb = json!({"200": {"description": "", "content": {"application/json": {"schema": {"$ref": level(0)}}}}});
    for number in 0..40 {
        let next = json!({"$ref": level(number + 1)});
        bomb["200"]["content"][format!("L{number}")] = json!({"schema": {"anyOf": [{"allOf": [next, next]}, next]}});
    }
    bomb["200"]["content"]["L40"] = json!({"schema": {"type": "boolean"}});
    for (responses, body) in [
        (documented_response(&user()), large),
        (json!({"200": {"description": "", "content": {"application/json": {}}}}), json!({})),
        (json!({}), json!({})),
        (bomb, json!({})),
    ] {
        let upstream = Upstream::with_response(200, body.clone()).await?;
        let response = app(&upstream, &json!({}), &responses).await?.post(THING, "{}").send().await?;
        assert_eq!(response.status, 200);
        let json = response.json()?;
        assert_eq!((&json["data"], json["meta"].get("differences")), (&body, None), "{responses}");
    }
    let upstream = Upstream::succeeding().await?;
    let example = json!({"args": {}, "environment": "example"});
    let response =
        app(&upstream, &json!({}), &documented_response(&user())).await?.post_json(THING, &example).send().await?;
    assert!(response.json()?["meta"].get("differences").is_none());
    Ok(())
}

#[tokio::test]
async fn large_responses_are_compared() -> Result<()> {
    let emails = vec![json!({"verified": true}); 30_000];
    let upstream = Upstream::with_response(200, json!({"id": 1, "emails": emails})).await?;
    let differences = json!([{"at": "/id", "message": "Must be text, not a number."}]);
    assert_eq!(
        meta(&app(&upstream, &json!({}), &documented_response(&user())).await?).await?["differences"],
        differences
    );
    Ok(())
}

#[tokio::test]
async fn arguments_that_violate_the_schema_are_not_sent() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let body = json!({"type": "object", "minProperties": 1, "properties": {
        "kind": {"enum": ["card", "cash"]},
        "card": {"type": "object", "dependentRequired": {"number": ["expires"]}},
    }, "if": {"properties": {"kind": {"const": "card"}}, "required": ["kind"]}, "then": {"required": ["card"]}});
    let app = app(&upstream, &body, &json!({})).await?;
    for (arguments, fields) in [
        (json!({"kind": "card"}), ["/card"]),
        (json!({"kind": "card", "card": {"number": "1"}}), ["/card/expires"]),
        (json!({"kind": "gold"}), ["/kind"]),
    ] {
        let response = app.post_json(THING, &arguments).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{arguments}");
        assert_eq!(response.invalid_fields()?, fields, "{arguments}");
    }
    assert!(upstream.received_requests().is_empty());
    for arguments in [json!({"kind": "cash", "more": 1}), json!({"kind": "card", "card": null}), json!({"kind": null})]
    {
        let message = json!({"args": arguments, "additionalArguments": true});
        assert_eq!(app.post_json(THING, &message).send().await?.status, 200, "{arguments}");
    }
    Ok(())
}

#[tokio::test]
async fn a_field_whose_name_is_a_credential_is_scrubbed_from_the_differences() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let secret = canary_secret("named");
    let body: serde_json::Map<String, Value> = encoded_forms(&secret)
        .into_iter()
        .filter(|(name, _)| !name.starts_with("HTML"))
        .map(|(_, form)| (form.clone(), json!({ form: 1 })))
        .chain([("emails".to_owned(), json!([{secret.clone(): 1}])), ("id".to_owned(), json!(1))])
        .collect();
    let upstream = Upstream::with_response(200, Value::Object(body)).await?;
    let setup = TestEnv::with_upstream(&upstream)
        .set_var("STYTCH_PROJECT_ID", CANARY_PROJECT)
        .set_var("STYTCH_SECRET", &secret);
    let app = setup.start_app().await?;
    let call = json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": "test", "arguments": {}});
    for request in [
        app.post(OPERATION_TOOL, "{}"),
        app.post_json("/api/call", &call),
        app.post_form(OPERATION_PAGE, &[("environment", "test"), ("intent", "send")]),
    ] {
        let everything = request.send().await?.full_text();
        assert!(everything.contains("[credential removed]") && everything.contains("Not documented."));
        // A JSON pointer escapes `/` and `~` in names; the secret must be found in that form too.
        let pointer = secret.replace('~', "~0").replace('/', "~1");
        assert_eq!((find_leaks(&everything, &secret), everything.contains(&pointer)), (vec![], false), "{everything}");
    }
    assert_eq!(find_leaks(&CAPTURED_LOG.text(), &secret), [""; 0], "in the log");
    Ok(())
}

#[test]
fn every_json_response_of_stytch_can_be_compared() -> Result<()> {
    let catalog = Catalog::load(vec![providers::stytch_settings(None)])?;
    let document = &catalog.entry("stytch").context("no Stytch")?.document;
    let mut compared = 0;
    for listing in &document.operations {
        for response in document.responses(&listing.name).context("no operation")?.responses {
            let is_described = response.contents.iter().any(|content| content.schema != Schema::Any);
            let expected_response =
                document.expected_response(&listing.name, response.summary.status.parse()?, "application/json");
            assert!(
                !is_described || matches!(expected_response, ExpectedResponse::Json(_)),
                "{} {}",
                listing.name,
                response.summary.status
            );
            compared += usize::from(is_described);
        }
    }
    assert!(compared >= document.operations.len(), "{compared} responses");
    Ok(())
}
