//! Tests for the gateway over HTTP, `POST /tools/{provider}/{operation}`: the request it sends and the response it
//! returns.

use crate::support::{
    CALLER_PROJECT, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestEnv, Upstream, basic_authorization,
};
use anyhow::Result;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

#[tokio::test]
async fn a_call_sends_its_arguments_unchanged() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let body = r#"{"args":{"email":"ada@example.com","name":{"first_name":"Ada"},"trusted_metadata":{"b":12345678901234567890,"a":1.10},"roles":["r"],"phone_number":null}}"#;
    assert_eq!(app.post(OPERATION_TOOL, body).send().await?.status, 200);
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.method, &*sent.path, sent.query.as_deref()), ("POST", "/v1/users", None));
    assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    assert_eq!(sent.header("content-type"), "application/json");
    // The body is identical byte for byte: no number is rounded and no field is moved.
    assert_eq!(
        sent.body,
        r#"{"email":"ada@example.com","name":{"first_name":"Ada"},"trusted_metadata":{"b":12345678901234567890,"a":1.10},"roles":["r"],"phone_number":null}"#
    );
    Ok(())
}

#[tokio::test]
async fn arguments_are_accepted_with_and_without_an_envelope() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments = json!({"email": "ada@example.com"});
    let bodies = [
        arguments.clone(),
        json!({"args": arguments}),
        json!({"args": arguments, "environment": "test"}),
        json!({"environment": null, "args": arguments}),
    ];
    for body in &bodies {
        assert_eq!(app.post_json(OPERATION_TOOL, body).send().await?.status, 200, "{body}");
    }
    let sent = upstream.received_requests();
    assert_eq!(sent.len(), bodies.len());
    for sent in sent {
        assert_eq!(sent.json()?, arguments);
    }
    Ok(())
}

#[tokio::test]
async fn an_empty_body_means_no_arguments() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for body in ["", " \n", "{}", r#"{"args":{}}"#] {
        let response = app.post("/tools/stytch/apiUserV1Search", body).send().await?;
        assert_eq!(response.status, 200, "{body:?}: {}", response.text());
    }
    let bodies: Vec<String> = upstream.received_requests().into_iter().map(|sent| sent.body).collect();
    assert_eq!(bodies, ["{}"; 4]);
    Ok(())
}

#[tokio::test]
async fn an_argument_that_is_not_documented_is_refused_unless_the_caller_insists() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (arguments, get) = (json!({"emial": "ada@example.com"}), json!({"user_id": "user-test-1", "userId": "x"}));
    for message in [arguments.clone(), json!({"args": arguments}), json!({"args": arguments, "environment": "example"})]
    {
        let response = app.post_json(OPERATION_TOOL, &message).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{message}");
        let text = response.text();
        assert!(text.contains("no field named emial. Did you mean email?") && text.contains("additionalArguments"));
    }
    let message = json!({"args": get, "additionalArguments": true});
    let response = app.post_json("/tools/stytch/apiUserV1Get", &message).send().await?;
    assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "a call without a body has no others");
    assert_eq!(response.invalid_fields()?, ["/userId"]);
    let wrong = json!({"args": {}, "additionalArguments": "yes"});
    assert_eq!(app.post_json(OPERATION_TOOL, &wrong).send().await?.status, 400);
    assert!(upstream.received_requests().is_empty());
    let message = json!({"args": arguments, "additionalArguments": true});
    assert_eq!(app.post_json(OPERATION_TOOL, &message).send().await?.status, 200);
    assert_eq!(upstream.only_request()?.json()?, arguments);
    Ok(())
}

#[tokio::test]
async fn path_values_are_percent_encoded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments = json!({"user_id": "ü ?#%&+;=:@{x}~", "connected_app_id": "group/100%25"});
    let response = app.post_json("/tools/stytch/apiUserV1Revoke", &arguments).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let sent = upstream.only_request()?;
    assert_eq!(
        sent.path,
        "/v1/users/%C3%BC%20%3F%23%25%26%2B%3B%3D%3A%40%7Bx%7D~/connected_apps/group%2F100%2525/revoke"
    );
    assert_eq!((sent.json()?, sent.query), (json!({}), None));
    Ok(())
}

#[tokio::test]
async fn calls_use_the_documented_method() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for (operation, method) in [("apiUserV1Get", "GET"), ("apiUserV1Update", "PUT"), ("apiUserV1Delete", "DELETE")] {
        let path = format!("/tools/stytch/{operation}");
        let message = json!({"args": {"user_id": "user-test-1"}, "confirm": "user-test-1"});
        let response = app.post_json(&path, &message).send().await?;
        assert_eq!(response.status, 200, "{}", response.text());
        let sent = upstream.received_requests().pop();
        let sent = sent.as_ref().map(|sent| (&*sent.method, &*sent.path, &*sent.body));
        let body = if method == "PUT" { "{}" } else { "" };
        assert_eq!(sent, Some((method, "/v1/users/user-test-1", body)));
    }
    Ok(())
}

