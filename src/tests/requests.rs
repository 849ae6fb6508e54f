//! Tests that callers cannot choose the destination, method, headers or identity of a call.

use crate::support::{OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestEnv, Upstream, basic_authorization};
use anyhow::Result;
use serde_json::{Value, json};

const GET_USER: &str = "/tools/stytch/apiUserV1Get";

/// The only headers that a call to Stytch contains.
const HEADERS: [&str; 7] =
    ["accept", "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent"];

#[tokio::test]
async fn no_path_value_changes_the_operation() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for value in [
        json!(""),
        json!("."),
        json!(".."),
        json!("a/.."),
        json!("../search"),
        json!("..\\search"),
        json!("/"),
        json!("a\u{0}b"),
        json!("a\nb"),
        json!("\u{7f}"),
        json!("%2e%2e"),
        json!("%2F..%2F"),
        json!("a%2fb"),
        json!("%5c"),
        json!(null),
        json!(["a", "b"]),
        json!({"a": "b"}),
        json!(true),
    ] {
        let response = app.post_json(GET_USER, &json!({"user_id": value})).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{value}");
        assert_eq!(response.invalid_fields()?, ["/user_id"], "{value}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn path_values_that_look_like_urls_are_encoded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for (value, segment) in [
        ("a/b", "a%2Fb"),
        ("100%25", "100%2525"),
        ("?limit=1", "%3Flimit%3D1"),
        ("#fragment", "%23fragment"),
        ("@evil.example", "%40evil.example"),
        (":80", "%3A80"),
        ("...", "..."),
        ("{user_id}", "%7Buser_id%7D"),
        (";jsessionid=1", "%3Bjsessionid%3D1"),
        ("\u{ff0f}..\u{ff0f}", "%EF%BC%8F..%EF%BC%8F"),
    ] {
        let response = app.post_json(GET_USER, &json!({"user_id": value})).send().await?;
        assert_eq!(response.status, 200, "{value}: {}", response.text());
        let sent = upstream.received_requests().pop().map(|sent| (sent.path, sent.query));
        assert_eq!(sent, Some((format!("/v1/users/{segment}"), None)), "{value}");
    }
    Ok(())
}

#[tokio::test]
async fn arguments_named_like_headers_or_urls_are_sent_as_arguments() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments = json!({
        "authorization": "Basic ZXZpbA==",
        "Authorization": "Bearer evil",
        "host": "evil.example",
        "cookie": "a=b",
        "url": "https://evil.example/",
        "method": "DELETE",
        "path": "/v1/projects",
        "headers": {"x-evil": "1"},
        "x-evil": "a\r\nx-more: b",
    });
    let message = json!({"args": arguments, "additionalArguments": true});
    assert_eq!(app.post_json(OPERATION_TOOL, &message).send().await?.status, 200);
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.method, &*sent.path), ("POST", "/v1/users"));
    assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    assert_eq!(sent.headers.get_all("authorization").iter().count(), 1);
    assert_eq!(sent.json()?, arguments);
    assert!(sent.headers.keys().all(|name| HEADERS.contains(&name.as_str())), "{:?}", sent.headers);
    Ok(())
}

#[tokio::test]
async fn unknown_fields_of_a_message_do_not_change_the_call() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let message =
        json!({"args": {}, "environment": "test", "url": "https://evil.example", "credential": {"token": "x"}});
    let response = app.post_json(OPERATION_TOOL, &message).send().await?;
    // The body is not an envelope of the contract, so all of it is arguments, and the operation has none of these names.
    assert_eq!(response.invalid_fields()?, ["/args", "/environment", "/url", "/credential"]);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn request_headers_of_the_caller_are_not_forwarded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let token = ["Bearer ", &app.access_token(&[], &[]).await?].concat();
    let mut request = app.post_json(OPERATION_TOOL, &json!({"args": {}}));
    for (name, value) in [
        ("authorization", token.as_str()),
        ("proxy-authorization", "Basic ZXZpbDpldmls"),
        ("cookie", "api-explorer-3000=00000000-0000-4000-8000-000000000000; other=1"),
        ("x-api-key", "evil"),
        ("x-stytch-member-session", "evil"),
        ("connection", "keep-alive, x-evil"),
        ("keep-alive", "timeout=1"),
        ("te", "trailers"),
        ("upgrade", "websocket"),
        ("via", "1.1 evil"),
        ("forwarded", "for=1.2.3.4"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "1.2.3.4"),
        ("x-http-method-override", "DELETE"),
        ("referer", "http://127.0.0.1:3000/secret"),
        ("user-agent", "evil/1.0"),
        ("x-evil", "1"),
    ] {
        request = request.header(name, value);
    }
    assert_eq!(request.send().await?.status, 200);
    let sent = upstream.only_request()?;
    let mut names: Vec<&str> = sent.headers.keys().map(axum::http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, HEADERS);
    assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    assert_eq!(sent.header("user-agent"), concat!("api-explorer/", env!("CARGO_PKG_VERSION")));
    assert!(upstream.url.ends_with(sent.header("host")));
    Ok(())
}

#[tokio::test]
async fn the_authorization_header_of_a_caller_is_not_a_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::new().with_base_url(&upstream.url).start_app().await?;
    let response = app
        .post(OPERATION_TOOL, "{}")
        .header("authorization", &basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET))
        .send()
        .await?;
    assert_eq!(response.status_and_code()?, (401, "no_credential".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn server_functions_accept_no_destination() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let mut call: Value =
        json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": "test", "arguments": {}});
    for name in ["url", "method", "path", "headers", "credential", "authorization"] {
        call[name] = json!("https://evil.example/");
    }
    app.post_json("/api/call", &call).send().await?;
    for sent in upstream.received_requests() {
        assert_eq!((&*sent.path, &*sent.body), ("/v1/users", "{}"));
    }
    call["environment"] = json!("https://evil.example");
    assert_eq!(app.post_json("/api/call", &call).send().await?.status, 404);
    Ok(())
}
