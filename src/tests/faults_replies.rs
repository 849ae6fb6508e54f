//! Replies that are no HTTP, lie about themselves or never end: each is cut off within bounds of bytes and time, said in
//! words, and leaves nothing behind that the next call could take for its own reply.

use crate::support::{
    Setup, TestApp,
    faulty::{BUFFERS, Faulty, Step, app, assert_failed, assert_works, call, encoded, gzip, head, say, shown},
};
use anyhow::{Context, Result};
use api_explorer::providers::ProviderSettings;
use serde_json::{Value, json};

#[tokio::test]
async fn a_reply_that_breaks_the_rules_of_http_is_said() -> Result<()> {
    let chunked = || head("200 OK", &["transfer-encoding: chunked"]);
    let scripts = [
        ("http-0-9", vec![say("<html>Hello from 1991</html>"), Step::Close]),
        ("ssh", vec![say("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), Step::Hold]),
        (
            "http-2",
            vec![
                Step::Say(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff".into()),
                Step::Hold,
            ],
        ),
        ("zeros", vec![Step::Say(vec![0; 10_000]), Step::Hold]),
        ("status-of-two-digits", vec![head("20 OK", &["content-length: 0"])]),
        ("negative-length", vec![head("200 OK", &["content-length: -1"]), Step::Hold]),
        ("length-of-words", vec![head("200 OK", &["content-length: two"]), Step::Hold]),
        ("length-beyond-64-bits", vec![head("200 OK", &["content-length: 99999999999999999999"]), Step::Hold]),
        ("two-lengths", vec![head("200 OK", &["content-length: 2", "content-length: 3"]), say("{} "), Step::Hold]),
        ("header-without-colon", vec![head("200 OK", &["what is this"]), Step::Hold]),
        ("header-with-zero", vec![head("200 OK", &["x-header: a\0b"]), Step::Hold]),
        ("chunk-of-words", vec![chunked(), say("two\r\n{}\r\n0\r\n\r\n"), Step::Hold]),
        ("negative-chunk", vec![chunked(), say("-2\r\n{}\r\n0\r\n\r\n"), Step::Hold]),
        ("chunk-beyond-64-bits", vec![chunked(), say("fffffffffffffffff\r\n{}"), Step::Hold]),
        ("longer-chunk-than-said", vec![chunked(), say("1\r\n{}\r\n0\r\n\r\n"), Step::Hold]),
        ("endless-chunk-extension", vec![chunked(), say("1;"), Step::Flood(vec![b'x'; 1000])]),
        ("endless-trailers", vec![chunked(), say("2\r\n{}\r\n0\r\n"), Step::Flood("x-trailer: x\r\n".into())]),
        ("no-gzip", encoded("content-encoding: gzip", b"{}".into())),
        ("no-deflate", encoded("content-encoding: deflate", b"{}".into())),
        ("no-brotli", encoded("content-encoding: br", b"{\"a\": \"b\"}".into())),
        ("gzip-with-another-sum", {
            let mut body = gzip(b"{}")?;
            let sum = body.len() - 8;
            body[sum] ^= 1;
            encoded("content-encoding: gzip", body)
        }),
    ];
    let names = scripts.clone().map(|(name, _)| name);
    let upstream = Faulty::start(scripts).await?;
    let app = app(&upstream.url()).await?;
    for script in names {
        let answer = call(&app, script).await?;
        assert_failed(script, &answer, (502, "malformed_reply"), "not HTTP, or not as its own headers say")?;
        assert!(answer.text().contains("look before you send again"), "{}", answer.text());
        assert_works(&app).await?;
    }
    assert!(upstream.sent() < BUFFERS, "{}", upstream.sent());
    Ok(())
}

#[tokio::test]
async fn a_reply_shorter_than_it_says_is_not_shown() -> Result<()> {
    let half = gzip(&vec![b'x'; 10_000])?;
    let half = half.get(..half.len() / 2).context("no half")?.to_vec();
    let upstream = Faulty::start([
        ("length", vec![head("200 OK", &["content-length: 1000000000"]), say("{}"), Step::Close]),
        ("chunk", vec![head("200 OK", &["transfer-encoding: chunked"]), say("ffffff\r\n{}\r\n0\r\n\r\n"), Step::Close]),
        ("half-of-gzip", encoded("content-encoding: gzip", half)),
    ])
    .await?;
    let app = app(&upstream.url()).await?;
    for script in ["length", "chunk", "half-of-gzip"] {
        let answer = call(&app, script).await?;
        assert_failed(script, &answer, (502, "unreachable"), "broke off before the reply was whole")?;
        assert_works(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_follows_a_reply_is_never_taken_for_the_next_one() -> Result<()> {
    let forged = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n\"forged\"";
    let after = |status: &str, headers: &[&str], body: &str| match head(status, headers) {
        Step::Say(head) => vec![Step::Say([head, body.into(), forged.into()].concat())],
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
    let upstream = Faulty::start(scripts.map(|(name, steps, _)| (name, steps))).await?;
    let app = app(&upstream.url()).await?;
    for (script, (status, data)) in expected {
        let answer = call(&app, script).await?;
        assert_eq!(
            (answer.status.as_u16(), shown(&answer.json()?)),
            (200, (status, data.clone(), Value::Null)),
            "{script}"
        );
        assert_works(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_comes_before_a_reply_is_passed_over() -> Result<()> {
    let content = [head("200 OK", &["content-length: 2"]), say("{}")];
    let before = |steps: Vec<Step>| [steps, content.to_vec()].concat();
    let hints = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
    let upstream = Faulty::start([
        ("continue", before(vec![head("100 Continue", &[])])),
        ("processing", before(vec![head("102 Processing", &["x-length: 1"]), head("102 Processing", &[])])),
        ("hints", before(vec![say(&hints.repeat(500))])),
        ("unknown", before(vec![head("199 Miscellaneous", &[])])),
        (
            "switching",
            vec![head("101 Switching Protocols", &["upgrade: chat", "connection: upgrade"]), say("chat"), Step::Hold],
        ),
    ])
    .await?;
    let app = app(&upstream.url()).await?;
    for script in ["continue", "processing", "hints", "unknown"] {
        assert_eq!(shown(&call(&app, script).await?.json()?), (200, json!({}), Value::Null), "{script}");
    }
    let answer = call(&app, "switching").await?;
    assert_failed("switching", &answer, (502, "malformed_reply"), "not HTTP, or not as its own headers say")?;
    assert_works(&app).await
}

#[tokio::test]
async fn headers_without_end_are_cut_off() -> Result<()> {
    let start = || say("HTTP/1.1 200 OK\r\n");
    let scripts = [
        ("endless-headers", vec![start(), Step::Flood("x-header: x\r\n".into())]),
        ("endless-value", vec![start(), say("x-header: "), Step::Flood(vec![b'x'; 1000])]),
        ("endless-name", vec![start(), Step::Flood(vec![b'x'; 1000])]),
        ("endless-reason", vec![say("HTTP/1.1 200 "), Step::Flood(vec![b'x'; 1000])]),
        ("too-many", vec![start(), say(&"x-header: x\r\n".repeat(5000)), say("\r\n"), Step::Hold]),
    ];
    let names = scripts.clone().map(|(name, _)| name);
    let upstream = Faulty::start(scripts).await?;
    let app = app(&upstream.url()).await?;
    for script in names {
        let answer = call(&app, script).await?;
        assert_failed(script, &answer, (502, "reply_too_large"), "headers that Stytch replied with are more")?;
        assert_works(&app).await?;
    }
    assert!(upstream.sent() < 5 * BUFFERS, "{}", upstream.sent());
    Ok(())
}

#[tokio::test]
async fn a_reply_to_head_has_no_body_whatever_it_says() -> Result<()> {
    let lengthy = head("200 OK", &["content-length: 100", "content-encoding: gzip"]);
    let upstream = Faulty::start([
        ("length", vec![lengthy.clone()]),
        ("body", vec![lengthy, say("a body that nobody asked for")]),
        ("chunked", vec![head("200 OK", &["transfer-encoding: chunked"])]),
    ])
    .await?;
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Heads", "version": "1"},
        "servers": [{"url": upstream.url()}],
        "paths": {"/{id}": {"head": {"operationId": "look", "parameters": [{"name": "id", "in": "path", "required": true}]}}},
    });
    let mut settings = Setup::new().set("EXPLORER_TIMEOUT", "1").settings()?;
    let mut provider = ProviderSettings::new("heads", document.to_string().into());
    provider.base_url = Some(upstream.url().parse()?);
    settings.providers = vec![provider];
    let app = TestApp::new(settings).await?;
    for script in ["length", "chunked", "chunked", "length", "body", "length"] {
        let answer = app.post_json("/tools/heads/look", &json!({"id": format!("fault-{script}")})).send().await?;
        assert_eq!(shown(&answer.json()?), (200, Value::Null, Value::Null), "{script}: {}", answer.text());
    }
    Ok(())
}
