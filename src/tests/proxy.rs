//! Tests for `/proxy`: a documented request is forwarded unchanged with the credential added, and all others are
//! refused.

use crate::support::{OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, TestRequest, Upstream, basic_authorization};
use anyhow::Result;
use axum::{http::StatusCode, response::IntoResponse};
use serde_json::json;

const USER: &str = "user-test-00000000-0000-4000-8000-000000000000";

async fn start_app(upstream: &Upstream) -> Result<TestApp> {
    TestEnv::with_upstream(upstream).start_app().await
}

fn put_request(app: &TestApp) -> TestRequest {
    let body = r#"{"name": {"first_name":  "Ann"}, "unknown_to_the_document": 1.50}"#;
    app.request_with_body("PUT", &format!("/proxy/stytch/v1/users/{USER}?verbose=1&a=%20b"), body)
        .header("content-type", "application/json")
}

#[tokio::test]
async fn a_documented_request_is_proxied_byte_by_byte_with_the_credential() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        (StatusCode::CREATED, [("x-request-id", "up-1")], "{\"n\":  1.50}").into_response()
    })
    .await?;
    let app = start_app(&upstream).await?;
    let response =
        put_request(&app).header("authorization", "Basic c29tZTpib2R5").header("idempotency-key", "k1").send().await?;
    assert_eq!((response.status.as_u16(), response.text().as_str()), (201, "{\"n\":  1.50}"));
    assert_eq!(response.header("x-request-id"), "up-1");
    let sent = upstream.only_request()?;
    assert_eq!(
        (&*sent.method, &*sent.path, sent.query.as_deref()),
        ("PUT", &*format!("/v1/users/{USER}"), Some("verbose=1&a=%20b"))
    );
    assert_eq!(sent.body, r#"{"name": {"first_name":  "Ann"}, "unknown_to_the_document": 1.50}"#);
    assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    assert_eq!(sent.header("idempotency-key"), "k1");
    Ok(())
}

#[tokio::test]
async fn only_documented_methods_and_paths_are_proxied() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    for (method, path) in [
        ("PATCH", "/v1/users/user-test-1"),
        ("GET", "/v1/projects"),
        ("GET", "/v1/users/"),
        ("GET", "/v1/users/a/b/c/d"),
        ("GET", "//v1/users/user-test-1"),
        ("GET", "/V1/users/user-test-1"),
        ("CONNECT", "/v1/users/user-test-1"),
        ("GET", "/"),
    ] {
        let response = app.request(method, &format!("/proxy/stytch{path}")).send().await?;
        assert!(
            [404, 405].contains(&response.status.as_u16()),
            "{method} {path}: {} {}",
            response.status,
            response.text()
        );
    }
    for path in [
        "/v1/users/..",
        "/v1/users/%2e%2e",
        "/v1/users/.",
        "/v1/users/%2E",
        "/v1/users/a%2Fb",
        "/v1/users/a%5cb",
        "/v1/users/%00",
    ] {
        let response = app.get(&format!("/proxy/stytch{path}")).send().await?;
        assert!([400, 404].contains(&response.status.as_u16()), "{path}: {} {}", response.status, response.text());
    }
    assert_eq!(app.get("/proxy/nobody/v1/users/a").send().await?.status_and_code()?, (404, "not_found".into()));
    assert!(upstream.received_requests().is_empty(), "{:?}", upstream.received_requests());
    Ok(())
}

#[tokio::test]
async fn a_body_is_not_sent_to_an_operation_without_one() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    let delete = |body: &'static str| {
        let request = app.request_with_body("DELETE", &format!("/proxy/stytch/v1/users/{USER}"), body);
        request.header("content-type", "application/json").send()
    };
    // The Node SDK sends this body.
    assert_eq!(delete("{}").await?.status, 200);
    let sent = upstream.only_request()?;
    assert_eq!((&*sent.body, sent.header("content-type")), ("", ""));
    assert_eq!(delete(r#"{"a": 1}"#).await?.status_and_code()?, (400, "invalid_arguments".into()));
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn sdks_that_use_only_the_origin_of_their_base_url_are_served_at_the_root() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    assert_eq!(app.get(&format!("/v1/users/{USER}?a=1")).send().await?.status.as_u16(), 200);
    assert_eq!(upstream.only_request()?.path, format!("/v1/users/{USER}"));
    for (method, path) in
        [("PATCH", "/v1/users/a"), ("GET", "/v1/projects"), ("POST", "/v1//users"), ("POST", "//v1/users")]
    {
        let response = app.request(method, path).header("accept", "application/json").send().await?;
        assert!(
            [404, 405].contains(&response.status.as_u16()),
            "{method} {path}: {} {}",
            response.status,
            response.text()
        );
    }
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")] {
        let response = app.get(&format!("/v1/users/{USER}")).header(name, value).send().await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{name}: {value}");
    }
    let signed_in = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ACCESS", "sign-in").start_app().await?;
    assert_eq!(
        signed_in.get(&format!("/v1/users/{USER}")).send().await?.status_and_code()?,
        (401, "sign_in_required".into())
    );
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn headers_that_route_authenticate_or_identify_are_not_forwarded_in_either_direction() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        let headers = [
            ("set-cookie", "a=b"),
            ("content-security-policy", "default-src *"),
            ("access-control-allow-origin", "*"),
            ("strict-transport-security", "max-age=1"),
            ("x-kept", "1"),
            ("content-type", "text/html"),
        ];
        (headers, "<script>alert(1)</script>").into_response()
    })
    .await?;
    let app = start_app(&upstream).await?;
    let headers = [
        "cookie",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-real-ip",
        "proxy-authorization",
        "x-http-method-override",
        "via",
        "te",
        "x-anything",
    ];
    let request = headers.iter().fold(put_request(&app), |request, name| request.header(name, "evil"));
    let request = request.bearer_token(&app.access_token(&[], &[]).await?);
    let response = request.send().await?;
    let sent = upstream.only_request()?;
    for name in headers {
        assert_eq!(sent.header(name), "", "{name}");
    }
    assert!(!sent.header("host").contains("3000"), "{}", sent.header("host"));
    for name in ["set-cookie", "access-control-allow-origin", "strict-transport-security"] {
        assert_eq!(response.header(name), "", "{name}");
    }
    assert_eq!((response.header("x-kept"), response.header("content-type")), ("1", "text/html"));
    assert!(
        response.header("content-security-policy").starts_with("sandbox"),
        "{}",
        response.header("content-security-policy")
    );
    assert_eq!((response.header("x-content-type-options"), response.header("cache-control")), ("nosniff", "no-store"));
    Ok(())
}

