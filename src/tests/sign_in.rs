//! Tests that remote users must sign in to use the operator's credential.

use crate::support::{OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, Upstream};
use anyhow::{Context, Result};
use serde_json::json;
use std::net::IpAddr;

const HOST_NAME: &str = "explorer.example.com";

/// Returns the setup of a server that accepts remote connections, has the operator's credential and requires sign-in.
fn shared(upstream: &Upstream) -> TestEnv {
    TestEnv::with_upstream(upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", HOST_NAME)
        .set_var("EXPLORER_ACCESS", "sign-in")
}

fn html_request(app: &TestApp, method: &str, path: &str) -> crate::support::TestRequest {
    app.request(method, path).header("host", HOST_NAME).header("accept", "text/html")
}

async fn sign_in(app: &TestApp, token: &str, next: &str) -> Result<TestResponse> {
    let form = app.post_form("/sign-in", &[("token", token), ("next", next)]);
    form.header("host", HOST_NAME).header("origin", &format!("https://{HOST_NAME}")).send().await
}

#[tokio::test]
async fn a_page_redirects_anonymous_callers_to_the_sign_in_page_and_back() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let response = html_request(&app, "GET", &format!("{OPERATION_PAGE}?x=1")).send().await?;
    assert_eq!(
        (response.status.as_u16(), response.header("location")),
        (303, "/sign-in?next=%2Fstytch%2FapiUserV1Create%3Fx%3D1")
    );
    let page = html_request(&app, "GET", response.header("location")).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("value=\"/stytch/apiUserV1Create?x=1\""), "{}", page.text());
    let token = app.access_token(&[], &[]).await?;
    let signed_in = sign_in(&app, &token, "/stytch/apiUserV1Create?x=1").await?;
    assert_eq!((signed_in.status.as_u16(), signed_in.header("location")), (303, "/stytch/apiUserV1Create?x=1"));
    let page = html_request(&app, "GET", OPERATION_PAGE).header("cookie", &signed_in.cookie()?).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("a test") && page.text().contains("Sign out"), "{}", page.text());
    assert!(!page.text().contains(&token));
    Ok(())
}

#[tokio::test]
async fn without_sign_in_every_endpoint_refuses_reads_and_calls() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    for path in [
        "/",
        "/stytch",
        OPERATION_PAGE,
        "/stytch/openapi.json",
        "/search?q=user",
        "/sitemap.xml",
        "/stytch/apiUserV1Create/replies",
        "/no/such",
    ] {
        let response = app.get(path).header("host", HOST_NAME).send().await?;
        assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()), "{path}");
        assert_eq!(response.header("www-authenticate"), "Bearer");
    }
    for path in
        [OPERATION_TOOL, "/api/call", "/api/credential/save", "/api/credential/clear", OPERATION_PAGE, "/sign-out"]
    {
        let response = app.post(path, "{}").header("host", HOST_NAME).send().await?;
        assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()), "{path}");
    }
    for path in ["/healthz", "/readyz", "/favicon.svg", "/robots.txt", "/sign-in"] {
        assert_eq!(app.get(path).header("host", HOST_NAME).send().await?.status, 200, "{path}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_loopback_host_name_grants_no_access_to_a_server_that_others_can_reach() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let behind_a_proxy = shared(&upstream).set_var("LEPTOS_SITE_ADDR", "127.0.0.1:3000").start_app().await?;
    for app in [app, behind_a_proxy] {
        let response = app.post(OPERATION_TOOL, "").with_client_address(IpAddr::from([127, 0, 0, 1])).send().await?;
        assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()));
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_bearer_access_token_is_sufficient_and_is_not_forwarded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let response = app.post(OPERATION_TOOL, "").header("host", HOST_NAME).bearer_token(&token).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let received = format!("{:?}", upstream.only_request()?);
    assert!(!received.contains(&token) && !response.full_text().contains(&token));
    Ok(())
}

#[tokio::test]
async fn an_invalid_or_revoked_token_grants_no_access_and_ends_its_sessions() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let cookie = sign_in(&app, &token, "/").await?.cookie()?;
    let call = || app.post(OPERATION_TOOL, "").header("host", HOST_NAME);
    assert_eq!(call().header("cookie", &cookie).send().await?.status, 200);
    let id = token.split('_').nth(1).context("no id")?;
    assert!(app.store.revoke_token(id).await.is_ok_and(|revoked| revoked));
    let other = [&token[..token.len() - 1], if token.ends_with('0') { "1" } else { "0" }].concat();
    for wrong in [token.as_str(), &other, "aex_00000000_0", "aex__", "aex_' OR 1=1_x"] {
        let response = call().bearer_token(wrong).send().await?;
        assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()), "{wrong}");
        assert!(!response.text().contains(wrong));
        let page = sign_in(&app, wrong, "/").await?;
        assert_eq!(page.status, 401);
        assert!(page.text().contains("unknown, expired or revoked") && !page.text().contains(wrong), "{}", page.text());
    }
    let response = call().header("cookie", &cookie).send().await?;
    assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()));
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let cookie = sign_in(&app, &token, "/").await?.cookie()?;
    let sign_out =
        app.post_form("/sign-out", &[]).header("host", HOST_NAME).header("origin", &format!("https://{HOST_NAME}"));
    let signed_out = sign_out.header("cookie", &cookie).send().await?;
    assert_eq!((signed_out.status.as_u16(), signed_out.header("location")), (303, "/sign-in"));
    let response = app.post(OPERATION_TOOL, "").header("host", HOST_NAME).header("cookie", &cookie).send().await?;
    assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()));
    Ok(())
}

