//! Tests for a provider that stalls, responds slowly or disconnects at any stage: each call ends within its time limit
//! with a clear message, and the next one works.

use crate::support::{
    OPERATION_TOOL, TestApp, TestEnv, Upstream,
    faulty::{
        FaultyUpstream, MAX_CALL_DURATION, Step, assert_call_failed, assert_call_succeeds, call_with_script, start_app,
        write_text,
    },
    locks,
};
use anyhow::Result;
use futures::future::try_join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

#[tokio::test]
async fn a_provider_that_stalls_at_any_stage_of_its_response_times_out() -> Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let drip = |text: &str| Step::WriteSlowly(text.into());
    let scripts = [
        ("nothing", vec![Step::HoldOpen]),
        ("status-line", vec![write_text("HTTP/1.1 20"), Step::HoldOpen]),
        ("header-name", vec![write_text("HTTP/1.1 200 OK\r\ncontent-le"), Step::HoldOpen]),
        ("headers", vec![write_text("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n"), Step::HoldOpen]),
        ("no-body", vec![write_text(head), Step::HoldOpen]),
        ("body", vec![write_text(head), write_text("half"), Step::HoldOpen]),
        ("chunk-size", vec![write_text(chunked), write_text("4"), Step::HoldOpen]),
        ("chunk", vec![write_text(chunked), write_text("4\r\nha"), Step::HoldOpen]),
        ("between-chunks", vec![write_text(chunked), write_text("4\r\nhalf\r\n"), Step::HoldOpen]),
        ("trailers", vec![write_text(chunked), write_text("0\r\nx-trailer: "), Step::HoldOpen]),
        ("only-early-hints", vec![write_text("HTTP/1.1 103 Early Hints\r\n\r\n"), Step::HoldOpen]),
        ("only-continues", vec![Step::WriteForever("HTTP/1.1 100 Continue\r\n\r\n".into())]),
        ("trickled-status-line", vec![drip("HTTP/1.1 200 and a reason that takes its time\r\n"), Step::HoldOpen]),
        (
            "trickled-headers",
            vec![write_text("HTTP/1.1 200 OK\r\n"), drip("x-header: a value that takes its time\r\n"), Step::HoldOpen],
        ),
        ("trickled-body", vec![write_text(head), drip("a text that takes its time, byte after byte"), Step::HoldOpen]),
        (
            "trickled-chunks",
            vec![write_text(chunked), drip("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n"), Step::HoldOpen],
        ),
    ];
    let names = scripts.clone().map(|(name, _)| name);
    let upstream = FaultyUpstream::start(scripts).await?;
    let app = start_app(&upstream.url()).await?;
    let responses = try_join_all(names.map(|script| call_with_script(&app, script))).await?;
    for (script, response) in names.iter().zip(&responses) {
        assert_call_failed(script, response, (504, "too_slow"), "Stytch did not respond within 1 s")?;
    }
    // No connection and no permit of a call is left over.
    timeout(MAX_CALL_DURATION, upstream.wait_for_held_connections(0)).await??;
    assert_call_succeeds(&app).await
}

#[tokio::test]
async fn a_provider_that_never_accepts_the_connection_is_unreachable() -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(1)?;
    let address = listener.local_addr()?;
    let app = start_app(&format!("http://{address}")).await?;
    // Fills the accept queue of the operating system, so that it accepts no more connections.
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        waiting.push(stream?);
    }
    let response = call_with_script(&app, "content").await?;
    assert_call_failed("connect", &response, (502, "unreachable"), "cannot be reached from this server")?;
    // Frees one entry: the request fits into the queue, and no one reads it.
    drop(listener.accept().await?);
    let response = call_with_script(&app, "content").await?;
    assert_call_failed("queue", &response, (504, "too_slow"), "The call may have succeeded")
}

#[tokio::test]
async fn a_provider_that_does_not_read_the_request_times_out() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let app = start_app(&format!("http://{}", listener.local_addr()?)).await?;
    let body = json!({"trusted_metadata": {"x": "x".repeat(13_000_000)}});
    let (response, _held) = tokio::join!(app.post_json(OPERATION_TOOL, &body).send(), listener.accept());
    assert_call_failed("write", &response?, (504, "too_slow"), "Stytch did not respond within 1 s")
}

