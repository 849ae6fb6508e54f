//! Tests for responses that are not HTTP, contradict their own headers or never end: each is stopped within the limits
//! on size and time, is reported in plain words, and leaves no bytes that the next call could read as its own response.

use crate::support::{
    TestApp, TestEnv,
    faulty::{
        FaultyUpstream, MAX_BUFFERED_BYTES, Step, assert_call_failed, assert_call_succeeds, call_with_script,
        encoded_response, gzip, response_head, start_app, status_data_encoding, write_text,
    },
};
use anyhow::{Context, Result};
use api_explorer::providers::ProviderSettings;
use serde_json::{Value, json};

#[tokio::test]
async fn a_response_that_violates_http_is_reported() -> Result<()> {
    let chunked = || response_head("200 OK", &["transfer-encoding: chunked"]);
    let scripts = [
        ("http-0-9", vec![write_text("<html>Hello from 1991</html>"), Step::Close]),
        ("ssh", vec![write_text("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), Step::HoldOpen]),
        (
            "http-2",
            vec![
                Step::Write(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff".into()),
                Step::HoldOpen,
            ],
        ),
        ("zeros", vec![Step::Write(vec![0; 10_000]), Step::HoldOpen]),
        ("status-of-two-digits", vec![response_head("20 OK", &["content-length: 0"])]),
        ("negative-length", vec![response_head("200 OK", &["content-length: -1"]), Step::HoldOpen]),
        ("length-of-words", vec![response_head("200 OK", &["content-length: two"]), Step::HoldOpen]),
        (
            "length-beyond-64-bits",
            vec![response_head("200 OK", &["content-length: 99999999999999999999"]), Step::HoldOpen],
        ),
        (
            "two-lengths",
            vec![
                response_head("200 OK", &["content-length: 2", "content-length: 3"]),
                write_text("{} "),
                Step::HoldOpen,
            ],
        ),
        ("header-without-colon", vec![response_head("200 OK", &["what is this"]), Step::HoldOpen]),
        ("header-with-zero", vec![response_head("200 OK", &["x-header: a\0b"]), Step::HoldOpen]),
        ("chunk-of-words", vec![chunked(), write_text("two\r\n{}\r\n0\r\n\r\n"), Step::HoldOpen]),
        ("negative-chunk", vec![chunked(), write_text("-2\r\n{}\r\n0\r\n\r\n"), Step::HoldOpen]),
        ("chunk-beyond-64-bits", vec![chunked(), write_text("fffffffffffffffff\r\n{}"), Step::HoldOpen]),
        ("longer-chunk-than-declared", vec![chunked(), write_text("1\r\n{}\r\n0\r\n\r\n"), Step::HoldOpen]),
        ("endless-chunk-extension", vec![chunked(), write_text("1;"), Step::WriteForever(vec![b'x'; 1000])]),
        (
            "endless-trailers",
            vec![chunked(), write_text("2\r\n{}\r\n0\r\n"), Step::WriteForever("x-trailer: x\r\n".into())],
        ),
        ("no-gzip", encoded_response("content-encoding: gzip", b"{}".into())),
        ("no-deflate", encoded_response("content-encoding: deflate", b"{}".into())),
        ("no-brotli", encoded_response("content-encoding: br", b"{\"a\": \"b\"}".into())),
        ("gzip-with-another-sum", {
            let mut body = gzip(b"{}")?;
            let sum = body.len() - 8;
            body[sum] ^= 1;
            encoded_response("content-encoding: gzip", body)
        }),
    ];
    let names = scripts.clone().map(|(name, _)| name);
    let upstream = FaultyUpstream::start(scripts).await?;
    let app = start_app(&upstream.url()).await?;
    for script in names {
        let response = call_with_script(&app, script).await?;
        assert_call_failed(script, &response, (502, "malformed_reply"), "is not valid HTTP, or does not match")?;
        assert!(response.text().contains("check before retrying"), "{}", response.text());
        assert_call_succeeds(&app).await?;
    }
    assert!(upstream.sent_bytes() < MAX_BUFFERED_BYTES, "{}", upstream.sent_bytes());
    Ok(())
}

#[tokio::test]
async fn a_response_shorter_than_declared_is_not_returned() -> Result<()> {
    let half = gzip(&vec![b'x'; 10_000])?;
    let half = half.get(..half.len() / 2).context("no half")?.to_vec();
    let upstream = FaultyUpstream::start([
        ("length", vec![response_head("200 OK", &["content-length: 1000000000"]), write_text("{}"), Step::Close]),
        (
            "chunk",
            vec![
                response_head("200 OK", &["transfer-encoding: chunked"]),
                write_text("ffffff\r\n{}\r\n0\r\n\r\n"),
                Step::Close,
            ],
        ),
        ("half-of-gzip", encoded_response("content-encoding: gzip", half)),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    for script in ["length", "chunk", "half-of-gzip"] {
        let response = call_with_script(&app, script).await?;
        assert_call_failed(script, &response, (502, "unreachable"), "closed before the full response arrived")?;
        assert_call_succeeds(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn bytes_after_a_response_are_never_read_as_the_next_response() -> Result<()> {
    let forged = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n\"forged\"";
    let after = |status: &str, headers: &[&str], body: &str| match response_head(status, headers) {
        Step::Write(head) => vec![Step::Write([head, body.into(), forged.into()].concat())],
        other => vec![other],
    };
    let object = json!({});
    let scripts = [
        ("length", after("200 OK", &["content-length: 2"], "{}"), (200, &object)),
        ("chunks", after("200 OK", &["transfer-encoding: chunked"], "2\r\n{}\r\n0\r\n\r\n"), (200, &object)),
        (
            "chunks-and-length",
            after("200 OK", &["content-length: 9", "transfer-encoding: chunked"], "2\r\n{}\r\n0\r\n\r\n"),
            (200, &object),
        ),
        ("no-content", after("204 No Content", &[], ""), (204, &Value::Null)),
        ("no-content-with-length", after("204 No Content", &["content-length: 4"], "body"), (204, &Value::Null)),
        ("not-modified", after("304 Not Modified", &["content-length: 4"], "body"), (304, &Value::Null)),
        ("reset-content", after("205 Reset Content", &["content-length: 0"], ""), (205, &Value::Null)),
    ];
    let expected = scripts.clone().map(|(name, _, expected)| (name, expected));
    let upstream = FaultyUpstream::start(scripts.map(|(name, steps, _)| (name, steps))).await?;
    let app = start_app(&upstream.url()).await?;
    for (script, (status, data)) in expected {
        let response = call_with_script(&app, script).await?;
        assert_eq!(
            (response.status.as_u16(), status_data_encoding(&response.json()?)),
            (200, (status, data.clone(), Value::Null)),
            "{script}"
        );
        assert_call_succeeds(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn informational_responses_are_skipped() -> Result<()> {
    let content = [response_head("200 OK", &["content-length: 2"]), write_text("{}")];
    let before = |steps: Vec<Step>| [steps, content.to_vec()].concat();
    let hints = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
    let upstream = FaultyUpstream::start([
        ("continue", before(vec![response_head("100 Continue", &[])])),
        (
            "processing",
            before(vec![response_head("102 Processing", &["x-length: 1"]), response_head("102 Processing", &[])]),
        ),
        ("hints", before(vec![write_text(&hints.repeat(500))])),
        ("unknown", before(vec![response_head("199 Miscellaneous", &[])])),
        (
            "switching",
            vec![
                response_head("101 Switching Protocols", &["upgrade: chat", "connection: upgrade"]),
                write_text("chat"),
                Step::HoldOpen,
            ],
        ),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    for script in ["continue", "processing", "hints", "unknown"] {
        assert_eq!(
            status_data_encoding(&call_with_script(&app, script).await?.json()?),
            (200, json!({}), Value::Null),
            "{script}"
        );
    }
    let response = call_with_script(&app, "switching").await?;
    assert_call_failed("switching", &response, (502, "malformed_reply"), "is not valid HTTP, or does not match")?;
    assert_call_succeeds(&app).await
}

#[tokio::test]
async fn endless_headers_are_cut_off() -> Result<()> {
    let start = || write_text("HTTP/1.1 200 OK\r\n");
    let scripts = [
        ("endless-headers", vec![start(), Step::WriteForever("x-header: x\r\n".into())]),
        ("endless-value", vec![start(), write_text("x-header: "), Step::WriteForever(vec![b'x'; 1000])]),
        ("endless-name", vec![start(), Step::WriteForever(vec![b'x'; 1000])]),
        ("endless-reason", vec![write_text("HTTP/1.1 200 "), Step::WriteForever(vec![b'x'; 1000])]),
        ("too-many", vec![start(), write_text(&"x-header: x\r\n".repeat(5000)), write_text("\r\n"), Step::HoldOpen]),
    ];
    let names = scripts.clone().map(|(name, _)| name);
    let upstream = FaultyUpstream::start(scripts).await?;
    let app = start_app(&upstream.url()).await?;
    for script in names {
        let response = call_with_script(&app, script).await?;
        assert_call_failed(script, &response, (502, "reply_too_large"), "The response headers from Stytch are larger")?;
        assert_call_succeeds(&app).await?;
    }
    assert!(upstream.sent_bytes() < 5 * MAX_BUFFERED_BYTES, "{}", upstream.sent_bytes());
    Ok(())
}

#[tokio::test]
async fn a_response_to_head_has_no_body_whatever_its_headers_declare() -> Result<()> {
    let lengthy = response_head("200 OK", &["content-length: 100", "content-encoding: gzip"]);
    let upstream = FaultyUpstream::start([
        ("length", vec![lengthy.clone()]),
        ("body", vec![lengthy, write_text("a body that must not be sent")]),
        ("chunked", vec![response_head("200 OK", &["transfer-encoding: chunked"])]),
    ])
    .await?;
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Heads", "version": "1"},
        "servers": [{"url": upstream.url()}],
        "paths": {"/{id}": {"head": {"operationId": "look", "parameters": [{"name": "id", "in": "path", "required": true}]}}},
    });
    let mut settings = TestEnv::new().set_var("EXPLORER_TIMEOUT", "1").to_settings()?;
    let mut provider = ProviderSettings::new("heads", document.to_string().into());
    provider.base_url = Some(upstream.url().parse()?);
    settings.providers = vec![provider];
    let app = TestApp::new(settings).await?;
    for script in ["length", "chunked", "chunked", "length", "body", "length"] {
        let response = app.post_json("/tools/heads/look", &json!({"id": format!("fault-{script}")})).send().await?;
        assert_eq!(
            status_data_encoding(&response.json()?),
            (200, Value::Null, Value::Null),
            "{script}: {}",
            response.text()
        );
    }
    Ok(())
}
