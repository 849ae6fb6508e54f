//! Tests for `/proxy`: what the document describes of a request is sent with the credential added, and all others are
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
    app.request_with_body("PUT", &format!("/proxy/stytch/v1/users/{USER}"), body)
        .header("content-type", "application/json")
}

#[tokio::test]
async fn a_documented_request_is_proxied_with_the_credential() -> Result<()> {
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
    assert_eq!((&*sent.method, &*sent.path, sent.query.as_deref()), ("PUT", &*format!("/v1/users/{USER}"), None));
    // The body is written anew, with the same values in the same order.
    assert_eq!(sent.body, r#"{"name":{"first_name":"Ann"},"unknown_to_the_document":1.50}"#);
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
        "/v1/users/a%2F..",
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
    assert_eq!(app.get(&format!("/v1/users/{USER}")).send().await?.status.as_u16(), 200);
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
async fn the_home_page_belongs_to_no_document() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let operation = json!({"responses": {"200": {"description": "Done."}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Root", "version": "1"},
        "paths": {"/": {"get": operation, "post": operation}, "/status": {"get": operation}},
    });
    let app = TestEnv::start_app_with_document("root", &document.to_string(), &upstream).await?;
    for (name, value) in [("accept", "*/*"), ("sec-fetch-site", "none")] {
        for path in ["/", "/?page=1"] {
            let response = app.get(path).header(name, value).send().await?;
            assert_eq!(response.status, 200, "{path}: {}", response.text());
            assert!(response.text().contains("<title>API Explorer</title>"), "{path}: {}", response.text());
        }
    }
    assert_eq!(app.post("/", "").send().await?.status, 405);
    assert!(upstream.received_requests().is_empty());
    assert_eq!(app.get("/status").send().await?.status, 200);
    // An SDK reaches it below the address of its API.
    assert_eq!(app.get("/proxy/root/").send().await?.status, 200);
    let paths: Vec<String> = upstream.received_requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/status", "/"]);
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
            ("retry-after", "1"),
            ("x-undocumented", "1"),
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
    // Without the grant, the body would be withheld, because its media type cannot be masked.
    let request = request.bearer_token(&app.access_token(&[], &["reveal"]).await?);
    let response = request.send().await?;
    let sent = upstream.only_request()?;
    for name in headers {
        assert_eq!(sent.header(name), "", "{name}");
    }
    assert!(!sent.header("host").contains("3000"), "{}", sent.header("host"));
    for name in ["set-cookie", "access-control-allow-origin", "strict-transport-security", "x-undocumented"] {
        assert_eq!(response.header(name), "", "{name}");
    }
    assert_eq!((response.header("retry-after"), response.header("content-type")), ("1", "text/html"));
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
    assert_eq!(app.get(&format!("{path}?api_key={token}")).send().await?.status, 200);
    for sent in upstream.received_requests() {
        assert!(!format!("{sent:?}").contains(&token), "{sent:?}");
        assert_eq!(sent.header("authorization"), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET));
    }
    assert_eq!(upstream.received_requests().last().and_then(|sent| sent.query.clone()), None);
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

/// Starts the app with an operation that documents a query, headers, a cookie and bodies.
async fn start_app_with_things(upstream: &Upstream) -> Result<TestApp> {
    let text = json!({"type": "string"});
    let body = json!({
        "type": "object",
        "required": ["name"],
        "properties": {"name": text, "size": {"type": "integer"}, "tags": {"type": "array", "items": text}},
    });
    let parameters = json!([
        {"name": "id", "in": "path", "required": true, "schema": text},
        {"name": "q", "in": "query", "schema": text},
        {"name": "tag", "in": "query", "schema": {"type": "array", "items": text}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
        {"name": "X-Trace", "in": "header", "schema": text},
        {"name": "flavor", "in": "cookie", "schema": text},
    ]);
    let responses = json!({"200": {"description": "", "headers": {"X-Total": {"schema": text}}}});
    let content = json!({
        "application/json": {"schema": body},
        "application/x-www-form-urlencoded": {"schema": body},
        "text/csv": {"schema": text},
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://test.stytch.com", "x-name": "test"}],
        "paths": {"/things/{id}": {"post": {
            "operationId": "changeThing", "parameters": parameters, "requestBody": {"content": content},
            "responses": responses,
        }}},
        "security": [{"basicAuth": []}],
        "components": {"securitySchemes": {
            "basicAuth": {"type": "http", "scheme": "basic"},
            "keyAuth": {"type": "apiKey", "in": "query", "name": "key"},
        }},
    });
    let mut settings = TestEnv::with_upstream(upstream).to_settings()?;
    for provider in &mut settings.providers {
        provider.document = document.to_string().into();
    }
    TestApp::new(settings).await
}

fn change_thing(app: &TestApp, query: &str, content_type: &str, body: &'static str) -> TestRequest {
    let request = app.post(&format!("/proxy/stytch/things/1{query}"), body);
    if content_type.is_empty() { request } else { request.header("content-type", content_type) }
}

#[tokio::test]
async fn only_documented_query_parameters_are_proxied() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_things(&upstream).await?;
    for (query, sent) in [
        ("", None),
        ("?", None),
        ("?q=a%20b", Some("q=a%20b")),
        ("?%71=a", Some("%71=a")),
        ("?tag=a&tag=b", Some("tag=a&tag=b")),
        ("?tag[]=a&tag[]=b", Some("tag[]=a&tag[]=b")),
        ("?filter%5Bsince%5D=1&q=", Some("filter%5Bsince%5D=1&q=")),
        ("?q=a;admin=1", Some("q=a%3Badmin=1")),
        // What SDKs send for authentication, and copies of path parameters, which the SDK of Python sends.
        ("?key=any&q=1", Some("q=1")),
        ("?id=1", None),
    ] {
        let response = change_thing(&app, query, "", "").send().await?;
        assert_eq!(response.status, 200, "{query}: {}", response.text());
        let received = upstream.received_requests().pop().map(|sent| sent.query);
        assert_eq!(received, Some(sent.map(str::to_owned)), "{query}");
    }
    let count = upstream.received_requests().len();
    for (query, name) in [
        ("?verbose=1", "verbose"),
        ("?q=1&_method=DELETE", "_method"),
        ("?q=1&q=2", "q"),
        ("?q=1&%71=2", "q"),
        ("?q[]=1", "q[]"),
        ("?Q=1", "Q"),
        ("?id=2", "id"),
        ("?admin", "admin"),
    ] {
        let response = change_thing(&app, query, "", "").send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{query}");
        assert!(response.json()?["error"].as_str().unwrap_or_default().contains(&format!("{name:?}")), "{query}");
    }
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn a_body_of_a_documented_media_type_is_checked_and_written_anew() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_things(&upstream).await?;
    for (content_type, body, sent) in [
        ("application/json", r#" {"size" : 1, "name": "\u0061"} "#, ("application/json", r#"{"size":1,"name":"a"}"#)),
        ("application/json; charset=utf-8", r#"{"name": "a"}"#, ("application/json", r#"{"name":"a"}"#)),
        ("", r#"{"name": "a", "more": [1.0, null]}"#, ("application/json", r#"{"name":"a","more":[1.0,null]}"#)),
        (
            "application/x-www-form-urlencoded",
            "name=a%20b&tags=1&tags=2",
            ("application/x-www-form-urlencoded", "name=a+b&tags=1&tags=2"),
        ),
        ("text/csv; header=present", "a,b", ("text/csv; header=present", "a,b")),
    ] {
        let response = change_thing(&app, "", content_type, body).send().await?;
        assert_eq!(response.status, 200, "{body}: {}", response.text());
        let received = upstream.received_requests().pop();
        let received = received.as_ref().map(|received| (received.header("content-type"), received.body.as_str()));
        assert_eq!(received, Some(sent), "{body}");
    }
    let count = upstream.received_requests().len();
    for (content_type, body, reason) in [
        ("application/json", r#"{"name": "a", "name": "b"}"#, "occurs twice"),
        ("application/json", r#"{"name": "a", "x": {"a": 1, "\u0061": 2}}"#, "occurs twice"),
        ("application/json", "{", "JSON"),
        ("application/json", "[]", "JSON object"),
        ("application/json", r#"{"size": 1}"#, "required"),
        ("application/json", r#"{"name": "a", "size": "b"}"#, "whole number"),
        ("application/xml", "<name>a</name>", "application/xml"),
        ("text/plain", r#"{"name": "a"}"#, "text/plain"),
        ("application/x-www-form-urlencoded", "name=a&name=b", "occurs twice"),
        ("application/x-www-form-urlencoded", "name=a&admin=1", "admin"),
    ] {
        let response = change_thing(&app, "", content_type, body).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{body}");
        assert!(response.text().contains(reason), "{body}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), count);
    Ok(())
}

#[tokio::test]
async fn only_documented_headers_and_cookies_are_proxied() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        ([("x-total", "3"), ("x-internal", "secret"), ("server", "x"), ("x-ratelimit-limit", "9")], "{}")
            .into_response()
    })
    .await?;
    let app = start_app_with_things(&upstream).await?;
    let session = "api-explorer=00000000-0000-4000-8000-000000000000";
    let response = change_thing(&app, "", "", "")
        .header("x-trace", "t1")
        .header("x-other", "evil")
        .header("cookie", &format!("{session}; other=1; flavor=mint; FLAVOR=evil; snippet=curl"))
        .send()
        .await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!((response.header("x-total"), response.header("x-ratelimit-limit")), ("3", "9"));
    assert_eq!((response.header("x-internal"), response.header("server")), ("", ""));
    let sent = upstream.only_request()?;
    assert_eq!((sent.header("x-trace"), sent.header("x-other"), sent.header("cookie")), ("t1", "", "flavor=mint"));
    Ok(())
}

#[tokio::test]
async fn every_value_of_a_proxied_request_is_judged() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app_with_things(&upstream).await?;
    let live = "thing-live-00000000-0000-4000-8000-000000000000";
    for (query, header, cookie, body) in [
        (format!("?q={live}"), "", "", String::new()),
        (format!("?tag=a&tag={live}"), "", "", String::new()),
        (format!("?tag=a,{live}"), "", "", String::new()),
        (format!("?filter[id]={live}"), "", "", String::new()),
        (String::new(), live, "", String::new()),
        (String::new(), "", live, String::new()),
        (String::new(), "", "", format!(r#"{{"name": "{live}"}}"#)),
        ("?q=1".into(), "", "", format!(r#"{{"name": "a", "q": "{live}"}}"#)),
        (String::new(), "", "", format!(r#"{{"name": "a", "id": "{live}"}}"#)),
    ] {
        let mut request = app.post(&format!("/proxy/stytch/things/1{query}"), body.clone());
        for (name, value) in [("x-trace", header.to_owned()), ("cookie", format!("flavor={cookie}"))] {
            request = request.header(name, &value);
        }
        let response = request.send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{query} {header} {cookie} {body}");
        assert!(response.text().contains("belongs to live"), "{}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}