#[tokio::test]
async fn a_connection_closed_at_any_stage_is_reported() -> Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let stages = [
        ("nothing", vec![]),
        ("status-line", vec![write_text("HTTP/1.1 20")]),
        ("headers", vec![write_text("HTTP/1.1 200 OK\r\ncontent-le")]),
        ("no-body", vec![write_text(head)]),
        ("body", vec![write_text(head), write_text("half")]),
        ("chunk", vec![write_text(chunked), write_text("4\r\nha")]),
        ("between-chunks", vec![write_text(chunked), write_text("4\r\nhalf\r\n")]),
        ("last-chunk", vec![write_text(chunked), write_text("4\r\nhalf\r\n0\r\n")]),
        ("continue", vec![write_text("HTTP/1.1 100 Continue\r\n\r\n")]),
    ];
    for end in [Step::Close, Step::Reset] {
        let scripts = stages.clone().map(|(name, steps)| (name, [steps, vec![end.clone()]].concat()));
        let upstream = FaultyUpstream::start(scripts).await?;
        let app = start_app(&upstream.url()).await?;
        for (script, _) in &stages {
            let response = call_with_script(&app, script).await?;
            assert_call_failed(script, &response, (502, "unreachable"), "closed before the full response arrived")?;
            assert!(response.text().contains("check before retrying"), "{}", response.text());
            assert_call_succeeds(&app).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_that_the_provider_has_closed_is_not_reused() -> Result<()> {
    let raw_response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let upstream = FaultyUpstream::start([
        ("closing", vec![write_text(raw_response), Step::Close]),
        ("resetting", vec![write_text(raw_response), Step::Reset]),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    for script in ["closing", "resetting", "closing", "content", "resetting", "content", "content"] {
        assert_eq!(call_with_script(&app, script).await?.status, 200, "{script}");
    }
    let connections: Vec<usize> = upstream.requests().into_iter().map(|(connection, _)| connection).collect();
    assert_eq!(connections, [0, 1, 2, 3, 3, 4, 4], "an open connection is reused");
    Ok(())
}

/// A provider may close an idle connection at the moment it is reused.
#[tokio::test]
async fn only_get_requests_are_retried_when_a_reused_connection_is_closed() -> Result<()> {
    let raw_response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let upstream = FaultyUpstream::start([
        ("stale", vec![Step::ResetUnlessFirst, write_text(raw_response)]),
        ("gone", vec![Step::Reset]),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    let get_user = async |script: &str| {
        let arguments = json!({"user_id": format!("fault-{script}")});
        app.post_json("/tools/stytch/apiUserV1Get", &arguments).send().await
    };
    assert_call_succeeds(&app).await?;
    assert_eq!(get_user("stale").await?.json()?["data"], json!({}));
    assert_call_failed(
        "gone",
        &get_user("gone").await?,
        (502, "unreachable"),
        "closed before the full response arrived",
    )?;
    assert_call_succeeds(&app).await?;
    assert_call_failed(
        "stale",
        &call_with_script(&app, "stale").await?,
        (502, "unreachable"),
        "check before retrying",
    )?;
    assert_call_succeeds(&app).await?;
    let requests = upstream.requests();
    let requests: Vec<_> = requests.iter().map(|(connection, script)| (*connection, script.as_str())).collect();
    let expected = [
        (0, "content"),
        (0, "stale"),
        (1, "stale"),
        (1, "gone"),
        (2, "gone"),
        (3, "content"),
        (3, "stale"),
        (4, "content"),
    ];
    assert_eq!(requests, expected);
    Ok(())
}

#[tokio::test]
async fn calls_that_wait_for_the_same_token_time_out_together() -> Result<()> {
    let silent = Upstream::never_responding().await?;
    let mut settings = TestEnv::new().set_var("EXPLORER_TIMEOUT", "1").to_settings()?;
    settings.providers = vec![locks::provider_settings(Some(&silent.url), &[&silent.url, "/token"].concat())?];
    let app = TestApp::new(settings).await?;
    let (session_cookie, start, nothing) =
        (locks::save_credentials(&app, "", locks::all_credential_values()).await?, Instant::now(), json!({}));
    for response in
        try_join_all((0..10).map(|_| locks::call_operation(&app, &session_cookie, "machine", &nothing))).await?
    {
        assert_call_failed("token", &response, (504, "too_slow"), "No access token was fetched. Nothing was sent")?;
    }
    assert!(start.elapsed() < MAX_CALL_DURATION, "{:?}", start.elapsed());
    Ok(())
}
