//! Tests that remote users must sign in to use the operator's credential.

use crate::support::{OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, Upstream};
use anyhow::{Context, Result};
use serde_json::json;
use std::net::IpAddr;

const NAME: &str = "explorer.example.com";

/// Returns the setup of a server that accepts remote connections, has the operator's credential and requires sign-in.
fn shared(upstream: &Upstream) -> TestEnv {
    TestEnv::with_upstream(upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", NAME)
        .set_var("EXPLORER_ACCESS", "sign-in")
}

fn ask(app: &TestApp, method: &str, path: &str) -> crate::support::TestRequest {
    app.request(method, path).header("host", NAME).header("accept", "text/html")
}

async fn enter(app: &TestApp, token: &str, next: &str) -> Result<TestResponse> {
    let form = app.post_form("/sign-in", &[("token", token), ("next", next)]);
    form.header("host", NAME).header("origin", &format!("https://{NAME}")).send().await
}

#[tokio::test]
async fn a_page_leads_whoever_has_not_signed_in_to_where_one_does_and_back() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let answer = ask(&app, "GET", &format!("{OPERATION_PAGE}?x=1")).send().await?;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/sign-in?next=%2Fstytch%2FapiUserV1Create%3Fx%3D1")
    );
    let page = ask(&app, "GET", answer.header("location")).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("value=\"/stytch/apiUserV1Create?x=1\""), "{}", page.text());
    let token = app.access_token(&[], &[]).await?;
    let entered = enter(&app, &token, "/stytch/apiUserV1Create?x=1").await?;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/stytch/apiUserV1Create?x=1"));
    let page = ask(&app, "GET", OPERATION_PAGE).header("cookie", &entered.cookie()?).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("a test") && page.text().contains("Sign out"), "{}", page.text());
    assert!(!page.text().contains(&token));
    Ok(())
}

#[tokio::test]
async fn without_signing_in_nothing_can_be_read_or_called_at_any_door() -> Result<()> {
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
        let answer = app.get(path).header("host", NAME).send().await?;
        assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()), "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    for path in
        [OPERATION_TOOL, "/api/call", "/api/credential/save", "/api/credential/clear", OPERATION_PAGE, "/sign-out"]
    {
        let answer = app.post(path, "{}").header("host", NAME).send().await?;
        assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()), "{path}");
    }
    for path in ["/healthz", "/readyz", "/favicon.svg", "/robots.txt", "/sign-in"] {
        assert_eq!(app.get(path).header("host", NAME).send().await?.status, 200, "{path}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_name_of_loopback_opens_no_other_door_where_others_can_reach_the_server() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let behind_a_proxy = shared(&upstream).set_var("LEPTOS_SITE_ADDR", "127.0.0.1:3000").start_app().await?;
    for app in [app, behind_a_proxy] {
        let answer = app.post(OPERATION_TOOL, "").with_client_address(IpAddr::from([127, 0, 0, 1])).send().await?;
        assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()));
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn an_access_token_sent_as_bearer_is_enough_and_never_reaches_the_provider() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let answer = app.post(OPERATION_TOOL, "").header("host", NAME).bearer_token(&token).send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let received = format!("{:?}", upstream.only_request()?);
    assert!(!received.contains(&token) && !answer.full_text().contains(&token));
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_wrong_has_ended_or_was_revoked_opens_nothing_and_ends_its_sessions() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let cookie = enter(&app, &token, "/").await?.cookie()?;
    let call = || app.post(OPERATION_TOOL, "").header("host", NAME);
    assert_eq!(call().header("cookie", &cookie).send().await?.status, 200);
    let id = token.split('_').nth(1).context("no id")?;
    assert!(app.store.revoke_token(id).await.is_ok_and(|revoked| revoked));
    let other = [&token[..token.len() - 1], if token.ends_with('0') { "1" } else { "0" }].concat();
    for wrong in [token.as_str(), &other, "aex_00000000_0", "aex__", "aex_' OR 1=1_x"] {
        let answer = call().bearer_token(wrong).send().await?;
        assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()), "{wrong}");
        assert!(!answer.text().contains(wrong));
        let page = enter(&app, wrong, "/").await?;
        assert_eq!(page.status, 401);
        assert!(page.text().contains("cannot be used") && !page.text().contains(wrong), "{}", page.text());
    }
    let answer = call().header("cookie", &cookie).send().await?;
    assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()));
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let cookie = enter(&app, &token, "/").await?.cookie()?;
    let leave = app.post_form("/sign-out", &[]).header("host", NAME).header("origin", &format!("https://{NAME}"));
    let left = leave.header("cookie", &cookie).send().await?;
    assert_eq!((left.status.as_u16(), left.header("location")), (303, "/sign-in"));
    let answer = app.post(OPERATION_TOOL, "").header("host", NAME).header("cookie", &cookie).send().await?;
    assert_eq!(answer.status_and_code()?, (401, "sign_in_required".into()));
    Ok(())
}

