//! Tests for a provider that uses HTTP/2, as most do over TLS, and violates the protocol.

use crate::support::{
    OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET,
    certificates::CertificateAuthority,
    faulty::{MAX_BUFFERED_BYTES, MAX_CALL_DURATION, arguments_for},
    process::ServerProcess,
};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use h2::{Reason, RecvStream, server::SendResponse};
use http::Response;
use serde_json::{Value, json};
use std::{
    fs,
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Counters of the provider.
#[derive(Default)]
struct Counters {
    refused: AtomicUsize,
    /// Bytes sent of the endless body.
    sent: AtomicUsize,
}

/// Accepts connections, and responds to each request with the fault that it asks for.
async fn start_provider(tls: TlsAcceptor, counters: Arc<Counters>) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, counters) = (tls.clone(), counters.clone());
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(tls.accept(stream).await?).await?;
                while let Some(request) = connection.accept().await {
                    let (request, respond) = request?;
                    tokio::spawn(serve_request(request.into_body(), respond, counters.clone()));
                }
                anyhow::Ok(())
            });
        }
    });
    Ok(port)
}

async fn serve_request(mut body: RecvStream, mut respond: SendResponse<Bytes>, counters: Arc<Counters>) -> Result<()> {
    let mut request = Vec::new();
    while let Some(bytes) = body.data().await {
        request.extend_from_slice(&bytes?);
    }
    let request = String::from_utf8(request)?;
    let fault = request.split_once("fault-").and_then(|(_, rest)| rest.split_once('"'));
    let mut open_stream = None;
    let head = Response::builder().header("content-type", "application/json");
    match fault.map_or("content", |(script, _)| script) {
        "silent" => {}
        // The body of this response never begins.
        "reset" => respond.send_reset(Reason::INTERNAL_ERROR),
        "refused" if counters.refused.fetch_add(1, Ordering::SeqCst) == 0 => {
            respond.send_reset(Reason::REFUSED_STREAM);
        }
        "no-body" => open_stream = Some(respond.send_response(head.body(())?, false)?),
        "half-a-body" => {
            let mut stream = respond.send_response(head.body(())?, false)?;
            stream.send_data("{".into(), false)?;
            stream.send_reset(Reason::CANCEL);
        }
        "wrong-length" => {
            respond
                .send_response(head.header("content-length", "10").body(())?, false)?
                .send_data("{}".into(), true)?;
        }
        "long-header" => drop(respond.send_response(head.header("x-header", "x".repeat(100_000)).body(())?, true)?),
        "endless" => {
            let mut stream = respond.send_response(head.body(())?, false)?;
            loop {
                stream.reserve_capacity(16_384);
                let capacity = poll_fn(|cx| stream.poll_capacity(cx)).await.context("the stream was closed")??;
                stream.send_data(vec![b'x'; capacity].into(), false)?;
                counters.sent.fetch_add(capacity, Ordering::SeqCst);
            }
        }
        _ => respond.send_response(head.body(())?, false)?.send_data("{\"is\": \"fine\"}".into(), true)?,
    }
    // The provider sends nothing more until the client resets the stream.
    match open_stream {
        Some(mut stream) => poll_fn(|cx| stream.poll_reset(cx)).await?,
        None => poll_fn(|cx| respond.poll_reset(cx)).await?,
    };
    Ok(())
}

#[tokio::test]
async fn a_provider_that_violates_http_2_fails_the_call_and_the_next_call_succeeds() -> Result<()> {
    let (folder, authority, counters) =
        (tempfile::tempdir()?, CertificateAuthority::new()?, Arc::new(Counters::default()));
    let trusted = folder.path().join("authority.pem");
    fs::write(&trusted, authority.pem())?;
    let port =
        start_provider(authority.build_tls_acceptor("localhost", (2020, 4000), &["h2"])?, counters.clone()).await?;
    let server = ServerProcess::start(
        folder.path(),
        &[
            ("STYTCH_BASE_URL", &format!("https://localhost:{port}")),
            ("STYTCH_PROJECT_ID", OPERATOR_PROJECT),
            ("STYTCH_SECRET", OPERATOR_SECRET),
            ("EXPLORER_TIMEOUT", "1"),
            ("EXPLORER_REPLY_LIMIT_MB", "1"),
            ("SSL_CERT_FILE", trusted.to_str().context("no path")?),
        ],
    )?;
    let call = async |script: &str| {
        let start = Instant::now();
        let request =
            reqwest::Client::new().post([&server.url, OPERATION_TOOL].concat()).body(arguments_for(script).to_string());
        let response: Value = serde_json::from_str(&request.send().await?.text().await?)?;
        ensure!(start.elapsed() < MAX_CALL_DURATION, "{script} took {:?}", start.elapsed());
        anyhow::Ok(response)
    };
    for (script, code, expected_message) in [
        ("silent", "too_slow", "did not respond within 1 s"),
        ("no-body", "too_slow", "did not respond within 1 s"),
        ("reset", "unreachable", "closed before"),
        ("half-a-body", "unreachable", "closed before"),
        ("wrong-length", "unreachable", "closed before"),
        ("long-header", "unreachable", "closed before"),
        ("endless", "reply_too_large", "larger than the limit of 1 MB"),
    ] {
        let response = call(script).await?;
        assert_eq!(response["code"], code, "{script}: {response}");
        assert!(
            response["error"].as_str().is_some_and(|message| message.contains(expected_message)),
            "{script}: {response}"
        );
        assert_eq!(call("content").await?["data"], json!({"is": "fine"}), "after {script}");
    }
    // A refused stream was not processed, so the request is retried.
    assert_eq!(call("refused").await?["data"], json!({"is": "fine"}));
    assert_eq!(counters.refused.load(Ordering::SeqCst), 2);
    let sent = counters.sent.load(Ordering::SeqCst);
    assert!((sent as u64) < MAX_BUFFERED_BYTES, "{sent}");
    Ok(())
}
