//! Bodies without end, packed ones, and text that is none: taken within bounds, and shown as what they are.

use crate::support::faulty::{
    BUFFERS, Faulty, Step, app, assert_failed, assert_works, call, encoded, gzip, head, shown,
};
use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, FlushCompress};
use serde_json::{Value, json};

/// A gigabyte of zeros, as a megabyte of gzip: one stream, whose blocks are alike.
fn bomb() -> Result<Vec<u8>> {
    let mut block = Vec::with_capacity(100_000);
    let mut deflate = flate2::Compress::new(Compression::best(), false);
    deflate.compress_vec(&vec![0; 10_000_000], &mut block, FlushCompress::Full)?;
    anyhow::ensure!(deflate.total_in() == 10_000_000, "not all of it");
    let header = gzip(b"")?.get(..10).context("no header")?.to_vec();
    Ok([header, block.repeat(100)].concat())
}

#[tokio::test]
async fn a_reply_without_end_is_cut_off_at_the_limit_however_it_is_sent() -> Result<()> {
    let (text, gigabyte) = (Step::Flood(vec![b'x'; 65_536]), "content-length: 1000000000");
    let chunk = Step::Flood([b"3e8\r\n".as_slice(), &[b'x'; 1000], b"\r\n"].concat());
    for steps in [
        vec![head("200 OK", &[gigabyte]), text.clone()],
        vec![head("200 OK", &[]), text.clone()],
        vec![head("500 Internal Server Error", &[]), text],
        vec![head("200 OK", &["transfer-encoding: chunked"]), chunk],
        vec![
            head("200 OK", &["transfer-encoding: chunked"]),
            Step::Flood([b"64\r\n".as_slice(), &[b'x'; 100], b"\r\n"].concat().repeat(100)),
        ],
    ] {
        let upstream = Faulty::start([("gigabyte", steps)]).await?;
        let app = app(&upstream.url()).await?;
        let answer = call(&app, "gigabyte").await?;
        assert_failed("gigabyte", &answer, (502, "reply_too_large"), "larger than 1 MB")?;
        upstream.hanging(0).await?;
        assert!(upstream.sent() < BUFFERS, "{}", upstream.sent());
        assert_works(&app).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_compressed_gigabyte_is_cut_off_at_the_limit_and_what_is_packed_twice_stays_packed() -> Result<()> {
    let bomb = bomb()?;
    let twice = gzip(&gzip(b"{}")?)?;
    let upstream = Faulty::start([
        ("gzip", encoded("content-encoding: gzip", bomb.clone())),
        ("deflate", encoded("content-encoding: deflate", [&[0x78, 0xda], &bomb[10..]].concat())),
        ("in-one-go", encoded("content-encoding: gzip, gzip", twice.clone())),
        ("line-by-line", encoded("content-encoding: gzip\r\ncontent-encoding: gzip", twice)),
        ("unknown", encoded("content-encoding: zstd", b"{}".into())),
        ("nothing", encoded("content-encoding: gzip", Vec::new())),
    ])
    .await?;
    let app = app(&upstream.url()).await?;
    for script in ["gzip", "deflate"] {
        let answer = call(&app, script).await?;
        assert_failed(script, &answer, (502, "reply_too_large"), "larger than 1 MB")?;
    }
    for script in ["in-one-go", "unknown"] {
        let (status, data, encoding) = shown(&call(&app, script).await?.json()?);
        assert_eq!((status, encoding), (200, json!("text")), "{script}");
        assert!(data.as_str().is_some_and(|said| said.contains("was not asked for")), "{script}: {data}");
    }
    let (_, data, encoding) = shown(&call(&app, "line-by-line").await?.json()?);
    assert_eq!((data, encoding), (json!(BASE64_STANDARD.encode(gzip(b"{}")?)), json!("base64")));
    assert_eq!(shown(&call(&app, "nothing").await?.json()?), (200, Value::Null, Value::Null));
    assert_works(&app).await
}

#[tokio::test]
async fn text_that_is_no_utf_8_is_shown_as_what_it_is() -> Result<()> {
    let upstream = Faulty::start([
        ("body", encoded("content-type: application/json", b"{\"name\": \"\xff\xfe\"}".into())),
        ("half-a-character", encoded("content-type: text/plain", "Zürich".as_bytes()[..2].into())),
        (
            "header",
            vec![Step::Say(b"HTTP/1.1 200 \xe4\xf6\r\nx-city: Z\xfcrich\r\ncontent-length: 2\r\n\r\n{}".into())],
        ),
    ])
    .await?;
    let app = app(&upstream.url()).await?;
    for (script, base64) in [("body", "eyJuYW1lIjogIv/+In0="), ("half-a-character", "WsM=")] {
        let answer = shown(&call(&app, script).await?.json()?);
        assert_eq!(answer, (200, json!(base64), json!("base64")), "{script}");
    }
    let answer = call(&app, "header").await?.json()?;
    assert_eq!((&answer["data"], &answer["meta"]["headers"]["x-city"]), (&json!({}), &json!("Z\u{fffd}rich")));
    assert_works(&app).await
}
