//! Tests for endless bodies, compressed bodies and bodies that are not text: each is read within the limits and shown
//! with its actual type.

use crate::support::faulty::{
    FaultyUpstream, MAX_BUFFERED_BYTES, Step, assert_call_failed, assert_call_succeeds, call_with_script,
    encoded_response, gzip, response_head, start_app, status_data_encoding,
};
use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, FlushCompress};
use serde_json::{Value, json};

/// Returns a gigabyte of zeros, compressed to a megabyte of gzip: one stream of identical blocks.
fn bomb() -> Result<Vec<u8>> {
    let mut block = Vec::with_capacity(100_000);
    let mut deflate = flate2::Compress::new(Compression::best(), false);
    deflate.compress_vec(&vec![0; 10_000_000], &mut block, FlushCompress::Full)?;
    anyhow::ensure!(deflate.total_in() == 10_000_000, "not all of the input was compressed");
    let header = gzip(b"")?.get(..10).context("no header")?.to_vec();
    Ok([header, block.repeat(100)].concat())
}

#[tokio::test]
async fn an_endless_response_is_cut_off_at_the_limit_in_every_transfer_encoding() -> Result<()> {
    let (text, gigabyte) = (Step::WriteForever(vec![b'x'; 65_536]), "content-length: 1000000000");
    let chunk = Step::WriteForever([b"3e8\r\n".as_slice(), &[b'x'; 1000], b"\r\n"].concat());
    for steps in [
        vec![response_head("200 OK", &[gigabyte]), text.clone()],
        vec![response_head("200 OK", &[]), text.clone()],
        vec![response_head("500 Internal Server Error", &[]), text],
        vec![response_head("200 OK", &["transfer-encoding: chunked"]), chunk],
        vec![
            response_head("200 OK", &["transfer-encoding: chunked"]),
            Step::WriteForever([b"64\r\n".as_slice(), &[b'x'; 100], b"\r\n"].concat().repeat(100)),
        ],
    ] {
        let upstream = FaultyUpstream::start([("gigabyte", steps)]).await?;
        let app = start_app(&upstream.url()).await?;
        let response = call_with_script(&app, "gigabyte").await?;
        assert_call_failed("gigabyte", &response, (502, "reply_too_large"), "larger than the limit of 1 MB")?;
        upstream.wait_for_held_connections(0).await?;
        assert!(upstream.sent_bytes() < MAX_BUFFERED_BYTES, "{}", upstream.sent_bytes());
        assert_call_succeeds(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn decompression_stops_at_the_limit_and_only_one_encoding_is_decoded() -> Result<()> {
    let bomb = bomb()?;
    let twice = gzip(&gzip(b"{}")?)?;
    let upstream = FaultyUpstream::start([
        ("gzip", encoded_response("content-encoding: gzip", bomb.clone())),
        ("deflate", encoded_response("content-encoding: deflate", [&[0x78, 0xda], &bomb[10..]].concat())),
        ("in-one-go", encoded_response("content-encoding: gzip, gzip", twice.clone())),
        ("line-by-line", encoded_response("content-encoding: gzip\r\ncontent-encoding: gzip", twice)),
        ("unknown", encoded_response("content-encoding: zstd", b"{}".into())),
        ("nothing", encoded_response("content-encoding: gzip", Vec::new())),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    for script in ["gzip", "deflate"] {
        let response = call_with_script(&app, script).await?;
        assert_call_failed(script, &response, (502, "reply_too_large"), "larger than the limit of 1 MB")?;
    }
    for script in ["in-one-go", "unknown"] {
        let (status, data, encoding) = status_data_encoding(&call_with_script(&app, script).await?.json()?);
        assert_eq!((status, encoding), (200, json!("text")), "{script}");
        assert!(data.as_str().is_some_and(|message| message.contains("was not requested")), "{script}: {data}");
    }
    let (_, data, encoding) = status_data_encoding(&call_with_script(&app, "line-by-line").await?.json()?);
    assert_eq!((data, encoding), (json!(BASE64_STANDARD.encode(gzip(b"{}")?)), json!("base64")));
    assert_eq!(
        status_data_encoding(&call_with_script(&app, "nothing").await?.json()?),
        (200, Value::Null, Value::Null)
    );
    assert_call_succeeds(&app).await
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_returned_as_bytes() -> Result<()> {
    let upstream = FaultyUpstream::start([
        ("body", encoded_response("content-type: application/json", b"{\"name\": \"\xff\xfe\"}".into())),
        ("half-a-character", encoded_response("content-type: text/plain", "Zürich".as_bytes()[..2].into())),
        (
            "header",
            vec![Step::Write(b"HTTP/1.1 200 \xe4\xf6\r\nx-city: Z\xfcrich\r\ncontent-length: 2\r\n\r\n{}".into())],
        ),
    ])
    .await?;
    let app = start_app(&upstream.url()).await?;
    for (script, base64) in [("body", "eyJuYW1lIjogIv/+In0="), ("half-a-character", "WsM=")] {
        let response = status_data_encoding(&call_with_script(&app, script).await?.json()?);
        assert_eq!(response, (200, json!(base64), json!("base64")), "{script}");
    }
    let response = call_with_script(&app, "header").await?.json()?;
    assert_eq!((&response["data"], &response["meta"]["headers"]["x-city"]), (&json!({}), &json!("Z\u{fffd}rich")));
    assert_call_succeeds(&app).await
}
