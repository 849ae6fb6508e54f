//! Tests that users who may no longer use the explorer are refused at the next request: users of an identity provider,
//! and users whom a proxy names.

use crate::support::{
    OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, TestStore, Upstream,
    identity_provider::{Algorithm, IdentityProvider, now},
};
use anyhow::{Context, Result};
use api_explorer::cli::switch::{SwitchCommand, run_switch_command};
use serde_json::{Value, json};

fn ann() -> Value {
    json!({"sub": "user-1", "email": "Ann@example.com", "sid": "session-1"})
}

/// An app with an identity provider at which users of one domain may sign in.
struct Setup {
    provider: IdentityProvider,
    upstream: Upstream,
    folder: tempfile::TempDir,
    store: TestStore,
}

impl Setup {
    async fn new() -> Result<Self> {
        Ok(Self {
            provider: IdentityProvider::start().await?,
            upstream: Upstream::succeeding().await?,
            folder: tempfile::tempdir()?,
            store: TestStore::new().await?,
        })
    }

    /// Starts a server with the store of this setup, as after a restart with other settings.
    async fn start(&self, allow: &[&str]) -> Result<TestApp> {
        self.start_with(&self.provider, allow).await
    }

    async fn start_with(&self, provider: &IdentityProvider, allow: &[&str]) -> Result<TestApp> {
        let env = provider.apply_to(TestEnv::with_upstream(&self.upstream), self.folder.path(), allow)?;
        self.store.apply_to(env).start_app().await
    }

    async fn sign_in(&self, app: &TestApp, claims: &Value) -> Result<String> {
        let signed_in = self.provider.sign_in(app, claims, Algorithm::Es256).await?;
        assert_eq!((signed_in.status.as_u16(), signed_in.header("location")), (303, "/stytch"), "{}", signed_in.text());
        signed_in.cookie()
    }
}

async fn call(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    app.post(OPERATION_TOOL, "").header("cookie", cookie).send().await
}