#[tokio::test]
async fn no_page_can_use_the_proxy() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&upstream).await?;
    for (name, value) in
        [("sec-fetch-site", "none"), ("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")]
    {
        let response = app.get(&format!("/proxy/stytch/v1/users/{USER}")).header(name, value).send().await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{name}: {value}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_access_token_is_accepted_wherever_an_sdk_puts_the_secret_and_is_not_forwarded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ACCESS", "sign-in").start_app().await?;
    let token = app.access_token(&["GET"], &[]).await?;
    let path = format!("/proxy/stytch/v1/users/{USER}");
    assert_eq!(app.get(&path).send().await?.status_and_code()?, (401, "sign_in_required".into()));
    let password = basic_authorization("any-project", &token);
    let username = basic_authorization(&token, "");
    for (name, value) in [
        ("authorization", &*format!("Bearer {token}")),
        ("authorization", &password),
        ("authorization", &username),
        ("x-api-key", &token),
    ] {
        let response = app.get(&path).header(name, value).send().await?;
        assert_eq!(response.status, 200, "{name}: {value}: {}", response.text());
    }
    assert_eq!(app.get(&format!("{path}?api_key={token}&x=1")).send().await?.status, 200);
    for sent in upstream.received_requests() {
        assert!(!format!("{sent:?}").contains(&token), "{sent:?}");
        assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    }
    assert_eq!(upstream.received_requests().last().and_then(|sent| sent.query.clone()).as_deref(), Some("x=1"));
    let revoked = basic_authorization("any-project", &format!("{token}0"));
    assert_eq!(
        app.get(&path).header("authorization", &revoked).send().await?.status_and_code()?,
        (401, "sign_in_required".into())
    );
    Ok(())
}

#[tokio::test]
async fn policy_and_audit_apply_to_proxied_requests() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ACCESS", "sign-in").start_app().await?;
    let (reader, deleter) =
        (app.access_token(&["GET"], &[]).await?, app.access_token(&[], &["delete", "admin"]).await?);
    let path = format!("/proxy/stytch/v1/users/{USER}");
    let denied = app.request("DELETE", &path).bearer_token(&reader).send().await?;
    assert_eq!(
        (denied.status_and_code()?, &denied.json()?["rule"]),
        ((403, "policy_denied".into()), &json!("token allow GET"))
    );
    assert_eq!(app.request("DELETE", &path).bearer_token(&deleter).send().await?.status, 200);
    let live_response = app.get(&path.replace("test", "live")).bearer_token(&reader).send().await?;
    assert_eq!(live_response.status_and_code()?, (400, "invalid_arguments".into()));
    let records = app.get("/admin/audit.jsonl").bearer_token(&deleter).send().await?.text();
    let operations: Vec<String> = records
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line)?;
            anyhow::Ok(format!("{} {} {}", record["operation"], record["status"], record["code"]))
        })
        .collect::<Result<_>>()?;
    assert_eq!(operations, ["\"apiUserV1Delete\" 200 null", "\"apiUserV1Delete\" null \"policy_denied\""]);
    Ok(())
}

#[tokio::test]
async fn the_credential_is_scrubbed_from_proxied_responses() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        ([("x-echo", basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET))], OPERATOR_SECRET).into_response()
    })
    .await?;
    let response = put_request(&start_app(&upstream).await?).send().await?;
    let digits = basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET);
    assert!(
        !response.full_text().contains(OPERATOR_SECRET) && !response.full_text().contains(&digits[6..]),
        "{}",
        response.full_text()
    );
    Ok(())
}
