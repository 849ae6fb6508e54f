//! Tests that pages of other sites change nothing, and use the gateway only if the operator lists their site.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv,
    TestRequest, TestResponse, Upstream, basic_authorization,
};
use anyhow::Result;
use serde_json::json;

const FRIEND: &str = "https://friend.example";

/// Returns one request to every endpoint that accepts POST.
fn posts(app: &TestApp) -> Vec<TestRequest> {
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
const FOREIGN: [&[(&str, &str)]; 8] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("origin", "https://evil.example")],
    &[("origin", "http://127.0.0.1:3001")],
    &[("origin", "http://localhost:3000")],
    &[("origin", "null")],
    &[("origin", "http://127.0.0.1:3000.evil.example")],
];

fn from(ask: TestRequest, headers: &[(&str, &str)]) -> TestRequest {
    headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value))
}

async fn ask_from(app: &TestApp, origin: &str) -> Result<TestResponse> {
    let ask = app.post_json(OPERATION_TOOL, &json!({"args": {}})).header("origin", origin);
    ask.header("sec-fetch-site", "cross-site").send().await
}

#[tokio::test]
async fn no_other_site_posts_anything() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for headers in FOREIGN {
        for post in posts(&app) {
            let answer = from(post, headers).send().await?;
            assert_eq!(answer.status_and_code()?, (403, "forbidden".into()), "{headers:?}");
            assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{headers:?}");
        }
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn its_own_pages_and_programs_do() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let own: [&[(&str, &str)]; 4] = [
        &[],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://127.0.0.1:3000")],
    ];
    for headers in own {
        for post in posts(&app) {
            let status = from(post, headers).send().await?.status;
            assert!(status.is_success() || status.is_redirection(), "{headers:?}: {status}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_listed_origin_reaches_the_gateway_and_nothing_else() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", FRIEND).start_app().await?;
    let headers = [("origin", FRIEND), ("sec-fetch-site", "cross-site")];
    for (index, post) in posts(&app).into_iter().enumerate() {
        let answer = from(post, &headers).send().await?;
        let is_tool = index < 2;
        assert_eq!(answer.status, if is_tool { 200 } else { 403 }, "{index}");
        assert_eq!(answer.header("access-control-allow-origin"), if is_tool { FRIEND } else { "" }, "{index}");
    }
    assert_eq!(upstream.received_requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_listed_origin_is_allowed_to_read_and_to_send_no_cookies() -> Result<()> {
    let app = TestEnv::new()
        .set_var("EXPLORER_ALLOWED_ORIGINS", &format!("{FRIEND},https://b.example:8443"))
        .start_app()
        .await?;
    for origin in [FRIEND, "https://b.example:8443"] {
        let answer = ask_from(&app, origin).await?;
        assert_eq!(answer.status_and_code()?, (401, "no_credential".into()));
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.header("vary").to_ascii_lowercase().contains("origin"));
    }
    for origin in ["https://c.example", "https://friend.example.evil.example", "http://friend.example", "null"] {
        let answer = ask_from(&app, origin).await?;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (403, ""), "{origin}");
    }
    Ok(())
}

#[tokio::test]
async fn preflights_are_answered_for_listed_origins_alone() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_ALLOWED_ORIGINS", FRIEND).start_app().await?;
    let preflight = |path: &str, origin: &str| {
        app.request("OPTIONS", path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
    };
    let allowed = preflight(OPERATION_TOOL, FRIEND).send().await?;
    assert_eq!(allowed.header("access-control-allow-origin"), FRIEND);
    assert_eq!(allowed.header("access-control-allow-methods"), "POST");
    assert_eq!(allowed.header("access-control-allow-headers"), "content-type");
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    for (path, origin) in
        [(OPERATION_TOOL, "https://evil.example"), ("/api/call", FRIEND), (OPERATION_PAGE, FRIEND), ("/", FRIEND)]
    {
        let answer = preflight(path, origin).send().await?;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path} {origin}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_are_never_readable_by_other_origins() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_ALLOWED_ORIGINS", FRIEND).start_app().await?;
    for path in ["/", OPERATION_PAGE, "/stytch/openapi.json", "/favicon.svg"] {
        let answer = app.get(path).header("origin", FRIEND).send().await?;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, ""), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn cookies_count_for_nothing_in_calls_from_other_origins() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", FRIEND).start_app().await?;
    let save = json!({"provider": "stytch", "values": {"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET}});
    let cookie = app.post_json("/api/credential/save", &save).send().await?.cookie()?;
    app.post(OPERATION_TOOL, "{}").header("cookie", &cookie).send().await?;
    app.post(OPERATION_TOOL, "{}").header("cookie", &cookie).header("origin", FRIEND).send().await?;
    let sent: Vec<String> =
        upstream.received_requests().iter().map(|sent| sent.header("authorization").to_owned()).collect();
    assert_eq!(
        sent,
        [basic_authorization(CALLER_PROJECT, CALLER_SECRET), basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)]
    );
    Ok(())
}
