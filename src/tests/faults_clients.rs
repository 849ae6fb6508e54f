//! Tests for clients that stall, disconnect or send invalid data: each is disconnected within its limit, and its
//! resources are free for the next.

use crate::support::{
    ListeningServer, OPERATION_TOOL, TestApp, TestEnv, Upstream,
    faulty::{FaultyUpstream, MAX_CALL_DURATION, Step, arguments_for, assert_call_succeeds},
    process::ServerProcess,
};
use anyhow::{Context, Result};
use api_explorer::{settings::ClientTimeouts, store::audit::AuditQuery};
use axum::response::IntoResponse;
use futures::future::try_join_all;
use std::{net::SocketAddr, process::Command, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

const SHORT_TIMEOUT: Duration = Duration::from_millis(300);
const LONG_TIMEOUT: Duration = Duration::from_mins(10);

/// Timeouts that never expire in a test, so that each test can set the one it is about.
const NO_TIMEOUTS: ClientTimeouts = ClientTimeouts {
    first_headers: LONG_TIMEOUT,
    idle: LONG_TIMEOUT,
    body: LONG_TIMEOUT,
    response_write: LONG_TIMEOUT,
};

/// Sends bytes, and reads until the server closes the connection, which must happen in time.
async fn send_and_read(address: SocketAddr, bytes: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(bytes).await?;
    read_until_closed(stream).await
}

async fn read_until_closed(mut stream: TcpStream) -> Result<String> {
    let mut received = Vec::new();
    // Closing a connection with unread data resets it, so a read error is expected.
    let _ = timeout(MAX_CALL_DURATION, stream.read_to_end(&mut received))
        .await
        .context("the server does not close the connection")?;
    Ok(String::from_utf8_lossy(&received).into_owned())
}

/// Builds a request whose response is the last on its connection.
fn request(line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{line} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

async fn assert_alive(address: SocketAddr) -> Result<()> {
    let received = send_and_read(address, request("GET /healthz", "", "").as_bytes()).await?;
    assert!(received.starts_with("HTTP/1.1 200 OK"), "{received}");
    Ok(())
}

#[tokio::test]
async fn a_client_that_never_finishes_its_headers_is_disconnected() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let first = app.listen(ClientTimeouts { first_headers: SHORT_TIMEOUT, ..NO_TIMEOUTS }, LONG_TIMEOUT).await?;
    let again = app.listen(ClientTimeouts { idle: SHORT_TIMEOUT, ..NO_TIMEOUTS }, LONG_TIMEOUT).await?;
    let stages =
        ["", "P", "PRI * HT", "POST /to", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-header: "];
    let stalled = stages.map(|partial| send_and_read(first.address, partial.as_bytes()));
    assert_eq!(try_join_all(stalled).await?, [""; 6]);
    let before = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    for partial in stages {
        let received = send_and_read(again.address, [before, partial].concat().as_bytes()).await?;
        assert!(received.starts_with("HTTP/1.1 200 OK") && received.ends_with("alive\n"), "{partial}: {received}");
    }
    assert_alive(first.address).await?;
    assert_alive(again.address).await
}

#[tokio::test]
async fn a_client_that_sends_its_headers_too_slowly_is_disconnected() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let server = app.listen(ClientTimeouts { first_headers: SHORT_TIMEOUT, ..NO_TIMEOUTS }, LONG_TIMEOUT).await?;
    let mut stream = TcpStream::connect(server.address).await?;
    let trickle = async {
        while stream.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(MAX_CALL_DURATION, trickle).await.context("the server does not close the connection")?;
    assert_alive(server.address).await
}

#[tokio::test]
async fn a_client_that_never_finishes_its_body_receives_a_timeout_error() -> Result<()> {
    let mut settings = TestEnv::new().to_settings()?;
    settings.client_timeouts.body = SHORT_TIMEOUT;
    let server = TestApp::new(settings).await?.listen(NO_TIMEOUTS, LONG_TIMEOUT).await?;
    let begin = |path: &str, kind: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\ncontent-type: {kind}\r\n\r\nbegun")
    };
    let forms = "application/x-www-form-urlencoded";
    for (path, kind, expected) in [
        (OPERATION_TOOL, "application/json", "\"code\":\"request_too_slow\""),
        ("/api/call", "application/json", "\"code\":\"request_too_slow\""),
        (
            "/stytch/apiUserV1Create",
            forms,
            "The full request did not arrive within 0.3 s. Nothing was sent. Send it again.",
        ),
    ] {
        let received = send_and_read(server.address, begin(path, kind).as_bytes()).await?;
        assert!(received.starts_with("HTTP/1.1 408 ") && received.contains(expected), "{path}: {received}");
    }
    assert_alive(server.address).await
}

#[tokio::test]
async fn clients_that_disconnect_during_large_bodies_release_their_permits() -> Result<()> {
    let server = TestEnv::new().start_app().await?.listen(NO_TIMEOUTS, LONG_TIMEOUT).await?;
    let large = format!("{{\"args\": {{}}, \"environment\": \"example\"{}}}", " ".repeat(2_000_000));
    let large = request(&["POST ", OPERATION_TOOL].concat(), "", &large);
    for ends_well in [true, false] {
        let clients = (0..20).map(|_| async {
            let mut stream = TcpStream::connect(server.address).await?;
            // Sends all but the end of the body.
            stream.write_all(&large.as_bytes()[..large.len() - 10]).await?;
            if ends_well {
                stream.shutdown().await?;
                return read_until_closed(stream).await;
            }
            stream.set_zero_linger()?;
            Ok(String::new())
        });
        for received in try_join_all(clients).await? {
            assert!(
                received.is_empty() || received.contains("too_busy") || received.contains("closed before"),
                "{received}"
            );
        }
        // Until the server detects the disconnected clients, it may respond that it is busy.
        let next = async {
            loop {
                let received = send_and_read(server.address, large.as_bytes()).await?;
                if !received.contains("too_busy") {
                    return anyhow::Ok(received);
                }
            }
        };
        let received = timeout(MAX_CALL_DURATION, next).await??;
        assert!(received.starts_with("HTTP/1.1 200 OK"), "{received}");
    }
    Ok(())
}

/// A call whose client has disconnected is canceled, and its connection to the provider is closed. It is unknown if the
/// provider processed the call, and the audit log records that.
#[tokio::test]
async fn a_client_that_disconnects_during_its_call_releases_its_permit() -> Result<()> {
    let upstream = FaultyUpstream::start([("silent", vec![Step::HoldOpen])]).await?;
    let mut settings = TestEnv::new().with_operator_credential().with_base_url(&upstream.url()).to_settings()?;
    settings.limits.max_concurrent_calls = 1;
    let app = TestApp::new(settings).await?;
    let server = app.listen(NO_TIMEOUTS, LONG_TIMEOUT).await?;
    for ends_well in [true, false] {
        let mut stream = TcpStream::connect(server.address).await?;
        let call = request(&["POST ", OPERATION_TOOL].concat(), "", &arguments_for("silent").to_string());
        stream.write_all(call.as_bytes()).await?;
        timeout(MAX_CALL_DURATION, upstream.wait_for_held_connections(1)).await??;
        if !ends_well {
            stream.set_zero_linger()?;
        }
        drop(stream);
        timeout(MAX_CALL_DURATION, upstream.wait_for_held_connections(0))
            .await
            .context("the call was not canceled")??;
        assert_call_succeeds(&app).await?;
    }
    app.gateway.audit().flush().await;
    let records = app.store.find_records(&AuditQuery::default(), 10).await.ok().context("no records")?;
    let codes: Vec<_> = records.iter().map(|record| record.code.as_deref()).collect();
    assert_eq!(codes, [None, Some("unfinished"), None, Some("unfinished")]);
    Ok(())
}

#[tokio::test]
async fn a_client_that_does_not_read_its_response_is_disconnected() -> Result<()> {
    let upstream = Upstream::with_responder(|| "x".repeat(9_000_000).into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let ListeningServer { address, stop_sender, server_task } =
        app.listen(ClientTimeouts { response_write: SHORT_TIMEOUT, ..NO_TIMEOUTS }, LONG_TIMEOUT).await?;
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request(&["POST ", OPERATION_TOOL].concat(), "", "{}").as_bytes()).await?;
    stream.readable().await?;
    // A server that is shutting down waits until every response has been delivered.
    drop(stop_sender);
    timeout(MAX_CALL_DURATION, server_task).await.context("the server does not shut down")???;
    let received = read_until_closed(stream).await?;
    assert!(received.starts_with("HTTP/1.1 200 OK") && received.len() < 9_000_000, "{}", received.len());
    Ok(())
}

#[tokio::test]
async fn invalid_requests_receive_an_error_and_are_disconnected() -> Result<()> {
    let server = TestEnv::new().start_app().await?.listen(NO_TIMEOUTS, LONG_TIMEOUT).await?;
    let (long, health) = ("x".repeat(200_000), request("GET /healthz", "", "").replace("connection: close\r\n", ""));
    let with = |headers: &str| request("GET /healthz", headers, "");
    for (case, sent, expected) in [
        ("a long address", request(&["GET /", &long[..65_536]].concat(), "", ""), "HTTP/1.1 414 "),
        ("a long header", with(&["x-header: ", &long, "\r\n"].concat()), "HTTP/1.1 431 "),
        ("many headers", with(&"x-header: x\r\n".repeat(200)), "HTTP/1.1 431 "),
        ("no HTTP", "EHLO mail.example.com\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), ""),
        ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\u{7f}".to_owned(), "HTTP/1.1 400 "),
        ("two lengths", with("content-length: 5\r\n"), "HTTP/1.1 400 "),
        ("rubbish behind a request", [&health, "rubbish\r\n\r\n"].concat(), "HTTP/1.1 200 OK"),
    ] {
        let received = send_and_read(server.address, sent.as_bytes()).await?;
        assert!(received.starts_with(expected), "{case}: {received}");
        assert!(!received.contains("rubbish") && received.matches("alive").count() <= 1, "{case}: {received}");
        assert_alive(server.address).await?;
    }
    // Pipelined requests receive their responses in order.
    let received = send_and_read(server.address, [&*health, &health, &with("")].concat().as_bytes()).await?;
    assert_eq!(received.matches("alive\n").count(), 3, "{received}");
    Ok(())
}

#[tokio::test]
async fn the_server_raises_the_limit_on_open_files() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -Sn 64; exec \"$0\"", env!("CARGO_BIN_EXE_api-explorer")]);
    let server = ServerProcess::start_with(&mut command, folder.path(), &[])?;
    let address: SocketAddr = server.address().parse()?;
    let waiting = try_join_all((0..200).map(|_| TcpStream::connect(address))).await?;
    timeout(MAX_CALL_DURATION, assert_alive(address)).await.context("no more connections are accepted")??;
    drop(waiting);
    Ok(())
}
