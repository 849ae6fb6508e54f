//! Tests that only users of the server's own machine are local, and that only the user who started the server
//! administers it.

use crate::support::{DEFAULT_HOST, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, Upstream, visible_text};
use anyhow::{Context, Result};
use api_explorer::settings::Settings;
use axum::http::Version;
use std::net::IpAddr;

const SIGNS: [(&str, &str); 8] = [
    ("x-forwarded-for", "192.0.2.1"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "127.0.0.1:3000"),
    ("x-real-ip", "192.0.2.1"),
    ("forwarded", "for=192.0.2.1"),
    ("via", "1.1 proxy.example.com"),
    ("origin", "https://explorer.example.com"),
    ("origin", "null"),
];

fn link_required(upstream: &Upstream) -> TestEnv {
    TestEnv::with_upstream(upstream).set_var("EXPLORER_ADMIN_LINK", "on")
}

/// Starts a server, and returns it with the path of the link that its terminal shows.
async fn start_with_link(env: &TestEnv) -> Result<(TestApp, String)> {
    let settings: Settings = env.to_settings()?;
    let link = settings.access.startup_token.as_ref().context("no start-up token")?.sign_in_link();
    Ok((TestApp::new(settings).await?, link))
}

#[tokio::test]
async fn requests_that_a_proxy_forwards_are_not_local() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for (name, value) in SIGNS {
        for path in ["/", OPERATION_PAGE, "/stytch/openapi.json", "/admin", "/admin/audit", "/admin/audit.jsonl"] {
            let response = app.get(path).header(name, value).send().await?;
            assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{path} {name}: {value}");
            assert!(response.text().contains(name), "the reason is stated: {}", response.text());
        }
        for path in [OPERATION_TOOL, "/api/call", OPERATION_PAGE, "/admin/switch", "/reveal", "/api/live/unlock"] {
            let response = app.post(path, "{}").header(name, value).send().await?;
            assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{path} {name}: {value}");
        }
        let proxied = app.get("/proxy/stytch/v1/users/user-1").header(name, value).send().await?;
        assert_eq!(proxied.status_and_code()?, (403, "forbidden".into()), "{name}: {value}");
        let page = app.get(OPERATION_PAGE).header("accept", "text/html").header(name, value).send().await?;
        assert_eq!(page.status, 403);
        assert!(visible_text(&page.text()).contains("EXPLORER_ACCESS"), "{}", page.text());
    }
    assert!(upstream.received_requests().is_empty());
    let token = app.access_token(&[], &[]).await?;
    let response = app.post(OPERATION_TOOL, "").header("via", "1.1 proxy").bearer_token(&token).send().await?;
    assert_eq!(response.status, 200, "an access token is an identity of its own");
    Ok(())
}

#[tokio::test]
async fn the_default_settings_of_nginx_make_nobody_local() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post(OPERATION_TOOL, "").with_version(Version::HTTP_10).send().await?;
    assert_eq!(response.status_and_code()?, (403, "forbidden".into()));
    assert!(response.text().contains("HTTP/1.0"), "{}", response.text());
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn only_peers_on_loopback_are_local() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for peer in ["192.0.2.1", "::ffff:192.0.2.1", "10.0.0.1", "fe80::1"] {
        let response = app.post(OPERATION_TOOL, "").with_client_address(peer.parse::<IpAddr>()?).send().await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{peer}");
    }
    for peer in ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"] {
        let response = app.post(OPERATION_TOOL, "").with_client_address(peer.parse::<IpAddr>()?).send().await?;
        assert_eq!(response.status, 200, "{peer}");
    }
    let unknown = app.post(OPERATION_TOOL, "").without_client_address().send().await?;
    assert_eq!(unknown.status_and_code()?, (403, "forbidden".into()));
    Ok(())
}

