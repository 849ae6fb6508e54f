//! Tests that pages of other sites change nothing, and use the gateway only if the operator lists their site.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv,
    TestRequest, TestResponse, Upstream, basic_authorization,
};
use anyhow::Result;
use serde_json::json;

const LISTED_ORIGIN: &str = "https://friend.example";

/// Returns one request to every endpoint that accepts POST.
fn post_requests(app: &TestApp) -> Vec<TestRequest> {
    let call = json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": "test", "arguments": {}});
    let save = json!({"provider": "stytch", "values": {"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET}});
    let form =
        |body: &'static str| app.post(OPERATION_PAGE, body).header("content-type", "application/x-www-form-urlencoded");
    vec![
        app.post(OPERATION_TOOL, "{}"),
        app.post(OPERATION_TOOL, "{}").header("content-type", "text/plain"),
        app.post_json("/api/call", &call),
        app.post_json("/api/credential/save", &save),
        app.post_json("/api/credential/clear", &json!({"provider": "stytch"})),
        form("intent=send&environment=test"),
        form("credential=clear"),
        form("credential=save&basicAuth/username=project-test-1&basicAuth/password=secret-test-of-evil"),
    ]
}

/// Headers that browsers send with a cross-site request.
const CROSS_SITE_HEADERS: [&[(&str, &str)]; 8] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("origin", "https://evil.example")],
    &[("origin", "http://127.0.0.1:3001")],
    &[("origin", "http://localhost:3000")],
    &[("origin", "null")],
    &[("origin", "http://127.0.0.1:3000.evil.example")],
];

fn with_headers(request: TestRequest, headers: &[(&str, &str)]) -> TestRequest {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

async fn send_from(app: &TestApp, origin: &str) -> Result<TestResponse> {
    let request = app.post_json(OPERATION_TOOL, &json!({"args": {}})).header("origin", origin);
    request.header("sec-fetch-site", "cross-site").send().await
}

#[tokio::test]
async fn post_requests_of_other_sites_are_refused() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for headers in CROSS_SITE_HEADERS {
        for post in post_requests(&app) {
            let response = with_headers(post, headers).send().await?;
            assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{headers:?}");
            assert_eq!(response.header("set-cookie"), "", "{headers:?}");
            assert_eq!(response.header("access-control-allow-origin"), "", "{headers:?}");
        }
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn post_requests_of_own_pages_and_of_programs_succeed() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let same_origin: [&[(&str, &str)]; 4] = [
        &[],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://127.0.0.1:3000")],
    ];
    for headers in same_origin {
        for post in post_requests(&app) {
            let status = with_headers(post, headers).send().await?.status;
            assert!(status.is_success() || status.is_redirection(), "{headers:?}: {status}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_listed_origin_can_use_only_the_gateway() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", LISTED_ORIGIN).start_app().await?;
    let headers = [("origin", LISTED_ORIGIN), ("sec-fetch-site", "cross-site")];
    for (index, post) in post_requests(&app).into_iter().enumerate() {
        let response = with_headers(post, &headers).send().await?;
        let is_tool = index < 2;
        assert_eq!(response.status, if is_tool { 200 } else { 403 }, "{index}");
        assert_eq!(response.header("access-control-allow-origin"), if is_tool { LISTED_ORIGIN } else { "" }, "{index}");
    }
    assert_eq!(upstream.received_requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_listed_origin_can_read_responses_but_cannot_send_cookies() -> Result<()> {
    let app = TestEnv::new()
        .set_var("EXPLORER_ALLOWED_ORIGINS", &format!("{LISTED_ORIGIN},https://b.example:8443"))
        .start_app()
        .await?;
    for origin in [LISTED_ORIGIN, "https://b.example:8443"] {
        let response = send_from(&app, origin).await?;
        assert_eq!(response.status_and_code()?, (401, "no_credential".into()));
        assert_eq!(response.header("access-control-allow-origin"), origin);
        assert_eq!(response.header("access-control-allow-credentials"), "");
        assert!(response.header("vary").to_ascii_lowercase().contains("origin"));
    }
    for origin in ["https://c.example", "https://friend.example.evil.example", "http://friend.example", "null"] {
        let response = send_from(&app, origin).await?;
        assert_eq!((response.status.as_u16(), response.header("access-control-allow-origin")), (403, ""), "{origin}");
    }
    Ok(())
}

#[tokio::test]
async fn preflight_requests_succeed_only_for_listed_origins() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_ALLOWED_ORIGINS", LISTED_ORIGIN).start_app().await?;
    let preflight = |path: &str, origin: &str| {
        app.request("OPTIONS", path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
    };
    let allowed = preflight(OPERATION_TOOL, LISTED_ORIGIN).send().await?;
    assert_eq!(allowed.header("access-control-allow-origin"), LISTED_ORIGIN);
    assert_eq!(allowed.header("access-control-allow-methods"), "POST");
    assert_eq!(allowed.header("access-control-allow-headers"), "content-type");
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    for (path, origin) in [
        (OPERATION_TOOL, "https://evil.example"),
        ("/api/call", LISTED_ORIGIN),
        (OPERATION_PAGE, LISTED_ORIGIN),
        ("/", LISTED_ORIGIN),
    ] {
        let response = preflight(path, origin).send().await?;
        assert_eq!(response.header("access-control-allow-origin"), "", "{path} {origin}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_are_never_readable_by_other_origins() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_ALLOWED_ORIGINS", LISTED_ORIGIN).start_app().await?;
    for path in ["/", OPERATION_PAGE, "/stytch/openapi.json", "/favicon.svg"] {
        let response = app.get(path).header("origin", LISTED_ORIGIN).send().await?;
        assert_eq!((response.status.as_u16(), response.header("access-control-allow-origin")), (200, ""), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn cookies_are_ignored_in_calls_from_other_origins() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", LISTED_ORIGIN).start_app().await?;
    let save = json!({"provider": "stytch", "values": {"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET}});
    let cookie = app.post_json("/api/credential/save", &save).send().await?.cookie()?;
    app.post(OPERATION_TOOL, "{}").header("cookie", &cookie).send().await?;
    app.post(OPERATION_TOOL, "{}").header("cookie", &cookie).header("origin", LISTED_ORIGIN).send().await?;
    let sent: Vec<String> =
        upstream.received_requests().iter().map(|sent| sent.header("authorization").to_owned()).collect();
    assert_eq!(
        sent,
        [basic_authorization(CALLER_PROJECT, CALLER_SECRET), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)]
    );
    Ok(())
}