#[tokio::test]
async fn a_user_who_is_no_longer_allowed_is_refused_at_the_next_request() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    let cookie = setup.sign_in(&app, &ann()).await?;
    assert_eq!(call(&app, &cookie).await?.status, 200);
    let restarted = setup.start(&["bob@example.com", "*@example.org"]).await?;
    let response = call(&restarted, &cookie).await?;
    assert_eq!(response.status_and_code()?, (401, "sign_in_required".into()));
    assert!(response.text().contains("no longer valid"), "{}", response.text());
    let page = restarted.get(OPERATION_PAGE).header("accept", "text/html").header("cookie", &cookie).send().await?;
    assert_eq!(page.status, 401);
    assert!(page.text().contains("no longer valid") && page.text().contains("Sign in"), "{}", page.text());
    assert_eq!(call(&setup.start(&["ann@example.com"]).await?, &cookie).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_sessions_of_a_removed_identity_provider_end() -> Result<()> {
    let setup = Setup::new().await?;
    let cookie = setup.sign_in(&setup.start(&["*@example.com"]).await?, &ann()).await?;
    let other = IdentityProvider::start().await?;
    let with_another = setup.start_with(&other, &["*@example.com"]).await?;
    assert_eq!(call(&with_another, &cookie).await?.status_and_code()?, (401, "sign_in_required".into()));
    let env = TestEnv::with_upstream(&setup.upstream);
    for env in [env.clone(), env.set_var("EXPLORER_ACCESS", "sign-in")] {
        let without = setup.store.apply_to(env).start_app().await?;
        assert_eq!(call(&without, &cookie).await?.status_and_code()?, (401, "sign_in_required".into()));
    }
    assert!(setup.upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_disabled_user_is_refused_within_a_second_however_the_name_is_written() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    let cookie = setup.sign_in(&app, &ann()).await?;
    let subject = "person:ANN@example.com".to_owned();
    let message = run_switch_command(&SwitchCommand::Off { subject: subject.clone() }, &app.store).await?;
    assert!(message.contains("person:ann@example.com is disabled"), "{message}");
    // Another server with the same store has no snapshot of the switches yet.
    let app = setup.start(&["*@example.com"]).await?;
    let response = call(&app, &cookie).await?;
    assert_eq!(response.status_and_code()?, (403, "switched_off".into()));
    assert!(response.text().contains("ann@example.com may no longer use this server"), "{}", response.text());
    let page = app.get(OPERATION_PAGE).header("accept", "text/html").header("cookie", &cookie).send().await?;
    assert_eq!(page.status, 403);
    let again = setup.provider.sign_in(&app, &ann(), Algorithm::Es256).await?;
    assert_eq!(call(&app, &again.cookie()?).await?.status_and_code()?, (403, "switched_off".into()));
    let bob = setup.sign_in(&app, &json!({"sub": "user-2", "email": "bob@example.com"})).await?;
    assert_eq!(call(&app, &bob).await?.status, 200);
    run_switch_command(&SwitchCommand::On { subject }, &app.store).await?;
    assert_eq!(call(&setup.start(&["*@example.com"]).await?, &cookie).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_user_whom_a_proxy_names_can_be_disabled_and_is_named_once() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[access]\nuser_header = \"x-user\"\nproxies = [\"10.0.0.7\"]\nadmins = [\"root\"]\n")?;
    let app =
        TestEnv::with_upstream(&upstream).set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await?;
    let from_proxy = |path: &str| anyhow::Ok(app.post(path, "").with_client_address("10.0.0.7".parse()?));
    assert_eq!(from_proxy(OPERATION_TOOL)?.header("x-user", "Ann").send().await?.status, 200);
    let twice = from_proxy(OPERATION_TOOL)?.header("x-user", "Ann").add_header("x-user", "root").send().await?;
    assert_eq!(twice.status_and_code()?, (403, "forbidden".into()));
    assert!(twice.text().contains("x-user more than once"), "{}", twice.text());
    for (subject, state, status) in
        [("person:ann", "off", 403), ("person:Ann", "on", 200), ("session:ann", "off", 200), ("person:", "off", 200)]
    {
        let form = app.post_form("/admin/switch", &[("subject", subject), ("to", state)]).header("x-user", "root");
        form.with_client_address("10.0.0.7".parse()?).send().await?;
        assert_eq!(from_proxy(OPERATION_TOOL)?.header("x-user", "Ann").send().await?.status, status, "{subject}");
    }
    Ok(())
}

#[tokio::test]
async fn an_identity_is_issuer_and_subject_and_not_the_address() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    let cookie = setup.sign_in(&app, &ann()).await?;
    let successor = setup.sign_in(&app, &json!({"sub": "user-9", "email": "ann@example.com"})).await?;
    let renamed = setup.sign_in(&app, &json!({"sub": "user-1", "email": "ann.smith@example.com"})).await?;
    for cookie in [&cookie, &successor, &renamed] {
        assert_eq!(call(&app, cookie).await?.status, 200);
    }
    app.gateway.audit().flush().await;
    let query = api_explorer::store::audit::AuditQuery { details_filter: "call".into(), ..Default::default() };
    let records = app.store.find_records(&query, 10).await.ok().context("no records")?;
    let mut subjects: Vec<String> = records.iter().rev().map(|record| record.subject.clone()).collect();
    assert!(subjects.iter().all(|subject| subject.starts_with("oidc:") && !subject.contains('@')), "{subjects:?}");
    assert_eq!(subjects.remove(2), subjects[0], "a new address is not a new identity");
    assert_ne!(subjects[0], subjects[1], "the user who receives an address is not its previous owner");
    Ok(())
}

#[tokio::test]
async fn an_id_token_is_signed_with_a_key_of_the_provider() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    for algorithm in [Algorithm::Hs256, Algorithm::None] {
        let response = setup.provider.sign_in(&app, &ann(), algorithm).await?;
        assert_eq!(response.status, 401, "{algorithm:?}");
        assert!(response.text().contains("You are not signed in"), "{algorithm:?}");
        assert_eq!(response.header("set-cookie"), "", "{algorithm:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_address_is_one_line() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    for email in ["eve@evil.example\n@example.com", "eve@evil.example,x@example.com", "eve@evil.example @example.com"] {
        let claims = json!({"sub": "user-3", "email": email});
        let response = setup.provider.sign_in(&app, &claims, Algorithm::Es256).await?;
        assert_eq!(response.status, 401, "{email:?}");
        assert!(response.text().contains("may not use this explorer"), "{}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn the_identity_provider_ends_one_session_or_all_of_a_user() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    let first = setup.sign_in(&app, &ann()).await?;
    let second = setup.sign_in(&app, &json!({"sub": "user-1", "email": "ann@example.com", "sid": "session-2"})).await?;
    let bob = setup.sign_in(&app, &json!({"sub": "user-2", "email": "bob@example.com", "sid": "session-3"})).await?;
    let log_out = |claims: Value| {
        let token = setup.provider.logout_token(Algorithm::Es256, &json!({"typ": "logout+jwt"}), &claims);
        let app = &app;
        async move { app.post_form("/auth/logout", &[("logout_token", &token?)]).without_browser_headers().send().await }
    };
    let statuses = || async {
        let mut statuses = Vec::new();
        for cookie in [&first, &second, &bob] {
            statuses.push(call(&app, cookie).await?.status.as_u16());
        }
        anyhow::Ok(statuses)
    };
    let response = log_out(json!({"sid": "session-1"})).await?;
    assert_eq!((response.status.as_u16(), response.header("cache-control")), (200, "no-store"), "{}", response.text());
    assert_eq!(statuses().await?, [401, 200, 200]);
    assert_eq!(log_out(json!({"sub": "user-2", "sid": "session-2"})).await?.status, 200);
    assert_eq!(statuses().await?, [401, 200, 200], "both claims must match");
    assert_eq!(log_out(json!({"sub": "user-1"})).await?.status, 200);
    assert_eq!(statuses().await?, [401, 401, 200]);
    app.gateway.audit().flush().await;
    let query = api_explorer::store::audit::AuditQuery { details_filter: "sign_out".into(), ..Default::default() };
    let records = app.store.find_records(&query, 10).await.ok().context("no records")?;
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.target.as_deref() == Some("by the identity provider")));
    Ok(())
}

#[tokio::test]
async fn a_forged_or_unsuitable_logout_token_ends_nothing() -> Result<()> {
    let setup = Setup::new().await?;
    let app = setup.start(&["*@example.com"]).await?;
    let cookie = setup.sign_in(&app, &ann()).await?;
    let (provider, other_provider) = (&setup.provider, IdentityProvider::start().await?);
    let valid = json!({"sub": "user-1"});
    let with = |name: &str, value: Value| json!({"sub": "user-1", name: value});
    let mut tokens = vec![
        (String::new(), "signed JWT"),
        ("a.b".into(), "signed JWT"),
        (provider.logout_token(Algorithm::None, &json!({}), &valid)?, "RS256 or ES256"),
        (provider.logout_token(Algorithm::Hs256, &json!({}), &valid)?, "RS256 or ES256"),
        (provider.logout_token(Algorithm::Es256, &json!({"typ": "at+jwt"}), &valid)?, "`typ`"),
        (provider.logout_token(Algorithm::Es256, &json!({"crit": ["b64"]}), &valid)?, "`crit`"),
        (provider.logout_token(Algorithm::Es256, &json!({"kid": "key-2"}), &valid)?, "signature"),
        (other_provider.logout_token(Algorithm::Es256, &json!({}), &with("iss", json!(provider.url)))?, "signature"),
    ];
    for (claims, reason) in [
        (with("iss", json!(other_provider.url)), "`iss`"),
        (with("aud", json!("another-client")), "`aud`"),
        (with("events", json!({})), "`events`"),
        (with("nonce", json!("n")), "`nonce`"),
        (with("jti", Value::Null), "`jti`"),
        (with("iat", Value::Null), "`iat`"),
        (with("iat", json!(now() + 600)), "`iat`"),
        (with("exp", json!(now() - 600)), "expired"),
        (json!({"sub": null}), "`sub` and `sid`"),
    ] {
        tokens.push((provider.logout_token(Algorithm::Es256, &json!({}), &claims)?, reason));
    }
    for (token, reason) in tokens {
        let response =
            app.post_form("/auth/logout", &[("logout_token", &token)]).without_browser_headers().send().await?;
        assert_eq!(response.status, 400, "{reason}: {}", response.text());
        assert_eq!(response.json()?["error"], "invalid_request");
        assert!(response.text().contains(reason), "{reason}: {}", response.text());
        assert_eq!(call(&app, &cookie).await?.status, 200, "{reason}");
    }
    Ok(())
}