#[tokio::test]
async fn a_session_that_somebody_else_prepared_is_not_the_one_that_is_signed_in() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let (one, other) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    let fixed = enter(&app, &one, "/").await?.cookie()?;
    let form = app
        .post_form("/sign-in", &[("token", &other)])
        .header("host", NAME)
        .header("origin", &format!("https://{NAME}"));
    let own = form.header("cookie", &fixed).send().await?.cookie()?;
    assert_ne!(fixed, own);
    let call = |cookie: &str| app.post(OPERATION_TOOL, "").header("host", NAME).header("cookie", cookie);
    assert_eq!(call(&own).send().await?.status, 200);
    assert_eq!(call(&fixed).send().await?.status_and_code()?, (401, "sign_in_required".into()));
    Ok(())
}

#[tokio::test]
async fn a_form_sent_after_the_session_has_ended_says_how_to_keep_what_was_typed() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = shared(&upstream).start_app().await?;
    let form = app.post_form(OPERATION_PAGE, &[("value/email", "a@example.com")]).header("host", NAME);
    let answer = form.header("origin", &format!("https://{NAME}")).send().await?;
    assert_eq!(answer.status, 401);
    assert!(answer.text().contains("Back button to return to your input"), "{}", answer.text());
    Ok(())
}

#[tokio::test]
async fn where_reading_is_open_calls_are_not_and_a_form_keeps_what_was_typed() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[access]\nrule = \"sign-in\"\nreading = \"open\"\n")?;
    let setup =
        shared(&upstream).set_var("EXPLORER_ACCESS", "").set_var("EXPLORER_CONFIG", &file.display().to_string());
    let app = setup.start_app().await?;
    let page = ask(&app, "GET", OPERATION_PAGE).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("href=\"/sign-in\"") && !page.text().contains("Using the operator's credential"));
    let form = app.post_form(OPERATION_PAGE, &[("value/email", "a@example.com")]).header("host", NAME);
    let answer = form.header("origin", &format!("https://{NAME}")).send().await?;
    let text = answer.text();
    assert!(text.contains("a@example.com") && text.contains("You are not signed in"), "{text}");
    let answer = app.post_json("/api/call", &json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": null, "content_type": null, "arguments": {}}));
    assert_eq!(answer.header("host", NAME).send().await?.status_and_code()?, (401, "sign_in_required".into()));
    assert_eq!(ask(&app, "GET", "/admin/audit").send().await?.status, 303);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_name_from_a_proxy_counts_only_from_the_addresses_that_are_listed() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[access]\nuser_header = \"x-user\"\nproxies = [\"10.0.0.0/24\", \"::1\"]\n")?;
    let setup =
        shared(&upstream).set_var("EXPLORER_ACCESS", "").set_var("EXPLORER_CONFIG", &file.display().to_string());
    let app = setup.start_app().await?;
    let call = || app.post(OPERATION_TOOL, "").header("host", NAME).header("x-user", "ann@example.com");
    for trusted in ["10.0.0.7", "::ffff:10.0.0.7", "::1"] {
        assert_eq!(call().with_client_address(trusted.parse()?).send().await?.status, 200, "{trusted}");
    }
    for stranger in ["10.0.1.7", "127.0.0.1", "::2", "::ffff:10.0.1.7"] {
        assert_eq!(
            call().with_client_address(stranger.parse()?).send().await?.status_and_code()?,
            (401, "sign_in_required".into()),
            "{stranger}"
        );
    }
    assert_eq!(call().send().await?.status_and_code()?, (401, "sign_in_required".into()));
    let page = ask(&app, "GET", OPERATION_PAGE)
        .header("x-user", "ann@example.com")
        .with_client_address("10.0.0.7".parse()?)
        .send()
        .await?;
    assert!(page.text().contains("ann@example.com") && !page.text().contains("Sign out"));
    Ok(())
}

#[test]
fn beyond_this_machine_a_shared_credential_without_a_rule_is_refused_with_what_to_set() -> Result<()> {
    let setup = || TestEnv::new().with_operator_credential();
    for setup in [
        setup().set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").set_var("EXPLORER_HOSTS", NAME),
        setup().set_var("EXPLORER_HOSTS", NAME),
        setup().set_var("LEPTOS_SITE_ADDR", "[::]:3000"),
    ] {
        let said = setup.startup_error()?;
        for named in ["EXPLORER_ACCESS=sign-in", "token create", "[access]", "STYTCH_PROJECT_ID", "loopback"] {
            assert!(said.contains(named), "{named}: {said}");
        }
    }
    Ok(())
}