#[tokio::test]
async fn a_user_of_the_machine_reads_and_calls_without_a_link_but_does_not_administer() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (app, _) = start_with_link(&link_required(&upstream)).await?;
    assert_eq!(app.get(OPERATION_PAGE).send().await?.status, 200);
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    for path in ["/admin", "/admin/audit"] {
        let response = app.get(path).header("accept", "text/html").send().await?;
        assert_eq!(response.status, 403, "{path}");
        let text = visible_text(&response.text());
        assert!(text.contains("open the link that the server printed on its terminal"), "{text}");
    }
    assert_eq!(app.get("/admin/audit.jsonl").send().await?.status_and_code()?, (403, "forbidden".into()));
    let switch = app.post_form("/admin/switch", &[("subject", "credential:stytch"), ("to", "off")]).send().await?;
    assert_eq!(switch.status_and_code()?, (403, "forbidden".into()));
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200, "nothing is disabled");
    Ok(())
}

#[tokio::test]
async fn the_link_of_the_terminal_signs_in_the_administrator() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (app, link) = start_with_link(&link_required(&upstream)).await?;
    let signed_in = app.get(&link).send().await?;
    assert_eq!((signed_in.status.as_u16(), signed_in.header("location")), (303, "/admin"));
    assert_eq!(signed_in.header("cache-control"), "no-store");
    let cookie = signed_in.cookie()?;
    let page = app.get("/admin").header("cookie", &cookie).send().await?;
    assert_eq!(page.status, 200);
    assert!(visible_text(&page.text()).contains("administrator"), "the page shows who is signed in");
    let switch = [("subject", "credential:stytch"), ("to", "off")];
    assert_eq!(app.post_form("/admin/switch", &switch).header("cookie", &cookie).send().await?.status, 303);
    let call = app.post(OPERATION_TOOL, "").header("cookie", &cookie).send().await?;
    assert_eq!(call.status_and_code()?, (403, "switched_off".into()));
    let forwarded = app.get("/admin").header("cookie", &cookie).header("x-forwarded-for", "192.0.2.1").send().await?;
    assert_eq!(forwarded.status_and_code()?, (403, "forbidden".into()), "not through a proxy");
    Ok(())
}

#[tokio::test]
async fn another_token_and_the_link_of_an_earlier_start_sign_nobody_in() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let store = crate::support::TestStore::new().await?;
    let env = store.apply_to(link_required(&upstream));
    let (app, link) = start_with_link(&env).await?;
    let cookie = app.get(&link).send().await?.cookie()?;
    let (restarted, new_link) = start_with_link(&env).await?;
    assert_ne!(link, new_link);
    for path in [link.as_str(), "/sign-in/link", "/sign-in/link?token=", &new_link[..new_link.len() - 1]] {
        let response = restarted.get(path).send().await?;
        assert_eq!((response.status.as_u16(), response.header("set-cookie")), (403, ""), "{path}");
        assert!(response.text().contains("The server creates a new one at each start"), "{}", response.text());
    }
    let old = restarted.get("/admin").header("cookie", &cookie).send().await?;
    assert_eq!(old.status, 403, "an earlier start's session does not administer");
    assert_eq!(restarted.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.status, 200);
    assert_eq!(restarted.post(OPERATION_TOOL, "").header("cookie", &cookie).send().await?.status, 200, "but it calls");
    let forwarded = restarted.get(&new_link).header("x-forwarded-for", "192.0.2.1").send().await?;
    assert_eq!((forwarded.status.as_u16(), forwarded.header("set-cookie")), (403, ""));
    Ok(())
}

#[tokio::test]
async fn without_the_link_every_user_of_the_machine_administers() -> Result<()> {
    let env = TestEnv::new().set_var("EXPLORER_ADMIN_LINK", "off");
    assert!(env.to_settings()?.access.startup_token.is_none());
    assert_eq!(env.start_app().await?.get("/admin").send().await?.status, 200);
    let shared = TestEnv::new().set_var("EXPLORER_ADMIN_LINK", "on").set_var("EXPLORER_ACCESS", "sign-in");
    assert!(shared.to_settings()?.access.startup_token.is_none(), "users who sign in need no link");
    Ok(())
}

#[tokio::test]
async fn pages_of_this_server_and_of_listed_origins_are_local() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let origin = "http://127.0.0.1:3009";
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", origin).start_app().await?;
    for origin in [origin, &format!("http://{DEFAULT_HOST}")] {
        assert_eq!(app.post(OPERATION_TOOL, "").header("origin", origin).send().await?.status, 200, "{origin}");
    }
    Ok(())
}
