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
struct Seen {
    refused: AtomicUsize,
    /// Bytes sent of the endless body.
    sent: AtomicUsize,
}

/// Accepts connections, and responds to each request with the fault that it asks for.
async fn provider(tls: TlsAcceptor, seen: Arc<Seen>) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, seen) = (tls.clone(), seen.clone());
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(tls.accept(stream).await?).await?;
                while let Some(request) = connection.accept().await {
                    let (request, respond) = request?;
                    tokio::spawn(answer(request.into_body(), respond, seen.clone()));
                }
                anyhow::Ok(())
            });
        }
    });
    Ok(port)
}

async fn answer(mut body: RecvStream, mut respond: SendResponse<Bytes>, seen: Arc<Seen>) -> Result<()> {
    let mut request = Vec::new();
    while let Some(bytes) = body.data().await {
        request.extend_from_slice(&bytes?);
    }
    let request = String::from_utf8(request)?;
    let asked = request.split_once("fault-").and_then(|(_, rest)| rest.split_once('"'));
    let mut kept = None;
    let head = Response::builder().header("content-type", "application/json");
    match asked.map_or("content", |(script, _)| script) {
        "silent" => {}
        // The body of this response never begins.
        "reset" => respond.send_reset(Reason::INTERNAL_ERROR),
        "refused" if seen.refused.fetch_add(1, Ordering::SeqCst) == 0 => {
            respond.send_reset(Reason::REFUSED_STREAM);
        }
        "no-body" => kept = Some(respond.send_response(head.body(())?, false)?),
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
                let capacity = poll_fn(|cx| stream.poll_capacity(cx)).await.context("given up")??;
                stream.send_data(vec![b'x'; capacity].into(), false)?;
                seen.sent.fetch_add(capacity, Ordering::SeqCst);
            }
        }
        _ => respond.send_response(head.body(())?, false)?.send_data("{\"is\": \"fine\"}".into(), true)?,
    }
    // The provider sends nothing more until the client resets the stream.
    match kept {
        Some(mut stream) => poll_fn(|cx| stream.poll_reset(cx)).await?,
        None => poll_fn(|cx| respond.poll_reset(cx)).await?,
    };
    Ok(())
}

#[tokio::test]
async fn a_provider_that_speaks_http_2_badly_is_given_up_too_and_the_next_call_works() -> Result<()> {
    let (folder, authority, seen) = (tempfile::tempdir()?, CertificateAuthority::new()?, Arc::new(Seen::default()));
    let trusted = folder.path().join("authority.pem");
    fs::write(&trusted, authority.pem())?;
    let port = provider(authority.build_tls_acceptor("localhost", (2020, 4000), &["h2"])?, seen.clone()).await?;
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
        let ask =
            reqwest::Client::new().post([&server.url, OPERATION_TOOL].concat()).body(arguments_for(script).to_string());
        let answer: Value = serde_json::from_str(&ask.send().await?.text().await?)?;
        ensure!(start.elapsed() < MAX_CALL_DURATION, "{script} took {:?}", start.elapsed());
        anyhow::Ok(answer)
    };
    for (script, code, said) in [
        ("silent", "too_slow", "did not respond within 1 s"),
        ("no-body", "too_slow", "did not respond within 1 s"),
        ("reset", "unreachable", "closed before"),
        ("half-a-body", "unreachable", "closed before"),
        ("wrong-length", "unreachable", "closed before"),
        ("long-header", "unreachable", "closed before"),
        ("endless", "reply_too_large", "larger than 1 MB"),
    ] {
        let answer = call(script).await?;
        assert_eq!(answer["code"], code, "{script}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|words| words.contains(said)), "{script}: {answer}");
        assert_eq!(call("content").await?["data"], json!({"is": "fine"}), "after {script}");
    }
    // A refused stream was not processed, so the request is retried.
    assert_eq!(call("refused").await?["data"], json!({"is": "fine"}));
    assert_eq!(seen.refused.load(Ordering::SeqCst), 2);
    let sent = seen.sent.load(Ordering::SeqCst);
    assert!((sent as u64) < MAX_BUFFERED_BYTES, "{sent}");
    Ok(())
}
