//! Tests for the host names that this server accepts: pages of other names that resolve to this machine get no access.

use crate::support::{OPERATION_PAGE, OPERATION_TOOL, TestEnv};
use anyhow::Result;

#[tokio::test]
async fn every_loopback_host_name_is_accepted() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for host in ["127.0.0.1:3000", "127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:3000", "[::1]"] {
        assert_eq!(app.get("/").header("host", host).send().await?.status, 200, "{host}");
    }
    Ok(())
}

#[tokio::test]
async fn unknown_host_names_are_refused_at_every_endpoint() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com").start_app().await?;
    for (number, host) in (1..).zip([
        "evil.example",
        "evil.example:3000",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:3000",
        "localhost.evil.example",
        "localhost.",
        "0.0.0.0:3000",
        "127.0.0.2:3000",
        "[::]:3000",
        "[::ffff:127.0.0.1]:3000",
        "notexplorer.example.com",
        "explorer.example.com.evil.example",
        "a.explorer.example.com",
        "",
    ]) {
        // Each network may send 100 requests per second.
        let address = [192, 0, 2, number].into();
        for path in ["/", OPERATION_PAGE, "/stytch/openapi.json", "/favicon.svg", "/no/such/page"] {
            let response = app.get(path).header("host", host).with_client_address(address).send().await?;
            assert_eq!(response.status, 403, "{host:?} {path}");
        }
        for path in [OPERATION_TOOL, "/api/call", OPERATION_PAGE] {
            let response = app.post(path, "{}").header("host", host).with_client_address(address).send().await?;
            assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{host:?} {path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn host_names_in_the_settings_are_accepted() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", "explorer.example.com, Other.example:8443").start_app().await?;
    for (host, status) in [
        ("explorer.example.com", 200),
        ("explorer.example.com:3000", 200),
        ("EXPLORER.example.com", 200),
        ("other.example:8443", 200),
        ("other.example", 403),
        ("other.example:1", 403),
    ] {
        assert_eq!(app.get("/").header("host", host).send().await?.status, status, "{host}");
    }
    Ok(())
}

#[tokio::test]
async fn the_target_of_a_request_takes_precedence_over_its_host_header() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.get("http://evil.example/").header("host", "127.0.0.1:3000").send().await?;
    assert_eq!(response.status, 403);
    Ok(())
}

#[tokio::test]
async fn the_refusal_of_a_host_name_names_the_setting() -> Result<()> {
    let response = TestEnv::new().start_app().await?.get("/").header("host", "explorer.example.com").send().await?;
    assert!(response.text().contains("EXPLORER_HOSTS"), "{}", response.text());
    Ok(())
}