#[tokio::test]
async fn a_response_includes_its_metadata() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        let headers = [("content-type", "application/json"), ("x-request-id", "up-1")];
        (StatusCode::CREATED, headers, r#"{"user_id":"user-1","n":1.50}"#).into_response()
    })
    .await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!((response.status.as_u16(), response.header("content-type")), (200, "application/json"));
    assert!(response.text().contains("1.50"), "numbers keep their notation");
    let json = response.json()?;
    assert_eq!(json["data"]["user_id"], "user-1");
    assert!(json.get("error").is_none() && json.get("code").is_none());
    let meta = &json["meta"];
    assert_eq!((&meta["status"], &meta["environment"]), (&json!(201), &json!("test")));
    assert_eq!((&meta["size"], &meta["headers"]["x-request-id"]), (&json!(29), &json!("up-1")));
    assert!(meta["durationMs"].as_f64().is_some_and(|duration| duration > 0.0));
    assert_eq!(meta["requestId"].as_str().map(str::len), Some(36));
    assert!(meta.get("encoding").is_none());
    Ok(())
}

#[tokio::test]
async fn an_error_of_the_provider_keeps_its_status_and_message() -> Result<()> {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        let body = json!({"status_code": status, "error_type": "some_type", "error_message": "Not like this."});
        let upstream = Upstream::with_response(status, body.clone()).await?;
        let response = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?;
        assert_eq!(response.status.as_u16(), status);
        let json = response.json()?;
        assert_eq!((&json["error"], &json["data"]), (&json!("Not like this."), &body));
        assert_eq!((&json["meta"]["status"], json.get("code")), (&json!(status), None));
    }
    Ok(())
}

#[tokio::test]
async fn a_provider_error_without_a_message_receives_one() -> Result<()> {
    let upstream =
        Upstream::with_responder(|| (StatusCode::BAD_GATEWAY, "<h1>Bad Gateway</h1>").into_response()).await?;
    let response = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?;
    let json = response.json()?;
    assert_eq!((response.status.as_u16(), &json["data"]), (502, &json!("<h1>Bad Gateway</h1>")));
    assert_eq!(json["error"], "The provider responded with status 502.");
    Ok(())
}

#[tokio::test]
async fn an_empty_response_is_null() -> Result<()> {
    let upstream = Upstream::with_responder(|| StatusCode::NO_CONTENT.into_response()).await?;
    let response = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?;
    let json = response.json()?;
    assert_eq!((response.status.as_u16(), &json["data"]), (200, &json!(null)));
    assert_eq!((&json["meta"]["status"], &json["meta"]["size"]), (&json!(204), &json!(0)));
    Ok(())
}

#[tokio::test]
async fn text_that_is_not_json_is_returned_as_a_string() -> Result<()> {
    let upstream = Upstream::with_responder(|| "naïve {".into_response()).await?;
    let json = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?.json()?;
    assert_eq!((&json["data"], &json["meta"]["size"]), (&json!("naïve {"), &json!(8)));
    Ok(())
}

#[tokio::test]
async fn bytes_that_are_not_text_are_returned_in_base64() -> Result<()> {
    let bytes = [0xff_u8, 0x00, 0xfe, 0x0a];
    let upstream = Upstream::with_responder(move || bytes.into_response()).await?;
    let json = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?.json()?;
    assert_eq!(json["data"], BASE64_STANDARD.encode(bytes));
    assert_eq!((&json["meta"]["encoding"], &json["meta"]["size"]), (&json!("base64"), &json!(4)));
    Ok(())
}

#[tokio::test]
async fn headers_of_the_provider_are_returned_but_not_applied() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-times", "a=1"),
            ("x-times", "b=2"),
            ("set-cookie", "c=3"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "default-src *"),
            ("location", "https://evil.example/"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        (headers, "{}").into_response()
    })
    .await?;
    let response = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.json()?["meta"]["headers"]["x-times"], "a=1, b=2");
    for name in ["set-cookie", "access-control-allow-origin", "location"] {
        assert_eq!(response.header(name), "", "{name}");
    }
    assert!(response.header("content-security-policy").starts_with("default-src 'none'"));
    Ok(())
}

#[tokio::test]
async fn the_example_environment_is_used_only_on_request() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let without_credential = TestEnv::new().with_base_url(&upstream.url).start_app().await?;
    let with_credential = TestEnv::with_upstream(&upstream).start_app().await?;
    let message = json!({"args": {"email": "ada@example.com"}, "environment": "example"});
    for app in [&without_credential, &with_credential] {
        let response = app.post_json(OPERATION_TOOL, &message).send().await?;
        assert_eq!((response.status.as_u16(), &response.json()?["meta"]["environment"]), (200, &json!("example")));
    }
    assert!(upstream.received_requests().is_empty(), "no request was sent");
    let response = without_credential.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.status_and_code()?, (401, "no_credential".into()));
    Ok(())
}

#[tokio::test]
async fn every_operation_has_an_example() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for documented in crate::stytch_document::operations(crate::stytch_document::stytch()?) {
        let name = &documented.operation.name;
        let body = json!({"args": crate::stytch_document::first_example(&documented), "environment": "example"});
        let response = app.post_json(&format!("/tools/stytch/{name}"), &body).send().await?;
        assert_eq!(response.status, 200, "{name}: {}", response.text());
        assert!(response.json()?["data"].is_object(), "{name}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn the_default_environment_is_that_of_the_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let live = CALLER_PROJECT.replace("test", "live");
    let app = TestEnv::with_upstream(&upstream).set_var("STYTCH_PROJECT_ID", &live).start_app().await?;
    let json = app.post_json(OPERATION_TOOL, &json!({"args": {}, "unlock": true})).send().await?.json()?;
    assert_eq!(json["meta"]["environment"], "live");
    Ok(())
}