#[tokio::test]
async fn signing_in_replaces_a_session_id_chosen_by_someone_else() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let (one, other) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    let old_cookie = sign_in(&app, &one, "/").await?.cookie()?;
    let form = app
        .post_form("/sign-in", &[("token", &other)])
        .header("host", HOST_NAME)
        .header("origin", &format!("https://{HOST_NAME}"));
    let new_cookie = form.header("cookie", &old_cookie).send().await?.cookie()?;
    assert_ne!(old_cookie, new_cookie);
    let call = |cookie: &str| app.post(OPERATION_TOOL, "").header("host", HOST_NAME).header("cookie", cookie);
    assert_eq!(call(&new_cookie).send().await?.status, 200);
    assert_eq!(call(&old_cookie).send().await?.status_and_code()?, (401, "sign_in_required".into()));
    Ok(())
}

#[tokio::test]
async fn a_form_sent_after_the_session_has_ended_explains_how_to_keep_the_input() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let form = app.post_form(OPERATION_PAGE, &[("value/email", "a@example.com")]).header("host", HOST_NAME);
    let response = form.header("origin", &format!("https://{HOST_NAME}")).send().await?;
    assert_eq!(response.status, 401);
    assert!(response.text().contains("Back button to return to your input"), "{}", response.text());
    Ok(())
}

#[tokio::test]
async fn with_open_reading_calls_require_sign_in_and_a_form_keeps_its_values() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[access]\nrule = \"sign-in\"\nreading = \"open\"\n")?;
    let setup =
        shared(&upstream).set_var("EXPLORER_ACCESS", "").set_var("EXPLORER_CONFIG", &file.display().to_string());
    let app = setup.start_app().await?;
    let page = html_request(&app, "GET", OPERATION_PAGE).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("href=\"/sign-in\"") && !page.text().contains("Using the operator's credential"));
    let form = app.post_form(OPERATION_PAGE, &[("value/email", "a@example.com")]).header("host", HOST_NAME);
    let response = form.header("origin", &format!("https://{HOST_NAME}")).send().await?;
    let text = response.text();
    assert!(text.contains("a@example.com") && text.contains("You are not signed in"), "{text}");
    let request = app.post_json("/api/call", &json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": null, "content_type": null, "arguments": {}}));
    assert_eq!(request.header("host", HOST_NAME).send().await?.status_and_code()?, (401, "sign_in_required".into()));
    assert_eq!(html_request(&app, "GET", "/admin/audit").send().await?.status, 303);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_user_header_is_accepted_only_from_listed_proxy_addresses() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[access]\nuser_header = \"x-user\"\nproxies = [\"10.0.0.0/24\", \"::1\"]\n")?;
    let setup =
        shared(&upstream).set_var("EXPLORER_ACCESS", "").set_var("EXPLORER_CONFIG", &file.display().to_string());
    let app = setup.start_app().await?;
    let call = || app.post(OPERATION_TOOL, "").header("host", HOST_NAME).header("x-user", "ann@example.com");
    for trusted in ["10.0.0.7", "::ffff:10.0.0.7", "::1"] {
        assert_eq!(call().with_client_address(trusted.parse()?).send().await?.status, 200, "{trusted}");
    }
    for untrusted in ["10.0.1.7", "127.0.0.1", "::2", "::ffff:10.0.1.7"] {
        assert_eq!(
            call().with_client_address(untrusted.parse()?).send().await?.status_and_code()?,
            (401, "sign_in_required".into()),
            "{untrusted}"
        );
    }
    assert_eq!(call().send().await?.status_and_code()?, (401, "sign_in_required".into()));
    let page = html_request(&app, "GET", OPERATION_PAGE)
        .header("x-user", "ann@example.com")
        .with_client_address("10.0.0.7".parse()?)
        .send()
        .await?;
    assert!(page.text().contains("ann@example.com") && !page.text().contains("Sign out"));
    Ok(())
}

#[test]
fn a_shared_credential_without_an_access_rule_is_refused_beyond_loopback() -> Result<()> {
    let setup = || TestEnv::new().with_operator_credential();
    for setup in [
        setup().set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").set_var("EXPLORER_HOSTS", HOST_NAME),
        setup().set_var("EXPLORER_HOSTS", HOST_NAME),
        setup().set_var("LEPTOS_SITE_ADDR", "[::]:3000"),
    ] {
        let error = setup.startup_error()?;
        for expected in ["EXPLORER_ACCESS=sign-in", "token create", "[access]", "STYTCH_PROJECT_ID", "loopback"] {
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
    Ok(())
}
