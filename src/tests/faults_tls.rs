//! Tests that nothing is sent to a provider whose certificate is invalid or that does not use TLS.

use crate::support::{
    OPERATOR_SECRET,
    certificates::CertificateAuthority,
    faulty::{FaultyUpstream, MAX_CALL_DURATION, arguments_for},
    process::ServerProcess,
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{fs, path::Path, time::Instant};
use tokio::{io::AsyncReadExt, net::TcpListener};

const TODAY: (i32, i32) = (2020, 4000);

/// Makes a call over TLS to a local port, through a server that trusts the test authority.
async fn call(folder: &Path, port: u16) -> Result<(u16, Value)> {
    let server = ServerProcess::start(
        folder,
        &[
            ("STYTCH_BASE_URL", &format!("https://localhost:{port}")),
            ("STYTCH_PROJECT_ID", "project-test-1"),
            ("STYTCH_SECRET", OPERATOR_SECRET),
            ("EXPLORER_TIMEOUT", "2"),
            ("SSL_CERT_FILE", folder.join("authority.pem").to_str().context("no path")?),
        ],
    )?;
    let url = format!("{}/tools/stytch/apiUserV1Create", server.url);
    let start = Instant::now();
    let response = reqwest::Client::new().post(url).body(arguments_for("content").to_string()).send().await?;
    assert!(start.elapsed() < MAX_CALL_DURATION, "{:?}", start.elapsed());
    Ok((response.status().as_u16(), serde_json::from_str(&response.text().await?)?))
}

fn assert_refused((status, response): &(u16, Value), expected_message: &str) {
    let message = response["error"].as_str().unwrap_or_default();
    assert_eq!((*status, &response["code"]), (502, &Value::from("tls")), "{response}");
    assert!(message.contains(expected_message) && message.contains("Nothing was sent."), "{message}");
}

#[tokio::test]
async fn only_a_provider_with_a_valid_certificate_receives_requests() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (authority, untrusted_authority) = (CertificateAuthority::new()?, CertificateAuthority::new()?);
    fs::write(folder.path().join("authority.pem"), authority.pem())?;
    let good = FaultyUpstream::start_tls(authority.build_tls_acceptor("localhost", TODAY, &[])?).await?;
    assert_eq!(call(folder.path(), good.port).await?.0, 200);
    for acceptor in [
        untrusted_authority.build_tls_acceptor("localhost", TODAY, &[])?,
        authority.build_tls_acceptor("localhost", (2020, 2021), &[])?,
        authority.build_tls_acceptor("localhost", (3000, 4000), &[])?,
        authority.build_tls_acceptor("localhost.example.com", TODAY, &[])?,
        authority.build_tls_acceptor("127.0.0.1", TODAY, &[])?,
    ] {
        let bad = FaultyUpstream::start_tls(acceptor).await?;
        assert_refused(&call(folder.path(), bad.port).await?, "could not be verified (TLS)");
        assert!(bad.requests().is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn a_provider_that_does_not_use_tls_or_stalls_its_handshake_receives_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("authority.pem"), CertificateAuthority::new()?.pem())?;
    let (listener, silent) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let port = listener.local_addr()?.port();
    let plain = async {
        let (mut stream, _) = listener.accept().await?;
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await?;
        anyhow::Ok(received)
    };
    let (response, received) = tokio::join!(call(folder.path(), port), plain);
    assert_refused(&response?, "does not use TLS at this address");
    assert!(!String::from_utf8_lossy(&received?).contains("fault-content"));
    // This upstream accepts the connection and then sends nothing.
    let (status, response) = call(folder.path(), silent.local_addr()?.port()).await?;
    assert_eq!((status, &response["code"]), (502, &Value::from("unreachable")), "{response}");
    Ok(())
}
